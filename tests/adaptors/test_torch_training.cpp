// SPDX-License-Identifier: MIT
#include "ckptlite/adaptors/torch_training.hpp"

#include "ckptlite/writer.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

struct Network : torch::nn::Module {
    explicit Network(std::int64_t width = 8)
        : first(register_module("first", torch::nn::Linear(4, width))),
          norm(register_module("norm", torch::nn::BatchNorm1d(width))),
          tail(register_module("tail", torch::nn::Sequential(torch::nn::Linear(width, 3)))) {}
    torch::Tensor forward(const torch::Tensor& x) { return tail->forward(norm(first(x))); }
    torch::nn::Linear first;
    torch::nn::BatchNorm1d norm;
    torch::nn::Sequential tail;
};

using Parameters = std::vector<torch::Tensor>;
using MakeOptimizer = std::unique_ptr<torch::optim::Optimizer> (*)(const Parameters&);

template <typename Optimizer, typename Options>
std::unique_ptr<torch::optim::Optimizer> make(const Parameters& parameters, Options options) {
    return std::make_unique<Optimizer>(parameters, options);
}

const std::pair<const char*, MakeOptimizer> kOptimizers[] = {
    {"Adam",
     [](const Parameters& p) {
         return make<torch::optim::Adam>(p, torch::optim::AdamOptions(0.01));
     }},
    {"AdamW",
     [](const Parameters& p) {
         return make<torch::optim::AdamW>(p, torch::optim::AdamWOptions(0.01).amsgrad(true));
     }},
    {"SGD",
     [](const Parameters& p) {
         return make<torch::optim::SGD>(p, torch::optim::SGDOptions(0.01).momentum(0.9));
     }},
    {"RMSprop",
     [](const Parameters& p) {
         return make<torch::optim::RMSprop>(
             p, torch::optim::RMSpropOptions(0.01).momentum(0.5).centered(true));
     }},
    {"Adagrad",
     [](const Parameters& p) {
         return make<torch::optim::Adagrad>(p, torch::optim::AdagradOptions(0.01));
     }},
};

/// The losses of some steps, whose batches the step alone decides.
std::vector<float> train(Network& network, torch::optim::Optimizer& optimizer, int from, int to) {
    std::vector<float> losses;
    for (int step = from; step < to; ++step) {
        const torch::Tensor x = torch::sin(torch::arange(64, torch::kFloat32) * (step + 1));
        optimizer.zero_grad();
        const torch::Tensor loss = network.forward(x.reshape({16, 4})).square().mean();
        loss.backward();
        optimizer.step();
        losses.push_back(loss.item<float>());
    }
    return losses;
}

TEST_CASE("parameters and buffers are at the paths of their names", "[torch]") {
    const Network network;
    const Tree parameters = parameters_of(network);
    CHECK(parameters.at("/first/weight").tensor().shape() == Shape{8, 4});
    CHECK(parameters.at("/tail/0/bias").tensor().shape() == Shape{3});
    CHECK(parameters.at("/first/weight").tensor().first() ==
          static_cast<const std::byte*>(network.first->weight.data_ptr()));
    const Tree buffers = buffers_of(network);
    CHECK(buffers.at("/norm/running_mean").tensor().shape() == Shape{8});
    CHECK(buffers.at("/norm/num_batches_tracked").tensor().dtype() == DType::int64);
}

TEST_CASE("training goes on bit by bit after a restore, with every optimizer", "[torch]") {
    for (const auto& [name, make_optimizer] : kOptimizers) {
        CAPTURE(name);
        const TempDir dir;
        CheckpointFileWriter writer({.output_dir = dir / "run.db"});
        torch::manual_seed(1);
        Network network;
        const auto optimizer = make_optimizer(network.parameters());
        train(network, *optimizer, 0, 5);
        optimizer->param_groups()[0].options().set_lr(0.003);
        writer.write(checkpoint_of(network, *optimizer, 5));
        const auto losses = train(network, *optimizer, 5, 12);

        Network other;  // with other weights, and an optimizer that has made no step
        const auto fresh = make_optimizer(other.parameters());
        const void* const memory = other.first->weight.data_ptr();
        restore(writer.store(), *writer.store().latest(), other, *fresh);
        CHECK(other.first->weight.data_ptr() == memory);
        CHECK(fresh->param_groups()[0].options().get_lr() == 0.003);
        CHECK(train(other, *fresh, 5, 12) == losses);
        CHECK(parameters_of(other) == parameters_of(network));
        CHECK(buffers_of(other) == buffers_of(network));
        CHECK(optimizer_state_of(*fresh) == optimizer_state_of(*optimizer));

        // And with one that has made more steps.
        restore(writer.store(), *writer.store().latest(), network, *optimizer);
        CHECK(train(network, *optimizer, 5, 12) == losses);
    }
}

TEST_CASE("the optimizer's own tensors are filled where they are", "[torch]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    Network network;
    torch::optim::Adam adam(network.parameters());
    train(network, adam, 0, 3);
    writer.write(checkpoint_of(network, adam, 3));
    const Tree before = optimizer_state_of(adam);
    const auto* const memory = before.at("/state/#0/exp_avg").tensor().first();
    train(network, adam, 3, 6);
    restore(writer.store(), *writer.store().latest(), network, adam);
    const Tree after = optimizer_state_of(adam);
    CHECK(after.at("/state/#0/exp_avg").tensor().first() == memory);
    CHECK(after.at("/state/#0/step").scalar().as<std::int64_t>() == 3);
    CHECK(after.at("/type").scalar().as<std::string>() == "Adam");
}

TEST_CASE("an optimizer before its first step has no state, and again after a restore", "[torch]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    Network network;
    torch::optim::Adam adam(network.parameters());
    writer.write(checkpoint_of(network, adam, 0));
    train(network, adam, 0, 3);
    restore(writer.store(), *writer.store().latest(), network, adam);
    CHECK(adam.state().empty());
}

TEST_CASE("what does not fit is listed, and nothing has changed", "[torch]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    Network network;
    torch::optim::Adam adam(network.parameters());
    train(network, adam, 0, 3);
    writer.write(checkpoint_of(network, adam, 3));
    const CheckpointInfo saved = *writer.store().latest();

    Network wider(9);
    torch::optim::Adam its_adam(wider.parameters());
    REQUIRE_THROWS_SAYING(restore(writer.store(), saved, wider, its_adam), TypeError,
                          "tensor /model_params/first/weight: expected float32 [9, 4], stored "
                          "float32 [8, 4]");
    CHECK(its_adam.state().empty());

    torch::optim::SGD sgd(network.parameters(), torch::optim::SGDOptions(0.1));
    const Tensor weights =
        Tensor::copy(DType::float32, {8, 4}, tensor_of(network.first->weight).bytes());
    REQUIRE_THROWS_SAYING(restore(writer.store(), saved, network, sgd), TypeError,
                          "expected SGD, stored Adam");
    REQUIRE_THROWS_SAYING(restore(writer.store(), saved, network, sgd), TypeError,
                          "unexpected /optimizer_state/state/#0/exp_avg");
    CHECK(tensor_of(network.first->weight) == weights);
    CHECK(sgd.state().empty());
}

TEST_CASE("an optimizer of another kind is refused", "[torch]") {
    Network network;
    const torch::optim::LBFGS lbfgs(network.parameters());
    REQUIRE_THROWS_SAYING(optimizer_state_of(lbfgs), InvalidArgument, "AdamW, SGD");
}

}  // namespace
}  // namespace ckptlite::test
