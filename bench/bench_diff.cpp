// SPDX-License-Identifier: MIT
// diff() of two checkpoints of which 1 % of the leaves changed, beside a compare of everything:
// both loaded, element by element.
// usage: bench_diff FOLDER [MiB a checkpoint (1024)] [repetitions (5)]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "ckptlite/diff.hpp"

namespace ckptlite::bench {
namespace {

constexpr std::size_t kLeaves = 200;
constexpr std::size_t kChanged = 2;

Tensor weights(std::uint64_t seed, std::size_t n) {
    std::mt19937_64 random(seed);
    std::vector<float> values(n);
    for (float& value : values) {
        value = (static_cast<float>(random() >> 40) / 16'777'216.0F - 0.5F) * 0.1F;
    }
    return Tensor::own(std::move(values), {static_cast<std::int64_t>(n)});
}

/// `step` changes the leaves 0 to kChanged - 1.
Tree state(std::size_t nbytes, std::uint64_t step) {
    Dict leaves;
    for (std::size_t i = 0; i < kLeaves; ++i) {
        const std::uint64_t seed = i < kChanged ? step * kLeaves + i : i;
        leaves["leaf" + std::to_string(i)] = weights(seed, nbytes / kLeaves / sizeof(float));
    }
    return leaves;
}

/// How many elements differ, which a compare has to look at anyway.
std::size_t compare_all(const Store& store, const CheckpointInfo& a, const CheckpointInfo& b) {
    const Tree before = store.load(a);
    const Tree after = store.load(b);
    std::size_t different = 0;
    for (const DictEntry& entry : before.dict()) {
        const auto x = entry.value.tensor().as<float>();
        const auto y = after.dict().find(entry.key)->tensor().as<float>();
        for (std::size_t i = 0; i < x.size(); ++i) different += x[i] != y[i];
    }
    return different;
}

double median_seconds(int repetitions, const std::function<void()>& run) {
    std::vector<double> seconds;
    for (int i = 0; i < repetitions; ++i) {
        const auto start = std::chrono::steady_clock::now();
        run();
        seconds.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
}

int measure(const std::filesystem::path& folder, std::size_t mib, int repetitions) {
    const auto file = folder / "bench_diff.db";
    std::filesystem::remove(file);
    {
        Store store(file);
        const CheckpointInfo a = store.save(state(mib << 20, 1), {.step = 1});
        const CheckpointInfo b = store.save(state(mib << 20, 2), {.step = 2});
        std::size_t different = 0;
        DiffReport report;
        const double all =
            median_seconds(repetitions, [&] { different = compare_all(store, a, b); });
        const double by_digest =
            median_seconds(repetitions, [&] { report = diff(store, a, store, b); });
        std::uint64_t found = 0;
        for (const LeafDifference& leaf : report.leaves) found += leaf.n_different.value_or(0);
        if (found != different || report.changed != kChanged) {
            std::cerr << "diff found " << found << " elements, not " << different << '\n';
            return 1;
        }
        std::cout << mib << " MiB, " << report.changed << " of " << report.leaves.size()
                  << " leaves changed: compare all " << all << " s, diff " << by_digest
                  << " s, ratio " << by_digest / all << '\n';
    }
    std::filesystem::remove(file);
    return 0;
}

}  // namespace
}  // namespace ckptlite::bench

int main(int argc, char** argv) {
    if (argc < 2 || argc > 4) {
        std::cerr << "usage: bench_diff FOLDER [MiB a checkpoint (1024)] [repetitions (5)]\n";
        return 2;
    }
    try {
        const int mib = argc > 2 ? std::max(1, std::atoi(argv[2])) : 1024;
        const int repetitions = argc > 3 ? std::max(1, std::atoi(argv[3])) : 5;
        return ckptlite::bench::measure(argv[1], static_cast<std::size_t>(mib), repetitions);
    } catch (const std::exception& error) {
        std::cerr << "bench_diff: " << error.what() << '\n';
        return 1;
    }
}
