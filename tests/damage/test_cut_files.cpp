// SPDX-License-Identifier: MIT
// Stores that are too short or too long.
#include <iostream>
#include <random>

#include "damage/damage_check.hpp"
#include "damage/file_bytes.hpp"
#include "damage/reference_store.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

constexpr std::size_t kPage = 1024;

struct Case {
    TempDir dir{};
    std::string whole{};
    Original original;
    DamageCounts counts{};

    Case() : Case(std::make_unique<TempDir>()) {}
    explicit Case(std::unique_ptr<TempDir> made)
        : whole((make_reference_store(*made / "run.db"), bytes_of(*made / "run.db"))),
          original(*made / "run.db") {}

    void check(std::string_view bytes) {
        write_bytes(dir / "cut.db", bytes);
        const DamageResult result = check_damage(dir / "cut.db", original);
        counts.add(result);
        INFO(bytes.size() << " of " << whole.size() << " bytes: " << result.what);
        CHECK(result.kind != Damage::undetected);
    }
};

TEST_CASE("a store cut at any page is refused, reported, or has lost nothing", "[damage]") {
    Case of;
    for (std::size_t size = 0; size < of.whole.size(); size += kPage) {
        of.check(std::string_view(of.whole).substr(0, size));
    }
    std::cout << "cut at each page: " << of.counts << '\n';
    // Whatever is cut off, the file is shorter than its header says.
    CHECK(of.counts.flagged() == of.counts.cases);
}

TEST_CASE("a store cut anywhere is refused, reported, or has lost nothing", "[damage]") {
    Case of;
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    CAPTURE(seed);
    std::uint64_t lacking_pages = 0;
    for (int i = 0; i < 300; ++i) {
        const std::size_t size = random() % of.whole.size();
        of.check(std::string_view(of.whole).substr(0, size));
        lacking_pages += size + kPage <= of.whole.size() ? 1 : 0;
    }
    std::cout << "cut anywhere: " << of.counts << ", seed " << seed << '\n';
    // Of a last page that is free, a part may be missing and nothing lost.
    CHECK(of.counts.flagged() >= lacking_pages);
}

TEST_CASE("bytes behind the end of a store change nothing", "[damage]") {
    Case of;
    std::mt19937_64 random(7);
    for (const std::size_t n : {1U, 100U, 1023U, 1024U, 1025U, 40'000U}) {
        std::string more(n, '\0');
        of.check(of.whole + more);
        for (char& c : more) c = static_cast<char>(random());
        of.check(of.whole + more);
        of.check(of.whole + of.whole.substr(0, n));
    }
    std::cout << "bytes behind the end: " << of.counts << '\n';
}

}  // namespace
}  // namespace ckptlite::test
