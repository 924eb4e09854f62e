// SPDX-License-Identifier: MIT
// Makes a file with long metric histories, for the tests of plot and report.
// usage: make_curves FILE RUNS POINTS   exit code 1 and one line on stderr if it cannot
//
// Run i is called "run-i", but for run 1, whose name is a script; each has train/loss, train/lr and
// train/grad_norm at every step from 1 on, and eval/loss at every hundredth. A spike of 77 stands
// in train/loss of run 0 at two fifths of its steps; the last run becomes infinite at four fifths
// and is NaN from then on. Each run has three checkpoints, the last run's with a NaN in the end.
#include <cmath>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::test {
namespace {

constexpr double kSpike = 77;

struct Shape {
    std::int64_t runs;
    std::int64_t points;
};

std::string name_of(std::int64_t run) {
    return run == 1 ? "<script>alert('&\"')</script>" : "run-" + std::to_string(run);
}

double diverging(double loss, const Shape& shape, std::int64_t run, std::int64_t step) {
    using Limits = std::numeric_limits<double>;
    if (run == 0 && step == shape.points * 2 / 5) return kSpike;
    const std::int64_t last_good = shape.points * 4 / 5;
    if (run + 1 < shape.runs || step < last_good) return loss;
    return step == last_good ? Limits::infinity() : Limits::quiet_NaN();
}

void log_run(Store& store, const Shape& shape, std::int64_t run, std::mt19937_64& random) {
    std::normal_distribution<double> noise(0, 0.12);
    const double rate = 1.0 + 0.15 * static_cast<double>(run);
    for (std::int64_t step = 1; step <= shape.points; ++step) {
        const double done = static_cast<double>(step) / static_cast<double>(shape.points);
        const double loss = 1.2 + 0.05 * static_cast<double>(run) + 3 * std::exp(-6 * rate * done);
        Metrics metrics{{"train",
                         {{"loss", diverging(loss + noise(random), shape, run, step)},
                          {"grad_norm", std::exp(3 * noise(random)) * (2 - done)},
                          {"lr", 1e-3 * std::cos(1.5 * done)}}}};
        if (step % 100 == 0) metrics["eval"]["loss"] = loss + 0.2 * done * done;
        store.log(step, metrics, name_of(run));
    }
}

void save_checkpoints(Store& store, const Shape& shape, std::int64_t run) {
    for (std::int64_t part = 1; part <= 3; ++part) {
        const bool lost = run + 1 == shape.runs && part == 3;
        const auto weight = static_cast<float>(part + run);
        const float last = lost ? std::numeric_limits<float>::quiet_NaN() : weight;
        std::vector<float> kernel(4096, weight / 8);
        kernel.back() = last;
        store.save(Dict{{"model_params",
                         Dict{{"<b>kernel", Tensor::own(std::move(kernel), {64, 64})},
                              {"bias", Tensor::own(std::vector<float>{weight, last}, {2})}}}},
                   {.run = name_of(run),
                    .step = shape.points * part / 3,
                    .metrics = {{"eval", {{"score", 1.0 / weight}}}}});
    }
}

void make_curves(const std::string& file, const Shape& shape) {
    Store store(file, {.threads = 1});
    std::mt19937_64 random(1);
    for (std::int64_t run = 0; run < shape.runs; ++run) {
        store.start_run(name_of(run), R"({"seed": )" + std::to_string(run) + R"(, "width": 64})");
        log_run(store, shape, run, random);
        save_checkpoints(store, shape, run);
    }
    store.close();
}

}  // namespace
}  // namespace ckptlite::test

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: make_curves FILE RUNS POINTS\n";
        return 2;
    }
    try {
        ckptlite::test::make_curves(argv[1], {std::stoll(argv[2]), std::stoll(argv[3])});
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "make_curves: " << error.what() << '\n';
        return 1;
    }
}
