// SPDX-License-Identifier: MIT
// Runs a fuzz target where no fuzzer is present: over inputs made from fixed seeds, and over the
// files it is given, such as those that a fuzzer found.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

/// Literals from few values to all, with runs between them.
Input generated(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Input input(random() % 3'000);
    const unsigned values = 1U << (random() % 9);
    const unsigned longest_run = 1U << (random() % 11);
    for (std::size_t at = 0; at < input.size();) {
        const std::size_t run = random() % 8 == 0 ? 1 + random() % longest_run : 1;
        const auto literal = static_cast<std::uint8_t>(std::min(random(), random()) % values);
        for (std::size_t i = 0; i < run && at < input.size(); ++i) input[at++] = literal;
    }
    return input;
}

void run(const Input& input) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
    constexpr std::uint64_t kInputs = 3'000;
    for (std::uint64_t seed = 0; seed < kInputs; ++seed) {
        std::printf("\rseed %llu", static_cast<unsigned long long>(seed));
        run(generated(seed));
    }
    for (int i = 1; i < argc; ++i) {
        std::printf("\n%s", argv[i]);
        std::ifstream file(argv[i], std::ios::binary);
        run(Input(std::istreambuf_iterator<char>(file), {}));
    }
    std::puts("\ndone");
}
