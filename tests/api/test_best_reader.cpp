// SPDX-License-Identifier: MIT
#include "ckptlite/best_reader.hpp"

#include <limits>
#include <random>

#include "api/sample_checkpoint.hpp"
#include "api/sql_file.hpp"
#include "ckptlite/best_writer.hpp"
#include "ckptlite/error.hpp"
#include "ckptlite/writer.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using test::sample_initializer;
using test::TempDir;
using test::with_eval_loss;
using Lowest = LowestCheckpointFileReader;
using Highest = HighestCheckpointFileReader;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Steps 1, 2, ... with these values of eval/loss.
void write_losses(const TempDir& dir, std::initializer_list<double> losses,
                  const std::optional<std::string>& prefix = {}, const char* run = "default") {
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .keep = 0, .run = run});
    std::int64_t step = 0;
    for (const double loss : losses) writer.write(with_eval_loss(++step, loss), prefix);
}

BestCheckpointFileReaderOptions by_loss(const TempDir& dir) {
    return {.dir = dir / "run.db", .metric = "loss"};
}

TEST_CASE("the lowest reader reads the checkpoint with the lowest metric", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.5, 0.2, 0.9});
    const CheckpointFile read = Lowest(by_loss(dir)).read(sample_initializer());
    CHECK(read.step == 2);
    CHECK(read.metrics.at("eval").at("loss") == 0.2);
    CHECK(read.model_params == test::weights(2));
}

TEST_CASE("the highest reader reads the checkpoint with the highest metric", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.5, 0.9, 0.2});
    CHECK(Highest(by_loss(dir)).read(sample_initializer()).step == 2);
    CHECK(Highest(by_loss(dir))(sample_initializer()).step == 2);
}

TEST_CASE("the lowest reader names the same step as plain SQL", "[api]") {
    const auto seed = std::random_device()();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .keep = 0});
    for (std::int64_t step = 1; step <= 30; ++step)
        writer.write(with_eval_loss(step, std::uniform_real_distribution<>(-1, 1)(random)));
    const std::string by_sql = test::SqlFile(dir / "run.db")(
        "SELECT step FROM checkpoint ORDER BY metrics->>'$.eval.loss' LIMIT 1");
    CHECK(std::to_string(Lowest(by_loss(dir)).read().value().step) == by_sql);
}

TEST_CASE("NaN and missing values never win", "[api]") {
    const TempDir dir;
    write_losses(dir, {kNan, 0.5, kNan});
    CheckpointFileWriter({.output_dir = dir / "run.db"}).write(test::sample_checkpoint(9), "other");
    CHECK(Lowest(by_loss(dir)).read().value().step == 2);
    CHECK(Highest(by_loss(dir)).read().value().step == 2);
}

TEST_CASE("infinities are ranked as numbers", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.5, -kInfinity, kInfinity, -0.5});
    CHECK(Lowest(by_loss(dir)).read().value().step == 2);
    CHECK(Highest(by_loss(dir)).read().value().step == 3);
}

TEST_CASE("of a tie the readers take the later step", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.5, 0.5, 0.7, 0.7});
    CHECK(Lowest(by_loss(dir)).read().value().step == 2);
    CHECK(Highest(by_loss(dir)).read().value().step == 4);
}

TEST_CASE("every prefix counts, unless one is given", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.5, 0.4});
    write_losses(dir, {0.9, 0.8, 0.1}, "other");
    const Lowest reader(by_loss(dir));
    CHECK(reader.read().value().step == 3);
    CHECK(reader.read(std::nullopt, "checkpoint").value().step == 2);
    CHECK(reader.read(sample_initializer(), "other").step == 3);
    CHECK_FALSE(reader.read(std::nullopt, "othe"));
}

TEST_CASE("every run counts, unless one is given", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.5}, {}, "first");
    write_losses(dir, {0.7, 0.4}, {}, "second");
    BestCheckpointFileReaderOptions options = by_loss(dir);
    CHECK(Lowest(options).read().value().step == 2);
    options.run = "first";
    CHECK(Lowest(options).read().value().step == 1);
}

TEST_CASE("each reader finds what the writer of its kind wrote", "[api]") {
    const TempDir dir;
    const BestCheckpointFileWriterOptions options{
        .metric = "loss", .to_stdout = false, .writer = {.output_dir = dir / "run.db"}};
    HighestCheckpointFileWriter highest(options);
    LowestCheckpointFileWriter lowest(options);
    const double values[] = {0.5, 0.9, 0.1, 0.6};
    for (std::int64_t step = 1; step <= 4; ++step)
        lowest.write(highest.write(with_eval_loss(step, values[step - 1])));
    CHECK(Highest(by_loss(dir)).read().value().step == 2);
    CHECK(Lowest(by_loss(dir)).read().value().step == 3);
}

TEST_CASE("a best reader's group is eval unless told", "[api]") {
    const TempDir dir;
    CHECK(Lowest(by_loss(dir)).group() == "eval");
    CHECK(Lowest(by_loss(dir)).metric() == "loss");
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .keep = 0});
    writer.write(test::sample_summary(1, {{"eval", {{"loss", 1}}}, {"train", {{"loss", 9}}}}));
    writer.write(test::sample_summary(2, {{"eval", {{"loss", 2}}}, {"train", {{"loss", 8}}}}));
    CHECK(Lowest(by_loss(dir)).read().value().step == 1);
    CHECK(Lowest({.dir = dir / "run.db", .metric = "loss", .group = "train"}).read()->step == 2);
}

TEST_CASE("the initializer comes back if no checkpoint reports the metric", "[api]") {
    const TempDir dir;
    const CheckpointFile initial = sample_initializer().replace({.step = -1});
    CHECK(Lowest(by_loss(dir)).read(initial).step == -1);
    write_losses(dir, {0.5});
    const BestCheckpointFileReaderOptions options{.dir = dir / "run.db", .metric = "loss_aux"};
    CHECK(Lowest(options).read(initial).step == -1);
    CHECK_FALSE(Highest(options).read());
}

TEST_CASE("a best reader has dir and target", "[api]") {
    const TempDir dir;
    const Highest reader({.dir = dir / "run.db",
                          .target = [] { return sample_initializer().replace({.step = -1}); },
                          .metric = "loss"});
    CHECK(reader.dir() == dir / "run.db");
    CHECK(reader().step == -1);
    write_losses(dir, {0.5});
    CHECK(reader().step == 1);
}

TEST_CASE("a best reader lists the differences, too", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.5});
    REQUIRE_THROWS_SAYING(Lowest(by_loss(dir)).read(CheckpointFile()), TypeError,
                          "kind /model_state: expected none, stored dict");
}

TEST_CASE("a best reader needs a metric and a group without slashes", "[api]") {
    REQUIRE_THROWS_AS(Lowest({.dir = "run.db"}), InvalidArgument);
    REQUIRE_THROWS_SAYING(Highest({.dir = "run.db", .metric = "loss", .group = "a/b"}),
                          InvalidArgument, "a/b");
}

TEST_CASE("a best reader stays one when it is copied as a reader", "[api]") {
    const TempDir dir;
    write_losses(dir, {0.2, 0.5});
    const CheckpointFileReader copy = Lowest(by_loss(dir));
    CHECK(copy.read().value().step == 1);
}

}  // namespace
}  // namespace ckptlite
