// SPDX-License-Identifier: MIT
#include "cli/terminal_chart.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>
#include <vector>

#include "cli/braille_canvas.hpp"
#include "cli/chart_style.hpp"
#include "cli/downsample.hpp"
#include "cli/legend.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

constexpr const char* kNoColour = "\x1b[0m";
constexpr std::size_t kMarkerGap = 14;      // columns from one marker of a curve to the next
constexpr std::size_t kSmallestMargin = 4;  // "step" stands in it

class Picture {
public:
    Picture(const Chart& chart, const TerminalChartOptions& options)
        : chart_(chart),
          options_(options),
          y_ticks_(chart.y.ticks(std::max<std::size_t>(options.height / 3, 2))),
          margin_(margin_of(y_ticks_)),
          columns_(options.width - margin_ - 1),
          canvas_(columns_, options.height),
          marks_(border_marks(chart, columns_)) {}

    std::string text() {
        for (const Curve& curve : chart_.curves) draw(curve);
        std::string out = title() + '\n';
        if (has_mark_above()) out += blank_margin() + "┌" + border(true) + '\n';
        for (std::size_t row = 0; row < options_.height; ++row) out += line(row) + '\n';
        return out + blank_margin() + "└" + border(false) + '\n' + x_labels() + '\n';
    }

    std::string inked(const std::string& text, std::optional<std::size_t> ink) const {
        if (!options_.colours || !ink || text == " ") return text;
        return style_of(*ink).ansi + text + kNoColour;
    }

private:
    static std::size_t margin_of(const std::vector<Tick>& ticks) {
        std::size_t widest = kSmallestMargin;
        for (const Tick& tick : ticks) widest = std::max(widest, width_of(tick.label));
        return widest + 1;
    }

    std::string blank_margin() const { return std::string(margin_, ' '); }

    std::string title() const {
        const std::string how = subtitle_of(chart_);
        const std::string text = printable(chart_.title) + (how.empty() ? "" : ", " + how);
        return blank_margin() + ' ' + shortened(text, columns_);
    }

    bool has_mark_above() const {
        return std::any_of(marks_.begin(), marks_.end(), [](const BorderMark& mark) {
            return mark.kind == BorderMark::Kind::above;
        });
    }

    std::size_t dot_down(double value) const {
        const auto last = static_cast<double>(canvas_.dots_down() - 1);
        return static_cast<std::size_t>(
            std::lround((1 - std::clamp(chart_.y.at(value), 0.0, 1.0)) * last));
    }

    std::size_t row_of(const Tick& tick) const {
        const auto last = static_cast<double>(canvas_.dots_down() - 1);
        return static_cast<std::size_t>(std::lround((1 - tick.at) * last)) /
               BrailleCanvas::kDotsDown;
    }

    void draw(const Curve& curve) {
        const std::vector<Vertex> vertices =
            downsampled(curve.shown(), chart_.x, chart_.y, canvas_.dots_across());
        BrailleCanvas own(columns_, options_.height);
        std::size_t x0 = 0;
        std::size_t y0 = 0;
        const bool few = vertices.size() <= columns_ / 4;
        for (const Vertex& vertex : vertices) {
            const double place = chart_.x.at(static_cast<double>(vertex.point.step));
            const std::size_t x = column_of(place, canvas_.dots_across());
            const std::size_t y = dot_down(vertex.point.value);
            for (BrailleCanvas* const on : {&canvas_, &own}) {
                on->line(vertex.starts ? x : x0, vertex.starts ? y : y0, x, y, curve.style);
            }
            x0 = x;
            y0 = y;
            if (few) mark(x / BrailleCanvas::kDotsAcross, y, curve.style);
        }
        if (few || chart_.curves.size() < 2 || mark_level_places(own, curve.style)) return;
        mark(x0 / BrailleCanvas::kDotsAcross, y0, curve.style);
    }

    void mark(std::size_t column, std::size_t dot, std::size_t style) {
        canvas_.glyph(column, dot / BrailleCanvas::kDotsDown, glyph_of(style), style);
    }

    /// The row of a curve that takes one cell of a column: no extreme hides behind a marker there.
    std::optional<std::size_t> level_row(const BrailleCanvas& own, std::size_t column) const {
        std::optional<std::size_t> found;
        for (std::size_t row = 0; row < options_.height; ++row) {
            if (!own.ink_at(column, row)) continue;
            if (found) return std::nullopt;
            found = row;
        }
        return found;
    }

