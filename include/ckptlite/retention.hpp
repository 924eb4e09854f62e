// SPDX-License-Identifier: MIT
// Which checkpoints to keep: a policy, and the plan it makes of a list of checkpoints.
//
// A policy is a union of rules: a checkpoint stays if any rule wants it. A policy without rules
// keeps everything. Planning is a pure function: it reads no clock and no file, and may be called
// from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ckptlite/metrics.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// "The n best by this metric."
struct KeepBest {
    MetricName metric;
    Best best = Best::lowest;
    std::int64_t n = 1;
};

struct RetentionPolicy {
    /// The n highest steps.
    std::optional<std::int64_t> last{};
    /// The n best of each metric; NaN and missing never count, ties go to the later step.
    std::vector<KeepBest> best{};
    /// Steps that are a multiple of this, step 0 included.
    std::optional<std::int64_t> every_n_steps{};
    /// Checkpoints created no longer ago than this.
    std::optional<std::chrono::seconds> within{};
    /// From the highest step down, as many as together fit into this many stored bytes.
    std::optional<std::uint64_t> max_bytes{};

    bool keeps_everything() const noexcept {
        return !last && best.empty() && !every_n_steps && !within && !max_bytes;
    }
};

/// What a plan needs to know of a checkpoint.
struct RetentionCandidate {
    std::int64_t id = 0;
    std::int64_t step = 0;
    std::chrono::sys_seconds created_at{};
    std::uint64_t stored_nbytes = 0;
    bool pinned = false;
    std::vector<std::string> tags{};
    Metrics metrics{};
};

struct RetentionDecision {
    std::int64_t id = 0;
    std::int64_t step = 0;
    bool keep = true;
    /// Every rule that wants it: "pinned; tagged 'release'; last 3". For a row that goes: why no
    /// rule wants it, "no rule keeps it".
    std::string reason{};
};

/// One decision a candidate, in the candidates' order. `just_written`, if among them, always
/// stays. Throws InvalidArgument for a policy with negative numbers or every_n_steps of 0.
std::vector<RetentionDecision> plan_retention(std::span<const RetentionCandidate> candidates,
                                              const RetentionPolicy& policy,
                                              std::chrono::sys_seconds now,
                                              std::optional<std::int64_t> just_written = {});

}  // namespace ckptlite
