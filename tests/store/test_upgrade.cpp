// SPDX-License-Identifier: MIT
// Files of format 1.0 to 1.2, made by the ckptlite of their time: read as they are, upgraded when
// written.
#include <time.h>

#include <fstream>
#include <limits>

#include "ckptlite/error.hpp"
#include "db/store_schema.hpp"
#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;
using Steps = std::vector<std::int64_t>;

constexpr OpenMode kReadOnly = OpenMode::read_only;
constexpr std::size_t kAll = 1000;

fs::path old_file(const TempDir& dir, const char* golden = "format_1_0.ckptlite") {
    fs::copy_file(fs::path(CKPTLITE_GOLDEN) / golden, dir / "run.db",
                  fs::copy_options::overwrite_existing);
    return dir / "run.db";
}

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::int64_t version_of(const fs::path& file) {
    return RawSql(file).number("PRAGMA user_version");
}

/// Steps of the best by every metric, both ways, with every filter.
std::vector<Steps> rankings(const Store& store) {
    std::vector<Steps> found;
    const MetricName names[] = {kLoss,
                                {"eval", "accuracy"},
                                {"train", "loss"},
                                {"eval", "per%cent \"x\"/größe"},
                                {"x", "y"}};
    const CheckpointFilter filters[] = {{},
                                        {.run = "a"},
                                        {.run = "b"},
                                        {.run = "nobody"},
                                        {.prefix = "checkpoint"},
                                        {.prefix = "lowest:eval/loss"},
                                        {.step = 3},
                                        {.run = "a", .prefix = "checkpoint", .step = 2}};
    for (const MetricName& name : names) {
        for (const CheckpointFilter& filter : filters) {
            for (const std::size_t n : {std::size_t{1}, kAll}) {
                found.push_back(steps_of(store.best(name, Best::lowest, n, filter)));
                found.push_back(steps_of(store.best(name, Best::highest, n, filter)));
            }
        }
    }
    return found;
}

/// What is known of the golden file.
void check_content(const Store& store) {
    CHECK(steps_of(store.best(kLoss, Best::lowest, kAll)) == Steps{-7, 3, 2, 2, 1, 4});
    CHECK(steps_of(store.best(kLoss, Best::highest, kAll)) == Steps{4, 1, 3, 2, 2, -7});
    CHECK(store.best(kLoss, Best::lowest, kAll)[2].prefix == "lowest:eval/loss");
    CHECK(steps_of(store.best({"eval", "accuracy"}, Best::highest, 3)) == Steps{4, 3, 2});
    CHECK(store.best(kLoss, Best::highest, 2)[1].metrics["eval"]["loss"] == 0.1 + 0.2);
    CHECK(steps_of(store.checkpoints()) == Steps{5, 4, 3, 3, 2, 2, 1, -7});
    CHECK(steps_of(store.checkpoints({.run = "b", .prefix = "checkpoint"})) == Steps{3, -7});
    CHECK(store.latest({.step = 3})->run == "b");
    CHECK(store.latest({.run = "a", .step = 3})->pinned);
    CHECK(store.history({"train", "loss"}, "a").size() == 20);
    CHECK(store.leaf(*store.latest(), "/step").scalar() == Scalar(std::int64_t{5}));
    CHECK(store.leaf(*store.latest(), "/params/kernel").tensor().shape() == Shape{40, 50});
    CHECK(store.verify(true).ok());
}

