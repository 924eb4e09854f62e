// SPDX-License-Identifier: MIT
// merge beside others that use the files, and where there is no room.
#include "ckptlite/error.hpp"
#include "ckptlite/merge.hpp"
#include "store/repair_cases.hpp"
#include "store/small_disk.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTreeBytes = 1'200'000;
constexpr std::int64_t kLast = 2;

/// A store of a run with `n` checkpoints that share nothing.
fs::path make_store(const fs::path& file, const std::string& run, std::int64_t n,
                    std::size_t nbytes) {
    Store store(file, {.threads = 1});
    for (std::int64_t step = 1; step <= n; ++step) {
        store.save(state_at(1000 * n + step, nbytes), {.run = run, .step = step});
    }
    return file;
}

TEST_CASE("files are merged into one in which a training saves", "[store]") {
    const TempDir dir;
    const auto out = make_store(dir / "out.db", "default", 1, kTreeBytes);
    const fs::path ins[] = {make_store(dir / "a.db", "a", 5, 8 << 20),
                            make_store(dir / "b.db", "b", 6, 8 << 20)};
    ChildProcess writer([&](const auto& report) { keep_saving(out, kTreeBytes, kLast, report); });
    std::int64_t last = writer.next().value();
    const MergeReport report = merge(out, ins);
    CHECK(report.checkpoints == 11);
    CHECK(writer.next().value() > last);  // it saved meanwhile, and goes on
    writer.kill();
    while (const auto step = writer.next()) last = *step;
    Store store(out, {.threads = 1});
    require_sound(store);
    CHECK(store.latest({.run = "default"})->step >= last);
    for (const CheckpointInfo& checkpoint : store.checkpoints({.run = "b"})) {
        CHECK(store.load(checkpoint) == state_at(6000 + checkpoint.step, 8 << 20));
    }
    CHECK(merge(out, ins).nothing_new());
}

TEST_CASE("a tree that somebody deletes during a merge is copied after all", "[store]") {
    const TempDir dir;
    const auto out = dir / "out.db";
    const Tree shared = state_at(7, kTreeBytes);
    {
        Store store(dir / "a.db");
        store.save(shared, {.run = "a", .step = 1});
        store.save(state_at(8, 80 << 20), {.run = "a", .step = 2});
    }
    const CheckpointInfo known = Store(out).save(shared, {.run = "mine", .step = 1});
    ChildProcess child([&](const auto& report) {
        report(1);
        // Once the first batch is there, and others are to come.
        RawSql raw(out);
        while (raw.count("tree WHERE staged_by IS NOT NULL") == 0) {
        }
        Store(out).remove(known);
    });
    const fs::path ins[] = {dir / "a.db"};
    REQUIRE(child.next());
    const MergeReport report = merge(out, ins);
    REQUIRE(child.wait());
    CHECK(report.checkpoints == 2);
    const Store store(out);
    require_sound(store);
    CHECK(store.load(store.checkpoints({.run = "a", .step = 1})[0]) == shared);
    CHECK(store.checkpoints({.run = "mine"}).empty());
}

TEST_CASE("a merge that finds no room leaves the file as it was", "[store]") {
    const TempDir dir;
    const fs::path disk = dir / "disk";
    fs::create_directory(disk);
    const fs::path large[] = {make_store(dir / "large.db", "a", 1, 60 << 20)};
    const fs::path small[] = {make_store(dir / "small.db", "b", 1, kTreeBytes)};
    on_small_disk(disk, 32, [&] {
        const fs::path out = make_store(disk / "out.db", "mine", 1, kTreeBytes);
        bool refused = false;
        try {
            merge(out, large);
        } catch (const DiskFull&) {
            refused = true;
        }
        must(refused, "DiskFull");
        must(Store(out).verify(true).ok(), "the file is sound");
        must(Store(out).runs().size() == 1, "there is one run");
        must(RawSql(out).count("tree") == 1, "nothing staged is left");
        must(merge(out, small).checkpoints == 1, "what has room is merged");
    });
    CHECK(fs::is_empty(disk));
}

}  // namespace
}  // namespace ckptlite::test
