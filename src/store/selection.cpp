// SPDX-License-Identifier: MIT
#include "store/selection.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "ckptlite/error.hpp"
#include "ckptlite/nearest.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"

namespace ckptlite::detail {
namespace {

using Kind = Selector::Kind;

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

class Selection {
public:
    Selection(const db::Connection& connection, const CheckpointFilter& filter)
        : connection_(connection), filter_(filter) {}

    CheckpointInfo find(const Selector& selector) const {
        require_run();
        switch (selector.kind) {
            case Kind::latest:
                return first_of(db::select_checkpoints(connection_, filter_, 1));
            case Kind::step:
                return at_step(selector.number);
            case Kind::id:
                return with_id(selector.number);
            case Kind::lowest:
                return ranked(selector.metric, Best::lowest);
            case Kind::highest:
                return ranked(selector.metric, Best::highest);
            case Kind::best:
                return ranked(selector.metric, direction(selector.metric));
            case Kind::tag:
                return with_tag(selector.tag);
        }
        throw InvalidArgument("there is no such kind of selector");
    }

private:
    ErrorContext place() const {
        return {.file = connection_.file(), .run = filter_.run.value_or(""), .step = filter_.step};
    }

    std::string with_prefix() const {
        return filter_.prefix ? " with the prefix '" + *filter_.prefix + "'" : "";
    }

    void require_run() const {
        if (!filter_.run || db::find_run(connection_, *filter_.run)) return;
        std::vector<std::string> names;
        for (RunInfo& run : db::select_runs(connection_)) names.push_back(std::move(run.name));
        throw NotFound("there is no such run; " + nearest_text(*filter_.run, std::move(names)),
                       place());
    }

    CheckpointInfo first_of(std::vector<CheckpointInfo> found) const {
        if (!found.empty()) return std::move(found.front());
        throw NotFound("there is no such checkpoint" + with_prefix() + "; " + nearest_prefixes(),
                       place());
    }

    std::string nearest_prefixes() const {
        CheckpointFilter here = filter_;
        here.prefix.reset();
        std::set<std::string> prefixes;
        for (auto& checkpoint : db::select_checkpoints(connection_, here, kAll)) {
            prefixes.insert(std::move(checkpoint.prefix));
        }
        if (prefixes.empty() || !filter_.prefix) return "there is none";
        return nearest_text(*filter_.prefix, {prefixes.begin(), prefixes.end()});
    }

    CheckpointInfo at_step(std::int64_t step) const {
        if (filter_.step && *filter_.step != step) {
            throw InvalidArgument("two different steps are asked for", place());
        }
        CheckpointFilter here = filter_;
        here.step = step;
        auto found = db::select_checkpoints(connection_, here, 1);
        if (!found.empty()) return std::move(found.front());
        ErrorContext where = place();
        where.step = step;
        throw NotFound("there is no such checkpoint" + with_prefix() + nearest_steps(step), where);
    }

    /// Those just above and just below.
    std::string nearest_steps(std::int64_t step) const {
        const auto all = db::select_checkpoints(connection_, filter_, kAll);  // highest first
        if (all.empty()) return "; " + nearest_prefixes();
        const auto below = std::ranges::find_if(
            all, [step](const CheckpointInfo& checkpoint) { return checkpoint.step < step; });
        std::vector<std::string> steps;
        if (below != all.begin()) steps.push_back(std::to_string((below - 1)->step));
        if (below != all.end()) steps.push_back(std::to_string(below->step));
        if (steps.size() == 1) return "; the nearest step is " + steps.front();
        return "; the nearest steps are " + steps.front() + " and " + steps.back();
    }

    CheckpointInfo with_id(std::int64_t id) const {
        const auto found = db::find_checkpoint(connection_, id);
        const std::string which = "with the id " + std::to_string(id);
        if (!found) throw NotFound("there is no checkpoint " + which, place());
        return filtered(*found, which);
    }

    CheckpointInfo with_tag(const std::string& tag) const {
        const auto id = db::find_tag(connection_, tag);
        const auto found = id ? db::find_checkpoint(connection_, *id) : std::nullopt;
        if (!found) throw tag_not_found(connection_, tag);
        return filtered(*found, "with the tag '" + tag + "'");
    }

    /// It, if the filter lets it pass.
    CheckpointInfo filtered(const CheckpointInfo& found, const std::string& which) const {
        const auto differs = [](const auto& wanted, const auto& is) {
            return wanted && *wanted != is;
        };
        if (differs(filter_.run, found.run) || differs(filter_.prefix, found.prefix) ||
            differs(filter_.step, found.step)) {
            throw NotFound("the checkpoint " + which + " is of run '" + found.run + "', prefix '" +
                               found.prefix + "', step " + std::to_string(found.step),
                           place());
        }
        return found;
    }

    CheckpointInfo ranked(const MetricName& metric, Best best) const {
        auto found = db::select_best(connection_, metric, best, filter_, 1);
        if (!found.empty()) return std::move(found.front());
        throw metric_not_found(metric);
    }

    NotFound metric_not_found(const MetricName& metric) const {
        std::set<std::string> names;
        for (const auto& checkpoint : db::select_checkpoints(connection_, filter_, kAll)) {
            for (const auto& [group, values] : checkpoint.metrics) {
                for (const auto& [label, value] : values) {
                    names.insert(MetricName{group, label}.text());
                }
            }
        }
        if (names.contains(metric.text())) {
            return NotFound("no checkpoint reports a number for " + metric.text() + ", only NaN",
                            place());
        }
        const std::string missing =
            "no checkpoint" + with_prefix() + " reports " + metric.text() + "; ";
        if (names.empty()) return NotFound(missing + "none reports any metric", place());
        return NotFound(missing + nearest_text(metric.text(), {names.begin(), names.end()}),
                        place());
    }

    /// What the series of best-writers say, else the metric's name.
    Best direction(const MetricName& metric) const {
        const auto has_series = [&](Kind kind) {
            const std::string prefix = Selector{.kind = kind, .metric = metric}.text();
            return !db::select_checkpoints(connection_, {.run = filter_.run, .prefix = prefix}, 1)
                        .empty();
        };
        const bool lowest = has_series(Kind::lowest);
        if (lowest != has_series(Kind::highest)) return lowest ? Best::lowest : Best::highest;
        if (const auto best = direction_of(metric.label)) return *best;
        static_cast<void>(ranked(metric, Best::lowest));  // throws if there is no such metric
        throw InvalidArgument("which end of " + metric.text() +
                                  " is the best is not known: write lowest:" + metric.text() +
                                  " or highest:" + metric.text(),
                              place());
    }

    const db::Connection& connection_;
    const CheckpointFilter& filter_;
};

}  // namespace

CheckpointInfo find_selected(const db::Connection& connection, const Selector& selector,
                             CheckpointFilter filter) {
    if (selector.run && filter.run && *selector.run != *filter.run) {
        throw InvalidArgument(
            "two runs are asked for, '" + *filter.run + "' and '" + *selector.run + "'",
            {.file = connection.file()});
    }
    if (selector.run) filter.run = selector.run;
    const db::ReadTransaction snapshot(connection);
    return Selection(connection, filter).find(selector);
}

NotFound tag_not_found(const db::Connection& connection, std::string_view tag) {
    std::vector<std::string> names;
    for (TagInfo& of : db::select_tags(connection)) names.push_back(std::move(of.tag));
    return NotFound(
        "there is no tag '" + std::string(tag) + "'; " + nearest_text(tag, std::move(names)),
        {.file = connection.file()});
}

}  // namespace ckptlite::detail
