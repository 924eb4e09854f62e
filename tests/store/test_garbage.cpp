// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>

#include "ckptlite/error.hpp"
#include "db/transaction.hpp"
#include "store/child_process.hpp"
#include "store/garbage.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/sanitized.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

// Just over the 64 MiB from which a tree is retired: 34 chunks, the last one not full.
constexpr std::size_t kTreeBytes = 70'000'000;
constexpr std::int64_t kChunks = 34;
const StoreOptions kOptions{.compression = Compression::none, .threads = 2};
const std::string kRetired = R"({"retired": true})";

/// Random bits: no two chunks are equal.
Tensor noise(std::uint64_t seed, std::size_t nbytes) {
    std::mt19937_64 random(seed);
    std::vector<float> values(nbytes / sizeof(float));
    for (float& value : values) value = static_cast<float>(random() >> 40);
    return Tensor::own(std::move(values), {static_cast<std::int64_t>(nbytes / sizeof(float))});
}

Tree large(std::int64_t step) {
    return Dict{{"w", noise(static_cast<std::uint64_t>(step), kTreeBytes)}};
}

/// The newest stays.
CheckpointInfo save_large(Store& store, std::int64_t step) {
    return store.save(large(step), {.step = step, .retention = {.last = 1}});
}

/// A store of one large checkpoint, and of one before it that was retired.
void save_two_large(const std::filesystem::path& file) {
    Store store(file, kOptions);
    save_large(store, 1);
    save_large(store, 2);
}

/// In a series of its own, so that it takes no other away.
void save_small(Store& store, std::int64_t step) {
    save_step(store, step, {.prefix = "small"});
}

std::string staged_by(const std::filesystem::path& file) {
    return RawSql(file).column("SELECT staged_by FROM tree WHERE staged_by IS NOT NULL ORDER BY id",
                               0);
}

/// Pieces of trees that nobody can see.
std::int64_t garbage_pieces(RawSql& raw) {
    return raw.count(
        "leaf_chunk JOIN leaf ON leaf.id = leaf_id JOIN tree ON tree.id = tree_id"
        " WHERE staged_by = '" +
        kRetired + "'");
}

void check_sound(const Store& store) {
    const VerifyReport report = store.verify(true);
    for (const VerifyProblem& problem : report.problems) {
        UNSCOPED_INFO(problem.where << ": " << problem.what);
    }
    CHECK(report.ok());
    RawSql raw(store.file());
    CHECK(raw.count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") == 0);
}

TEST_CASE("a large tree that retention takes away is retired, and then deleted by saves",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kOptions);
    const auto first = save_large(store, 1);
    CHECK(staged_by(store.file()).empty());
    const auto second = save_large(store, 2);
    CHECK(staged_by(store.file()) == kRetired + "\n");
    CHECK(steps_of(store.checkpoints()) == std::vector<std::int64_t>{2});
    CHECK_THROWS_AS(store.load(first), NotFound);
    CHECK_THROWS_AS(store.leaves(first), NotFound);
    RawSql raw(store.file());
    CHECK(raw.count("tensor") == 1);
    CHECK(garbage_pieces(raw) == kChunks);
    check_sound(store);

    save_small(store, 1);  // 64 MiB at a time: some is left
    CHECK(garbage_pieces(raw) > 0);
    CHECK(garbage_pieces(raw) < kChunks);
    CHECK(raw.count("tree WHERE staged_by IS NOT NULL") == 1);
    check_sound(store);
    save_small(store, 2);
    CHECK(raw.count("tree WHERE staged_by IS NOT NULL") == 0);
    CHECK(raw.count("chunk") == kChunks);
    CHECK(store.load(second) == large(2));
    check_sound(store);
}

TEST_CASE("batches free as many chunks as they write, whatever their size", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    save_two_large(file);
    const db::Connection writer(file, db::Access::read_write, std::chrono::seconds(1));
    detail::Garbage garbage(writer, "token");
    RawSql raw(file);
    for (std::int64_t batch = 1; batch <= 8; ++batch) {
        db::WriteTransaction transaction(writer);
        garbage.keep_up(std::uint64_t{3} << 20);  // one chunk and a half
        transaction.commit();
        CAPTURE(batch);
        CHECK(garbage_pieces(raw) == kChunks - (3 * batch + 1) / 2);
    }
}

#ifndef CKPTLITE_SANITIZED

