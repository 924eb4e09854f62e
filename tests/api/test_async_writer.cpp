// SPDX-License-Identifier: MIT
// Writers with .asynchronous = true. A lock held by the test makes saves wait where order matters.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "api/sample_checkpoint.hpp"
#include "api/sql_file.hpp"
#include "ckptlite/ckptlite.hpp"
#include "store/child_process.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using test::sample_summary;
using test::TempDir;
using test::WriteLock;

CheckpointFileWriterOptions async_writer_options(const TempDir& dir, bool overwrite) {
    return {.output_dir = dir / "run.db", .keep = 0, .overwrite = overwrite, .asynchronous = true};
}

CheckpointFileWriter async_writer(const TempDir& dir, bool overwrite = true) {
    return CheckpointFileWriter(async_writer_options(dir, overwrite));
}

TEST_CASE("an asynchronous write returns before it is saved, and wait() after", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    const Summary summary = sample_summary(1);
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    CHECK(&writer.write(summary) == &summary);
    CHECK_FALSE(CheckpointFileReader({.dir = dir / "run.db"}).read());
    lock.reset();
    writer.wait();
    CHECK(CheckpointFileReader({.dir = dir / "run.db"}).read().value().step == 1);
}

TEST_CASE("an asynchronous save needs nobody to wait for it", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    writer.write(sample_summary(1));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    bool saved = false;
    while (!saved && std::chrono::steady_clock::now() < deadline)
        saved = CheckpointFileReader({.dir = dir / "run.db"}).read().has_value();
    CHECK(saved);
}

TEST_CASE("what the caller changes after an asynchronous write is not saved", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    std::vector<float> small = {1, 2};
    std::vector<float> large(1'000'000, 3);
    Summary summary = sample_summary(1);
    summary.model_params =
        Dict{{"small", Tensor::borrow(small, {2})}, {"large", Tensor::borrow(large, {1000, 1000})}};
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    writer.write(summary);
    small.assign(2, -1);
    large.assign(large.size(), -1);
    summary.model_params = None();
    lock.reset();
    writer.wait();
    const Tree read = CheckpointFileReader({.dir = dir / "run.db"}).read().value().model_params;
    CHECK(read.at("/small") == Tree(Tensor::own<float>({1, 2}, {2})));
    CHECK(read.at("/large") ==
          Tree(Tensor::own<float>(std::vector<float>(1'000'000, 3), {1000, 1000})));
}

TEST_CASE("asynchronous writes are saved one after the other", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    for (std::int64_t step = 1; step <= 5; ++step) writer.write(sample_summary(step));
    writer.wait();
    for (const CheckpointInfo& info : writer.store().checkpoints())
        CHECK(writer.store().load(info).at("/model_params") == test::weights(info.step));
    CHECK(writer.store().checkpoints().size() == 5);
}

TEST_CASE("an asynchronous failure surfaces on wait(), once", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir, false);
    writer.write(sample_summary(2));
    writer.write(sample_summary(1));
    REQUIRE_THROWS_SAYING(writer.wait(), AlreadyExists, "step 2");
    writer.wait();
    CHECK(writer.store().checkpoints().size() == 1);
}

TEST_CASE("an asynchronous failure surfaces on the next write, once", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir, false);
    writer.write(sample_summary(2));
    writer.write(sample_summary(1));
    REQUIRE_THROWS_SAYING(writer.write(sample_summary(3)), AlreadyExists, "step 2");
    CHECK(writer.store().checkpoints().size() == 1);
    writer.write(sample_summary(3));
    writer.wait();
    CHECK(writer.store().checkpoints().size() == 2);
}

TEST_CASE("an asynchronous writer refuses an impossible tree at once", "[api]") {
    const TempDir dir;
    CheckpointFileWriter writer = async_writer(dir);
    Summary impossible = sample_summary(1);
    impossible.model_state = test::impossible_tree();
    REQUIRE_THROWS_AS(writer.write(impossible), InvalidArgument);
    writer.wait();
}

TEST_CASE("a writer that goes finishes its asynchronous save", "[api]") {
    const TempDir dir;
    async_writer(dir).write(sample_summary(1));
    CHECK(CheckpointFileReader({.dir = dir / "run.db"}).read().value().step == 1);
}

TEST_CASE("moving a writer does not disturb the save in flight", "[api]") {
    const TempDir dir;
    CheckpointFileWriter first = async_writer(dir);
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    first.write(sample_summary(1));
    CheckpointFileWriter second = std::move(first);
    lock.reset();
    second.wait();
    CHECK(second.store().latest().value().step == 1);
}

/// What `run` prints on stderr.
std::string printed_on_stderr(const TempDir& dir, const std::function<void()>& run) {
    const int kept = ::dup(STDERR_FILENO);
    FILE* capture = std::fopen((dir / "stderr.txt").c_str(), "w");
    REQUIRE(capture != nullptr);
    ::dup2(::fileno(capture), STDERR_FILENO);
    run();
    ::dup2(kept, STDERR_FILENO);
    ::close(kept);
    std::fclose(capture);
    std::ifstream said(dir / "stderr.txt");
    return {std::istreambuf_iterator<char>(said), {}};
}

TEST_CASE("a failure nobody asked for is printed on stderr when the writer goes", "[api]") {
    const TempDir dir;
    const std::string said = printed_on_stderr(dir, [&] {
        CheckpointFileWriter writer = async_writer(dir, false);
        writer.write(sample_summary(2));
        writer.write(sample_summary(1));
    });
    CHECK(said.find("background save failed") != std::string::npos);
    CHECK(said.find("step 2") != std::string::npos);
}

TEST_CASE("a writer with on_lost prints nothing and tells what is lost", "[api]") {
    const TempDir dir;
    std::vector<LostSave> told;
    const std::string said = printed_on_stderr(dir, [&] {
        CheckpointFileWriterOptions options = async_writer_options(dir, false);
        options.on_lost = [&told](const LostSave& lost) {
            told.push_back(lost);
            throw std::runtime_error("goes nowhere");
        };
        CheckpointFileWriter writer(options);
        writer.write(sample_summary(2));
        writer.wait();
        writer.write(sample_summary(1));
    });
    CHECK(said.empty());
    REQUIRE(told.size() == 1);
    CHECK(told[0].run == "default");
    CHECK(told[0].step == 1);
    CHECK(told[0].what.find("step") != std::string::npos);
}

/// 0 if the child of a fork is told that the writer is not its own, and can drop it.
int use_after_fork(std::optional<CheckpointFileWriter>& writer) {
    int refused = 0;
    const auto refuses = [&](auto call) {
        try {
            call();
        } catch (const WrongProcess&) {
            ++refused;
        }
    };
    refuses([&] { writer->write(sample_summary(2)); });
    refuses([&] { writer->wait(); });
    refuses([&] { writer->log(1, {{"a", {{"b", 1}}}}); });
    refuses([&] { writer->flush(); });
    writer.reset();
    return 4 - refused;
}

TEST_CASE("after fork() the child is refused and the parent's save goes on", "[api]") {
    const TempDir dir;
    std::optional<CheckpointFileWriter> writer(async_writer(dir));
    std::optional<WriteLock> lock(std::in_place, dir / "run.db");
    writer->write(sample_summary(1));
    const pid_t child = ::fork();
    if (child == 0) test::end_child(use_after_fork(writer));
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    lock.reset();
    writer->wait();
    CHECK(writer->store().latest().value().step == 1);
}

}  // namespace
}  // namespace ckptlite
