// SPDX-License-Identifier: MIT
#include <ckptlite/ckptlite.hpp>
#include <iostream>

int main() {
    using namespace ckptlite;
    std::vector<float> kernel(64 * 10, 0.5F);
    CheckpointFileWriter write({.output_dir = "quickstart.db", .keep = 2});
    LowestCheckpointFileWriter write_best({.metric = "loss", .writer = {"quickstart.db"}});
    for (int step = 1; step <= 9; ++step, kernel[0] += 1.0F) {  // your training goes here
        const Tree params = Dict{{"kernel", Tensor::borrow(kernel, {64, 10})}};
        const double loss = 0.1 + 0.01 * (step - 6) * (step - 6);
        write_best(
            write(Summary{{.model_params = params, .step = step}, {{"eval", {{"loss", loss}}}}}));
    }
    const auto best = LowestCheckpointFileReader({.dir = "quickstart.db", .metric = "loss"}).read();
    std::cout << best->step << ' ' << best->model_params.at("/kernel").tensor().as<float>()[0]
              << '\n';
}
