// SPDX-License-Identifier: MIT
// A small network that learns with libtorch which of two spirals a point lies on. It saves every
// few steps, straight from the memory of module and optimizer; killed at any moment and started
// again, it goes on to exactly the same losses.
//
// usage: torch_mlp --db FILE [--steps N] [--save-every N]
#include <ckptlite/adaptors/torch_training.hpp>
#include <ckptlite/ckptlite.hpp>
#include <iostream>
#include <string>

namespace {

struct Arguments {
    std::string db{};
    std::int64_t steps = 200;
    std::int64_t save_every = 5;
};

Arguments parse(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = i + 1 < argc ? argv[i + 1] : "";
        if (name == "--db")
            arguments.db = value;
        else if (name == "--steps")
            arguments.steps = std::stoll(value);
        else if (name == "--save-every")
            arguments.save_every = std::stoll(value);
        else
            throw std::invalid_argument("unknown option " + name);
    }
    if (arguments.db.empty()) throw std::invalid_argument("--db FILE is missing");
    return arguments;
}

struct Network : torch::nn::Module {
    torch::nn::Linear hidden{register_module("hidden", torch::nn::Linear(2, 32))};
    torch::nn::BatchNorm1d norm{register_module("norm", torch::nn::BatchNorm1d(32))};
    torch::nn::Linear output{register_module("output", torch::nn::Linear(32, 2))};

    torch::Tensor forward(const torch::Tensor& points) {
        return output(torch::relu(norm(hidden(points))));
    }
};

struct Batch {
    torch::Tensor points;
    torch::Tensor spirals;
};

/// 64 points, which the step alone decides: nothing of the data has to be saved.
Batch batch_of(std::int64_t step) {
    const torch::Tensor number = torch::arange(64, torch::kFloat64) + 64 * step;
    const torch::Tensor spirals = torch::arange(64) % 2;
    const torch::Tensor along = torch::remainder(number * 0.618033988749895, 1.0);
    const torch::Tensor angle = 9 * along + M_PI * spirals;
    const torch::Tensor points =
        torch::stack({along * torch::cos(angle), along * torch::sin(angle)}, 1);
    return {points.to(torch::kFloat32), spirals};
}

double train_step(Network& network, torch::optim::Optimizer& optimizer, const Batch& batch) {
    optimizer.zero_grad();
    const torch::Tensor loss =
        torch::nn::functional::cross_entropy(network.forward(batch.points), batch.spirals);
    loss.backward();
    optimizer.step();
    return loss.item<double>();
}

void train(const Arguments& arguments) {
    torch::manual_seed(1);
    torch::set_num_threads(1);
    Network network;
    torch::optim::Adam adam(network.parameters(), torch::optim::AdamOptions(0.01));
    ckptlite::CheckpointFileWriter writer({.output_dir = arguments.db, .keep = 2});
    std::int64_t step = 0;
    if (const auto latest = writer.store().latest()) {
        ckptlite::restore(writer.store(), *latest, network, adam);
        step = latest->step;
        std::cerr << "resumed after step " << step << '\n';
    }
    while (step < arguments.steps) {
        ++step;
        const double loss = train_step(network, adam, batch_of(step));
        writer.log(step, {{"train", {{"loss", loss}}}});
        if (step % arguments.save_every == 0 || step == arguments.steps)
            writer.write(ckptlite::checkpoint_of(network, adam, step));
        std::cerr << "step " << step << " loss " << loss << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) try {
    train(parse(argc, argv));
} catch (const std::exception& error) {
    std::cerr << error.what() << "\nusage: torch_mlp --db FILE [--steps N] [--save-every N]\n";
    return 1;
}
