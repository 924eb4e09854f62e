// SPDX-License-Identifier: MIT
// Runs a fuzz target where no fuzzer is present: over inputs made from fixed seeds, and over the
// files of the folders it is given, such as those that a fuzzer found, as they are and changed.
//
// fuzz_replay INPUTS [FOLDER...]   INPUTS is the number of each
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "fuzz/fuzz_target.hpp"

namespace {

namespace fs = std::filesystem;
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

/// One to four bytes replaced, left out or put in.
Input changed(Input input, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
        const std::size_t at = input.empty() ? 0 : random() % input.size();
        const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
        const auto byte = static_cast<std::uint8_t>(random());
        const std::uint64_t kind = random() % 3;
        if (kind == 0 || input.empty()) {
            input.insert(place, byte);
        } else if (kind == 1) {
            *place = byte;
        } else {
            input.erase(place);
        }
    }
    return input;
}

void run(const Input& input) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

Input bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return Input(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t n_inputs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 3'000;
    // A target that aborts leaves the line as what it was about: hence before each.
    for (std::uint64_t seed = 0; seed < n_inputs; ++seed) {
        std::fprintf(stderr, "\rseed %llu", static_cast<unsigned long long>(seed));
        run(generated(seed));
    }
    std::uint64_t n_files = 0;
    for (int i = 2; i < argc; ++i) {
        const auto files = files_in(argv[i]);
        n_files += files.size();
        for (const fs::path& path : files) {
            const Input input = bytes_of(path);
            std::fprintf(stderr, "\n%s", path.c_str());
            run(input);
            for (std::uint64_t seed = 0; seed < n_inputs / files.size(); ++seed) {
                std::fprintf(stderr, "\r%s, seed %llu", path.c_str(),
                             static_cast<unsigned long long>(seed));
                run(changed(input, seed));
            }
        }
    }
    std::printf("\n%llu generated inputs, %llu files and about %llu changes of them\n",
                static_cast<unsigned long long>(n_inputs), static_cast<unsigned long long>(n_files),
                static_cast<unsigned long long>(n_files == 0 ? 0 : n_inputs));
}
