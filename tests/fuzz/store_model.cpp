// SPDX-License-Identifier: MIT
#include "fuzz/store_model.hpp"

#include <cmath>

#include "fuzz/fuzz_target.hpp"

namespace ckptlite::fuzz {
namespace {

bool same(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

bool same(const Metrics& a, const Metrics& b) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
        return x.first == y.first &&
               std::ranges::equal(x.second, y.second, [](const auto& v, const auto& w) {
                   return v.first == w.first && same(v.second, w.second);
               });
    });
}

/// Nothing if it is missing or NaN, which never win.
std::optional<double> value_of(const Metrics& metrics, const MetricName& name) {
    const auto group = metrics.find(name.group);
    if (group == metrics.end()) return std::nullopt;
    const auto value = group->second.find(name.label);
    if (value == group->second.end() || std::isnan(value->second)) return std::nullopt;
    return value->second;
}

const MetricName kLoss{"eval", "loss"};

}  // namespace

std::vector<StoreModel::Entry*> StoreModel::series(const std::string& run,
                                                   const std::string& prefix) {
    std::vector<Entry*> found;
    for (Entry& entry : entries_) {
        if (entry.options.run == run && entry.options.prefix == prefix) found.push_back(&entry);
    }
    return found;
}

StoreModel::Entry* StoreModel::find(std::size_t nth) {
    const auto found = std::ranges::find(entries_, nth, &Entry::nth);
    return found == entries_.end() ? nullptr : &*found;
}

void StoreModel::add_run(const std::string& run) {
    if (std::ranges::find(runs_, run, &std::pair<std::string, std::string>::first) == runs_.end())
        runs_.emplace_back(run, "{}");
}

StoreModel::Outcome StoreModel::save(const SaveOptions& options, const Tree& tree) {
    bool pinned = options.pinned;
    std::set<std::string> tags;
    for (const Entry* old : series(options.run, options.prefix)) {
        if (old->options.step < options.step) continue;
        if (!options.overwrite) return Outcome::already_exists;
        const bool same_step = old->options.step == options.step;
        if ((old->options.pinned || !old->tags.empty()) && !same_step)
            return Outcome::already_exists;
        if (!same_step) continue;
        pinned = pinned || old->options.pinned;
        tags = old->tags;
    }
    std::erase_if(entries_, [&](const Entry& old) {
        return old.options.run == options.run && old.options.prefix == options.prefix &&
               old.options.step >= options.step;
    });
    add_run(options.run);
    entries_.push_back({saved_, options, tree, tags});
    entries_.back().options.pinned = pinned;
    log(options.step, options.metrics, options.run);
    if (!options.retention.keeps_everything())
        retain(options.retention, options.run, options.prefix, saved_);
    ++saved_;
    return Outcome::done;
}

StoreModel::Outcome StoreModel::remove(std::size_t nth) {
    return std::erase_if(entries_, [&](const Entry& entry) { return entry.nth == nth; }) > 0
               ? Outcome::done
               : Outcome::not_found;
}

StoreModel::Outcome StoreModel::pin(std::size_t nth, bool pinned) {
    Entry* const entry = find(nth);
    if (entry == nullptr) return Outcome::not_found;
    entry->options.pinned = pinned;
    return Outcome::done;
}

StoreModel::Outcome StoreModel::tag(std::size_t nth, const std::string& tag, bool move) {
    Entry* const entry = find(nth);
    if (entry == nullptr) return Outcome::not_found;
    for (Entry& other : entries_) {
        if (&other == entry || !other.tags.contains(tag)) continue;
        if (!move) return Outcome::already_exists;
        other.tags.erase(tag);
    }
    entry->tags.insert(tag);
    return Outcome::done;
}

StoreModel::Outcome StoreModel::untag(const std::string& tag) {
    for (Entry& entry : entries_) {
        if (entry.tags.erase(tag) > 0) return Outcome::done;
    }
    return Outcome::not_found;
}

StoreModel::Outcome StoreModel::set_note(std::size_t nth, const std::string& note) {
    Entry* const entry = find(nth);
    if (entry == nullptr) return Outcome::not_found;
    entry->options.note = note;
    return Outcome::done;
}

void StoreModel::log(std::int64_t step, const Metrics& metrics, const std::string& run) {
    for (const auto& [group, values] : metrics) {
        for (const auto& [label, value] : values) {
            add_run(run);
            history_[{run, group, label}][step] = value;
        }
    }
}

void StoreModel::start_run(const std::string& run, const std::string& config) {
    add_run(run);
    std::ranges::find(runs_, run, &std::pair<std::string, std::string>::first)->second = config;
}

