// SPDX-License-Identifier: MIT
#include "ckptlite/salvage.hpp"

#include <fstream>

#include "ckptlite/error.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;
using Steps = std::vector<std::int64_t>;

constexpr std::size_t kTreeBytes = 300'000;

/// Two runs, three checkpoints each, a shared tensor, metrics.
class DamagedStore {
public:
    DamagedStore() {
        Store store(in);
        store.start_run("first", R"({"lr": 0.1})");
        store.start_run("second", "{}", "first", 2);
        for (std::int64_t step = 1; step <= 3; ++step) {
            for (const char* const run : {"first", "second"}) {
                store.save(tree(step), {.run = run,
                                        .step = step,
                                        .metrics = loss_of(0.5),
                                        .note = "n",
                                        .pinned = step == 2});
            }
        }
        store.log(7, loss_of(0.25), "first");
        store.close();
    }

    static Tree tree(std::int64_t step) {
        return Dict{{"shared", weights(99, 20'000)}, {"state", state_at(step, kTreeBytes)}};
    }

    void run(const std::string& sql) const { RawSql(in).run(sql); }

    SalvageReport salvage() const { return ckptlite::salvage(in, out); }

    /// That the new file is a sound store whose checkpoints are as they were. Their steps.
    Steps steps(const char* run) const {
        const Store store(out, {.mode = OpenMode::read_only});
        require_sound(store);
        for (const CheckpointInfo& checkpoint : store.checkpoints()) {
            REQUIRE(store.load(checkpoint) == tree(checkpoint.step));
        }
        return steps_of(store.checkpoints({.run = run}));
    }

    const TempDir dir;
    const fs::path in = dir / "run.db";
    const fs::path out = dir / "out.db";
};

std::string losses_of(const SalvageReport& report) {
    std::string lines;
    for (const SalvageLoss& loss : report.losses) lines += loss.where + ": " + loss.what + "\n";
    return lines;
}

bool says(const SalvageReport& report, const std::string& words) {
    return losses_of(report).find(words) != std::string::npos;
}

TEST_CASE("all of a sound file is salvaged", "[store]") {
    const DamagedStore damaged;
    const SalvageReport report = damaged.salvage();
    INFO(losses_of(report));
    CHECK(report.complete());
    CHECK(report.runs == 2);
    CHECK(report.checkpoints == 6);
    CHECK(report.metrics == 7);
    CHECK(damaged.steps("first") == Steps{3, 2, 1});
    CHECK(damaged.steps("second") == Steps{3, 2, 1});
    const Store before(damaged.in);
    const Store after(damaged.out);
    for (std::size_t i = 0; i < 2; ++i) {
        const RunInfo a = before.runs()[i];
        const RunInfo b = after.runs()[i];
        CHECK(std::tie(a.name, a.uuid, a.config, a.created_at, a.parent_run, a.parent_step) ==
              std::tie(b.name, b.uuid, b.config, b.created_at, b.parent_run, b.parent_step));
    }
    const auto a = before.checkpoints();
    const auto b = after.checkpoints();
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(
            std::tie(a[i].run, a[i].step, a[i].metrics, a[i].pinned, a[i].note, a[i].created_at) ==
            std::tie(b[i].run, b[i].step, b[i].metrics, b[i].pinned, b[i].note, b[i].created_at));
    }
    CHECK(after.history(kLoss, "first").size() == 4);
    RawSql raw(damaged.out);
    CHECK(raw.count("chunk") == RawSql(damaged.in).count("chunk"));
    CHECK(raw.count("tree") == 3);  // both runs share them
    CHECK(files_beside(damaged.out) == std::vector<std::string>{"run.db"});
}

TEST_CASE("a damaged chunk costs the checkpoints that have it, by name, and no others", "[store]") {
    const DamagedStore damaged;
    damaged.run(
        "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = (SELECT chunk_id FROM leaf_chunk"
        " JOIN leaf ON leaf.id = leaf_id WHERE path = '/state/kernel' AND tree_id = 2)");
    const SalvageReport report = damaged.salvage();
    CHECK(report.lost_checkpoints == 2);
    CHECK(says(report, "run 'first', prefix 'checkpoint', step 2: leaf /state/kernel: "));
    CHECK(says(report, "run 'second', prefix 'checkpoint', step 2: leaf /state/kernel: "));
    CHECK(damaged.steps("first") == Steps{3, 1});
    CHECK(damaged.steps("second") == Steps{3, 1});
    RawSql raw(damaged.out);
    CHECK(raw.count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") == 0);
}

TEST_CASE("each kind of damage to a tree loses that tree only", "[store]") {
    const char* const damage[] = {
        "DELETE FROM leaf_chunk WHERE leaf_id IN (SELECT id FROM leaf WHERE tree_id = 2)",
        "PRAGMA foreign_keys = OFF; DELETE FROM leaf WHERE tree_id = 2 AND path = '/state/step'",
        "UPDATE leaf SET data = x'01' WHERE tree_id = 2 AND path = '/state/step'",
        "UPDATE leaf SET path = '/other' WHERE tree_id = 2 AND path = '/state/step'",
        "UPDATE leaf SET dtype = 'int32' WHERE tree_id = 2 AND path = '/state/kernel'",
        "UPDATE leaf SET digest = zeroblob(16) WHERE tree_id = 2 AND path = '/state/kernel'",
        "UPDATE tree SET digest = zeroblob(16) WHERE id = 2",
        "UPDATE tree SET digest = NULL WHERE id = 2",
        "UPDATE tree SET structure = '{\"list\":[' WHERE id = 2",
        "PRAGMA foreign_keys = OFF; DELETE FROM tree WHERE id = 2",
        "PRAGMA foreign_keys = OFF; UPDATE checkpoint SET tree_id = 1000 WHERE step = 2",
    };
    for (const char* const sql : damage) {
        CAPTURE(sql);
        const DamagedStore damaged;
        damaged.run(sql);
        const SalvageReport report = damaged.salvage();
        CHECK(report.lost_checkpoints == 2);
        CHECK(damaged.steps("first") == Steps{3, 1});
    }
}

TEST_CASE("what can be computed anew is no loss", "[store]") {
    const DamagedStore damaged;
    damaged.run("UPDATE leaf SET mean = 7, norm = NULL, nan_count = 3, stored_nbytes = 1");
    damaged.run("UPDATE tree SET nbytes = 1, n_leaves = 0, stored_nbytes = 7, staged_by = 'x'");
    damaged.run("DELETE FROM checkpoint_metric");
    CHECK(damaged.salvage().complete());
    CHECK(damaged.steps("first") == Steps{3, 2, 1});
    CHECK(Store(damaged.out).best(kLoss, Best::lowest, 9).size() == 6);
}

TEST_CASE("fields of a row that are damaged are left out, and listed", "[store]") {
    const DamagedStore damaged;
    damaged.run("UPDATE run SET config = 'x', created_at = 'y', uuid = 'z' WHERE id = 1");
    damaged.run("UPDATE checkpoint SET metrics = '{', created_at = '2026' WHERE step = 3");
    const SalvageReport report = damaged.salvage();
    CHECK(report.checkpoints == 6);
    for (const char* const words :
         {"config must be a JSON object: it is now {}", "'y' is not a time", "'z' is not a UUID",
          "step 3: the metrics are not"}) {
        CAPTURE(words, losses_of(report));
        CHECK(says(report, words));
    }
    CHECK(damaged.steps("first") == Steps{3, 2, 1});
    const Store after(damaged.out);
    CHECK(after.runs()[0].config == "{}");
    CHECK(after.latest()->metrics.empty());
    CHECK(after.latest()->created_at == "1970-01-01T00:00:00.000Z");
}

TEST_CASE("what nothing can stand for is lost, and listed", "[store]") {
    const DamagedStore damaged;
    damaged.run("UPDATE run SET name = CAST(x'ff' AS TEXT) WHERE id = 2");
    damaged.run("UPDATE checkpoint SET prefix = '' WHERE run_id = 1 AND step = 1");
    damaged.run("UPDATE metric SET at = 'never' WHERE run_id = 1 AND step = 7");
    const SalvageReport report = damaged.salvage();
    CAPTURE(losses_of(report));
    CHECK(says(report, "run 2"));
    CHECK(says(report, "UPDATE run SET name"));
    CHECK(says(report, "the prefix has no name"));
    CHECK(says(report, "metrics: 4 values"));
    CHECK(report.lost_checkpoints == 4);
    CHECK(report.lost_metrics == 4);
    CHECK(damaged.steps("first") == Steps{3, 2});
}

/// As .recover may leave a table: the rows, and no constraint that keeps two of them apart.
std::string without_constraints(const std::string& table) {
    return "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON;"
           "CREATE TABLE bare AS SELECT * FROM " +
           table + "; DROP TABLE " + table + "; ALTER TABLE bare RENAME TO " + table + ";";
}

TEST_CASE("of two rows that no constraint keeps apart the first stays", "[store]") {
    const DamagedStore damaged;
    damaged.run(without_constraints("checkpoint") +
                "UPDATE checkpoint SET step = 3 WHERE run_id = 1 AND step = 2");
    damaged.run(without_constraints("run") + "UPDATE run SET uuid = (SELECT uuid FROM run)");
    const SalvageReport report = damaged.salvage();
    CAPTURE(losses_of(report));
    CHECK(says(report, "another one has its run, prefix and step"));
    CHECK(says(report, "another run has its UUID: it is now "));
    CHECK(report.lost_checkpoints == 1);
    CHECK(report.runs == 2);

    const DamagedStore twins;
    twins.run(without_constraints("run") + "UPDATE run SET name = 'first'");
    const SalvageReport of_twins = twins.salvage();
    CAPTURE(losses_of(of_twins));
    CHECK(says(of_twins, "run 2 ('first'): lost with all it has: another run has its name"));
    CHECK(twins.steps("first") == Steps{3, 2, 1});
}

TEST_CASE("what belonged to something that is lost is listed", "[store]") {
    const DamagedStore damaged;
    {
        Store store(damaged.in);
        store.tag(store.find("first@1"), "gone");
        store.tag(store.find("second@1"), "kept");
        store.tag(store.find("second@2"), "unnamed");
    }
    damaged.run("UPDATE checkpoint_tag SET tag = '' WHERE tag = 'unnamed'");
    damaged.run("UPDATE run SET name = '' WHERE name = 'first'");
    const SalvageReport report = damaged.salvage();
    CAPTURE(losses_of(report));
    CHECK(says(report, "run 'second': the run that it was forked from is lost"));
    CHECK(says(report, "tag 'gone': its checkpoint is lost"));
    CHECK(says(report, "tag '': "));
    CHECK(says(report, "of a run that is lost"));
    CHECK(damaged.steps("second") == Steps{3, 2, 1});
    const Store after(damaged.out);
    CHECK(after.runs()[0].parent_run.empty());
    CHECK(after.find("tag:kept").step == 1);
    CHECK(after.tags().size() == 1);
}

TEST_CASE("a file needs no more than its core tables", "[store]") {
    const DamagedStore damaged;
    damaged.run("PRAGMA application_id = 7; PRAGMA user_version = 9");
    damaged.run(
        "DROP VIEW tensor; DROP VIEW storage; DROP INDEX leaf_chunk_by_chunk;"
        "DROP INDEX tree_by_digest; DROP TABLE checkpoint_metric; DROP TABLE feature;"
        "CREATE TABLE lost_and_found (a, b); CREATE VIEW more AS SELECT 1");
    CHECK(damaged.salvage().complete());
    CHECK(damaged.steps("second") == Steps{3, 2, 1});
}

TEST_CASE("a table that a checkpoint can do without is a loss, and the rest is salvaged",
          "[store]") {
    const std::pair<const char*, const char*> lost[] = {
        {"DROP VIEW history; DROP VIEW best_so_far; DROP TABLE metric",
         "metrics: there is no table"},
        {"DROP TABLE run_digest", "the digests of rows: some cannot be read"}};
    for (const auto& [sql, words] : lost) {
        const DamagedStore damaged;
        damaged.run(sql);
        const SalvageReport report = damaged.salvage();
        CAPTURE(losses_of(report));
        CHECK(report.losses.size() == 1);
        CHECK(says(report, words));
        CHECK(damaged.steps("first") == Steps{3, 2, 1});
    }
}

TEST_CASE("rows that are none cost no others, however far their ids are", "[store]") {
    const DamagedStore damaged;
    damaged.run(without_constraints("metric") +
                "UPDATE metric SET at = x'00' WHERE step = 7;"
                "UPDATE metric SET run_id = 'one' WHERE run_id = 1 AND step = 2");
    damaged.run(
        without_constraints("leaf") +
        "UPDATE leaf SET id = 1 << 60, tree_id = 'x' WHERE id = (SELECT max(id) FROM leaf)");
    const SalvageReport report = damaged.salvage();
    CAPTURE(losses_of(report));
    CHECK(says(report, "metrics: 2 values: its row has values of other types"));
    CHECK(report.lost_metrics == 2);
    CHECK(report.metrics == 5);
    CHECK(report.lost_checkpoints == 2);  // of the last step
    CHECK(damaged.steps("first") == Steps{2, 1});
}

TEST_CASE("without a core table salvage names the way to recover it", "[store]") {
    for (const char* const sql :
         {"DROP TABLE leaf_chunk", "PRAGMA foreign_keys = OFF; DROP TABLE run",
          "PRAGMA foreign_keys = OFF; DROP TABLE chunk; CREATE VIEW chunk AS SELECT 1 AS id",
          "PRAGMA foreign_keys = OFF; DROP TABLE tree; CREATE TABLE tree (id INTEGER PRIMARY "
          "KEY)"}) {
        CAPTURE(sql);
        const DamagedStore damaged;
        damaged.run(sql);
        REQUIRE_THROWS_SAYING(damaged.salvage(), NotACheckpointFile, ".recover");
        CHECK(files_beside(damaged.in).empty());
    }
}

TEST_CASE("a feature that is unknown is no damage", "[store]") {
    const DamagedStore damaged;
    damaged.run("INSERT INTO feature VALUES ('telepathy', 'incompatible')");
    REQUIRE_THROWS_SAYING(damaged.salvage(), UnsupportedVersion, "telepathy");
}

TEST_CASE("salvage replaces nothing, and changes nothing in the damaged file", "[store]") {
    const DamagedStore damaged;
    const auto size = fs::file_size(damaged.in);
    const auto time = fs::last_write_time(damaged.in);
    CHECK_THROWS_AS(salvage(damaged.in, damaged.in), AlreadyExists);
    fs::create_symlink(damaged.dir / "nowhere.db", damaged.out);
    CHECK_THROWS_AS(damaged.salvage(), AlreadyExists);
    fs::remove(damaged.out);
    CHECK_THROWS_AS(salvage(damaged.dir / "none.db", damaged.out), NotFound);
    damaged.salvage();
    CHECK_THROWS_AS(damaged.salvage(), AlreadyExists);
    CHECK(fs::file_size(damaged.in) == size);
    CHECK(fs::last_write_time(damaged.in) == time);
}

TEST_CASE("what a progress callback throws ends salvage, and nothing of it stays", "[store]") {
    struct Stop {};
    const DamagedStore damaged;
    CHECK_THROWS_AS(
        salvage(damaged.in, damaged.out, {.on_progress = [](const Progress&) { throw Stop(); }}),
        Stop);
    CHECK(files_beside(damaged.in).empty());
}

TEST_CASE("a write that was cut off is for the user to roll back first", "[store]") {
    const DamagedStore damaged;
    const fs::path copy = damaged.dir / "copy.db";
    {
        RawSql raw(damaged.in);
        raw.run("PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE chunk SET data = zeroblob(100000)");
        fs::copy_file(damaged.in, copy);  // as a crash leaves it: nobody holds a lock
        fs::copy_file(damaged.dir / "run.db-journal", damaged.dir / "copy.db-journal");
        raw.run("ROLLBACK");
    }
    REQUIRE_THROWS_SAYING(salvage(copy, damaged.out), NeedsRecovery, "ckptlite ls");
    CHECK(!fs::exists(damaged.out));
    static_cast<void>(Store(copy).checkpoints());
    CHECK(salvage(copy, damaged.out).complete());
}

/// Overwrites the fourth leaf page of a table that has a page of pointers to them.
void spoil_leaf_page(const fs::path& database, const std::string& table) {
    std::int64_t page_size = 0;
    std::int64_t root = 0;
    {
        RawSql raw(database);
        page_size = raw.number("PRAGMA page_size");
        root = raw.number("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'");
    }
    std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
    const auto number_at = [&](std::int64_t at, int size) {
        std::int64_t value = 0;
        file.seekg((root - 1) * page_size + at);
        for (int i = 0; i < size; ++i) value = 256 * value + file.get();
        return value;
    };
    REQUIRE((number_at(0, 1) & 8) == 0);  // no leaf itself
    REQUIRE(number_at(3, 2) > 4);
    const std::int64_t page = number_at(number_at(12 + 2 * 3, 2), 4);
    file.seekp((page - 1) * page_size);
    file << std::string(static_cast<std::size_t>(page_size), '\x55');
}

TEST_CASE("pages that cannot be read do not end a salvage", "[store]") {
    const DamagedStore damaged;
    {
        // A metric history and many checkpoints over several pages.
        Store store(damaged.in);
        for (std::int64_t step = 1; step <= 400; ++step) {
            store.save(DamagedStore::tree(1), {.run = "many",
                                               .step = step,
                                               .metrics = {{std::string(200, 'g'), {{"m", 1.0}}}},
                                               .note = std::string(300, 'n')});
        }
        for (std::int64_t step = 0; step < 20'000; ++step) store.log(step, loss_of(1), "many");
        store.close();
    }
    for (const char* const table : {"checkpoint", "metric"}) spoil_leaf_page(damaged.in, table);
    const SalvageReport report = damaged.salvage();
    CAPTURE(losses_of(report));
    CHECK(says(report, "checkpoints: pages of the table cannot be read"));
    CHECK(says(report, "metrics: pages of the table cannot be read"));
    CHECK(report.checkpoints > 300);
    CHECK(report.checkpoints < 406);
    CHECK(report.metrics > 10'000);
    const Store after(damaged.out);
    require_sound(after);
    const Steps steps = steps_of(after.checkpoints({.run = "many"}));
    CHECK(steps.front() == 400);
    CHECK(steps.back() == 1);
}

}  // namespace
}  // namespace ckptlite::test
