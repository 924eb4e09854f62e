// SPDX-License-Identifier: MIT
// Lets a run of the example trainer diverge: its latest state is saved again 10 and 20 steps later,
// with a NaN in one leaf and an infinity in another, and the loss of both steps is logged as NaN.
// usage: make_diverged FILE RUN   exit code 1 and one line on stderr if it cannot
#include <cstring>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::test {
namespace {

using Limits = std::numeric_limits<float>;
constexpr const char* kNanLeaf = "/model_params/hidden/bias";
constexpr const char* kInfLeaf = "/model_params/output/kernel";

/// The tensor with its first element replaced.
Tensor beginning_with(const Tensor& tensor, float first) {
    std::vector<float> elements(tensor.as<float>().begin(), tensor.as<float>().end());
    elements.at(0) = first;
    return Tensor::own(std::move(elements), tensor.shape());
}

Tree& child(Tree& tree, const char* key) {
    return std::get<Dict>(tree.value())[Key(key)];
}

Tree diverged(Tree tree) {
    Tree& bias = child(child(child(tree, "model_params"), "hidden"), "bias");
    bias = beginning_with(tree.at(kNanLeaf).tensor(), Limits::quiet_NaN());
    Tree& kernel = child(child(child(tree, "model_params"), "output"), "kernel");
    kernel = beginning_with(tree.at(kInfLeaf).tensor(), Limits::infinity());
    return tree;
}

void diverge(const std::string& file, const std::string& run) {
    Store store(file, {.mode = OpenMode::existing, .threads = 1});
    const CheckpointInfo latest = store.find("latest", {.run = run, .prefix = "checkpoint"});
    const Tree tree = diverged(store.load(latest));
    const Metrics lost = {{"train", {{"loss", std::numeric_limits<double>::quiet_NaN()}}}};
    for (const std::int64_t after : {10, 20}) {
        store.log(latest.step + after, lost, run);
        store.save(tree, {.run = run, .step = latest.step + after, .metrics = lost});
    }
    store.close();
}

}  // namespace
}  // namespace ckptlite::test

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: make_diverged FILE RUN\n";
        return 2;
    }
    try {
        ckptlite::test::diverge(argv[1], argv[2]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "make_diverged: " << error.what() << '\n';
        return 1;
    }
}