void StoreModel::retain(const RetentionPolicy& policy, const std::string& run,
                        const std::string& prefix) {
    retain(policy, run, prefix, std::nullopt);
}

void StoreModel::retain(const RetentionPolicy& policy, const std::string& run,
                        const std::string& prefix, std::optional<std::size_t> just_saved) {
    auto rows = series(run, prefix);
    std::vector<std::size_t> kept;
    const auto keep_first = [&](std::int64_t n) {
        for (std::size_t i = 0; i < rows.size() && static_cast<std::int64_t>(i) < n; ++i)
            kept.push_back(rows[i]->nth);
    };
    std::ranges::sort(rows, std::greater(), [](const Entry* row) { return row->options.step; });
    for (const Entry* row : rows) {
        const bool every = policy.every_n_steps && row->options.step % *policy.every_n_steps == 0;
        const bool named = row->options.pinned || !row->tags.empty();
        if (named || row->nth == just_saved || every) kept.push_back(row->nth);
    }
    if (policy.last) keep_first(*policy.last);
    if (policy.keeps_everything()) keep_first(INT64_MAX);
    for (const KeepBest& best : policy.best) {
        std::erase_if(
            rows, [&](const Entry* row) { return !value_of(row->options.metrics, best.metric); });
        // Stable: of equal values the later step stays in front.
        std::ranges::stable_sort(rows, [&](const Entry* a, const Entry* b) {
            const double x = *value_of(a->options.metrics, best.metric);
            const double y = *value_of(b->options.metrics, best.metric);
            return best.best == Best::lowest ? x < y : x > y;
        });
        keep_first(best.n);
    }
    std::erase_if(entries_, [&](const Entry& entry) {
        return entry.options.run == run && entry.options.prefix == prefix &&
               std::ranges::find(kept, entry.nth) == kept.end();
    });
}

std::vector<StoreModel::Entry> StoreModel::newest_first() const {
    auto entries = entries_;
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
        return std::tuple(-a.options.step, b.nth) < std::tuple(-b.options.step, a.nth);
    });
    return entries;
}

void StoreModel::check_checkpoints(const Store& store) const {
    const auto expected = newest_first();
    const auto found = store.checkpoints();
    require(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const SaveOptions& options = expected[i].options;
        const CheckpointInfo& info = found[i];
        require(info.run == options.run && info.prefix == options.prefix);
        require(info.step == options.step && info.version == options.version);
        require(info.pinned == options.pinned && info.note == options.note);
        require(std::ranges::equal(info.tags, expected[i].tags));
        require(info.loss == options.loss && same(info.metrics, options.metrics));
    }
}

void StoreModel::check(const Store& store) const {
    check_checkpoints(store);
    const auto expected = newest_first();
    const auto found = store.checkpoints();
    for (std::size_t i = 0; i < found.size(); ++i) {
        require(store.load(found[i]) == expected[i].tree);
    }
    // Logged values wait, so that runs may be made in another order.
    std::vector<std::pair<std::string, std::string>> runs;
    for (const RunInfo& run : store.runs()) runs.emplace_back(run.name, run.config);
    require(std::ranges::is_permutation(runs, runs_));
    check_best(store, Best::lowest);
    check_best(store, Best::highest);
    check_history(store);
}

void StoreModel::check_best(const Store& store, Best best) const {
    std::vector<std::tuple<double, std::int64_t, std::size_t>> expected;
    for (const Entry& entry : entries_) {
        const auto value = value_of(entry.options.metrics, kLoss);
        if (!value) continue;
        expected.emplace_back(best == Best::lowest ? *value : -*value, -entry.options.step,
                              saved_ - entry.nth);
    }
    std::ranges::sort(expected);
    const auto found = store.best(kLoss, best, 1'000);
    require(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        require(found[i].step == -std::get<1>(expected[i]));
        const double value = *value_of(found[i].metrics, kLoss);
        require((best == Best::lowest ? value : -value) == std::get<0>(expected[i]));
    }
}

void StoreModel::check_history(const Store& store) const {
    for (const auto& [run, config] : runs_) {
        std::size_t n = 0;
        for (const MetricName& name : store.metric_names(run)) {
            ++n;
            const auto expected = history_.find({run, name.group, name.label});
            require(expected != history_.end());
            const auto points = store.history(name, run);
            require(std::ranges::equal(
                points, expected->second, [](const MetricPoint& point, const auto& pair) {
                    return point.step == pair.first && same(point.value, pair.second);
                }));
        }
        require(n == static_cast<std::size_t>(
                         std::ranges::count_if(history_, [&of_run = run](const auto& of) {
                             return std::get<0>(of.first) == of_run;
                         })));
    }
}

}  // namespace ckptlite::fuzz
