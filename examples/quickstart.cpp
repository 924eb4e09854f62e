// SPDX-License-Identifier: MIT
#include <ckptlite/ckptlite.hpp>
#include <iostream>

int main() {
    using namespace ckptlite;
    std::vector<float> kernel(64 * 10, 0.5F);
    CheckpointFileWriter write({.output_dir = "quickstart.db",
                                .keep = 2,
                                .retention = {.best = {{.metric = {"eval", "loss"}}}}});
    for (std::int64_t step = 1; step <= 9; ++step) {
        Summary now;
        now.step = step;
        now.model_params = Dict{{"dense", Dict{{"kernel", Tensor::borrow(kernel, {64, 10})}}}};
        now.metrics = {{"eval", {{"loss", 0.1 + 0.01 * double((step - 6) * (step - 6))}}}};
        write(now);
        kernel[0] = static_cast<float>(step);  // here your training goes on
    }
    const CheckpointFile best =
        LowestCheckpointFileReader({.dir = "quickstart.db", .metric = "loss"}).read().value();
    std::cout << "step " << best.step << ": eval/loss " << best.metrics.at("eval").at("loss")
              << ", kernel[0] " << best.model_params.at("/dense/kernel").tensor().as<float>()[0]
              << '\n';
}
