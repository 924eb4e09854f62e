// SPDX-License-Identifier: MIT
#include "ckptlite/retention.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ckptlite/error.hpp"

namespace ckptlite {
namespace {

void check_policy(const RetentionPolicy& policy) {
    const auto refuse = [](std::string_view what) {
        throw InvalidArgument("the retention policy " + std::string(what));
    };
    if (policy.last && *policy.last < 0) refuse("keeps a negative number of checkpoints");
    if (policy.every_n_steps && *policy.every_n_steps <= 0) refuse("needs every_n_steps above 0");
    if (policy.within && policy.within->count() < 0) refuse("keeps a negative time");
    for (const KeepBest& rule : policy.best) {
        if (rule.n >= 0) continue;
        refuse("keeps a negative number of the best " + rule.metric.text());
    }
}

/// The value that counts: nothing for a missing one and for NaN.
std::optional<double> value_of(const RetentionCandidate& candidate, const MetricName& metric) {
    const auto group = candidate.metrics.find(metric.group);
    if (group == candidate.metrics.end()) return std::nullopt;
    const auto value = group->second.find(metric.label);
    if (value == group->second.end() || std::isnan(value->second)) return std::nullopt;
    return value->second;
}

/// Collects, a row at a time, the rules that want it.
class Plan {
public:
    explicit Plan(std::span<const RetentionCandidate> candidates)
        : candidates_(candidates), reasons_(candidates.size()), newest_first_(candidates.size()) {
        std::iota(newest_first_.begin(), newest_first_.end(), std::size_t{0});
        std::sort(newest_first_.begin(), newest_first_.end(), [this](std::size_t a, std::size_t b) {
            return std::pair(candidates_[a].step, candidates_[a].id) >
                   std::pair(candidates_[b].step, candidates_[b].id);
        });
    }

    void keep(std::size_t row, const std::string& reason) {
        if (!reasons_[row].empty()) reasons_[row] += "; ";
        reasons_[row] += reason;
    }

    template <typename Wanted>
    void keep_if(const std::string& reason, Wanted wanted) {
        for (std::size_t row = 0; row < candidates_.size(); ++row) {
            if (wanted(candidates_[row])) keep(row, reason);
        }
    }

    void keep_tagged() {
        for (std::size_t row = 0; row < candidates_.size(); ++row) {
            for (const std::string& tag : candidates_[row].tags) keep(row, "tagged '" + tag + "'");
        }
    }

    void keep_last(std::int64_t n) {
        const auto count = std::min(static_cast<std::size_t>(n), newest_first_.size());
        for (std::size_t i = 0; i < count; ++i) {
            keep(newest_first_[i], "last " + std::to_string(n));
        }
    }

    void keep_best(const KeepBest& rule) {
        std::vector<std::size_t> rows;
        for (const std::size_t row : newest_first_) {
            if (value_of(candidates_[row], rule.metric)) rows.push_back(row);
        }
        // Stable, and the later step stands first: ties go to it.
        std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
            const double x = *value_of(candidates_[a], rule.metric);
            const double y = *value_of(candidates_[b], rule.metric);
            return rule.best == Best::lowest ? x < y : x > y;
        });
        const std::string which = rule.best == Best::lowest ? "lowest " : "highest ";
        rows.resize(std::min(rows.size(), static_cast<std::size_t>(rule.n)));
        for (const std::size_t row : rows) keep(row, which + rule.metric.text());
    }

    void keep_budget(std::uint64_t max_bytes) {
        std::uint64_t left = max_bytes;
        for (const std::size_t row : newest_first_) {
            if (candidates_[row].stored_nbytes > left) return;
            left -= candidates_[row].stored_nbytes;
            keep(row, "fits into " + std::to_string(max_bytes) + " bytes");
        }
    }

    std::vector<RetentionDecision> decisions() && {
        std::vector<RetentionDecision> out;
        out.reserve(candidates_.size());
        for (std::size_t row = 0; row < candidates_.size(); ++row) {
            const bool keep = !reasons_[row].empty();
            out.push_back({.id = candidates_[row].id,
                           .step = candidates_[row].step,
                           .keep = keep,
                           .reason = keep ? std::move(reasons_[row]) : "no rule keeps it"});
        }
        return out;
    }

private:
    std::span<const RetentionCandidate> candidates_;
    std::vector<std::string> reasons_;
    std::vector<std::size_t> newest_first_;
};

}  // namespace

std::vector<RetentionDecision> plan_retention(std::span<const RetentionCandidate> candidates,
                                              const RetentionPolicy& policy,
                                              std::chrono::sys_seconds now,
                                              std::optional<std::int64_t> just_written) {
    using Row = RetentionCandidate;
    check_policy(policy);
    Plan plan(candidates);
    plan.keep_if("just written", [&](const Row& row) { return row.id == just_written; });
    plan.keep_if("pinned", [](const Row& row) { return row.pinned; });
    plan.keep_tagged();
    if (policy.keeps_everything()) plan.keep_if("no rules", [](const Row&) { return true; });
    if (policy.last) plan.keep_last(*policy.last);
    for (const KeepBest& rule : policy.best) plan.keep_best(rule);
    if (const auto n = policy.every_n_steps) {
        plan.keep_if("every " + std::to_string(*n) + " steps",
                     [n](const Row& row) { return row.step % *n == 0; });
    }
    if (const auto age = policy.within) {
        plan.keep_if("within " + std::to_string(age->count()) + " s",
                     [&](const Row& row) { return now - row.created_at <= *age; });
    }
    if (policy.max_bytes) plan.keep_budget(*policy.max_bytes);
    return std::move(plan).decisions();
}

}  // namespace ckptlite
