// SPDX-License-Identifier: MIT
#include "ckptlite/extract.hpp"

#include <fstream>

#include "ckptlite/error.hpp"
#include "ckptlite/merge.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTreeBytes = 300'000;

/// A run, forked from another, with two checkpoints and a history.
class Runs {
public:
    Runs() {
        Store store(in);
        store.start_run("first", R"({"lr": 0.1})");
        save_step(store, 1, {.run = "first", .metrics = loss_of(3)});
        store.start_run("second", R"({"lr": 0.2})", "first", 1);
        for (std::int64_t step = 1; step <= 2; ++step) {
            store.save(tree(step), {.run = "second",
                                    .step = step,
                                    .version = 7,
                                    .metrics = loss_of(0.5),
                                    .loss = 0.25,
                                    .note = "n",
                                    .pinned = true});
        }
        store.log(9, loss_of(0.125), "second");
        store.finish_run("second");
    }

    static Tree tree(std::int64_t step) {
        return Dict{{"list", List{{Tree(step), weights(5, 9'000), Tree("text")}}},
                    {"state", state_at(step, kTreeBytes)}};
    }

    CheckpointInfo second(const Store& store) const {
        return store.latest({.run = "second"}).value();
    }
    void damage(const std::string& sql) const { RawSql(in).run(sql); }

    const TempDir dir;
    const fs::path in = dir / "run.db";
    const fs::path out = dir / "small.db";
};

TEST_CASE("an extracted checkpoint is the same, with its run and the history", "[store]") {
    const Runs runs;
    const Store store(runs.in);
    const CheckpointInfo before = runs.second(store);
    const ExtractReport report = extract(store, before, runs.out);
    CHECK(report.metrics == 3);
    CHECK(report.nbytes == fs::file_size(runs.out));
    const Store small(runs.out, {.mode = OpenMode::read_only});
    require_sound(small);
    const CheckpointInfo after = small.latest().value();
    CHECK(small.checkpoints().size() == 1);
    CHECK(small.load(after) == Runs::tree(2));
    const auto values = [](const CheckpointInfo& of) {
        return std::tie(of.run, of.prefix, of.step, of.version, of.metrics, of.loss, of.pinned,
                        of.note, of.created_at, of.n_leaves, of.nbytes, of.stored_nbytes);
    };
    CHECK(values(after) == values(before));
    CHECK(values(report.checkpoint) == values(before));
    CHECK(small.history(kLoss, "second").size() == 3);
    CHECK(files_beside(runs.out) == std::vector<std::string>{"run.db"});
}

TEST_CASE("an extracted run keeps its UUID, config, times and lineage", "[store]") {
    const Runs runs;
    const Store store(runs.in);
    extract(store, runs.second(store), runs.out);
    const Store small(runs.out);
    REQUIRE(small.runs().size() == 2);
    for (const RunInfo& before : store.runs()) {
        bool found = false;
        for (const RunInfo& after : small.runs()) {
            if (after.name != before.name) continue;
            found = true;
            CHECK(std::tie(after.uuid, after.config, after.created_at, after.finished_at,
                           after.parent_run, after.parent_step) ==
                  std::tie(before.uuid, before.config, before.created_at, before.finished_at,
                           before.parent_run, before.parent_step));
        }
        CHECK(found);
    }
    CHECK(small.history(kLoss, "first").empty());
}

TEST_CASE("an extracted checkpoint keeps its tags, and only those", "[store]") {
    const Runs runs;
    Store store(runs.in);
    store.tag(runs.second(store), "release");
    store.tag(store.latest({.run = "first"}).value(), "other");
    extract(store, runs.second(store), runs.out);
    const Store small(runs.out);
    require_sound(small);
    CHECK(small.tags().size() == 1);
    CHECK(small.find("tag:release").step == 2);
}

TEST_CASE("without the history an extract has no metric rows", "[store]") {
    const Runs runs;
    const Store store(runs.in);
    CHECK(extract(store, runs.second(store), runs.out, {.history = false}).metrics == 0);
    CHECK(RawSql(runs.out).count("metric") == 0);
    CHECK(Store(runs.out).best(kLoss, Best::lowest).size() == 1);
}

TEST_CASE("extract with a pattern gives what a partial load does", "[store]") {
    const Runs runs;
    const Store store(runs.in);
    const CheckpointInfo checkpoint = runs.second(store);
    for (const char* const only : {"/state/**", "/list/1", "/**/k*", "/list/*"}) {
        CAPTURE(only);
        fs::remove(runs.out);
        extract(store, checkpoint, runs.out, {.only = only});
        const Store small(runs.out);
        require_sound(small);
        CHECK(small.load(small.latest().value()) == store.load(checkpoint, only));
        CHECK(RawSql(runs.out).count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") ==
              0);
    }
    fs::remove(runs.out);
    REQUIRE_THROWS_SAYING(extract(store, checkpoint, runs.out, {.only = "/nothing"}), NotFound,
                          "/nothing");
    CHECK(!fs::exists(runs.out));
}

TEST_CASE("encoded chunks are copied as they are", "[store]") {
    const Runs runs;
    const Store store(runs.in);
    extract(store, runs.second(store), runs.out);
    RawSql out(runs.out);
    out.run("ATTACH '" + runs.in.string() + "' AS before");
    CHECK(out.count("chunk") > 2);
    CHECK(out.count("chunk AS c WHERE NOT EXISTS (SELECT 1 FROM before.chunk AS b WHERE"
                    " b.digest = c.digest AND b.codec = c.codec AND b.data = c.data)") == 0);
}

TEST_CASE("extract refuses what is damaged, by name, and leaves nothing behind", "[store]") {
    const struct {
        const char* sql;
        const char* says;
    } cases[] = {
        {"UPDATE chunk SET data = zeroblob(length(data)) WHERE id = (SELECT chunk_id FROM"
         " leaf_chunk JOIN leaf ON leaf.id = leaf_id WHERE path = '/state/moment' AND tree_id = 3)",
         "leaf /state/moment"},
        {"UPDATE leaf SET data = zeroblob(8) WHERE path = '/list/0' AND tree_id = 3",
         "leaf /list/0"},
        {"UPDATE leaf SET mean = 7 WHERE path = '/state/moment'", "not as ckptlite wrote it"},
        {"UPDATE checkpoint SET note = 'x'", "not as ckptlite wrote it"},
        {"UPDATE run SET config = '{}'", "not as ckptlite wrote it"},
        {"UPDATE metric SET value = 7", "not as ckptlite wrote it"},
        {"UPDATE tree SET structure = '{\"list\":['", "structure"},
    };
    for (const auto& [sql, says] : cases) {
        CAPTURE(sql);
        const Runs runs;
        runs.damage(sql);
        const Store store(runs.in, {.mode = OpenMode::read_only});
        REQUIRE_THROWS_SAYING(extract(store, runs.second(store), runs.out), Corrupt, says);
        CHECK(files_beside(runs.in).empty());
    }
}

TEST_CASE("damage in another run does not keep a checkpoint from being extracted", "[store]") {
    const Runs runs;
    {
        Store store(runs.in);
        store.start_run("other");
    }
    runs.damage("UPDATE run SET config = 'x' WHERE name = 'other'");
    const Store store(runs.in, {.mode = OpenMode::read_only});
    CHECK(extract(store, runs.second(store), runs.out).metrics == 3);
}

TEST_CASE("extract replaces nothing, and goes nowhere beside the journal of another store",
          "[store]") {
    const Runs runs;
    const Store store(runs.in);
    const CheckpointInfo checkpoint = runs.second(store);
    std::ofstream(runs.out) << "mine";
    REQUIRE_THROWS_AS(extract(store, checkpoint, runs.out), AlreadyExists);
    fs::remove(runs.out);
    std::ofstream(runs.out.string() + "-journal") << "another's";
    REQUIRE_THROWS_SAYING(extract(store, checkpoint, runs.out), IoError, "small.db-journal");
    CHECK(files_beside(runs.in) == std::vector<std::string>{"small.db-journal"});
}

TEST_CASE("what a progress callback throws ends extract, and nothing of it stays", "[store]") {
    struct Stop {};
    const Runs runs;
    const Store store(runs.in, {.mode = OpenMode::read_only});
    const auto stop = [](const Progress&) { throw Stop(); };
    CHECK_THROWS_AS(extract(store, runs.second(store), runs.out, {.on_progress = stop}), Stop);
    CHECK(files_beside(runs.in).empty());
    Progress last;
    const auto look = [&](const Progress& now) {
        CHECK(now.done >= last.done);
        last = now;
    };
    extract(store, runs.second(store), runs.out, {.on_progress = look});
    CHECK(last.done == last.total);
    CHECK(last.total > kTreeBytes / 2);
}

TEST_CASE("an extract goes back where it came from without changing anything", "[store]") {
    const Runs runs;
    {
        const Store store(runs.in);
        extract(store, runs.second(store), runs.out);
    }
    const std::vector<fs::path> ins{runs.out};
    const MergeReport report = merge(runs.in, ins);
    CHECK(report.nothing_new());
    CHECK(report.known_checkpoints == 1);
}

TEST_CASE("a checkpoint of format 1.0 is extracted as one of today", "[store]") {
    const TempDir dir;
    const fs::path in = fs::path(CKPTLITE_GOLDEN) / "format_1_0.ckptlite";
    const Store store(in, {.mode = OpenMode::read_only});
    const CheckpointInfo checkpoint = store.latest().value();
    extract(store, checkpoint, dir / "out.db");
    const Store out(dir / "out.db");
    require_sound(out);
    CHECK(out.load(out.latest().value()) == store.load(checkpoint));
    CHECK(RawSql(dir / "out.db").number("PRAGMA user_version") > 1000);
}

}  // namespace
}  // namespace ckptlite::test
