// SPDX-License-Identifier: MIT
#include "cli/svg_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "cli/chart_style.hpp"
#include "cli/downsample.hpp"
#include "cli/markup.hpp"

namespace ckptlite::cli {
namespace {

/// Units of a curve's coordinates across, and to a pixel down: whole numbers keep the file small.
constexpr double kAcross = 2000;
constexpr double kDown = 10;
/// A curve with fewer corners gets a marker at each.
constexpr std::size_t kFewVertices = 40;
/// Columns in each of which one mark of a value that is not finite may stand.
constexpr std::size_t kMarkColumns = 60;

/// A number with at most two decimals.
std::string decimal(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    std::string out = text.data();
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out == "-0" ? "0" : out;
}

std::string percent(double place) {
    return decimal(100 * place) + "%";
}

std::string number(std::size_t n) {
    return std::to_string(n);
}

class Plot {
public:
    Plot(const Chart& chart, const SvgPlotOptions& options)
        : chart_(chart), options_(options), height_(static_cast<double>(options.height)) {}

    std::string text() const {
        std::string lines;
        std::string markers;
        for (const Curve& curve : chart_.curves) {
            if (!curve.smooth.empty())
                lines += path(vertices_of(curve.points), curve.style, " raw");
            const std::vector<Vertex> vertices = vertices_of(curve.shown());
            lines += path(vertices, curve.style, "");
            markers += markers_on(vertices, curve.style);
        }
        const bool many = chart_.curves.size() > 3;
        return grid() + "<svg class=\"lines" + (many ? " many" : "") +
               "\" width=\"100%\" height=\"" + number(options_.height) + "\" viewBox=\"0 0 " +
               decimal(kAcross) + " " + decimal(height_ * kDown) +
               "\" preserveAspectRatio=\"none\">" + lines + "</svg>" + markers + border();
    }

private:
    std::vector<Vertex> vertices_of(const std::vector<Point>& points) const {
        return downsampled(points, chart_.x, chart_.y, options_.columns);
    }

    double across(const Vertex& vertex) const {
        return std::clamp(chart_.x.at(static_cast<double>(vertex.point.step)), 0.0, 1.0);
    }
    double down(const Vertex& vertex) const {
        return (1 - std::clamp(chart_.y.at(vertex.point.value), 0.0, 1.0)) * height_;
    }

    std::string grid() const {
        std::string out;
        for (const Tick& tick : chart_.y.ticks(options_.y_ticks)) {
            const std::string y = decimal((1 - tick.at) * height_);
            out += "<line class=\"rule\" x2=\"100%\" y1=\"" + y + "\" y2=\"" + y +
                   "\"/><text class=\"y\" x=\"-8\" y=\"" + y + "\" dy=\".35em\">" + tick.label +
                   "</text>";
        }
        const std::string bottom = number(options_.height);
        for (const Tick& tick : chart_.x_ticks(options_.x_ticks)) {
            const std::string x = percent(tick.at);
            out += "<line class=\"axis\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"" + bottom +
                   "\" y2=\"" + number(options_.height + 5) + "\"/><text class=\"x\" x=\"" + x +
                   "\" y=\"" + number(options_.height + 19) + "\">" + tick.label + "</text>";
        }
        return out + "<line class=\"axis\" x2=\"100%\" y1=\"" + bottom + "\" y2=\"" + bottom +
               "\"/>";
    }

    /// Relative to the corner before, in whole numbers.
    std::string path(const std::vector<Vertex>& vertices, std::size_t curve,
                     const char* more) const {
        std::string d;
        std::int64_t x0 = 0;
        std::int64_t y0 = 0;
        for (const Vertex& vertex : vertices) {
            const std::int64_t x = std::llround(across(vertex) * kAcross);
            const std::int64_t y = std::llround(down(vertex) * kDown);
            if (!vertex.starts && x == x0 && y == y0) continue;
            // A line of no length is drawn as a dot, so that a point between two gaps is seen.
            d += vertex.starts ? "M" + std::to_string(x) + " " + std::to_string(y) + "h0"
                               : "l" + std::to_string(x - x0) + " " + std::to_string(y - y0);
            x0 = x;
            y0 = y;
        }
        return "<path class=\"c" + number(curve % kCurveStyles.size()) + more +
               (is_dashed(curve) ? " dash" : "") + "\" d=\"" + d + "\"/>";
    }

    std::string marker(const Vertex& vertex, std::size_t curve) const {
        return svg_symbol(curve, percent(across(vertex)), decimal(down(vertex)));
    }

