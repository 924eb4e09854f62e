// SPDX-License-Identifier: MIT
#include <string>

#include "cli/legend.hpp"
#include "cli/report_page.hpp"
#include "cli/svg_chart.hpp"

namespace ckptlite::cli {
namespace {

/// "0.28 at 4200", the step in small letters.
Markup extreme(const std::string& text) {
    const std::size_t end = text.find(" at ");
    if (end == std::string::npos) return plain(text);
    return plain(text.substr(0, end)) + raw(" ") + element("small", plain(text.substr(end + 1)));
}

Markup legend_table(const Chart& chart) {
    HtmlTable table("Legend and extremes of " + chart.title,
                    {{"run"}, {"last", true}, {"lowest", true}, {"highest", true}});
    for (const LegendRow& row : legend_of(chart)) {
        table.add({raw(svg_marker(row.style)) + name(row.name), plain(row.last),
                   extreme(row.lowest), extreme(row.highest)});
    }
    return table.markup();
}

Markup notes(const Chart& chart) {
    Markup items;
    for (const std::string& note : chart_notes(chart)) items += element("li", plain(note));
    return items.html.empty() ? items : element("ul class=\"notes\"", items);
}

Markup picture(const Chart& chart, const FigureOptions& options) {
    const std::string height = std::to_string(options.height);
    const Markup title =
        element("title", plain(chart.title)) + element("desc", plain(description_of(chart)));
    return element("div class=\"plot\"",
                   element("svg role=\"img\" width=\"100%\" height=\"" + height + "\"",
                           title + raw(svg_plot(chart, {.height = options.height,
                                                        .columns = options.columns,
                                                        .x_ticks = options.small ? 3UL : 6UL,
                                                        .y_ticks = options.small ? 5UL : 6UL}))) +
                       element("p class=\"steps\" aria-hidden=\"true\"", raw("step")));
}

}  // namespace

Markup figure(const Chart& chart, const FigureOptions& options) {
    Markup caption = element(options.small ? "h4" : "h3", name(chart.title));
    const std::string how = subtitle_of(chart);
    const std::string note = how + (how.empty() || options.note.empty() ? "" : ", ") + options.note;
    if (!note.empty()) caption += element("p class=\"note\"", plain(note));
    const Markup inside = element("figcaption", caption) + picture(chart, options) +
                          (options.small ? Markup{} : legend_table(chart)) + notes(chart);
    return element(options.small ? "figure class=\"card small\"" : "figure class=\"card\"",
                   inside) +
           raw("\n");
}

}  // namespace ckptlite::cli
