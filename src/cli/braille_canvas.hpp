// SPDX-License-Identifier: MIT
// Draws with the dots of Unicode's braille patterns: two by four in each cell of a terminal. Single
// glyphs may stand in cells instead. A plain value; one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ckptlite::cli {

class BrailleCanvas {
public:
    static constexpr std::size_t kDotsAcross = 2;
    static constexpr std::size_t kDotsDown = 4;

    BrailleCanvas(std::size_t columns, std::size_t rows);

    std::size_t dots_across() const { return columns_ * kDotsAcross; }
    std::size_t dots_down() const { return rows_ * kDotsDown; }

    /// From the left and from the top, in dots; what is outside is left out. `ink` is the caller's
    /// number of a curve; the last one that touches a cell colours it.
    void dot(std::size_t x, std::size_t y, std::size_t ink);
    /// Both ends included.
    void line(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, std::size_t ink);
    /// A glyph of one column instead of a cell's dots.
    void glyph(std::size_t column, std::size_t row, std::string glyph, std::size_t ink);

    /// The glyph of a cell and its ink; a blank if nothing touched it.
    std::string text_at(std::size_t column, std::size_t row) const;
    std::optional<std::size_t> ink_at(std::size_t column, std::size_t row) const;

private:
    struct Cell {
        unsigned dots = 0;
        std::string glyph{};
        std::optional<std::size_t> ink{};
    };
    const Cell& cell(std::size_t column, std::size_t row) const {
        return cells_[row * columns_ + column];
    }

    std::size_t columns_;
    std::size_t rows_;
    std::vector<Cell> cells_;
};

}  // namespace ckptlite::cli
