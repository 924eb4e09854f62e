// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "store/merge_folder.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

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
    for (const char* const name :
         {"format_1_0.ckptlite", "format_1_1.ckptlite", "format_1_2.ckptlite"}) {
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
