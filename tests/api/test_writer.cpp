// SPDX-License-Identifier: MIT
#include "ckptlite/writer.hpp"

#include <type_traits>

#include "api/sample_checkpoint.hpp"
#include "api/sql_file.hpp"
#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using test::sample_checkpoint;
using test::sample_summary;
using test::TempDir;

/// "checkpoint 3" a line, in order of prefix and step.
std::string stored(const std::filesystem::path& file) {
    return test::SqlFile(file)(
        "SELECT prefix || ' ' || step FROM checkpoint ORDER BY run_id, prefix, step");
}

TEST_CASE("output_dir is the writer's file", "[api]") {
    const TempDir dir;
    const CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    CHECK(writer.output_dir() == dir / "run.db");
    CHECK(std::filesystem::is_regular_file(dir / "run.db"));
}

TEST_CASE("an output_dir that is a folder means checkpoints.db in it", "[api]") {
    const TempDir dir;
    CheckpointFileWriter({.output_dir = dir.path()}).write(sample_summary(1));
    CHECK(stored(dir / "checkpoints.db") == "checkpoint 1");
    CheckpointFileWriter({.output_dir = dir / "new/"}).write(sample_summary(2));
    CHECK(stored(dir / "new/checkpoints.db") == "checkpoint 2");
}

TEST_CASE("a writer without output_dir is refused", "[api]") {
    REQUIRE_THROWS_SAYING(CheckpointFileWriter({}), InvalidArgument, "'output_dir' is empty");
}

TEST_CASE("keep is 1 unless told: the latest checkpoint stays", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    CHECK(writer.keep() == 1);
    for (const std::int64_t step : {1, 2, 3}) writer.write(sample_summary(step));
    CHECK(stored(dir / "run.db") == "checkpoint 3");
}

TEST_CASE("keep says how many of each prefix stay", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .keep = 2});
    for (const std::int64_t step : {1, 2, 3}) writer.write(sample_summary(step));
    writer.write(sample_summary(1), "other");
    CHECK(stored(dir / "run.db") == "checkpoint 2\ncheckpoint 3\nother 1");
}

TEST_CASE("keep = 0 keeps all", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .keep = 0});
    for (const std::int64_t step : {1, 2, 3}) writer.write(sample_summary(step));
    CHECK(stored(dir / "run.db") == "checkpoint 1\ncheckpoint 2\ncheckpoint 3");
}

TEST_CASE("a negative keep is refused, and makes no file", "[api]") {
    const TempDir dir;
    REQUIRE_THROWS_SAYING(CheckpointFileWriter({.output_dir = dir / "run.db", .keep = -1}),
                          InvalidArgument, "'keep' is -1");
    CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("retention rules keep more than keep does", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer(
        {.output_dir = dir / "run.db",
         .retention = {.best = {{.metric = {"eval", "loss"}}}, .every_n_steps = 4}});
    const double losses[] = {0.9, 0.1, 0.5, 0.4, 0.3, 0.2};
    for (std::int64_t step = 1; step <= 6; ++step)
        writer.write(test::with_eval_loss(step, losses[step - 1]));
    CHECK(stored(dir / "run.db") == "checkpoint 2\ncheckpoint 4\ncheckpoint 6");
}

TEST_CASE("the larger of keep and retention.last counts", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .retention = {.last = 2}});
    for (const std::int64_t step : {1, 2, 3}) writer.write(sample_summary(step));
    CHECK(stored(dir / "run.db") == "checkpoint 2\ncheckpoint 3");
}

TEST_CASE("retention rules that could have no effect are refused", "[api]") {
    const TempDir dir;
    REQUIRE_THROWS_SAYING(
        CheckpointFileWriter({.output_dir = dir / "run.db", .keep = 0, .retention = {.last = 2}}),
        InvalidArgument, "'keep' is 0");
}

TEST_CASE("wrong retention rules are refused when the writer is made", "[api]") {
    const TempDir dir;
    REQUIRE_THROWS_AS(
        CheckpointFileWriter({.output_dir = dir / "run.db", .retention = {.every_n_steps = 0}}),
        InvalidArgument);
}

