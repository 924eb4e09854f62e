// SPDX-License-Identifier: MIT
// A dashboard that only reads: the runs of a file, how far they are, their best checkpoint and the
// last value of each metric. The file may be one that a training writes at this moment: each answer
// is one snapshot, and the writer waits for milliseconds at most.
//
// dashboard FILE
#include <ckptlite/ckptlite.hpp>
#include <iostream>

namespace {

void show_run(const ckptlite::Store& store, const ckptlite::RunInfo& run) {
    std::cout << run.name << (run.finished_at.empty() ? ": running" : ": finished");
    if (const auto latest = store.latest({.run = run.name})) {
        std::cout << ", checkpoint of step " << latest->step;
    }
    std::cout << '\n';
    for (const auto& best :
         store.best({"eval", "loss"}, ckptlite::Best::lowest, 1, {.run = run.name})) {
        std::cout << "  best: step " << best.step << ", eval/loss "
                  << best.metrics.at("eval").at("loss") << '\n';
    }
    for (const ckptlite::MetricName& metric : store.metric_names(run.name)) {
        for (const ckptlite::MetricPoint& last : store.history(metric, run.name, 1)) {
            std::cout << "  last: step " << last.step << ", " << metric.text() << ' ' << last.value
                      << '\n';
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const ckptlite::Store store(argc > 1 ? argv[1] : "many_runs.db",
                                    {.mode = ckptlite::OpenMode::read_only});
        for (const ckptlite::RunInfo& run : store.runs()) show_run(store, run);
    } catch (const ckptlite::Error& error) {
        std::cerr << "dashboard: " << error.what() << '\n';
        return 1;
    }
}
