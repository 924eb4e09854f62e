// SPDX-License-Identifier: MIT
#include "cli/braille_canvas.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace ckptlite::cli {
namespace {

/// The bit of each dot in U+2800 to U+28FF, by row and column.
constexpr std::array<std::array<unsigned, 2>, 4> kDotBits = {
    {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};

std::string braille(unsigned dots) {
    // U+2800 + dots in UTF-8.
    return {static_cast<char>(0xe2), static_cast<char>(0xa0U | (dots >> 6U)),
            static_cast<char>(0x80U | (dots & 0x3fU))};
}

}  // namespace

BrailleCanvas::BrailleCanvas(std::size_t columns, std::size_t rows)
    : columns_(columns), rows_(rows), cells_(columns * rows) {}

void BrailleCanvas::dot(std::size_t x, std::size_t y, std::size_t ink) {
    if (x >= dots_across() || y >= dots_down()) return;
    Cell& cell = cells_[y / kDotsDown * columns_ + x / kDotsAcross];
    cell.dots |= kDotBits[y % kDotsDown][x % kDotsAcross];
    cell.ink = ink;
}

void BrailleCanvas::line(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1,
                         std::size_t ink) {
    const auto across = static_cast<std::int64_t>(x1) - static_cast<std::int64_t>(x0);
    const auto down = static_cast<std::int64_t>(y1) - static_cast<std::int64_t>(y0);
    const std::int64_t steps = std::max({std::abs(across), std::abs(down), std::int64_t{1}});
    const auto between = [steps](std::size_t from, std::int64_t way, std::int64_t i) {
        const std::int64_t half = way < 0 ? -steps / 2 : steps / 2;  // rounds
        return static_cast<std::size_t>(static_cast<std::int64_t>(from) + (way * i + half) / steps);
    };
    for (std::int64_t i = 0; i <= steps; ++i)
        dot(between(x0, across, i), between(y0, down, i), ink);
}

void BrailleCanvas::glyph(std::size_t column, std::size_t row, std::string glyph, std::size_t ink) {
    if (column >= columns_ || row >= rows_) return;
    Cell& cell = cells_[row * columns_ + column];
    cell.glyph = std::move(glyph);
    cell.ink = ink;
}

std::string BrailleCanvas::text_at(std::size_t column, std::size_t row) const {
    const Cell& at = cell(column, row);
    if (!at.glyph.empty()) return at.glyph;
    return at.dots == 0 ? " " : braille(at.dots);
}

std::optional<std::size_t> BrailleCanvas::ink_at(std::size_t column, std::size_t row) const {
    return cell(column, row).ink;
}

}  // namespace ckptlite::cli