TEST_CASE("overwrite is on unless told: a step replaces itself and the later ones", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .keep = 0});
    CHECK(writer.overwrite());
    for (const std::int64_t step : {1, 2, 3}) writer.write(sample_summary(step));
    writer.write(sample_summary(1), "other");
    writer.write(sample_summary(2));
    CHECK(stored(dir / "run.db") == "checkpoint 1\ncheckpoint 2\nother 1");
}

TEST_CASE("without overwrite the same or an older step throws and changes nothing", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .keep = 0, .overwrite = false});
    writer.write(sample_summary(2));
    REQUIRE_THROWS_SAYING(writer.write(sample_summary(2)), AlreadyExists, "step 2");
    REQUIRE_THROWS_SAYING(writer.write(sample_summary(1)), AlreadyExists, "step 2");
    CHECK(stored(dir / "run.db") == "checkpoint 2");
    writer.write(sample_summary(3));
    CHECK(stored(dir / "run.db") == "checkpoint 2\ncheckpoint 3");
}

TEST_CASE("runs of one file do not touch each other", "[api]") {
    const TempDir dir;
    CheckpointFileWriter first({.output_dir = dir / "run.db", .run = "first"});
    CheckpointFileWriter second({.output_dir = dir / "run.db", .run = "second"});
    first.write(sample_summary(5));
    second.write(sample_summary(1));
    CHECK(stored(dir / "run.db") == "checkpoint 5\ncheckpoint 1");
}

TEST_CASE("write returns the checkpoint it was given", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    const Checkpoint checkpoint = sample_checkpoint(1);
    CHECK(&writer.write(checkpoint) == &checkpoint);
    CHECK(&writer(checkpoint) == &checkpoint);
}

TEST_CASE("write returns the summary it was given", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    const Summary summary = sample_summary(1);
    static_assert(std::is_same_v<decltype(writer.write(summary)), const Summary&>);
    CHECK(&writer.write(summary) == &summary);
    CHECK(&writer(summary) == &summary);
}

TEST_CASE("write puts the checkpoint under the prefix", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    writer.write(sample_checkpoint(1), "mine");
    writer.write(sample_summary(2));
    CHECK(stored(dir / "run.db") == "checkpoint 2\nmine 1");
    REQUIRE_THROWS_SAYING(writer.write(sample_summary(3), ""), InvalidArgument, "prefix");
}

TEST_CASE("only a Checkpoint or a Summary can be written", "[api]") {
    using Writer = CheckpointFileWriter;
    static_assert(std::is_invocable_v<Writer, Checkpoint> && std::is_invocable_v<Writer, Summary>);
    static_assert(!std::is_invocable_v<Writer, CheckpointFile>);
    static_assert(!std::is_invocable_v<Writer, Tree>);
    static_assert(!std::is_invocable_v<Writer, Metrics>);
    static_assert(!std::is_invocable_v<Writer, int>);
    static_assert(!std::is_copy_constructible_v<Writer> && std::is_move_constructible_v<Writer>);
    SUCCEED("checked by the compiler");
}

TEST_CASE("a tree the format cannot hold is refused and nothing is stored", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    writer.write(sample_summary(1));
    Summary impossible = sample_summary(2);
    impossible.model_params = test::impossible_tree();
    REQUIRE_THROWS_AS(writer.write(impossible), InvalidArgument);
    CHECK(stored(dir / "run.db") == "checkpoint 1");
}

TEST_CASE("a writer logs metrics of its run", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .run = "mine"});
    writer.log(1, {{"train", {{"loss", 0.5}}}});
    writer.flush();
    CHECK(test::SqlFile(dir / "run.db")("SELECT run, step, value FROM history") == "mine|1|0.5");
    CHECK(writer.store().history({"train", "loss"}, "mine").size() == 1);
}

TEST_CASE("a writer that was moved goes on in its new place", "[api]") {
    const TempDir dir;
    CheckpointFileWriter first({.output_dir = dir / "run.db"});
    CheckpointFileWriter second = std::move(first);
    second.write(sample_summary(1));
    CHECK(stored(dir / "run.db") == "checkpoint 1");
    REQUIRE_THROWS_SAYING(first.write(sample_summary(2)), InvalidArgument, "moved from");
}

}  // namespace
}  // namespace ckptlite
