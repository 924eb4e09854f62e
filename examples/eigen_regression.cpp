// SPDX-License-Identifier: MIT
// A linear model fitted by gradient descent with momentum, in Eigen's matrices: they are saved from
// and restored into the memory they have. Run it again and it goes on where it stopped.
//
// usage: eigen_regression FILE STEPS
#include <ckptlite/adaptors/eigen.hpp>
#include <ckptlite/ckptlite.hpp>
#include <iostream>
#include <string>

using namespace ckptlite;

int main(int argc, char** argv) try {
    if (argc != 3) throw InvalidArgument("usage: eigen_regression FILE STEPS");
    const Eigen::MatrixXd inputs = Eigen::MatrixXd::NullaryExpr(
        64, 3, [](Eigen::Index i, Eigen::Index j) { return std::sin(double(i * 7 + j * 3)); });
    const Eigen::MatrixXd targets = inputs * Eigen::Matrix<double, 3, 2>{{1, -2}, {3, 4}, {-5, 6}};

    Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(3, 2);
    Eigen::MatrixXd velocity = Eigen::MatrixXd::Zero(3, 2);
    Store store(argv[1]);
    std::int64_t step = 0;
    if (const auto latest = store.latest()) {
        const std::vector<TensorBuffer> buffers = {buffer_of("/weights", weights),
                                                   buffer_of("/velocity", velocity)};
        store.load_into(*latest, buffers);
        step = latest->step;
        std::cout << "resumed after step " << step << '\n';
    }
    while (step < std::stoll(argv[2])) {
        const Eigen::MatrixXd error = inputs * weights - targets;
        velocity = 0.9 * velocity - 0.01 / 64 * inputs.transpose() * error;
        weights += velocity;
        store.save(Dict{{"weights", tensor_of(weights)}, {"velocity", tensor_of(velocity)}},
                   {.step = ++step,
                    .metrics = {{"train", {{"loss", error.squaredNorm() / 64}}}},
                    .retention = {.last = 2}});
    }
    std::cout << "weights after step " << step << ":\n" << weights << '\n';
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
