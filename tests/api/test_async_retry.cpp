// SPDX-License-Identifier: MIT
// Asynchronous writers whose saves meet a lock: the copy is kept and tried again.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "api/sample_checkpoint.hpp"
#include "api/sql_file.hpp"
#include "ckptlite/ckptlite.hpp"
#include "store/child_process.hpp"
#include "store/small_disk.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using std::chrono::milliseconds;
using test::sample_summary;
using test::TempDir;
using test::with_eval_loss;
using test::WriteLock;

CheckpointFileWriter async_writer(const TempDir& dir) {
    return CheckpointFileWriter({.output_dir = dir / "run.db",
                                 .keep = 0,
                                 .asynchronous = true,
                                 .store = {.threads = 1, .write_timeout = milliseconds(20)}});
}

std::vector<std::int64_t> steps(const CheckpointFileWriter& writer) {
    std::vector<std::int64_t> found;
    for (const CheckpointInfo& info : writer.store().checkpoints()) found.push_back(info.step);
    return found;
}

/// A program that reads the file and forgets to end its transaction.
test::ChildProcess forgotten_reader(const std::filesystem::path& file) {
    return test::ChildProcess([file](const auto& report) {
        test::SqlFile sql(file);
        sql("BEGIN");
        sql("SELECT count(*) FROM run");
        report(1);
        ::pause();
    });
}

TEST_CASE("a forgotten reader delays an asynchronous save, which loses nothing", "[api]") {
    const TempDir dir;
    { const Store made(dir / "run.db"); }  // closed again before the fork
    test::ChildProcess reader = forgotten_reader(dir / "run.db");
    REQUIRE(reader.next());
    CheckpointFileWriter writer = async_writer(dir);
    writer.write(sample_summary(1));
    for (int i = 0; i < 2; ++i) {
        REQUIRE_THROWS_SAYING(writer.wait(), Busy, "a program that reads it");
    }
    REQUIRE_THROWS_SAYING(writer.write(sample_summary(2)), Busy, "Close that program");
    CHECK(steps(writer).empty());
    reader.kill();
    writer.wait();
    CHECK(steps(writer) == std::vector<std::int64_t>{1});
    writer.write(sample_summary(2));
    writer.wait();
    CHECK(steps(writer) == std::vector<std::int64_t>{2, 1});
    CHECK(writer.store().load(*writer.store().latest()).at("/model_params") == test::weights(2));
}

TEST_CASE("an asynchronous save that met a lock is stored with nobody waiting for it",
          "[api][concurrent]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    writer.write(sample_summary(1));
    REQUIRE_THROWS_AS(writer.wait(), Busy);
    lock.reset();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (steps(writer).empty() && std::chrono::steady_clock::now() < deadline) {
    }
    CHECK(steps(writer) == std::vector<std::int64_t>{1});
    writer.wait();
}

TEST_CASE("what the caller changes while a save is tried again is not saved", "[api][concurrent]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    std::vector<float> values(100'000, 3);
    Summary summary = sample_summary(1);
    summary.model_params = Dict{{"w", Tensor::borrow(values, {100'000})}};
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    writer.write(summary);
    values.assign(values.size(), -1);
    REQUIRE_THROWS_AS(writer.wait(), Busy);
    lock.reset();
    writer.wait();
    CHECK(writer.store().load(*writer.store().latest()).at("/model_params/w") ==
          Tree(Tensor::own<float>(std::vector<float>(100'000, 3), {100'000})));
}

TEST_CASE("a save that is discarded is not stored, and the next one is", "[api][concurrent]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    CHECK_FALSE(writer.discard());
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    writer.write(sample_summary(1));
    CHECK(writer.discard());
    writer.wait();
    lock.reset();
    writer.write(sample_summary(2));
    writer.wait();
    CHECK_FALSE(writer.discard());
    CHECK(steps(writer) == std::vector<std::int64_t>{2});
}

TEST_CASE("a writer that goes while its save meets a lock says which step is lost", "[api]") {
    const TempDir dir;
    { const Store made(dir / "run.db"); }
    // In a child, whose stderr is a file.
    test::ChildProcess child([&](const auto&) {
        ::dup2(::open((dir / "stderr.txt").c_str(), O_CREAT | O_WRONLY, 0600), STDERR_FILENO);
        const WriteLock lock(dir / "run.db");
        async_writer(dir).write(sample_summary(7));
    });
    CHECK(child.wait());
    std::ifstream said(dir / "stderr.txt");
    std::string line;
    std::getline(said, line);
    CHECK(line.find("step 7 of run 'default' is lost") != std::string::npos);
    CHECK(line.find("the file is locked") != std::string::npos);
    CHECK(Store(dir / "run.db").checkpoints().empty());
}

TEST_CASE("an asynchronous save on a full disk is stored once there is room", "[api]") {
    const TempDir dir;
    test::on_small_disk(dir.path(), 8, [&] {
        CheckpointFileWriter writer = async_writer(dir);
        test::fill_disk(dir / "other", 0);
        writer.write(sample_summary(1));
        bool full = false;
        try {
            writer.wait();
        } catch (const DiskFull&) {
            full = true;
        }
        test::must(full, "the disk is full");
        std::filesystem::remove(dir / "other");
        writer.wait();
        test::must(steps(writer) == std::vector<std::int64_t>{1}, "step 1 is stored");
    });
}

LowestCheckpointFileWriter async_best_writer(const TempDir& dir) {
    return LowestCheckpointFileWriter(
        {.metric = "loss",
         .to_stdout = false,
         .writer = {.output_dir = dir / "run.db",
                    .asynchronous = true,
                    .store = {.threads = 1, .write_timeout = milliseconds(20)}}});
}

TEST_CASE("after a save that met a lock, the best value is that of what is stored", "[api]") {
    const TempDir dir;
    LowestCheckpointFileWriter writer = async_best_writer(dir);
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    writer.write(with_eval_loss(1, 0.5));
    CHECK(writer.is_best(0.6));  // nothing is stored yet
    REQUIRE_THROWS_AS(writer.wait(), Busy);
    lock.reset();
    writer.wait();
    CHECK_FALSE(writer.is_best(0.6));
}

TEST_CASE("a save that met a lock while the best value was asked for is stored once it may",
          "[api]") {
    const TempDir dir;
    {
        LowestCheckpointFileWriter writer = async_best_writer(dir);
        std::optional<WriteLock> lock(std::in_place, dir / "run.db");
        writer.write(with_eval_loss(1, 0.5));
        CHECK(writer.best_metric() == std::nullopt);  // its attempts have ended
        lock.reset();
        writer.wait();
        CHECK(writer.best_metric() == 0.5);
        lock.emplace(dir / "run.db");
        writer.write(with_eval_loss(2, 0.4));
        CHECK(writer.best_metric() == 0.5);
        lock.reset();
    }  // and the writer goes
    CHECK(Store(dir / "run.db").best({"eval", "loss"}, Best::lowest, 1).front().step == 2);
}

}  // namespace
}  // namespace ckptlite