TEST_CASE("a file of format 1.0 opened read-only is read and not written", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    const std::string before = bytes_of(file);
    check_content(Store(file, {.mode = kReadOnly}));
    CHECK(bytes_of(file) == before);
    CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("a file of format 1.0 opened for writing is upgraded and says the same", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    const auto before = rankings(Store(file, {.mode = kReadOnly}));
    Store store(file, {.mode = OpenMode::existing});
    CHECK(version_of(file) == 1003);
    CHECK(rankings(store) == before);
    check_content(store);
    RawSql raw(file);
    CHECK(raw.count("checkpoint_metric") == 14);
    CHECK(raw.number("SELECT step FROM checkpoint_metric WHERE metric = 'loss' ORDER BY value") ==
          -7);
    CHECK(raw.text("SELECT sql FROM sqlite_schema WHERE name = 'checkpoint_metric'").size() > 20);
    save_step(store, 6, {.run = "a", .metrics = loss_of(-1e9)});
    CHECK(steps_of(store.best(kLoss, Best::lowest, 2)) == Steps{-7, 6});
    CHECK(store.verify(true).ok());
}

TEST_CASE("a file of format 1.1 says the same as one of 1.0, read-only and upgraded", "[store]") {
    const TempDir dir;
    const auto before = rankings(Store(old_file(dir), {.mode = kReadOnly}));
    const auto file = old_file(dir, "format_1_1.ckptlite");
    const std::string bytes = bytes_of(file);
    CHECK(rankings(Store(file, {.mode = kReadOnly})) == before);
    check_content(Store(file, {.mode = kReadOnly}));
    CHECK(bytes_of(file) == bytes);
    Store store(file, {.mode = OpenMode::existing});
    CHECK(version_of(file) == 1003);
    CHECK(rankings(store) == before);
    check_content(store);
    save_step(store, 6, {.run = "a", .metrics = loss_of(-1e9)});
    CHECK(store.verify(true).ok());
}

TEST_CASE("a file of format 1.2 says the same, read-only and upgraded", "[store]") {
    const TempDir dir;
    const auto before = rankings(Store(old_file(dir), {.mode = kReadOnly}));
    const auto file = old_file(dir, "format_1_2.ckptlite");
    const std::string bytes = bytes_of(file);
    check_content(Store(file, {.mode = kReadOnly}));
    CHECK(Store(file, {.mode = kReadOnly}).tags().empty());
    CHECK(bytes_of(file) == bytes);
    CHECK(rankings(Store(file, {.mode = kReadOnly, .trust = Trust::untrusted})) == before);
    Store store(file, {.mode = OpenMode::existing});
    CHECK(version_of(file) == 1003);
    CHECK(rankings(store) == before);
    check_content(store);
    store.tag(*store.latest(), "newest");
    CHECK(store.latest()->tags == std::vector<std::string>{"newest"});
    CHECK(store.verify(true).ok());
}

TEST_CASE("files of every earlier format have no tags and are tagged when upgraded", "[store]") {
    const TempDir dir;
    for (const char* golden :
         {"format_1_0.ckptlite", "format_1_1.ckptlite", "format_1_2.ckptlite"}) {
        const auto file = old_file(dir, golden);
        CHECK(Store(file, {.mode = kReadOnly}).tags().empty());
        Store store(file);
        store.tag(*store.latest(), "newest");
        CHECK(store.tags().at(0).checkpoint.step == 5);
        CHECK(store.verify(true).ok());
    }
}

TEST_CASE("an upgrade to 1.2 takes every row for what was written", "[store]") {
    const TempDir dir;
    for (const char* golden : {"format_1_0.ckptlite", "format_1_1.ckptlite"}) {
        const auto file = old_file(dir, golden);
        Store{file};
        RawSql raw(file);
        CHECK(raw.count("run_digest WHERE kind = 'checkpoint'") == raw.count("checkpoint"));
        CHECK(raw.count("run_digest WHERE kind = 'run'") == raw.count("run"));
        CHECK(raw.count("run_digest WHERE kind = 'metric'") == raw.count("run"));
        CHECK(raw.count("run_digest WHERE kind = 'tree'") == raw.count("tree"));
        raw.run("UPDATE checkpoint SET note = 'changed' WHERE step = 5");
        CHECK(!Store(file, {.mode = kReadOnly}).verify().ok());
    }
}

TEST_CASE("an upgraded file has the tables of a new one", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    Store{file};
    Store{dir / "new.db"};
    const std::string schema = "SELECT name || sql FROM sqlite_schema ORDER BY name";
    CHECK(RawSql(file).column(schema, 0) == RawSql(dir / "new.db").column(schema, 0));
}

TEST_CASE("a file of format 1.0 in WAL mode is upgraded, too", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    RawSql(file).run("PRAGMA journal_mode = WAL");
    check_content(Store(file));
    CHECK(version_of(file) == 1003);
}

TEST_CASE("a connection that cannot write leaves format 1.0 as it is", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    const std::string before = bytes_of(file);
    const db::Connection connection(file.string(), db::Access::read_only, {});
    db::upgrade_store(connection);
    CHECK(bytes_of(file) == before);
}

TEST_CASE("a reader that has the file open sees the same across an upgrade", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    const Store reader(file, {.mode = kReadOnly});
    const auto before = rankings(reader);
    {
        Store writer(file);
        CHECK(rankings(reader) == before);
        save_step(writer, 9, {.run = "a", .metrics = loss_of(1e9)});
    }
    CHECK(steps_of(reader.best(kLoss, Best::highest, 2)) == Steps{4, 9});
    CHECK(reader.latest()->step == 9);
    CHECK(reader.verify(true).ok());
}

TEST_CASE("two processes may upgrade one file at once", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    const auto write = [&](const char* run) {
        return [&file, run](const ChildProcess::Report&) {
            Store store(file);
            save_step(store, 100, {.run = run, .metrics = loss_of(100)});
            store.close();
        };
    };
    ChildProcess first(write("c"));
    ChildProcess second(write("d"));
    CHECK(first.wait());
    CHECK(second.wait());
    const Store store(file);
    CHECK(store.checkpoints({.step = 100}).size() == 2);
    CHECK(store.verify(true).ok());
}

/// Enough checkpoints that an upgrade takes a while.
void add_checkpoints(const fs::path& file) {
    RawSql(file).run(
        "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
        " INSERT INTO checkpoint (run_id, prefix, step, metrics, tree_id, created_at)"
        " SELECT 1, 'checkpoint', i, '{\"eval\":{\"loss\":' || i || '.5}}', 1,"
        "        '2026-01-31T12:00:00.000Z' FROM n");
}

void kill_an_upgrade(const fs::path& file, std::mt19937_64& random) {
    ChildProcess child([&](const ChildProcess::Report& report) {
        report(1);
        const Store store(file);
        report(2);
    });
    REQUIRE(child.next());
    // The moment is what is random here: nothing tells of the middle of an upgrade.
    const timespec wait{.tv_sec = 0, .tv_nsec = static_cast<long>(random() % 60'000'000)};
    ::nanosleep(&wait, nullptr);
    child.kill();
}

TEST_CASE("a writer killed in the middle of an upgrade leaves the old format or the new",
          "[store]") {
    const TempDir dir;
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    for (int kill = 0; kill < 30; ++kill) {
        CAPTURE(seed, kill);
        const auto file = old_file(dir);
        add_checkpoints(file);
        kill_an_upgrade(file, random);
        const std::int64_t version = version_of(file);  // this rolls back what was left
        REQUIRE((version == 1000 || version == 1003));
        REQUIRE(RawSql(file).count("sqlite_schema WHERE name = 'checkpoint_metric'") ==
                (version == 1003 ? 1 : 0));
        REQUIRE(steps_of(Store(file, {.mode = kReadOnly}).best(kLoss, Best::lowest)) == Steps{-7});
        const Store store(file);
        REQUIRE(steps_of(store.best(kLoss, Best::highest, 3)) == Steps{4, 3000, 2999});
        REQUIRE(store.verify().ok());
    }
}

TEST_CASE("an upgrade does not touch a table of somebody's own", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    RawSql(file).run("CREATE TABLE checkpoint_metric (mine)");
    const std::string before = bytes_of(file);
    check_content(Store(file, {.mode = kReadOnly}));
    REQUIRE_THROWS_SAYING(Store(file), UnsupportedVersion, "'checkpoint_metric' of its own");
    CHECK(bytes_of(file) == before);
}

TEST_CASE("an upgrade leaves a view or a table of somebody's own in the place of a view",
          "[store]") {
    const TempDir dir;
    const auto file = old_file(dir, "format_1_2.ckptlite");
    RawSql raw(file);
    raw.run("CREATE VIEW run_summary AS SELECT 'mine' AS x; CREATE TABLE metric_summary (mine)");
    check_content(Store(file));
    CHECK(version_of(file) == 1003);
    CHECK(raw.text("SELECT x FROM run_summary") == "mine");
    CHECK(raw.count("metric_summary") == 0);
    CHECK(raw.count("checkpoint_latest") == 3);
}

TEST_CASE("rows taken over by hand keep their tags", "[store]") {
    const TempDir dir;
    {
        Store store(old_file(dir));
        store.tag(*store.latest(), "newest");
    }
    RawSql(dir / "run.db").run("DROP TABLE run_digest; PRAGMA user_version = 1001");
    CHECK(Store(dir / "run.db", {.mode = kReadOnly}).tags().size() == 1);
    const Store store(dir / "run.db");
    CHECK(store.tags().at(0).tag == "newest");
    CHECK(store.verify(true).ok());
}

TEST_CASE("a damaged leaf does not stop an upgrade and is reported", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir, "format_1_1.ckptlite");
    RawSql(file).run("UPDATE leaf SET nbytes = -1 WHERE id = (SELECT max(id) FROM leaf)");
    const Store store(file);
    CHECK(version_of(file) == 1003);
    CHECK(!store.verify().ok());
    CHECK(store.latest({.run = "a", .step = 1}));
}

TEST_CASE("damaged metrics do not stop an upgrade and are reported", "[store]") {
    const TempDir dir;
    const auto file = old_file(dir);
    RawSql(file).run("UPDATE checkpoint SET metrics = '{\"eval\":' WHERE step = 5");
    const Store store(file);
    CHECK(steps_of(store.best(kLoss, Best::highest, 2)) == Steps{4, 1});
    CHECK(!store.verify().ok());
}

}  // namespace
}  // namespace ckptlite::test
