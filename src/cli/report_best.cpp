// SPDX-License-Identifier: MIT
#include "cli/output.hpp"
#include "cli/report_page.hpp"

namespace ckptlite::cli {
namespace {

Markup value_cell(const std::optional<CheckpointInfo>& checkpoint, const MetricName& metric) {
    if (!checkpoint) return raw("NaN only");
    const double value = checkpoint->metrics.at(metric.group).at(metric.label);
    return element("strong", plain(number_text(value))) + raw(" ") +
           element("small", plain("step " + std::to_string(checkpoint->step) + ", ") +
                                name(checkpoint->run));
}

}  // namespace

Markup best_section(const ReportData& data) {
    HtmlTable table("Checkpoints with the lowest and the highest value of each metric",
                    {{"metric"}, {"lowest"}, {"highest"}});
    for (const BestCheckpoints& best : data.best) {
        table.add({name(best.metric.text()), value_cell(best.lowest, best.metric),
                   value_cell(best.highest, best.metric)});
    }
    const Markup inside =
        table.empty()
            ? element("p", raw("No checkpoint reports a metric."))
            : element("p class=\"lead\"",
                      raw("Among the checkpoints that are still in the file, over all runs.")) +
                  element("div class=\"card\"", table.markup());
    return section("best", "Best checkpoints", inside);
}

}  // namespace ckptlite::cli
