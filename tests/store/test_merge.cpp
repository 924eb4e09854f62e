// SPDX-License-Identifier: MIT
#include "ckptlite/merge.hpp"

#include <cmath>
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
using Files = std::vector<fs::path>;

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder with stores that are merged into out.db.
class Folder {
public:
    /// A store of one run with these steps, each in a state of its own.
    fs::path store(const std::string& name, const std::string& run, const Steps& steps) {
        const fs::path file = dir.path() / name;
        Store store(file);
        for (const std::int64_t step : steps) {
            store.save(state_at(step), {.run = run, .step = step, .metrics = loss_of(0.5)});
        }
        return file;
    }
    fs::path copy(const fs::path& file, const std::string& name) const {
        fs::copy_file(file, dir.path() / name);
        return dir.path() / name;
    }
    MergeReport merge(const Files& ins, const MergeOptions& options = {}) const {
        return ckptlite::merge(out, ins, options);
    }
    Steps steps(const std::string& run) const {
        const Store store(out, {.mode = OpenMode::read_only});
        require_sound(store);
        for (const CheckpointInfo& checkpoint : store.checkpoints({.run = run})) {
            REQUIRE(store.load(checkpoint) == state_at(checkpoint.step));
        }
        return steps_of(store.checkpoints({.run = run}));
    }

    const TempDir dir;
    const fs::path out = dir / "out.db";
};

/// One run of a store, by name.
RunInfo run_of(const fs::path& file, const std::string& name) {
    for (RunInfo& run : Store(file, {.mode = OpenMode::read_only}).runs()) {
        if (run.name == name) return run;
    }
    throw std::runtime_error("no run " + name);
}

std::string notes_of(const MergeReport& report) {
    std::string lines;
    for (const MergeNote& note : report.notes) lines += note.where + ": " + note.what + "\n";
    return lines;
}

TEST_CASE("runs of several files are in one, which is made", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "a", {1, 2});
    const auto b = folder.store("b.db", "b", {2, 3});
    const MergeReport report = folder.merge({a, b});
    CHECK(report.runs == 2);
    CHECK(report.checkpoints == 4);
    CHECK(report.metrics == 4);
    CHECK(report.notes.empty());
    CHECK(folder.steps("a") == Steps{2, 1});
    CHECK(folder.steps("b") == Steps{3, 2});
    CHECK(RawSql(folder.out).count("tree") == 3);  // both have step 2
    CHECK(run_of(folder.out, "a").uuid == run_of(a, "a").uuid);
    CHECK(Store(folder.out).history(kLoss, "b").size() == 2);
    CHECK(files_beside(folder.out).size() == 2);
}

TEST_CASE("what is merged into a file that exists is added to it", "[store]") {
    Folder folder;
    folder.store("out.db", "mine", {1, 5});
    const MergeReport report = folder.merge({folder.store("a.db", "a", {1, 2})});
    CHECK(report.checkpoints == 2);
    CHECK(folder.steps("mine") == Steps{5, 1});
    CHECK(folder.steps("a") == Steps{2, 1});
    CHECK(RawSql(folder.out).count("tree") == 3);
}

TEST_CASE("merging again changes not a byte", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1, 2});
    const auto b = folder.store("b.db", "r", {2, 3});
    {
        Store store(b);
        store.start_run("forked", "{}", "r", 2);
        store.log(1, loss_of(2), "forked");
    }
    folder.merge({a, b});
    const std::string before = bytes_of(folder.out);
    for (const Files& ins : {Files{a, b}, Files{b, a}, Files{b}}) {
        const MergeReport report = folder.merge(ins);
        CHECK(report.nothing_new());
        CHECK(report.nbytes == 0);
        CHECK(report.known_checkpoints == (ins.size() == 1 ? 2U : 4U));
        CHECK(bytes_of(folder.out) == before);
    }
}

