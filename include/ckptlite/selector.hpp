// SPDX-License-Identifier: MIT
// The small language that names one checkpoint of a file, for the command line and for programs:
//
//   latest                  the highest step
//   300                     step 300; of equal steps the one that was saved last
//   step:-5                 the same, for steps that look like an option
//   id:17                   the row with this id in the table `checkpoint`
//   tag:release             the checkpoint that has this tag
//   lowest:eval/loss        the lowest value of a metric; NaN and missing never win
//   highest:eval/accuracy   the highest
//   best:eval/loss          one of the two: see Selector::Kind::best
//
// Each may follow the name of a run: "big-model@latest". A run is what stands before the first '@'
// behind which a selector stands, so names with '@' work. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ckptlite/metrics.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct Selector {
    enum class Kind {
        latest,
        step,
        id,
        lowest,
        highest,
        /// The direction in which the run's best-writer ranked: LowestCheckpointFileWriter leaves a
        /// series named "lowest:eval/loss". Without one, or with both, the last word of the label
        /// decides (direction_of); if it says nothing, finding throws InvalidArgument.
        best,
        tag,
    };

    std::optional<std::string> run{};
    Kind kind = Kind::latest;
    std::int64_t number = 0;  ///< of a step or an id
    MetricName metric{};      ///< of lowest, highest and best
    std::string tag{};

    /// Throws InvalidArgument that says what a selector looks like.
    static Selector parse(std::string_view text);
    /// What parse() reads as this, unless the run's name begins as a selector of a metric does.
    std::string text() const;
};

/// By the last word of a label: losses, errors and perplexities are best when lowest; accuracies,
/// scores, rewards and such when highest. Nothing for other words.
std::optional<Best> direction_of(std::string_view label);

}  // namespace ckptlite
