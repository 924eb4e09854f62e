// SPDX-License-Identifier: MIT
// Metrics as a checkpoint reports them, and the name of one of them.
//
// Values may be any double. NaN and infinities are kept; when checkpoints are ranked, NaN and a
// missing value never win, infinities compare as numbers, and ties go to the later step.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// group -> label -> value: {"eval": {"loss": 0.31}}. A group's name contains no '/'.
using Metrics = std::map<std::string, std::map<std::string, double>>;

/// One metric of one group.
struct MetricName {
    std::string group;
    std::string label;

    /// "eval/loss"; splits at the first '/'. Throws InvalidArgument if there is none, or if the
    /// group or the label is empty.
    static MetricName parse(std::string_view text);

    /// "eval/loss".
    std::string text() const { return group + "/" + label; }

    friend auto operator<=>(const MetricName&, const MetricName&) = default;
};

/// Which end of a metric is the good one.
enum class Best : bool { lowest, highest };

}  // namespace ckptlite
