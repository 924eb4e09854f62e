// SPDX-License-Identifier: MIT
// The folder that export_tensorboard() makes; tests/cli/ looks into its files.
#include <algorithm>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "ckptlite/ckptlite.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

/// The folders below `out` that hold a file, relative to it.
std::vector<std::string> folders(const fs::path& out) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(out)) {
        if (!entry.is_regular_file()) continue;
        CHECK(entry.path().filename().string().starts_with("events.out.tfevents."));
        found.push_back(fs::relative(entry.path().parent_path(), out).string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

Store store_with(const TempDir& dir, const std::vector<std::string>& runs, std::int64_t steps) {
    Store store(dir / "run.db");
    for (const std::string& run : runs) {
        store.start_run(run);
        for (std::int64_t step = 0; step < steps; ++step) {
            store.log(step, {{"eval", {{"loss", 0.5}, {"f1", 0.1}}}}, run);
        }
    }
    return store;
}

TEST_CASE("each run with a metric has a folder, and what was logged last is in it", "[store]") {
    const TempDir dir;
    Store store = store_with(dir, {"a", "b"}, 10);
    store.start_run("silent");
    const TensorboardReport report = export_tensorboard(store, dir / "logs");
    CHECK(folders(dir / "logs") == std::vector<std::string>{"a", "b"});
    CHECK(report.runs == 2);
    CHECK(report.metrics == 4);
    CHECK(report.values == 40);
    CHECK(report.infinite == 0);
    std::uint64_t nbytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(dir / "logs")) {
        if (entry.is_regular_file()) nbytes += entry.file_size();
    }
    CHECK(report.nbytes == nbytes);
}

TEST_CASE("runs can be chosen, and one that is not there is answered with its like", "[store]") {
    const TempDir dir;
    const Store store = store_with(dir, {"first", "second"}, 1);
    CHECK(export_tensorboard(store, dir / "logs", {.runs = {"second"}}).values == 2);
    CHECK(folders(dir / "logs") == std::vector<std::string>{"second"});
    REQUIRE_THROWS_SAYING(export_tensorboard(store, dir / "none", {.runs = {"secund"}}), NotFound,
                          "there are: second");
    CHECK_FALSE(fs::exists(dir / "none"));
}

TEST_CASE("no run's name leads out of the folder, and no two share one", "[store]") {
    const TempDir dir;
    const Store store =
        store_with(dir, {"..", "/etc", "a/../../b", "a/b", "a//b", "c/", "50%", "x\n", "..x"}, 1);
    export_tensorboard(store, dir / "logs");
    std::vector<std::string> expected = {"%2E.", "%2Fetc", "a/%2E./%2E./b", "a/b",  "a%2F/b",
                                         "c%2F", "50%25",  "x%0A",          "%2E.x"};
    std::sort(expected.begin(), expected.end());
    CHECK(folders(dir / "logs") == expected);
    CHECK(entries(dir.path()) == 2);
}

TEST_CASE("nothing is replaced, and a folder may be written with a slash", "[store]") {
    const TempDir dir;
    const Store store = store_with(dir, {"a"}, 1);
    export_tensorboard(store, (dir / "logs").string() + "/");
    CHECK(fs::exists(dir / "logs"));
    REQUIRE_THROWS_SAYING(export_tensorboard(store, dir / "logs"), AlreadyExists, "logs");
    REQUIRE_THROWS_AS(export_tensorboard(store, dir / "run.db"), AlreadyExists);
    REQUIRE_THROWS_AS(export_tensorboard(store, dir / "no" / "folder"), Error);
    CHECK(entries(dir.path()) == 2);
}

TEST_CASE("without a metric there is nothing to export", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    REQUIRE_THROWS_SAYING(export_tensorboard(store, dir / "logs"), NotFound, "in any run");
    store.start_run("a");
    REQUIRE_THROWS_SAYING(export_tensorboard(store, dir / "logs", {.runs = {"a"}}), NotFound,
                          "in these runs");
    CHECK(entries(dir.path()) == 1);
}

TEST_CASE("progress grows to the size of the files, and what it throws leaves nothing", "[store]") {
    const TempDir dir;
    const Store store = store_with(dir, {"a", "b"}, 5'000);
    std::vector<Progress> seen;
    const auto report = export_tensorboard(
        store, dir / "logs", {.on_progress = [&](const Progress& now) { seen.push_back(now); }});
    REQUIRE(seen.size() > 4);
    CHECK(std::ranges::is_sorted(seen, {}, &Progress::done));
    CHECK(std::ranges::all_of(seen, [](const Progress& now) { return now.done <= now.total; }));
    CHECK(seen.back().done == report.nbytes);
    CHECK(seen.back().total == report.nbytes);
    const auto give_up = [](const Progress&) { throw std::runtime_error("enough"); };
    REQUIRE_THROWS_SAYING(export_tensorboard(store, dir / "more", {.on_progress = give_up}),
                          std::runtime_error, "enough");
    CHECK(entries(dir.path()) == 2);
}

TEST_CASE("values too large for float32 are counted", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const double infinity = std::numeric_limits<double>::infinity();
    std::int64_t step = 0;
    for (const double value : {3.4e38, 3.5e38, -1e300, infinity, 1e-300}) {
        store.log(step++, {{"eval", {{"loss", value}}}});
    }
    CHECK(export_tensorboard(store, dir / "logs").infinite == 2);
}

}  // namespace
}  // namespace ckptlite
