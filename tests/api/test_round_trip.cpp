// SPDX-License-Identifier: MIT
// Every field of Checkpoint, Summary and CheckpointFile, written and read back.
#include <cmath>
#include <limits>
#include <random>

#include "api/sample_checkpoint.hpp"
#include "api/sql_file.hpp"
#include "ckptlite/ckptlite.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite {
namespace {

using test::sample_summary;
using test::SqlFile;
using test::TempDir;

CheckpointFile written_and_read(const Summary& summary, CheckpointFileWriterOptions options = {}) {
    const TempDir dir;
    options.output_dir = dir / "run.db";
    CheckpointFileWriter(options).write(summary);
    return CheckpointFileReader({.dir = options.output_dir}).read().value();
}

std::string column(const char* name, const Summary& summary) {
    const TempDir dir;
    CheckpointFileWriter({.output_dir = dir / "run.db"}).write(summary);
    return SqlFile(dir / "run.db")((std::string("SELECT ") + name + " FROM checkpoint").c_str());
}

TEST_CASE("model_params come back", "[api]") {
    CHECK(written_and_read(sample_summary(3)).model_params == sample_summary(3).model_params);
}

TEST_CASE("model_state comes back", "[api]") {
    CHECK(written_and_read(sample_summary(3)).model_state == sample_summary(3).model_state);
}

TEST_CASE("optimizer_state comes back as a namedtuple", "[api]") {
    const Tree stored = written_and_read(sample_summary(3)).optimizer_state;
    CHECK(stored == sample_summary(3).optimizer_state);
    CHECK(stored.named_tuple().type == "AdamState");
}

TEST_CASE("a tree of every dtype, scalar and container comes back as it was", "[api]") {
    Summary summary = sample_summary(1);
    summary.model_params = test::tree_of_every_kind();
    CHECK(written_and_read(summary).model_params == summary.model_params);
}

TEST_CASE("random trees come back as they were", "[api]") {
    const auto seed = std::random_device()();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    Summary summary = sample_summary(1);
    summary.model_state = test::random_tree(random);
    summary.optimizer_state = test::random_tree(random);
    const CheckpointFile stored = written_and_read(summary);
    CHECK(stored.model_state == summary.model_state);
    CHECK(stored.optimizer_state == summary.optimizer_state);
}

TEST_CASE("trees without a leaf come back", "[api]") {
    Summary summary;
    summary.model_state = Dict{};
    summary.optimizer_state = NamedTuple{.type = "EmptyState", .fields = {}};
    const CheckpointFile stored = written_and_read(summary);
    CHECK(stored.model_params == Tree(None()));
    CHECK(stored.model_state == summary.model_state);
    CHECK(stored.optimizer_state == summary.optimizer_state);
}

TEST_CASE("grads are not stored unless asked for", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    writer.write(sample_summary(3));
    CHECK(SqlFile(dir / "run.db")("SELECT path FROM leaf WHERE path LIKE '/grads/%'").empty());
}

TEST_CASE("store_grads stores grads, and readers of CheckpointFile pass over them", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db", .store_grads = true});
    writer.write(sample_summary(3));
    const Store& store = writer.store();
    CHECK(store.load(store.latest().value()).at("/grads") == sample_summary(3).grads);
    const CheckpointFileReader reader({.dir = dir / "run.db"});
    CHECK(reader.read(test::sample_initializer()).step == 3);
    CHECK(reader.read().value().model_params == sample_summary(3).model_params);
}

TEST_CASE("the loss has a column", "[api]") {
    CHECK(column("loss", sample_summary(3)) == "0.25");
}

TEST_CASE("a loss that is not a number is NULL in its column", "[api]") {
    Summary summary = sample_summary(3);
    summary.loss = std::numeric_limits<double>::quiet_NaN();
    CHECK(column("loss IS NULL", summary) == "1");
}

TEST_CASE("n_completed_steps has a column", "[api]") {
    CHECK(column("n_completed_steps", sample_summary(3)) == "50");
}

TEST_CASE("elapsed_time has a column, in seconds", "[api]") {
    CHECK(column("elapsed_time", sample_summary(3)) == "1.5");
}

TEST_CASE("the step comes back", "[api]") {
    CHECK(written_and_read(sample_summary(300)).step == 300);
}

TEST_CASE("metrics come back, NaN and infinities among them", "[api]") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    Summary summary = sample_summary(1, {{"eval", {{"a/b", 0.1}, {"inf", -infinity}}}});
    CHECK(written_and_read(summary).metrics == summary.metrics);
    summary.metrics["train"]["loss"] = nan;
    CHECK(std::isnan(written_and_read(summary).metrics.at("train").at("loss")));
}

TEST_CASE("a checkpoint that is no summary has no metrics", "[api]") {
    const TempDir dir;
    CheckpointFileWriter({.output_dir = dir / "run.db"}).write(test::sample_checkpoint(1));
    CHECK(CheckpointFileReader({.dir = dir / "run.db"}).read().value().metrics.empty());
}

TEST_CASE("the version comes back, 0 unless the writer says otherwise", "[api]") {
    CHECK(written_and_read(sample_summary(1)).version == 0);
    CHECK(written_and_read(sample_summary(1), {.version = 4}).version == 4);
}

}  // namespace
}  // namespace ckptlite
