// SPDX-License-Identifier: MIT
#include <atomic>
#include <future>

#include "ckptlite/error.hpp"
#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/sanitized.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

#ifdef CKPTLITE_SANITIZED
constexpr std::size_t kLargeBytes = 20'000'000;
constexpr std::int64_t kSaves = 5;
#else
constexpr std::size_t kLargeBytes = 40'000'000;
constexpr std::int64_t kSaves = 12;
#endif
constexpr std::size_t kTreeBytes = 12'000'000;  // enough for three batches

TEST_CASE("a large tree is the same however many threads load it", "[store][concurrent]") {
    const TempDir dir;
    const Tree tree = state_at(1, kLargeBytes);
    for (const auto compression : {Compression::planes, Compression::none}) {
        const auto file = dir / (compression == Compression::none ? "none.db" : "planes.db");
        const auto saved = Store(file, {.compression = compression}).save(tree, {});
        for (const unsigned threads : {1U, 2U, 4U}) {
            CAPTURE(threads);
            const Store store(file, {.mode = OpenMode::read_only, .threads = threads});
            CHECK(store.load(saved) == tree);
            CHECK(store.load(saved, "/moment").at("/moment") == tree.at("/moment"));
            CHECK(store.leaf(saved, "/kernel") == tree.at("/kernel"));
        }
    }
}

/// The trees of all steps, so that a comparison takes no longer than it has to.
std::vector<Tree> trees_of_all_steps() {
    std::vector<Tree> trees;
    for (std::int64_t step = 0; step <= kSaves; ++step) {
        trees.push_back(state_at(step, kTreeBytes));
    }
    return trees;
}

void save_all(Store& store, const std::vector<Tree>& trees) {
    for (std::int64_t step = 2; step <= kSaves; ++step) {
        store.save(trees[static_cast<std::size_t>(step)], {.step = step, .retention = {.last = 1}});
    }
}

/// Loads what is the newest until that is the last one. Everything but a whole checkpoint, or
/// NotFound for one that went meanwhile, is thrown.
void load_until_last(const Store& store, const std::vector<Tree>& trees) {
    for (std::int64_t step = 0; step < kSaves;) {
        const auto latest = store.latest();
        if (!latest) throw std::runtime_error("for a moment there was no checkpoint");
        step = latest->step;
        try {
            if (store.load(*latest) != trees[static_cast<std::size_t>(step)]) {
                throw std::runtime_error("a load mixed two checkpoints");
            }
        } catch (const NotFound&) {
        }
    }
}

void finish(std::vector<std::future<void>>& threads) {
    for (std::future<void>& thread : threads) CHECK_NOTHROW(thread.get());
}

void load_beside_a_thread(JournalMode journal) {
    const TempDir dir;
    const auto trees = trees_of_all_steps();
    Store store(dir / "run.db", {.journal = journal, .threads = 3});
    store.save(trees[1], {.step = 1});
    std::vector<std::future<void>> threads;
    threads.push_back(std::async(std::launch::async, [&] { save_all(store, trees); }));
    for (int i = 0; i < 4; ++i) {
        threads.push_back(std::async(std::launch::async, [&] { load_until_last(store, trees); }));
    }
    finish(threads);
    CHECK(steps_of(store.checkpoints()) == std::vector<std::int64_t>{kSaves});
    CHECK(store.verify(true).ok());
}

TEST_CASE("loads beside a thread that saves and deletes give whole checkpoints",
          "[store][concurrent]") {
    load_beside_a_thread(JournalMode::rollback);
}

TEST_CASE("loads beside a thread that saves to a WAL file give whole checkpoints",
          "[store][concurrent]") {
    load_beside_a_thread(JournalMode::wal);
}

void load_beside_a_process(JournalMode journal) {
    const TempDir dir;
    const auto trees = trees_of_all_steps();
    const StoreOptions options{.journal = journal, .threads = 2};
    Store(dir / "run.db", options).save(trees[1], {.step = 1});
    ChildProcess writer([&](const auto&) {
        Store store(dir / "run.db", options);
        save_all(store, trees);
        store.close();
    });
    const Store store(dir / "run.db", {.threads = 3});
    std::vector<std::future<void>> threads;
    for (int i = 0; i < 3; ++i) {
        threads.push_back(std::async(std::launch::async, [&] { load_until_last(store, trees); }));
    }
    finish(threads);
    CHECK(writer.wait());
    CHECK(store.verify(true).ok());
}

TEST_CASE("loads beside a process that saves and deletes give whole checkpoints", "[store]") {
    load_beside_a_process(JournalMode::rollback);
}

TEST_CASE("loads beside a process that saves to a WAL file give whole checkpoints", "[store]") {
    load_beside_a_process(JournalMode::wal);
}

TEST_CASE("threads fill their own arrays from one store at once", "[store][concurrent]") {
    const TempDir dir;
    Store store(dir / "run.db", {.threads = 2});
    const Tree tree = state_at(1, kTreeBytes);
    const auto saved = store.save(tree, {});
    const auto fill = [&] {
        const Tensor& kernel = tree.at("/kernel").tensor();
        std::vector<float> values(kernel.size());
        const std::vector<TensorBuffer> buffers = {
            TensorBuffer::of("/kernel", values, kernel.shape())};
        store.load_into(saved, buffers);
        return std::ranges::equal(values, kernel.as<float>());
    };
    std::vector<std::future<bool>> threads;
    for (int i = 0; i < 6; ++i) threads.push_back(std::async(std::launch::async, fill));
    for (auto& thread : threads) CHECK(thread.get());
}

TEST_CASE("a damaged chunk of a large leaf is Corrupt, whichever thread meets it",
          "[store][concurrent]") {
    const TempDir dir;
    Store store(dir / "run.db", {.threads = 4});
    const Tree tree = Dict{{"table", weights(1, kLargeBytes / sizeof(float))}};
    const auto saved = store.save(tree, {.step = 6});
    RawSql raw(dir / "run.db");
    const std::int64_t chunks = raw.count("chunk");
    REQUIRE(chunks > 8);
    for (const std::int64_t id : {std::int64_t{1}, std::int64_t{2}, chunks / 2, chunks}) {
        CAPTURE(id);
        const std::string which = " WHERE id = " + std::to_string(id);
        raw.run("CREATE TEMP TABLE kept AS SELECT data FROM chunk" + which);
        raw.run("UPDATE chunk SET data = zeroblob(length(data))" + which);
        REQUIRE_THROWS_SAYING(store.load(saved), Corrupt, "/table");
        REQUIRE_THROWS_SAYING(store.leaf(saved, "/table"), Corrupt, "step 6");
        raw.run("UPDATE chunk SET data = (SELECT data FROM kept)" + which + "; DROP TABLE kept");
    }
    CHECK(store.load(saved) == tree);
}

}  // namespace
}  // namespace ckptlite::test