    /// Each curve begins at a column of its own, so that the markers of two do not meet.
    bool mark_level_places(const BrailleCanvas& own, std::size_t style) {
        bool any = false;
        for (std::size_t at = 2 + style * 5 % kMarkerGap; at < columns_;) {
            const auto row = level_row(own, at);
            if (row) {
                canvas_.glyph(at, *row, glyph_of(style), style);
                any = true;
            }
            at += row ? kMarkerGap : 1;
        }
        return any;
    }

    std::string line(std::size_t row) const {
        std::string label;
        for (const Tick& tick : y_ticks_) {
            if (row_of(tick) == row) label = tick.label;
        }
        std::string out = padded(label, margin_ - 1, Align::right) + (label.empty() ? " │" : " ┤");
        std::string cells;
        for (std::size_t c = 0; c < columns_; ++c) {
            cells += inked(canvas_.text_at(c, row), canvas_.ink_at(c, row));
        }
        cells.erase(cells.find_last_not_of(' ') + 1);
        return out + cells;
    }

    std::string border(bool above) const {
        std::vector<std::string> cells(columns_, "─");
        if (!above) {
            for (const Tick& tick : chart_.x_ticks(max_x_ticks())) {
                cells[column_of(tick.at, columns_)] = "┬";
            }
        }
        for (const BorderMark& mark : marks_) {
            if ((mark.kind == BorderMark::Kind::above) != above) continue;
            const bool nan = mark.kind == BorderMark::Kind::nan;
            cells[mark.column] = inked(nan ? "×" : "∞", chart_.curves[mark.curve].style);
        }
        std::string out;
        for (const std::string& cell : cells) out += cell;
        return out;
    }

    std::size_t max_x_ticks() const { return std::max<std::size_t>(columns_ / 12, 2); }

    std::string x_labels() const {
        std::string out = padded("step", margin_ - 1, Align::right);
        for (const Tick& tick : chart_.x_ticks(max_x_ticks())) {
            const std::size_t center = margin_ + 1 + column_of(tick.at, columns_);
            const std::size_t start = std::min(center - std::min(center, tick.label.size() / 2),
                                               options_.width - tick.label.size());
            if (start <= out.size()) continue;  // it would touch the one before
            out += std::string(start - out.size(), ' ') + tick.label;
        }
        return out;
    }

    const Chart& chart_;
    const TerminalChartOptions& options_;
    std::vector<Tick> y_ticks_;
    std::size_t margin_;
    std::size_t columns_;
    BrailleCanvas canvas_;
    std::vector<BorderMark> marks_;
};

std::vector<std::string> legend_lines(const Chart& chart, std::size_t name_width) {
    Table table({{"", Align::left}, {"last"}, {"lowest"}, {"highest"}});
    for (const LegendRow& row : legend_of(chart)) {
        table.add({shortened(printable(row.name), name_width), row.last, row.lowest, row.highest});
    }
    std::ostringstream text;
    table.print(text);
    std::istringstream lines(text.str());
    std::vector<std::string> out;
    for (std::string line; std::getline(lines, line);) out.push_back(line);
    return out;
}

/// Names are cut so that the numbers beside them stay on the line.
std::vector<std::string> fitting_legend(const Chart& chart, std::size_t width) {
    constexpr std::size_t kShortestName = 8;
    std::size_t longest = 0;
    for (const Curve& curve : chart.curves)
        longest = std::max(longest, width_of(printable(curve.name)));
    std::size_t widest = 0;
    for (const std::string& line : legend_lines(chart, longest))
        widest = std::max(widest, width_of(line));
    const std::size_t over = widest > width ? widest - width : 0;
    return legend_lines(chart, std::max(kShortestName, longest - std::min(longest, over)));
}

}  // namespace

std::string terminal_chart(const Chart& chart, const TerminalChartOptions& options) {
    constexpr std::size_t kMarkerWidth = 2;
    Picture picture(chart, options);
    std::string out = picture.text() + '\n';
    const std::vector<std::string> legend = fitting_legend(chart, options.width - kMarkerWidth);
    out += "  " + legend.front() + '\n';
    for (std::size_t i = 0; i < chart.curves.size(); ++i) {
        const std::size_t style = chart.curves[i].style;
        out += picture.inked(glyph_of(style), style) + " " + legend[i + 1] + '\n';
    }
    for (const std::string& note : chart_notes(chart)) out += "× " + printable(note) + '\n';
    return out;
}

}  // namespace ckptlite::cli
