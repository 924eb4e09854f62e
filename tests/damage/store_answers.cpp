// SPDX-License-Identifier: MIT
#include "damage/store_answers.hpp"

#include <bit>

#include "ckptlite/error.hpp"

namespace ckptlite::test {
namespace {

/// All bits of it count.
std::string text(double value) {
    return std::to_string(std::bit_cast<std::uint64_t>(value));
}
std::string text(const std::string& value) {
    return "'" + value + "'";
}
template <std::integral T>
std::string text(T value) {
    return std::to_string(value);
}
template <typename T>
std::string text(const std::optional<T>& value) {
    return value ? text(*value) : "-";
}

std::string line(const auto&... values) {
    std::string out;
    ((out += text(values) + " "), ...);
    return out;
}

std::string line_of(const CheckpointInfo& of) {
    std::string out =
        "checkpoint " + line(of.id, of.run, of.prefix, of.step, of.version, of.loss,
                             of.n_completed_steps, of.elapsed_time, of.pinned, of.note,
                             of.created_at, of.n_leaves, of.nbytes, of.stored_nbytes);
    for (const std::string& tag : of.tags) out += line(tag);
    for (const auto& [group, values] : of.metrics) {
        out += line(group);
        for (const auto& [label, value] : values) out += line(label, value);
    }
    return out;
}

std::string line_of(const LeafInfo& leaf) {
    const LeafStatistics& of = leaf.statistics;
    return "leaf " + line(leaf.path, leaf.kind, leaf.dtype ? static_cast<int>(*leaf.dtype) : -1,
                          shape_text(leaf.shape), leaf.nbytes, leaf.stored_nbytes, of.min, of.max,
                          of.mean, of.norm, of.nan_count, of.inf_count);
}

class Asking {
public:
    template <typename Ask>
    void ask(Ask ask) {
        try {
            ask();
        } catch (const Error& error) {
            answers.errors.emplace_back(error.what());
        }
    }
    void add(std::string fact) { answers.facts.push_back(std::move(fact)); }

    Answers answers{};
};

void ask_of_run(Asking& to, const Store& store, const std::string& run) {
    for (const MetricName& metric : store.metric_names(run)) {
        to.add("metric " + line(run, metric.group, metric.label));
        for (const MetricPoint& point : store.history(metric, run)) {
            to.add(line(point.step, point.value, point.at));
        }
        for (const Best best : {Best::lowest, Best::highest}) {
            for (const auto& found : store.best(metric, best, 100)) to.add(line(found.id));
        }
    }
    const auto latest = store.latest({.run = run});
    to.add("latest " + line(run, latest ? latest->id : 0));
}

}  // namespace

Answers answers_of(const Store& store) {
    Asking to;
    std::vector<CheckpointInfo> checkpoints;
    to.ask([&] {
        checkpoints = store.checkpoints();
        for (const CheckpointInfo& checkpoint : checkpoints) to.add(line_of(checkpoint));
    });
    std::vector<std::string> runs;
    to.ask([&] {
        for (const RunInfo& of : store.runs()) {
            to.add("run " + line(of.id, of.name, of.uuid, of.config, of.created_at, of.finished_at,
                                 of.parent_run, of.parent_step));
            runs.push_back(of.name);
        }
    });
    for (const std::string& run : runs) {
        to.ask([&] { ask_of_run(to, store, run); });
    }
    for (const CheckpointInfo& checkpoint : checkpoints) {
        to.ask([&] {
            const CheckpointFilter one{.run = checkpoint.run, .prefix = checkpoint.prefix};
            to.add("series " + line(store.checkpoints(one).size()));
            for (const LeafInfo& leaf : store.leaves(checkpoint)) to.add(line_of(leaf));
        });
    }
    return std::move(to.answers);
}

std::map<std::int64_t, Tree> trees_of(const Store& store) {
    std::map<std::int64_t, Tree> trees;
    for (const CheckpointInfo& checkpoint : store.checkpoints()) {
        trees.emplace(checkpoint.id, store.load(checkpoint));
    }
    return trees;
}

}  // namespace ckptlite::test