TEST_CASE("large saves delete as they write: the file takes the room of one checkpoint more",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kOptions);
    for (std::int64_t step = 1; step <= 6; ++step) {
        save_large(store, step);
        RawSql raw(store.file());
        CAPTURE(step);
        CHECK(raw.count("tree WHERE staged_by IS NOT NULL") == (step == 1 ? 0 : 1));
        CHECK(raw.count("tree") == (step == 1 ? 1 : 2));
        CHECK(static_cast<double>(std::filesystem::file_size(store.file())) <
              1.15 * 2 * kTreeBytes);
    }
    CHECK(store.load(*store.latest()) == large(6));
    check_sound(store);
}

TEST_CASE("what a retired tree shares with a live one survives it", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kOptions);
    const Tensor shared = noise(1, kTreeBytes / 2);
    store.save(Dict{{"a", noise(2, kTreeBytes / 2)}, {"b", shared}}, {.step = 1});
    const Tree live = Dict{{"b", shared}, {"c", 3}};
    const auto saved = store.save(live, {.step = 2, .retention = {.last = 1}});
    CHECK(staged_by(store.file()) == kRetired + "\n");
    save_small(store, 1);
    RawSql raw(store.file());
    CHECK(raw.count("tree WHERE staged_by IS NOT NULL") == 0);
    CHECK(raw.count("chunk") == 17);
    CHECK(store.load(saved) == live);
    check_sound(store);
}

TEST_CASE("a retired tree that is saved again is stored whole while it is deleted", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kOptions);
    save_large(store, 1);
    save_large(store, 2);
    const Tree again = large(1);
    const auto saved = store.save(again, {.step = 3, .retention = {.last = 1}});
    RawSql raw(store.file());
    CHECK(garbage_pieces(raw) == kChunks);  // of step 2 only
    CHECK(raw.count("chunk") == 2 * kChunks);
    CHECK(store.load(saved) == again);
    check_sound(store);
}

TEST_CASE("what is removed or retained by hand is freed at once", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kOptions);
    const auto first = store.save(large(1), {.step = 1});
    store.save(large(2), {.step = 2});
    RawSql raw(store.file());
    store.remove(first);
    CHECK(raw.count("tree") == 1);
    CHECK(raw.count("chunk") == kChunks);
    store.save(large(3), {.step = 3});
    store.retain({.last = 1}, "default", "checkpoint");
    CHECK(raw.count("tree") == 1);
    CHECK(raw.count("chunk") == kChunks);
    const auto free = raw.number("PRAGMA freelist_count") * raw.number("PRAGMA page_size");
    CHECK(free > static_cast<std::int64_t>(kTreeBytes) * 9 / 10);
    CHECK(store.load(*store.latest()) == large(3));
    check_sound(store);
}

/// Saves for ever, until it is killed in the middle of a save: when a retired tree is half deleted
/// and a new one half written. Our read lock keeps the child from going on until it is dead.
void kill_in_the_middle(const std::filesystem::path& file) {
    ChildProcess child([&](const auto&) {
        Store store(file, kOptions);
        for (std::int64_t step = 3;; ++step) save_large(store, step);
    });
    RawSql raw(file);
    for (;;) {
        raw.run("BEGIN");
        const std::int64_t left = garbage_pieces(raw);
        const std::int64_t invisible = raw.count("tree WHERE staged_by IS NOT NULL");
        if (invisible == 2 && left > 0 && left < kChunks) break;
        raw.run("COMMIT");
    }
    child.kill();
}

TEST_CASE("the save after a kill finishes off half-deleted and half-written trees", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    save_two_large(file);
    kill_in_the_middle(file);
    Store store(file, kOptions);
    const auto found = store.checkpoints();
    REQUIRE(found.size() == 1);
    const std::int64_t step = found[0].step;
    RawSql raw(file);
    CHECK(raw.count("tree WHERE staged_by IS NOT NULL") == 2);
    CHECK(store.load(found[0]) == large(step));
    check_sound(store);

    save_large(store, step + 1);
    CHECK(staged_by(file) == kRetired + "\n");  // that of `step`, and no other
    CHECK(garbage_pieces(raw) == kChunks);
    CHECK(raw.count("chunk") == 2 * kChunks);
    check_sound(store);
}

#endif

}  // namespace
}  // namespace ckptlite::test
