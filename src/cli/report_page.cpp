// SPDX-License-Identifier: MIT
#include "cli/report_page.hpp"

#include <algorithm>

#include "cli/output.hpp"
#include "cli/svg_chart.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

Markup fact(const std::string& value, const std::string& what) {
    return element("div", element("dt", plain(what)) + element("dd", plain(value)));
}

std::size_t n_values(const ReportData& data) {
    std::size_t n = 0;
    for (const MetricCurves& of : data.curves) {
        for (const Series& series : of.series) n += series.points.size();
    }
    return n;
}

std::string last_save(const ReportData& data) {
    std::string latest;
    for (const CheckpointInfo& checkpoint : data.checkpoints) {
        latest = std::max(latest, checkpoint.created_at);
    }
    return latest.empty() ? "none" : minute_text(latest);
}

Markup header(const ReportData& data) {
    const Markup facts = fact(std::to_string(data.runs.size()), "runs") +
                         fact(std::to_string(data.checkpoints.size()), "checkpoints") +
                         fact(std::to_string(n_values(data)), "metric values") +
                         fact(size_text(data.file_nbytes), "file") +
                         fact(last_save(data), "last save, UTC");
    return element("header", element("p class=\"kind\"", raw("ckptlite report")) +
                                 element("h1", name(data.file)) +
                                 element("dl class=\"facts\"", facts));
}

Markup link(const char* id, const char* title) {
    return element(std::string("a href=\"#") + id + "\"", raw(title));
}

Markup contents() {
    return element("nav aria-label=\"Contents\"",
                   link("alarms", "Alarms") + link("curves", "Curves") + link("best", "Best") +
                       link("leaves", "Leaves") + link("storage", "Storage") +
                       link("runs", "Runs"));
}

}  // namespace

Markup section(std::string_view id, std::string_view title, const Markup& inside) {
    return element("section aria-labelledby=\"" + std::string(id) + "\"",
                   element("h2 id=\"" + std::string(id) + "\"", plain(title)) + inside) +
           raw("\n");
}

std::string report_page(const ReportData& data) {
    const std::string title = escaped(data.file) + ": ckptlite report";
    // Whatever a name in the file tries: the page may load nothing and run nothing.
    const std::string head =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<title>" +
        title + "</title>\n<style>\n" + std::string(kReportCss) + chart_css() +
        "\n</style>\n</head>\n<body>\n<svg class=\"symbols\" aria-hidden=\"true\">" +
        svg_symbols() + "</svg>\n";
    const Markup body =
        header(data) + contents() +
        element("main", alarms_section(data) + curves_section(data) + best_section(data) +
                            leaves_section(data) + storage_section(data) + runs_section(data)) +
        element("footer", plain("Made " + data.made_at + " by ckptlite report."));
    return head + body.html + "\n</body>\n</html>\n";
}

}  // namespace ckptlite::cli
