// SPDX-License-Identifier: MIT
// Every byte of a store changed, one at a time: whatever it is, somebody says so or nothing
// differs.
#include <algorithm>
#include <future>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "damage/damage_check.hpp"
#include "damage/file_bytes.hpp"
#include "damage/reference_store.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

/// What of a file is changed: the bytes at `first`, `first + stride`, ... before `end`, one at a
/// time.
struct Flips {
    unsigned char change = 0xFF;
    std::size_t first = 0;
    std::size_t stride = 1;
    std::size_t end = SIZE_MAX;
};

struct FlipReport {
    DamageCounts counts{};
    std::vector<std::string> undetected{};
};

/// Of the file, which afterwards is as it was.
FlipReport flip_bytes(const fs::path& file, const Original& original, const Flips& flips) {
    const std::string whole = bytes_of(file);
    ByteFile bytes(file);
    FlipReport report;
    for (std::size_t at = flips.first; at < std::min(flips.end, whole.size()); at += flips.stride) {
        bytes.put(at, static_cast<char>(static_cast<unsigned char>(whole[at]) ^ flips.change));
        const DamageResult result = check_damage(file, original);
        bytes.put(at, whole[at]);
        report.counts.add(result);
        if (result.kind == Damage::undetected)
            report.undetected.push_back("byte " + std::to_string(at) + ": " + result.what);
    }
    return report;
}

/// The same by several threads, which share the bytes, each with a copy of the file.
FlipReport flip_bytes_of_copies(const TempDir& dir, const Original& original, const Flips& flips) {
    const std::size_t n = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    std::vector<std::future<FlipReport>> parts;
    for (std::size_t i = 0; i < n; ++i) {
        const fs::path copy = dir / ("copy" + std::to_string(i) + ".db").c_str();
        fs::copy_file(dir / "run.db", copy, fs::copy_options::overwrite_existing);
        const Flips part{.change = flips.change,
                         .first = flips.first + i * flips.stride,
                         .stride = n * flips.stride,
                         .end = flips.end};
        parts.push_back(std::async(std::launch::async, [&original, copy, part] {
            return flip_bytes(copy, original, part);
        }));
    }
    FlipReport all;
    for (auto& part : parts) {
        const FlipReport report = part.get();
        all.counts.add(report.counts);
        all.undetected.insert(all.undetected.end(), report.undetected.begin(),
                              report.undetected.end());
    }
    return all;
}

void check(const std::string& what, const FlipReport& report) {
    std::cout << what << ": " << report.counts << std::endl;
    for (const std::string& undetected : report.undetected) FAIL_CHECK(undetected);
    CHECK(report.counts.undetected == 0);
}

TEST_CASE("the reference store has every kind of page", "[damage]") {
    const TempDir dir;
    make_reference_store(dir / "run.db");
    CHECK(fs::file_size(dir / "run.db") > 250'000);
    CHECK(fs::file_size(dir / "run.db") < 400'000);
    auto pages = pages_by_kind(dir / "run.db");
    for (const char* kind : {"index interior", "table interior", "index leaf", "table leaf",
                             "overflow", "freelist trunk", "free", "pointer map"}) {
        CAPTURE(kind, pages[kind]);
        CHECK(pages[kind] > 0);
    }
    CHECK(pages["?"] == 0);
    const Store store(dir / "run.db", {.mode = OpenMode::read_only});
    for (const VerifyProblem& problem : store.verify(true).problems) {
        FAIL_CHECK(problem.where << ": " << problem.what);
    }
}

TEST_CASE("a changed byte is reported or changes no answer", "[damage]") {
    const TempDir dir;
    make_reference_store(dir / "run.db");
    const Original original(dir / "run.db");
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    CAPTURE(seed);
    const auto change = static_cast<unsigned char>(1 + random() % 255);
    // The first page says what the rest is.
    check("first page",
          flip_bytes(dir / "run.db", original, {.change = change, .stride = 5, .end = 1024}));
    constexpr std::size_t kStride = 211;
    check("every 211th byte",
          flip_bytes(dir / "run.db", original,
                     {.change = change, .first = random() % kStride, .stride = kStride}));
}

TEST_CASE("every changed byte is reported or changes no answer", "[damage][long]") {
    const TempDir dir;
    make_reference_store(dir / "run.db");
    const Original original(dir / "run.db");
    const auto flip = [&](const char* bytes, const Flips& flips) {
        check(bytes + std::string(" byte ^ ") + std::to_string(flips.change),
              flip_bytes_of_copies(dir, original, flips));
    };
    SECTION("all of its bits") {
        flip("every", {.change = 0xFF});
    }
    SECTION("its lowest bit") {
        flip("every", {.change = 0x01});
    }
    SECTION("some of its bits, of every eighth byte") {
        const std::uint64_t seed = std::random_device{}();
        std::mt19937_64 random(seed);
        CAPTURE(seed);
        flip("every eighth", {.change = static_cast<unsigned char>(2 + random() % 253),
                              .first = random() % 8,
                              .stride = 8});
    }
}

}  // namespace
}  // namespace ckptlite::test
