// SPDX-License-Identifier: MIT
// The page of `ckptlite report`: one file of HTML that needs nothing else, no script, no network.
// All that is known stands in it in words and numbers, not only in pictures. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "cli/chart.hpp"
#include "cli/markup.hpp"
#include "cli/report_data.hpp"

namespace ckptlite::cli {

/// report.css.
extern const std::string_view kReportCss;

std::string report_page(const ReportData& data);

// The sections of the page, each with its heading; empty if there is nothing to say.
Markup curves_section(const ReportData& data);
Markup best_section(const ReportData& data);
Markup alarms_section(const ReportData& data);
Markup leaves_section(const ReportData& data);
Markup storage_section(const ReportData& data);
Markup runs_section(const ReportData& data);

/// <section> with a heading that the page's contents link to.
Markup section(std::string_view id, std::string_view title, const Markup& inside);
/// A curve's chart in a frame, with what its legend says as a table.
struct FigureOptions {
    std::size_t height = 240;
    std::size_t columns = 400;
    bool small = false;  ///< one of several beside each other: no legend
    std::string note{};  ///< a sentence under the title; our own words
};
Markup figure(const Chart& chart, const FigureOptions& options);

}  // namespace ckptlite::cli
