// SPDX-License-Identifier: MIT
#include "ckptlite/reader.hpp"

#include <fstream>
#include <functional>
#include <thread>
#include <type_traits>

#include "api/sample_checkpoint.hpp"
#include "ckptlite/error.hpp"
#include "ckptlite/writer.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using test::sample_initializer;
using test::sample_summary;
using test::TempDir;

void write_steps(const std::string& file, std::initializer_list<std::int64_t> steps,
                 const std::optional<std::string>& prefix = {},
                 const std::string& run = "default") {
    CheckpointFileWriter writer({.output_dir = file, .keep = 0, .run = run});
    for (const std::int64_t step : steps) writer.write(sample_summary(step), prefix);
}

TEST_CASE("dir is the reader's file", "[api]") {
    CHECK(CheckpointFileReader({.dir = "somewhere.db"}).dir() == "somewhere.db");
}

TEST_CASE("a reader without dir is refused", "[api]") {
    REQUIRE_THROWS_SAYING(CheckpointFileReader({}), InvalidArgument, "'dir' is empty");
}

TEST_CASE("a dir that is a folder means checkpoints.db in it", "[api]") {
    const TempDir dir;
    write_steps(dir / "checkpoints.db", {3});
    CHECK(CheckpointFileReader({.dir = dir.path()}).read().value().step == 3);
    CHECK(CheckpointFileReader({.dir = dir.path() / ""}).read().value().step == 3);
}

TEST_CASE("target makes the initializer of a call without one", "[api]") {
    const TempDir dir;
    const CheckpointFileReader reader({.dir = dir / "run.db", .target = [] {
                                           return sample_initializer().replace({.step = -1});
                                       }});
    REQUIRE(reader.target());
    CHECK(reader().step == -1);
    write_steps(dir / "run.db", {3});
    CHECK(reader().step == 3);
}

TEST_CASE("a target that does not fit what is stored throws", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {3});
    const CheckpointFileReader reader(
        {.dir = dir / "run.db", .target = [] { return CheckpointFile(); }});
    REQUIRE_THROWS_SAYING(reader(), TypeError, "/model_params");
}

TEST_CASE("a call without initializer needs a target", "[api]") {
    const CheckpointFileReader reader({.dir = "run.db"});
    REQUIRE_THROWS_SAYING(reader(), InvalidArgument, "target");
}

TEST_CASE("a call with an initializer reads", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {3});
    CHECK(CheckpointFileReader({.dir = dir / "run.db"})(sample_initializer()).step == 3);
}

TEST_CASE("read returns the highest step, however the steps are spelled", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {9, 10, 100});
    const auto read = CheckpointFileReader({.dir = dir / "run.db"}).read(sample_initializer());
    CHECK(read.step == 100);
    CHECK(read.model_params == test::weights(100));
}

TEST_CASE("read returns the initializer if there is no file, and makes none", "[api]") {
    const TempDir dir;
    const CheckpointFile initial = sample_initializer().replace({.step = -1});
    CHECK(CheckpointFileReader({.dir = dir / "run.db"}).read(initial).step == -1);
    CHECK(CheckpointFileReader({.dir = dir / "no/such/folder/"}).read(initial).step == -1);
    CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("read returns the initializer if the file holds no checkpoint of the prefix", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {3}, "checkpoint_aux");
    const CheckpointFile initial = sample_initializer().replace({.step = -1});
    CHECK(CheckpointFileReader({.dir = dir / "run.db"}).read(initial).step == -1);
}

TEST_CASE("read without initializer returns the trees as they were stored", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {3});
    const auto read = CheckpointFileReader({.dir = dir / "run.db"}).read();
    REQUIRE(read);
    CHECK(read->optimizer_state == test::adam_state(3));
}

TEST_CASE("read without initializer returns nothing if nothing is stored", "[api]") {
    const TempDir dir;
    CHECK_FALSE(CheckpointFileReader({.dir = dir / "run.db"}).read(std::nullopt));
}

TEST_CASE("read with a prefix sees exactly that prefix", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {5}, "mine");
    write_steps(dir / "run.db", {6}, "mine_aux");
    write_steps(dir / "run.db", {7});
    const CheckpointFileReader reader({.dir = dir / "run.db"});
    CHECK(reader.read(sample_initializer(), "mine").step == 5);
    CHECK(reader.read(std::nullopt, "mine").value().step == 5);
    CHECK(reader.read(sample_initializer()).step == 7);
}

TEST_CASE("read with a run sees that run, and else every run", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {5}, {}, "first");
    write_steps(dir / "run.db", {6}, {}, "second");
    CHECK(CheckpointFileReader({.dir = dir / "run.db", .run = "first"}).read().value().step == 5);
    CHECK(CheckpointFileReader({.dir = dir / "run.db"}).read().value().step == 6);
}