TEST_CASE("twenty files with a frozen backbone take its space once", "[store]") {
    Folder folder;
    const std::size_t kBackbone = 500'000;  // floats
    const Tensor backbone = weights(1, kBackbone);
    Files ins;
    std::uint64_t sum = 0;
    for (std::int64_t i = 0; i < 20; ++i) {
        ins.push_back(folder.dir.path() / ("run" + std::to_string(i) + ".db"));
        {
            Store store(ins.back());
            store.save(Dict{{"backbone", backbone}, {"head", state_at(i, 100'000)}}, {.step = 1});
        }
        sum += fs::file_size(ins.back());
    }
    const std::uint64_t shared = Store(ins[0]).leaves(*Store(ins[0]).latest())[0].stored_nbytes;
    const MergeReport report = folder.merge(ins);
    CHECK(report.runs == 20);
    CHECK(report.notes.size() == 19);  // each is called "default"
    CHECK(fs::file_size(folder.out) < sum - 19 * shared);
    CHECK(report.nbytes < sum - 19 * shared);
    const Store out(folder.out);
    require_sound(out);
    CHECK(out.checkpoints().size() == 20);
}

TEST_CASE("another run of the same name is told apart by its UUID", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1});
    const auto b = folder.store("b.db", "r", {2});
    const MergeReport report = folder.merge({a, b});
    const std::string name = "r~" + run_of(b, "r").uuid.substr(0, 8);
    CHECK(notes_of(report).find("b.db: is now '" + name + "'") != std::string::npos);
    CHECK(folder.steps("r") == Steps{1});
    CHECK(folder.steps(name) == Steps{2});
    folder.store("b.db", "r", {3});
    CHECK(folder.merge({b}).checkpoints == 1);  // known by its UUID, it keeps that name
    CHECK(folder.steps(name) == Steps{3, 2});
}

TEST_CASE("the same run is merged without duplicates", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1, 2});
    const auto b = folder.copy(a, "b.db");
    folder.store("a.db", "r", {3});
    folder.store("b.db", "r", {4});
    const MergeReport report = folder.merge({a, b});
    CHECK(report.runs == 1);
    CHECK(report.checkpoints == 4);
    CHECK(report.known_checkpoints == 2);
    CHECK(folder.steps("r") == Steps{4, 3, 2, 1});
}

TEST_CASE("a conflict is refused by name before anything is written", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1});
    const auto b = folder.copy(a, "b.db");
    folder.store("a.db", "r", {7});
    Store(b).save(state_at(8), {.run = "r", .step = 7, .metrics = loss_of(0.5)});
    folder.copy(a, "out.db");
    const std::string before = bytes_of(folder.out);
    for (const char* const words : {"run 'r', prefix 'checkpoint', step 7", "b.db", "trees"}) {
        REQUIRE_THROWS_SAYING(folder.merge({b}), AlreadyExists, words);
    }
    CHECK(bytes_of(folder.out) == before);
    fs::remove(folder.out);
    REQUIRE_THROWS_SAYING(folder.merge({a, b}), AlreadyExists, "step 7");
    CHECK(files_beside(a) == std::vector<std::string>{"b.db"});
}

TEST_CASE("checkpoints with other metrics are a conflict, with the same NaN none", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1});
    const auto b = folder.copy(a, "b.db");
    for (const auto& file : {a, b}) {
        Store(file).save(state_at(2), {.run = "r", .step = 2, .metrics = loss_of(std::nan(""))});
    }
    CHECK(folder.merge({a, b}).checkpoints == 2);
    Store(a).save(state_at(3), {.run = "r", .step = 3, .metrics = loss_of(1)});
    Store(b).save(state_at(3), {.run = "r", .step = 3, .metrics = loss_of(2)});
    REQUIRE_THROWS_SAYING(folder.merge({a, b}), AlreadyExists, "different metrics");
}

