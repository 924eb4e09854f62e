// SPDX-License-Identifier: MIT
#include "ckptlite/best_writer.hpp"

#include <iostream>
#include <limits>
#include <optional>
#include <sstream>
#include <type_traits>

#include "api/sample_checkpoint.hpp"
#include "api/sql_file.hpp"
#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using test::TempDir;
using test::with_eval_loss;
using Lowest = LowestCheckpointFileWriter;
using Highest = HighestCheckpointFileWriter;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

BestCheckpointFileWriterOptions quiet(const TempDir& dir, const char* metric = "loss",
                                      CheckpointFileWriterOptions writer = {}) {
    writer.output_dir = dir / "run.db";
    return {.metric = metric, .to_stdout = false, .writer = writer};
}

std::string stored(const TempDir& dir) {
    return test::SqlFile(dir / "run.db")(
        "SELECT prefix || ' ' || step FROM checkpoint ORDER BY prefix, step");
}

/// What is written to std::cout while it lives.
class Printed {
public:
    Printed() : kept_(std::cout.rdbuf(text_.rdbuf())) {}
    ~Printed() { std::cout.rdbuf(kept_); }
    Printed(const Printed&) = delete;
    Printed& operator=(const Printed&) = delete;
    std::string take() { return std::exchange(text_, std::ostringstream()).str(); }

private:
    std::ostringstream text_;
    std::streambuf* kept_;
};

TEST_CASE("the lowest writer stores each summary with the lowest metric so far", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir, "loss", {.keep = 0}));
    const double losses[] = {0.5, 0.7, 0.3, 0.4, 0.2};
    for (std::int64_t step = 1; step <= 5; ++step)
        writer.write(with_eval_loss(step, losses[step - 1]));
    CHECK(stored(dir) == "lowest:eval/loss 1\nlowest:eval/loss 3\nlowest:eval/loss 5");
    CHECK(writer.best_metric() == 0.2);
}

TEST_CASE("the highest writer stores each summary with the highest metric so far", "[api]") {
    const TempDir dir;
    Highest writer(quiet(dir, "loss", {.keep = 0}));
    const double values[] = {0.5, 0.7, 0.3, 0.9};
    for (std::int64_t step = 1; step <= 4; ++step)
        writer.write(with_eval_loss(step, values[step - 1]));
    CHECK(stored(dir) == "highest:eval/loss 1\nhighest:eval/loss 2\nhighest:eval/loss 4");
    CHECK(writer.best_metric() == 0.9);
}

TEST_CASE("is_best of the lowest writer: lower or equal", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir));
    CHECK(writer.is_best(1e300));
    writer.write(with_eval_loss(1, 0.5));
    CHECK(writer.is_best(0.4));
    CHECK(writer.is_best(0.5));
    CHECK_FALSE(writer.is_best(0.6));
    CHECK(writer.is_best(-kInfinity));
}

TEST_CASE("is_best of the highest writer: higher or equal", "[api]") {
    const TempDir dir;
    Highest writer(quiet(dir));
    CHECK(writer.is_best(-1e300));
    writer.write(with_eval_loss(1, 0.5));
    CHECK_FALSE(writer.is_best(0.4));
    CHECK(writer.is_best(0.5));
    CHECK(writer.is_best(0.6));
}

TEST_CASE("asking is_best changes nothing", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir));
    CHECK(writer.is_best(0.1));
    CHECK(writer.is_best(0.2));
    CHECK_FALSE(writer.best_metric());
}

TEST_CASE("of a tie the later step wins", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir));
    writer.write(with_eval_loss(1, 0.5));
    writer.write(with_eval_loss(2, 0.5));
    CHECK(stored(dir) == "lowest:eval/loss 2");
}

TEST_CASE("NaN is never best, and does not block what follows", "[api]") {
    const TempDir dir;
    Lowest lowest(quiet(dir));
    Highest highest(quiet(dir));
    for (BestCheckpointFileWriter* writer : {static_cast<BestCheckpointFileWriter*>(&lowest),
                                             static_cast<BestCheckpointFileWriter*>(&highest)}) {
        writer->write(with_eval_loss(1, kNan));
        CHECK_FALSE(writer->best_metric());
        writer->write(with_eval_loss(2, 0.5));
        CHECK(writer->best_metric() == 0.5);
        CHECK_FALSE(writer->is_best(kNan));
    }
    CHECK(stored(dir) == "highest:eval/loss 2\nlowest:eval/loss 2");
}

TEST_CASE("the best value survives a restart", "[api]") {
    const TempDir dir;
    Lowest(quiet(dir)).write(with_eval_loss(1, 0.5));
    Lowest again(quiet(dir));
    CHECK(again.best_metric() == 0.5);
    again.write(with_eval_loss(2, 0.6));
    CHECK(stored(dir) == "lowest:eval/loss 1");
}