    /// On each corner if there are few; else a few along the way, which tell the curves apart in
    /// print, and one at the end.
    std::string markers_on(const std::vector<Vertex>& vertices, std::size_t curve) const {
        std::string out;
        if (vertices.size() <= kFewVertices) {
            for (const Vertex& vertex : vertices) out += marker(vertex, curve);
            return out;
        }
        if (chart_.curves.size() < 2) return out;
        constexpr std::size_t kAlong = 4;
        const std::size_t stride = vertices.size() / kAlong;
        // Each curve begins elsewhere, so that the markers of two do not meet.
        const std::size_t first = stride * (curve % kCurveStyles.size() + 1) / 9;
        for (std::size_t i = first; i < vertices.size(); i += stride) {
            out += marker(vertices[i], curve);
        }
        return out + marker(vertices.back(), curve);
    }

    std::string border() const {
        std::string out;
        for (const BorderMark& mark : border_marks(chart_, kMarkColumns)) {
            const std::string style = number(chart_.curves[mark.curve].style % kCurveStyles.size());
            const std::string x = percent((static_cast<double>(mark.column) + 0.5) / kMarkColumns);
            const bool above = mark.kind == BorderMark::Kind::above;
            const std::string y = above ? "0" : number(options_.height);
            out += mark.kind == BorderMark::Kind::nan
                       ? "<use href=\"#nan\" class=\"c" + style + "\" x=\"" + x + "\" y=\"" + y +
                             "\"/>"
                       : "<text class=\"inf f" + style + "\" x=\"" + x + "\" y=\"" + y +
                             "\" dy=\"" + (above ? "-.2em" : ".3em") + "\">∞</text>";
        }
        return out;
    }

    const Chart& chart_;
    const SvgPlotOptions& options_;
    double height_;
};

/// Colours of curves and of the rest for one of the two modes.
std::string colours(bool dark) {
    std::string out = dark ? ".rule{stroke:#2d323b}.axis{stroke:#79818f}.x,.y{fill:#aab2bf}"
                           : ".rule{stroke:#e4e7ec}.axis{stroke:#8a93a2}.x,.y{fill:#525b69}";
    for (std::size_t i = 0; i < kCurveStyles.size(); ++i) {
        const std::string colour = dark ? kCurveStyles[i].dark : kCurveStyles[i].light;
        out += ".c" + number(i) + "{stroke:" + colour + "}.f" + number(i) + "{fill:" + colour + "}";
    }
    return out;
}

}  // namespace

std::string svg_plot(const Chart& chart, const SvgPlotOptions& options) {
    return Plot(chart, options).text();
}

std::string chart_css() {
    constexpr const char* kShapes =
        ".lines{overflow:visible}"
        ".lines path,use[class^=c]{fill:none;stroke-width:1.8;stroke-linecap:round;"
        "stroke-linejoin:round;vector-effect:non-scaling-stroke}"
        ".lines .raw{stroke-width:1;opacity:.28}.many .raw{opacity:.13}.lines "
        ".dash{stroke-dasharray:7 4}"
        ".x,.y{font-size:12px}.inf{font-size:17px;font-weight:700}.x,.inf{text-anchor:middle}.y{"
        "text-anchor:end}";
    return kShapes + colours(false) + "@media screen and (prefers-color-scheme:dark){" +
           colours(true) + "}";
}

std::string svg_symbols() {
    std::string out = "<defs><path id=\"nan\" d=\"M-4-4 4 4M-4 4 4-4\"/>";
    for (std::size_t i = 0; i < kCurveStyles.size(); ++i) {
        out += "<path id=\"m" + number(i) + "\" d=\"" + kCurveStyles[i].path + "\"/>";
    }
    return out + "</defs>";
}

std::string svg_symbol(std::size_t curve, const std::string& x, const std::string& y) {
    const std::string style = number(curve % kCurveStyles.size());
    return "<use href=\"#m" + style + "\" class=\"" + (is_dashed(curve) ? "c" : "f") + style +
           "\" x=\"" + x + "\" y=\"" + y + "\"/>";
}

std::string svg_marker(std::size_t curve) {
    return "<svg class=\"marker\" width=\"14\" height=\"14\" viewBox=\"-7 -7 14 14\" "
           "aria-hidden=\"true\">" +
           svg_symbol(curve, "0", "0") + "</svg>";
}

}  // namespace ckptlite::cli
