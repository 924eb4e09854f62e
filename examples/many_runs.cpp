// SPDX-License-Identifier: MIT
// Many runs in one file: trains the same small model at several rates, each as a run with its
// settings, its metric history and its last two checkpoints; then asks all of them which was best.
// Called again, it goes on where each run was.
//
// many_runs FILE
#include <ckptlite/ckptlite.hpp>
#include <iostream>

namespace {

/// Finds the lowest point of a bowl by gradient descent.
struct Model {
    std::vector<double> weights = std::vector<double>(100, 1.0);
    std::int64_t step = 0;

    double loss() const {
        double sum = 0;
        for (const double w : weights) sum += w * w;
        return sum / static_cast<double>(weights.size());
    }
    void train(double rate) {
        for (double& w : weights) w -= rate * 2 * w;
        ++step;
    }
};
CKPTLITE_TREE(Model, namedtuple, weights, step);

void train_run(ckptlite::Store& store, const std::string& run, double rate) {
    store.start_run(run, "{\"rate\": " + std::to_string(rate) + "}");
    Model model;
    if (const auto latest = store.latest({.run = run})) restore_into(store, *latest, model);
    for (int i = 0; i < 30; ++i) {
        model.train(rate);
        const ckptlite::Metrics metrics{{"eval", {{"loss", model.loss()}}}};
        store.log(model.step, metrics, run);
        if (model.step % 10 != 0) continue;
        store.save(ckptlite::to_tree(model),
                   {.run = run, .step = model.step, .metrics = metrics, .retention = {.last = 2}});
    }
    store.finish_run(run);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        ckptlite::Store store(argc > 1 ? argv[1] : "many_runs.db");
        train_run(store, "slow", 0.01);
        train_run(store, "right", 0.1);
        train_run(store, "too fast", 1.01);

        const ckptlite::CheckpointInfo best = store.find("best:eval/loss");
        Model model;
        restore_into(store, best, model);
        std::cout << "The best is step " << best.step << " of the run '" << best.run << "', loss "
                  << model.loss() << ".\n";
    } catch (const ckptlite::Error& error) {
        std::cerr << "many_runs: " << error.what() << '\n';
        return 1;
    }
}
