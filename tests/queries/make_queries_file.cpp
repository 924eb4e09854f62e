// SPDX-License-Identifier: MIT
// Makes the file that docs/QUERIES.md asks: four runs of a small network, always the same numbers.
// usage: make_queries_file FILE   exit code 1 and one line on stderr if it cannot
#include <cmath>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::test {
namespace {

struct Run {
    std::string name;
    std::string config;
    std::int64_t first_step;
    std::int64_t last_step;
    std::int64_t width;
    double floor;           // of the loss
    std::int64_t diverges;  // from this step on everything is NaN; 0: never
    std::string parent{};
    bool finished = true;
};

const std::vector<Run>& runs() {
    static const std::vector<Run> all = {
        {"baseline", R"({"learning_rate": 0.001, "width": 64, "seed": 1})", 100, 800, 64, 0.45, 0},
        {"wide", R"({"learning_rate": 0.001, "width": 128, "seed": 1})", 100, 500, 128, 0.3, 0, "",
         false},
        {"wide-resumed", R"({"learning_rate": 0.0005, "width": 128, "seed": 1})", 600, 900, 128,
         0.3, 0, "wide"},
        {"hot", R"({"learning_rate": 0.1, "width": 64, "seed": 2})", 100, 400, 64, 0.6, 300, "",
         false},
    };
    return all;
}

/// A number from 0 to 999 that looks random; the same on every machine.
std::int64_t noise(std::int64_t n) {
    const auto x = static_cast<std::uint64_t>(n) * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((x >> 33) % 1000);
}

/// To four digits, so that every machine stores the same number.
double rounded(double value) {
    return std::round(value * 1e4) / 1e4;
}

bool diverged(const Run& run, std::int64_t step) {
    return run.diverges > 0 && step >= run.diverges;
}

double loss_at(const Run& run, std::int64_t step, std::int64_t salt) {
    if (diverged(run, step)) return std::numeric_limits<double>::quiet_NaN();
    const double jitter = static_cast<double>(noise(step * 31 + run.width + salt)) / 50'000;
    return rounded(run.floor + 100.0 / static_cast<double>(step + 50) + jitter);
}

Tensor kernel(std::int64_t rows, std::int64_t columns, double scale, std::int64_t salt) {
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::int64_t n = noise(static_cast<std::int64_t>(i) + salt) - 500;
        values[i] = static_cast<float>(scale * static_cast<double>(n) / 5'000);
    }
    return Tensor::own(std::move(values), {rows, columns});
}

/// A frozen embedding, two layers whose weights grow, and moments of an optimizer.
Tree state_at(const Run& run, std::int64_t step) {
    const double scale = 1 + static_cast<double>(step) / 1'000;
    Tensor output = kernel(run.width, 16, scale, 7 * step);
    if (diverged(run, step)) {
        std::vector<float> values(static_cast<std::size_t>(run.width) * 16,
                                  std::numeric_limits<float>::quiet_NaN());
        output = Tensor::own(std::move(values), {run.width, 16});
    }
    const Dict params{{"embedding", kernel(256, 32, 1, 0)},
                      {"hidden", Dict{{"bias", kernel(run.width, 1, scale, step)},
                                      {"kernel", kernel(32, run.width, scale, 3 * step)}}},
                      {"output", Dict{{"kernel", output}}}};
    return Dict{
        {"model_params", params},
        {"optimizer_state", Dict{{"mu", kernel(32, run.width, 0.1, 11 * step)}, {"step", step}}}};
}

void log_training(Store& store, const Run& run) {
    const std::int64_t from = run.first_step - 100 + 10;
    for (std::int64_t step = from; step <= run.last_step; step += 10) {
        const bool spike = step % 250 == 0;
        const double norm = static_cast<double>(100 + noise(step + run.width) / 10) / 100;
        store.log(step,
                  {{"train",
                    {{"loss", loss_at(run, step, 5)},
                     {"grad_norm", diverged(run, step) ? loss_at(run, step, 0)
                                                       : rounded(spike ? 20 * norm : norm)}}}},
                  run.name);
    }
}

void train(Store& store, const Run& run) {
    store.start_run(run.name, run.config,
                    run.parent.empty() ? std::nullopt : std::optional(run.parent),
                    run.parent.empty() ? std::nullopt : std::optional(run.first_step - 100));
    double lowest = std::numeric_limits<double>::infinity();
    for (std::int64_t step = run.first_step; step <= run.last_step; step += 100) {
        const double loss = loss_at(run, step, 0);
        const double accuracy = rounded(1 - loss / 2);
        SaveOptions options{.run = run.name,
                            .step = step,
                            .metrics = {{"eval", {{"accuracy", accuracy}, {"loss", loss}}}},
                            .n_completed_steps = 100,
                            .elapsed_time = static_cast<double>(run.width + noise(step) / 100),
                            .pinned = run.name == "wide" && step == 200};
        store.save(state_at(run, step), options);
        if (!(loss < lowest)) continue;
        lowest = loss;
        options.prefix = "lowest:eval/loss";
        options.pinned = false;
        options.retention = {.last = 1};
        store.save(state_at(run, step), options);
    }
    log_training(store, run);
    if (run.finished) store.finish_run(run.name);
}

void make_file(const std::string& file) {
    Store store(file, {.threads = 1});
    for (const Run& run : runs()) train(store, run);
    const CheckpointFilter released{.run = "baseline", .prefix = "checkpoint", .step = 300};
    store.tag(store.latest(released).value(), "first demo");
    const CheckpointFilter best{.run = "wide-resumed", .prefix = "checkpoint", .step = 900};
    store.tag(store.latest(best).value(), "release");
    store.tag(store.latest(best).value(), "paper");
    store.close();
}

}  // namespace
}  // namespace ckptlite::test

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: make_queries_file FILE\n";
        return 2;
    }
    try {
        ckptlite::test::make_file(argv[1]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "make_queries_file: " << error.what() << '\n';
        return 1;
    }
}