TEST_CASE("a pin and a note of either file stay", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1, 2});
    const auto b = folder.copy(a, "b.db");
    {
        Store store(b);
        for (const CheckpointInfo& checkpoint : store.checkpoints()) store.pin(checkpoint);
        store.set_note(store.checkpoints({.step = 2})[0], "from b");
    }
    folder.merge({a});
    CHECK(folder.merge({b}).updated == 2);
    CHECK(folder.merge({a}).nothing_new());
    const Store out(folder.out);
    require_sound(out);
    CHECK(out.latest()->pinned);
    CHECK(out.latest()->note == "from b");
}

TEST_CASE("of two values of the history the one reported later stands", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {});
    {
        Store store(a);
        store.log(1, loss_of(1), "r");
        store.log(2, loss_of(1), "r");
    }
    const auto b = folder.copy(a, "b.db");
    RawSql(a).run(
        "UPDATE metric SET at = '2001-01-01T00:00:00.000Z' WHERE step = 1;"
        "DROP TABLE run_digest; PRAGMA user_version = 1001");
    RawSql(b).run(
        "UPDATE metric SET value = 5; UPDATE metric SET"
        " at = '2001-01-01T00:00:00.000Z' WHERE step = 2;"
        "DROP TABLE run_digest; PRAGMA user_version = 1001");
    CHECK(folder.merge({a, b}).metrics == 3);
    const Store out(folder.out);
    require_sound(out);
    const auto history = out.history(kLoss, "r");
    REQUIRE(history.size() == 2);
    CHECK(history[0].value == 5);
    CHECK(history[1].value == 1);
}

TEST_CASE("of a run in two files config and end are those of where it was active last", "[store]") {
    for (const bool other_first : {false, true}) {
        CAPTURE(other_first);
        Folder folder;
        const auto a = folder.store("a.db", "r", {1});
        const auto b = folder.copy(a, "b.db");
        Store(a).start_run("r", R"({"lr": 1})");
        {
            Store store(b);
            store.start_run("r", R"({"lr": 2})");
            store.log(9, loss_of(1), "r");
            store.finish_run("r");
        }
        RawSql(a).run(
            "UPDATE metric SET at = '2001-01-01T00:00:00.000Z';"
            "UPDATE checkpoint SET created_at = '2001-01-01T00:00:00.000Z';"
            "UPDATE run SET created_at = '2001-01-01T00:00:00.000Z';"
            "DROP TABLE run_digest; PRAGMA user_version = 1001");
        const MergeReport report = folder.merge(other_first ? Files{b, a} : Files{a, b});
        CHECK(notes_of(report).find("that of " + fs::canonical(b).string() + " stands") !=
              std::string::npos);
        CHECK(run_of(folder.out, "r").config == R"({"lr": 2})");
        CHECK(!run_of(folder.out, "r").finished_at.empty());
        CHECK(folder.merge({a}).nothing_new());
        require_sound(folder.out);
    }
}

TEST_CASE("lineage is kept, by whatever name the parent has now", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "base", {1});
    const auto b = folder.store("b.db", "base", {2});
    Store(b).start_run("tuned", "{}", "base", 2);
    folder.merge({a, b});
    const RunInfo tuned = run_of(folder.out, "tuned");
    CHECK(tuned.parent_run == "base~" + run_of(b, "base").uuid.substr(0, 8));
    CHECK(tuned.parent_step == 2);
    require_sound(folder.out);
}

TEST_CASE("a file is not merged with itself, by whatever name", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "a", {1});
    fs::create_hard_link(a, folder.dir / "hard.db");
    fs::create_symlink(a, folder.dir / "soft.db");
    const std::string before = bytes_of(a);
    const auto into_a = [&](const Files& ins) { return merge(a, ins, {.follow_symlinks = true}); };
    CHECK_THROWS_AS(into_a({a}), InvalidArgument);
    CHECK_THROWS_AS(into_a({folder.dir / "soft.db"}), InvalidArgument);
    REQUIRE_THROWS_SAYING(into_a({folder.dir / "hard.db"}), InvalidArgument, "hard.db");
    CHECK_THROWS_AS(folder.merge({a, a}), InvalidArgument);
    CHECK_THROWS_AS(folder.merge({}), InvalidArgument);
    CHECK_THROWS_AS(folder.merge({folder.dir / "none.db"}), NotFound);
    CHECK(bytes_of(a) == before);
    CHECK(!fs::exists(folder.out));
}

