// SPDX-License-Identifier: MIT
// Every byte of a store changed, one at a time: whatever it is, somebody says so or nothing
// differs.
#include <iostream>
#include <random>

#include "damage/damage_check.hpp"
#include "damage/file_bytes.hpp"
#include "damage/reference_store.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

/// Changes the bytes at `first`, `first + stride`, ... by `change`, one at a time.
DamageCounts flip_bytes(const fs::path& file, const Original& original, std::size_t first,
                        std::size_t stride, unsigned char change, std::size_t end = SIZE_MAX) {
    const std::string whole = bytes_of(file);
    ByteFile bytes(file);
    DamageCounts counts;
    for (std::size_t at = first; at < std::min(end, whole.size()); at += stride) {
        bytes.put(at, static_cast<char>(static_cast<unsigned char>(whole[at]) ^ change));
        const DamageResult result = check_damage(file, original);
        bytes.put(at, whole[at]);
        counts.add(result);
        INFO("byte " << at << " ^ " << int{change} << ": " << result.what);
        CHECK(result.kind != Damage::undetected);
    }
    return counts;
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
    std::cout << "first page: " << flip_bytes(dir / "run.db", original, 0, 5, change, 1024) << '\n';
    const std::size_t stride = 211;
    std::cout << "every " << stride << "th byte: "
              << flip_bytes(dir / "run.db", original, random() % stride, stride, change)
              << ", seed " << seed << '\n';
}

TEST_CASE("every changed byte is reported or changes no answer", "[damage][long]") {
    const TempDir dir;
    make_reference_store(dir / "run.db");
    const Original original(dir / "run.db");
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    CAPTURE(seed);
    const auto changes = {static_cast<unsigned char>(0xFF), static_cast<unsigned char>(0x01),
                          static_cast<unsigned char>(2 + random() % 253)};
    for (const unsigned char change : changes) {
        std::cout << "every byte ^ " << int{change} << ": "
                  << flip_bytes(dir / "run.db", original, 0, 1, change) << std::endl;
    }
}

}  // namespace
}  // namespace ckptlite::test