TEST_CASE("only a CheckpointFile is an initializer", "[api]") {
    static_assert(std::is_invocable_v<CheckpointFileReader, CheckpointFile>);
    static_assert(!std::is_invocable_v<CheckpointFileReader, Checkpoint>);
    static_assert(!std::is_invocable_v<CheckpointFileReader, Summary>);
    static_assert(!std::is_invocable_v<CheckpointFileReader, Tree>);
    static_assert(!std::is_invocable_v<CheckpointFileReader, int>);
    SUCCEED("checked by the compiler");
}

TEST_CASE("an initializer that does not fit throws every difference at once", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {3});
    CheckpointFile initial = sample_initializer();
    initial.model_params = Dict{{"w", Tensor::own<double>({1, 2, 3}, {3})}, {"b", Tree(1)}};
    initial.model_state = Dict{{"empty", None()}};
    std::vector<std::string> lines;
    try {
        static_cast<void>(CheckpointFileReader({.dir = dir / "run.db"}).read(initial));
    } catch (const TypeError& error) {
        lines = error.differences();
        for (const std::string& line : lines)
            CHECK(std::string(error.what()).find(line) != std::string::npos);
        CHECK(error.where().step == 3);
    }
    const std::vector<std::string> expected = {
        "missing /model_params/b",
        "dtype /model_params/w: expected float64, stored float32",
        "shape /model_params/w: expected [3], stored [2]",
        "unexpected /model_state/seed",
    };
    CHECK(lines == expected);
}

TEST_CASE("a version above the initializer's is refused, naming both", "[api]") {
    const TempDir dir;
    CheckpointFileWriter({.output_dir = dir / "run.db", .version = 3}).write(sample_summary(1));
    const CheckpointFileReader reader({.dir = dir / "run.db"});
    const auto expecting = [](std::int64_t version) {
        return sample_initializer().replace({.version = version});
    };
    REQUIRE_THROWS_SAYING(reader.read(expecting(2)), UnsupportedVersion,
                          "version 3, and the initializer expects 2");
    CHECK(reader.read(expecting(3)).version == 3);
    CHECK(reader.read(expecting(4)).version == 3);
    CHECK(reader.read().value().version == 3);
}

TEST_CASE("a tree that no checkpoint writer wrote is refused", "[api]") {
    const TempDir dir;
    Store(dir / "run.db").save(Dict{{"model_params", Tree(1)}}, {});
    const CheckpointFileReader reader({.dir = dir / "run.db"});
    REQUIRE_THROWS_SAYING(reader.read(), TypeError, "Store::load");
    REQUIRE_THROWS_SAYING(reader.read(sample_initializer()), TypeError, "missing /model_state");
}

TEST_CASE("a file that is no store is an error, not a missing checkpoint", "[api]") {
    const TempDir dir;
    std::ofstream(dir / "run.db") << "some text";
    const CheckpointFileReader reader({.dir = dir / "run.db"});
    REQUIRE_THROWS_AS(reader.read(sample_initializer()), NotACheckpointFile);
}

TEST_CASE("a reader of an untrusted file rolls nothing back", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {3});
    std::ofstream(dir / "run.db-journal") << "somebody's";
    const CheckpointFileReader reader(
        {.dir = dir / "run.db", .store = {.trust = Trust::untrusted}});
    REQUIRE_THROWS_SAYING(reader.read(), NeedsRecovery, "without 'run.db-journal'");
    CHECK(std::filesystem::exists(dir / "run.db-journal"));
}

TEST_CASE("reading leaves the file as it was", "[api]") {
    const TempDir dir;
    write_steps(dir / "run.db", {3});
    const auto before = std::filesystem::last_write_time(dir / "run.db");
    CHECK(CheckpointFileReader({.dir = dir / "run.db"}).read().value().step == 3);
    CHECK(std::filesystem::last_write_time(dir / "run.db") == before);
}

TEST_CASE("a reader finds a checkpoint while a writer replaces them", "[api][concurrent]") {
    const TempDir dir;
    CheckpointFileWriter writer({.output_dir = dir / "run.db"});
    writer.write(sample_summary(0));
    std::thread writing([&] {
        for (std::int64_t step = 1; step <= 40; ++step) writer.write(sample_summary(step));
    });
    std::int64_t last = 0;
    bool in_order = true;
    const CheckpointFileReader reader({.dir = dir / "run.db"});
    while (last < 40 && in_order) {
        const CheckpointFile read = reader.read(sample_initializer().replace({.step = -1}));
        in_order = read.step >= last && read.model_params == test::weights(read.step);
        last = read.step;
    }
    writing.join();
    CHECK(in_order);
    CHECK(last == 40);
}

}  // namespace
}  // namespace ckptlite
