// SPDX-License-Identifier: MIT
// How curves are told apart: each has a colour and a marker, the same in the terminal and in
// pictures, so that colour is never needed. Constants.
#pragma once

#include <array>
#include <cstddef>

namespace ckptlite::cli {

struct CurveStyle {
    const char* glyph;   ///< one column of a terminal
    const char* hollow;  ///< the same for the second round
    const char* ansi;    ///< switches the terminal's colour
    const char* light;   ///< on white, at least 3:1
    const char* dark;    ///< on near-black, at least 3:1
    const char* path;    ///< the glyph around 0,0 as an SVG path
};

/// Two that are neighbours differ in lightness, too.
inline constexpr std::array kCurveStyles = {
    CurveStyle{"●", "○", "\x1b[36m", "#1f6fd1", "#6cb0ff", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"},
    CurveStyle{"▲", "△", "\x1b[33m", "#c8500a", "#ff9d4d", "M0-5 4.5 3.5h-9z"},
    CurveStyle{"■", "□", "\x1b[35m", "#7a3fb8", "#c39bff", "M-3.5-3.5h7v7h-7z"},
    CurveStyle{"◆", "◇", "\x1b[32m", "#1a8038", "#5fd38a", "M0-5 4.5 0 0 5-4.5 0z"},
    CurveStyle{"▼", "▽", "\x1b[31m", "#c22455", "#ff7d9c", "M0 5 4.5-3.5h-9z"},
    CurveStyle{"★", "☆", "\x1b[94m", "#0f7f86", "#4fd0d8",
               "M0-5.5 1.5-1.7 5.4-1.7 2.3.9 3.4 4.6 0 2.4-3.4 4.6-2.3.9-5.4-1.7-1.5-1.7z"},
    CurveStyle{"✚", "✛", "\x1b[95m", "#8a6100", "#e3bd4c", "M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z"},
    CurveStyle{"◗", "◖", "\x1b[92m", "#5c6470", "#aab2bf", "M-2-4.5a4.5 4.5 0 0 1 0 9z"},
};

/// With more curves than styles, those of every second round are dashed with hollow markers.
constexpr const CurveStyle& style_of(std::size_t curve) {
    return kCurveStyles[curve % kCurveStyles.size()];
}
constexpr bool is_dashed(std::size_t curve) {
    return curve / kCurveStyles.size() % 2 == 1;
}
constexpr const char* glyph_of(std::size_t curve) {
    return is_dashed(curve) ? style_of(curve).hollow : style_of(curve).glyph;
}

}  // namespace ckptlite::cli
