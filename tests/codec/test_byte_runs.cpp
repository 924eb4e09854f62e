// SPDX-License-Identifier: MIT
#include "codec/byte_runs.hpp"

#include <random>
#include <vector>

#include "codec/sample_bytes.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;

std::vector<ByteRun> runs_in(const Bytes& bytes, std::size_t begin, std::size_t end) {
    std::vector<ByteRun> runs(bytes.size() + 1);
    const FoundRuns found = find_runs(bytes, begin, end, runs);
    REQUIRE(found.end == end);
    runs.resize(found.count);
    return runs;
}

/// Literals that differ from their neighbours, and `n` equal bytes at `at`.
Bytes with_run(std::size_t size, std::size_t at, std::size_t n) {
    Bytes bytes = test::sawtooth_bytes(size);
    for (std::size_t i = at; i < at + n; ++i) bytes[i] = std::byte{0xEE};
    return bytes;
}

TEST_CASE("a long run is found wherever it lies, whole but for its first byte", "[codec]") {
    for (std::size_t at = 0; at < 40; ++at) {
        for (const std::size_t n : {16U, 17U, 31U, 100U}) {
            CAPTURE(at, n);
            const auto runs = runs_in(with_run(200, at, n), 0, 200);
            REQUIRE(runs.size() == 1);
            CHECK(runs[0].begin == at + 1);
            CHECK(runs[0].length == n - 1);
        }
    }
}

TEST_CASE("a run goes on over the beginning and the end of the search", "[codec]") {
    const auto runs = runs_in(with_run(200, 20, 150), 50, 100);
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].begin == 50);
    CHECK(runs[0].length == 50);
}

TEST_CASE("runs are of equal bytes, apart, and none is overlooked", "[codec]") {
    const std::uint64_t seed = 5;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 300; ++i) {
        Bytes bytes;
        while (bytes.size() < 2'000) {
            bytes.insert(bytes.end(), 1 + random() % 40, static_cast<std::byte>(random() % 4));
        }
        std::size_t at = 1;
        std::vector<bool> covered(bytes.size());
        for (const ByteRun& run : runs_in(bytes, 0, bytes.size())) {
            REQUIRE(run.begin >= at);
            REQUIRE(run.length >= 8);
            at = run.begin + run.length;
            for (std::size_t j = run.begin; j < at; ++j) {
                REQUIRE(bytes[j] == bytes[run.begin - 1]);
                covered[j] = true;
            }
        }
        std::size_t equal = 0;
        for (std::size_t j = 1; j < bytes.size(); ++j) {
            equal = bytes[j] == bytes[j - 1] && !covered[j] ? equal + 1 : 0;
            REQUIRE(equal < 15);
        }
    }
}

TEST_CASE("the search ends where there is no room for more runs", "[codec]") {
    Bytes bytes = with_run(400, 10, 50);
    for (std::size_t i = 100; i < 150; ++i) bytes[i] = std::byte{0xDD};
    std::vector<ByteRun> one(1);
    const FoundRuns found = find_runs(bytes, 0, bytes.size(), one);
    CHECK(found.count == 1);
    CHECK(found.end == 60);
    CHECK(find_runs(bytes, found.end, bytes.size(), one).count == 1);
    CHECK(one[0].begin == 101);
}

}  // namespace
}  // namespace ckptlite::codec
