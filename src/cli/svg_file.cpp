// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <vector>

#include "cli/legend.hpp"
#include "cli/markup.hpp"
#include "cli/output.hpp"
#include "cli/svg_chart.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::size_t kLeft = 64;
constexpr std::size_t kRight = 24;
constexpr std::size_t kTop = 52;
constexpr std::size_t kUnderAxis = 44;
constexpr std::size_t kLine = 20;
constexpr std::size_t kLetter = 7;  // pixels, about

std::string number(std::size_t n) {
    return std::to_string(n);
}

std::string text_at(std::size_t x, std::size_t y, const std::string& kind,
                    const std::string& text) {
    return "<text class=\"" + kind + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">" + text +
           "</text>\n";
}

/// One line a curve: marker, name, last and extreme values in columns.
class Legend {
public:
    Legend(const Chart& chart, std::size_t width, std::size_t top)
        : rows_(legend_of(chart)), notes_(chart_notes(chart)), width_(width), top_(top) {}

    std::size_t height() const { return kLine * (rows_.size() + notes_.size() + 1); }

    std::string text() const {
        constexpr std::size_t kNumbers = 3 * kColumn;
        const std::size_t numbers = std::max(width_ - kRight, kLeft + kNumbers) - kNumbers;
        std::string out = row(
            top_, numbers, {.last = "last", .lowest = "lowest", .highest = "highest"}, "x-start");
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const std::size_t y = top_ + kLine * (i + 1);
            out += svg_symbol(rows_[i].style, number(kLeft - 12), number(y - 4)) + '\n';
            out += row(y, numbers, rows_[i], "ink");
        }
        for (std::size_t i = 0; i < notes_.size(); ++i) {
            out += text_at(kLeft - 16, top_ + kLine * (rows_.size() + 1 + i), "ink",
                           "× " + escaped(shortened(notes_[i], (width_ - kLeft) / kLetter)));
        }
        return out;
    }

private:
    static constexpr std::size_t kColumn = 140;

    static std::string row(std::size_t y, std::size_t numbers, const LegendRow& cells,
                           const std::string& kind) {
        const std::size_t letters = (numbers - kLeft) / kLetter;
        return text_at(kLeft, y, kind, escaped(shortened(printable(cells.name), letters))) +
               text_at(numbers, y, kind, escaped(cells.last)) +
               text_at(numbers + kColumn * 2 / 3, y, kind, escaped(cells.lowest)) +
               text_at(numbers + kColumn * 11 / 6, y, kind, escaped(cells.highest));
    }

    std::vector<LegendRow> rows_;
    std::vector<std::string> notes_;
    std::size_t width_;
    std::size_t top_;
};

constexpr const char* kFileCss =
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
    "font-variant-numeric:tabular-nums}.title{font-size:16px;font-weight:600}"
    ".ink,.sub,.x-start{font-size:12px}.paper{fill:#fff}.title,.ink{fill:#1c2129}"
    ".sub,.x-start{fill:#525b69}@media screen and (prefers-color-scheme:dark){.paper{fill:#14171c}"
    ".title,.ink{fill:#e8ebf0}.sub,.x-start{fill:#aab2bf}}";

}  // namespace

std::string svg_file(const Chart& chart, const SvgFileOptions& options) {
    const std::size_t axis = kTop + options.height;
    const Legend legend(chart, options.width, axis + kUnderAxis + kLine);
    const std::size_t plot_width = options.width - kLeft - kRight;
    const std::string w = number(options.width);
    const std::string h = number(axis + kUnderAxis + kLine + legend.height());
    const std::string title = escaped(chart.title);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
           "\" viewBox=\"0 0 " + w + " " + h +
           "\" role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">" + title +
           "</title>\n<desc id=\"desc\">" + escaped(description_of(chart)) + "</desc>\n<style>" +
           kFileCss + chart_css() + "</style>\n" + svg_symbols() +
           "\n<rect class=\"paper\" width=\"" + w + "\" height=\"" + h + "\"/>\n" +
           text_at(kLeft, 24, "title", escaped(shortened(printable(chart.title), plot_width / 9))) +
           text_at(kLeft, 42, "sub", subtitle_of(chart)) + "<svg x=\"" + number(kLeft) + "\" y=\"" +
           number(kTop) + "\" width=\"" + number(plot_width) + "\" height=\"" +
           number(options.height) + "\" overflow=\"visible\">" +
           svg_plot(chart, {.height = options.height,
                            .columns = plot_width,
                            .x_ticks = std::max<std::size_t>(plot_width / 90, 2),
                            .y_ticks = std::max<std::size_t>(options.height / 45, 2)}) +
           "</svg>\n" + text_at(kLeft, axis + 36, "sub", "step") + legend.text() + "</svg>\n";
}

}  // namespace ckptlite::cli