TEST_CASE("a best of 0.0 survives a restart", "[api]") {
    const TempDir dir;
    Lowest(quiet(dir)).write(with_eval_loss(1, 0.0));
    const Lowest again(quiet(dir));
    CHECK(again.best_metric() == 0.0);
    CHECK_FALSE(again.is_best(0.1));
}

TEST_CASE("an infinite best survives a restart", "[api]") {
    const TempDir dir;
    Highest(quiet(dir)).write(with_eval_loss(1, kInfinity));
    CHECK(Highest(quiet(dir)).best_metric() == kInfinity);
}

TEST_CASE("the best value is that of the writer's run and prefix alone", "[api]") {
    const TempDir dir;
    Lowest(quiet(dir, "loss", {.run = "other"})).write(with_eval_loss(1, 0.1));
    CheckpointFileWriter({.output_dir = dir / "run.db"}).write(with_eval_loss(2, 0.2));
    CHECK_FALSE(Lowest(quiet(dir)).best_metric());
    CHECK(Lowest(quiet(dir, "loss", {.run = "other"})).best_metric() == 0.1);
}

TEST_CASE("highest and lowest of one metric do not touch each other", "[api]") {
    const TempDir dir;
    Highest highest(quiet(dir));
    Lowest lowest(quiet(dir));
    const double values[] = {0.5, 0.9, 0.1};
    for (std::int64_t step = 1; step <= 3; ++step)
        lowest.write(highest.write(with_eval_loss(step, values[step - 1])));
    CHECK(stored(dir) == "highest:eval/loss 2\nlowest:eval/loss 3");
    CHECK(Highest(quiet(dir)).best_metric() == 0.9);
    CHECK(Lowest(quiet(dir)).best_metric() == 0.1);
}

TEST_CASE("a metric whose name begins like another's does not touch it", "[api]") {
    const TempDir dir;
    Lowest loss(quiet(dir, "loss"));
    Lowest loss_aux(quiet(dir, "loss_aux"));
    loss_aux.write(test::sample_summary(20, {{"eval", {{"loss_aux", 0.1}}}}));
    loss.write(with_eval_loss(10, 0.5));
    CHECK(stored(dir) == "lowest:eval/loss 10\nlowest:eval/loss_aux 20");
    CHECK(Lowest(quiet(dir, "loss")).best_metric() == 0.5);
}

TEST_CASE("a given prefix stands before the writer's own and has its own best", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir));
    writer.write(with_eval_loss(1, 0.5), "mine");
    writer.write(with_eval_loss(2, 0.9));
    CHECK(stored(dir) == "lowest:eval/loss 2\nmine/lowest:eval/loss 1");
    CHECK(writer.best_metric("mine") == 0.5);
    CHECK(writer.best_metric() == 0.9);
    CHECK(Lowest(quiet(dir)).best_metric("mine") == 0.5);
    CHECK_FALSE(Lowest(quiet(dir)).is_best(0.6, "mine"));
    REQUIRE_THROWS_SAYING(writer.write(with_eval_loss(3, 0.1), ""), InvalidArgument, "prefix");
}

TEST_CASE("the best value is that of what is stored, whoever stored or removed it", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir));
    writer.write(with_eval_loss(1, -1e300));  // by accident
    writer.store().remove(*writer.store().latest());
    CHECK(writer.best_metric() == std::nullopt);
    writer.write(with_eval_loss(2, 0.5));
    Lowest(quiet(dir)).write(with_eval_loss(3, 0.2));
    CHECK(writer.best_metric() == 0.2);
    writer.write(with_eval_loss(4, 0.4));
    CHECK(stored(dir) == "lowest:eval/loss 3");
}

TEST_CASE("a failed write leaves the best value as it was", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir, "loss", {.overwrite = false}));
    writer.write(with_eval_loss(10, 0.5));
    REQUIRE_THROWS_AS(writer.write(with_eval_loss(9, 0.4)), AlreadyExists);
    CHECK(writer.best_metric() == 0.5);
    Summary impossible = with_eval_loss(11, 0.3);
    impossible.model_params = test::impossible_tree();
    REQUIRE_THROWS_AS(writer.write(impossible), InvalidArgument);
    CHECK(writer.best_metric() == 0.5);
    CHECK(writer.is_best(0.45));
}

TEST_CASE("a failed asynchronous write leaves the best value as it was", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir, "loss", {.overwrite = false, .asynchronous = true}));
    writer.write(with_eval_loss(10, 0.5));
    writer.write(with_eval_loss(9, 0.4));
    CHECK(writer.best_metric() == 0.5);
    CHECK(writer.is_best(0.45));
    REQUIRE_THROWS_AS(writer.write(with_eval_loss(11, 0.45)), AlreadyExists);
    writer.write(with_eval_loss(11, 0.45));
    writer.wait();
    CHECK(stored(dir) == "lowest:eval/loss 11");
}

TEST_CASE("an asynchronous failure surfaces on a write that is not best, too", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir, "loss", {.overwrite = false, .asynchronous = true}));
    writer.write(with_eval_loss(10, 0.5));
    writer.write(with_eval_loss(9, 0.4));
    REQUIRE_THROWS_AS(writer.write(with_eval_loss(11, 0.9)), AlreadyExists);
    writer.write(with_eval_loss(12, 0.9));
}