TEST_CASE("a damaged file is refused by name, and the other is as it was", "[store]") {
    for (const char* const sql :
         {"UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 2",
          "UPDATE leaf SET data = zeroblob(8) WHERE data IS NOT NULL", "UPDATE leaf SET mean = 3",
          "UPDATE checkpoint SET note = 'x'", "UPDATE run SET config = '[]'",
          "UPDATE metric SET at = 'never'", "UPDATE tree SET staged_by = 'x'"}) {
        CAPTURE(sql);
        Folder folder;
        const auto a = folder.store("a.db", "a", {2});
        RawSql(a).run(sql);
        folder.store("out.db", "mine", {1});
        REQUIRE_THROWS_SAYING(folder.merge({a}), Corrupt, "a.db");
        CHECK(folder.steps("mine") == Steps{1});
        CHECK(RawSql(folder.out).count("run") == 1);
        CHECK(RawSql(folder.out).count("tree") == 1);  // nothing staged is left
        CHECK(RawSql(folder.out).count("chunk") == 2);
    }
}

TEST_CASE("files of every earlier format are merged as they are", "[store]") {
    for (const char* const name : {"format_1_0.ckptlite", "format_1_1.ckptlite"}) {
        CAPTURE(name);
        Folder folder;
        const fs::path in = fs::path(CKPTLITE_GOLDEN) / name;
        const std::string before = bytes_of(in);
        const MergeReport report = folder.merge({in});
        CHECK(bytes_of(in) == before);
        const Store old(in, {.mode = OpenMode::read_only});
        const Store out(folder.out);
        require_sound(out);
        CHECK(report.checkpoints == old.checkpoints().size());
        for (const CheckpointInfo& checkpoint : old.checkpoints()) {
            const auto same = out.checkpoints(
                {.run = checkpoint.run, .prefix = checkpoint.prefix, .step = checkpoint.step});
            REQUIRE(same.size() == 1);
            CHECK(out.load(same[0]) == old.load(checkpoint));
        }
    }
}

TEST_CASE("a file in WAL mode may be merged into, and its pages stay readable meanwhile",
          "[store]") {
    Folder folder;
    {
        Store out(folder.out, {.journal = JournalMode::wal});
        save_step(out, 1);
    }
    const auto a = folder.store("a.db", "a", {2});
    const Store reader(folder.out, {.mode = OpenMode::read_only});
    const CheckpointInfo first = reader.latest().value();
    const auto look = [&](const Progress&) { CHECK(reader.load(first) == Dict{{"w", 1.0}}); };
    CHECK(folder.merge({a}, {.on_progress = look}).checkpoints == 1);
    CHECK(reader.checkpoints().size() == 2);
}

TEST_CASE("what a progress callback throws ends a merge, and nothing of it stays", "[store]") {
    struct Stop {};
    Folder folder;
    const auto a = folder.store("a.db", "a", {2});
    const MergeOptions stop{.on_progress = [](const Progress&) { throw Stop(); }};
    CHECK_THROWS_AS(folder.merge({a}, stop), Stop);
    CHECK(files_beside(a).empty());
    folder.store("out.db", "mine", {1});
    CHECK_THROWS_AS(folder.merge({a}, stop), Stop);
    CHECK(RawSql(folder.out).count("tree") == 1);
    CHECK(folder.steps("mine") == Steps{1});
}

TEST_CASE("whoever may not read a file may not read what it is merged into", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "a", {1});
    const auto b = folder.store("b.db", "b", {1});
    fs::permissions(a, fs::perms(0644));
    fs::permissions(b, fs::perms(0600));
    folder.merge({a, b});
    CHECK(fs::status(folder.out).permissions() == fs::perms(0600));
}

}  // namespace
}  // namespace ckptlite::test
