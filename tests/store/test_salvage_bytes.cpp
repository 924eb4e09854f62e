// SPDX-License-Identifier: MIT
// Bytes of a store changed or cut off, and what salvage makes of it.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "ckptlite/error.hpp"
#include "ckptlite/salvage.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/sanitized.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTreeBytes = 60'000;
constexpr std::int64_t kSteps = 4;
constexpr std::size_t kLargestPage = 65'536;
#ifdef CKPTLITE_SANITIZED
constexpr int kFiles = 100;
#else
constexpr int kFiles = 400;
#endif

std::string made_store(const fs::path& file) {
    Store store(file);
    for (std::int64_t step = 1; step <= kSteps; ++step) {
        store.save(state_at(step, kTreeBytes), {.step = step, .metrics = loss_of(0.5)});
    }
    store.close();
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    return bytes.str();
}

/// Up to so many of them, anywhere.
std::string flipped(std::string bytes, std::mt19937_64& random) {
    for (std::uint64_t n = 1 + random() % 8; n > 0; --n) {
        bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
    }
    return bytes;
}

struct Tally {
    int refused = 0;
    int complete = 0;
    int partial = 0;
};

/// How many checkpoints there are in `out`, which goes again.
std::size_t salvage_one(const fs::path& in, const fs::path& out, Tally& tally) {
    SalvageReport report;
    try {
        report = salvage(in, out);
    } catch (const Error&) {
        ++tally.refused;
        REQUIRE(!fs::exists(out));
        return 0;
    }
    ++(report.complete() ? tally.complete : tally.partial);
    const Store store(out, {.mode = OpenMode::read_only});
    require_sound(store);
    const auto found = store.checkpoints();
    REQUIRE(found.size() + report.lost_checkpoints <= static_cast<std::size_t>(kSteps));
    if (report.complete()) REQUIRE(found.size() == static_cast<std::size_t>(kSteps));
    for (const CheckpointInfo& checkpoint : found) {
        // A step that was changed is a number like any other: the tree tells which it was.
        const Tree tree = store.load(checkpoint);
        bool known = false;
        for (std::int64_t step = 1; step <= kSteps; ++step) {
            known = known || tree == state_at(step, kTreeBytes);
        }
        REQUIRE(known);
    }
    fs::remove(out);
    return found.size();
}

void salvage_flipped(int files) {
    const TempDir dir;
    const auto in = dir / "run.db";
    const auto out = dir / "out.db";
    const std::string bytes = made_store(in);
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    Tally tally;
    for (int i = 0; i < files; ++i) {
        CAPTURE(seed, i);
        std::ofstream(in, std::ios::binary | std::ios::trunc) << flipped(bytes, random);
        salvage_one(in, out, tally);
        REQUIRE(files_beside(in).empty());
    }
    std::printf("%d files: %d refused, %d salvaged whole, %d in part\n", files, tally.refused,
                tally.complete, tally.partial);
    CHECK(tally.complete > 0);
    CHECK(tally.partial > 0);
}

TEST_CASE("salvage of a file with changed bytes refuses, or gives sound checkpoints only",
          "[store]") {
    salvage_flipped(kFiles);
}

TEST_CASE("salvage of 10,000 files with changed bytes refuses, or gives sound checkpoints only",
          "[store][long]") {
    salvage_flipped(10'000);
}

TEST_CASE("of a store that was cut short salvage gives what is left", "[store]") {
    const TempDir dir;
    const auto in = dir / "run.db";
    const std::string bytes = made_store(in);
    Tally tally;
    std::size_t most = 0;
    // A part of the last page may be missing without a loss; this is more.
    for (std::size_t size = bytes.size(); size > kLargestPage;) {
        size -= kLargestPage;
        CAPTURE(size, bytes.size());
        fs::resize_file(in, size);
        REQUIRE_THROWS_SAYING(Store(in), Corrupt,
                              "cut short: " + std::to_string(size) + " of its " +
                                  std::to_string(bytes.size()) + " bytes are left");
        most = std::max(most, salvage_one(in, dir / "out.db", tally));
    }
    std::printf("%d cut files: %d refused, %d salvaged in part\n", tally.refused + tally.partial,
                tally.refused, tally.partial);
    CHECK(tally.complete == 0);
    CHECK(most > 0);
}

TEST_CASE("a table whose definition is broken costs no checkpoint", "[store]") {
    const TempDir dir;
    const auto in = dir / "run.db";
    std::string bytes = made_store(in);
    const std::size_t at = bytes.find("CREATE TABLE metric");
    REQUIRE(at != std::string::npos);
    bytes.replace(at, 12, "CREATE TABLX");
    std::ofstream(in, std::ios::binary | std::ios::trunc) << bytes;
    REQUIRE_THROWS_SAYING(Store(in), Corrupt, "ckptlite salvage");
    const SalvageReport report = salvage(in, dir / "out.db");
    CHECK(report.checkpoints == kSteps);
    CHECK(!report.complete());
    require_sound(dir / "out.db");
}

}  // namespace
}  // namespace ckptlite::test