TEST_CASE("is_best waits for the save in flight", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir, "loss", {.asynchronous = true}));
    writer.write(with_eval_loss(1, 0.5));
    CHECK_FALSE(writer.is_best(0.6));
    writer.write(with_eval_loss(2, 0.6));
    writer.write(with_eval_loss(3, 0.4));
    CHECK(writer.best_metric() == 0.4);
    CHECK(stored(dir) == "lowest:eval/loss 3");
}

TEST_CASE("write returns the summary, whether it is best or not", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir));
    const Summary best = with_eval_loss(1, 0.5);
    const Summary worse = with_eval_loss(2, 0.6);
    CHECK(&writer.write(best) == &best);
    CHECK(&writer.write(worse) == &worse);
    CHECK(&writer(worse) == &worse);
}

TEST_CASE("best writers take nothing but a Summary", "[api]") {
    static_assert(std::is_invocable_v<Lowest, Summary> && std::is_invocable_v<Highest, Summary>);
    static_assert(!std::is_invocable_v<Lowest, Checkpoint>);
    static_assert(!std::is_invocable_v<Highest, Checkpoint>);
    static_assert(!std::is_invocable_v<Lowest, CheckpointFile>);
    SUCCEED("checked by the compiler");
}

TEST_CASE("a summary without the metric is refused, saying what it has", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir, "f1"));
    const Summary other =
        test::sample_summary(3, {{"eval", {{"loss", 1}}}, {"train", {{"f1", 1}}}});
    REQUIRE_THROWS_SAYING(writer.write(other), InvalidArgument,
                          "does not report eval/f1, which this writer ranks by; it reports "
                          "eval/loss, train/f1.");
    REQUIRE_THROWS_SAYING(writer.write(test::sample_summary(3)), InvalidArgument, "nothing");
}

TEST_CASE("the group of a best writer is eval unless told", "[api]") {
    const TempDir dir;
    const Lowest usual(quiet(dir));
    CHECK(usual.group() == "eval");
    CHECK(usual.metric() == "loss");
    Highest writer({.metric = "loss",
                    .group = "train",
                    .to_stdout = false,
                    .writer = {.output_dir = dir / "run.db"}});
    writer.write(test::sample_summary(1, {{"train", {{"loss", 0.5}}}}));
    CHECK(stored(dir) == "highest:train/loss 1");
}

TEST_CASE("a best writer needs a metric and a group without slashes", "[api]") {
    const TempDir dir;
    REQUIRE_THROWS_AS(Lowest(quiet(dir, "")), InvalidArgument);
    BestCheckpointFileWriterOptions options = quiet(dir);
    options.group = "a/b";
    REQUIRE_THROWS_SAYING(Highest(options), InvalidArgument, "a/b");
    CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("the options of a checkpoint writer are those of a best writer", "[api]") {
    const TempDir dir;
    Lowest writer(quiet(dir, "loss", {.keep = 2, .overwrite = false, .version = 3}));
    CHECK(writer.output_dir() == dir / "run.db");
    CHECK(writer.keep() == 2);
    CHECK_FALSE(writer.overwrite());
    for (std::int64_t step = 1; step <= 3; ++step)
        writer.write(with_eval_loss(step, -static_cast<double>(step)));
    CHECK(stored(dir) == "lowest:eval/loss 2\nlowest:eval/loss 3");
    CHECK(writer.store().latest().value().version == 3);
}

TEST_CASE("a best writer prints its best value unless told not to", "[api]") {
    const TempDir dir;
    BestCheckpointFileWriterOptions options = quiet(dir);
    options.to_stdout = BestCheckpointFileWriterOptions().to_stdout;
    Printed printed;
    {
        Lowest writer(options);
        CHECK(printed.take() == "The lowest value of eval/loss is not known yet.\n");
        writer.write(with_eval_loss(300, 0.31));
        CHECK(printed.take() == "The lowest value of eval/loss is 0.31 (step 300).\n");
        writer.write(with_eval_loss(301, 0.4));
        CHECK(printed.take().empty());
    }
    const Lowest again(options);
    CHECK(printed.take() == "The lowest value of eval/loss is 0.31 (step 300).\n");
}

TEST_CASE("a best writer that is told not to print is silent", "[api]") {
    const TempDir dir;
    Printed printed;
    Highest(quiet(dir)).write(with_eval_loss(1, 0.5));
    CHECK(printed.take().empty());
}

TEST_CASE("a best writer that goes finishes its asynchronous save", "[api]") {
    const TempDir dir;
    {
        Lowest writer(quiet(dir, "loss", {.asynchronous = true}));
        const test::WriteLock lock(dir / "run.db");
        writer.write(with_eval_loss(1, 0.5));
    }
    CHECK(Lowest(quiet(dir)).best_metric() == 0.5);
}

}  // namespace
}  // namespace ckptlite
