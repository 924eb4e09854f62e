// SPDX-License-Identifier: MIT
#include "store/metric_log.hpp"

#include <atomic>
#include <cmath>
#include <future>
#include <limits>

#include "ckptlite/error.hpp"
#include "ckptlite/export.hpp"
#include "ckptlite/import.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

/// Nothing reaches the file by itself.
const StoreOptions kPatient{.log_buffer = 1'000'000, .log_interval = hours(1)};

std::int64_t rows_in(const std::filesystem::path& file) {
    return RawSql(file).count("metric");
}

std::vector<double> values(const Store& store, std::string_view run = "default") {
    std::vector<double> found;
    for (const MetricPoint& point : store.history(kLoss, run)) found.push_back(point.value);
    return found;
}

TEST_CASE("logged metrics are in the file after a flush", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    store.log(1, loss_of(0.5));
    store.log(2, loss_of(0.25));
    CHECK(rows_in(dir / "run.db") == 0);
    store.flush();
    CHECK(values(store) == std::vector<double>{0.5, 0.25});
    CHECK(rows_in(dir / "run.db") == 2);
}

TEST_CASE("logged metrics are in the file after a save", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    store.log(1, loss_of(0.5));
    save_step(store, 2, {.metrics = loss_of(0.25)});
    CHECK(values(store) == std::vector<double>{0.5, 0.25});
}

TEST_CASE("metrics that are logged during a large save do not wait for its end", "[store]") {
    const TempDir dir;
    const auto file = dir / "w.npy";
    {
        Store store(dir / "made.db");
        store.save(Dict{{"w", weights(1, 16 << 20)}}, {.step = 1});
        export_checkpoint(store, store.find("latest"), file);
    }
    Store store(dir / "run.db", kPatient);
    RawSql raw(dir / "run.db");
    std::int64_t logged = 0;
    std::int64_t seen = 0;  // of what was logged since the save began
    const auto on_progress = [&](const Progress&) {
        seen = std::max(seen, raw.count("metric"));
        store.log(++logged, loss_of(0.5));
    };
    const std::filesystem::path in[] = {file};
    import_files(store, in, {.save = {.step = 1}, .on_progress = on_progress});
    CHECK(seen > 0);
    store.flush();
    CHECK(raw.count("metric") == logged);
}

TEST_CASE("logged metrics survive a save that fails", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    save_step(store, 5);
    store.log(6, loss_of(0.5));
    CHECK_THROWS_AS(save_step(store, 5), AlreadyExists);
    store.flush();
    CHECK(values(store) == std::vector<double>{0.5});
}

TEST_CASE("logged metrics are in the file after close, and after the destructor", "[store]") {
    const TempDir dir;
    {
        Store store(dir / "run.db", kPatient);
        store.log(1, loss_of(0.5));
        store.close();
        CHECK(rows_in(dir / "run.db") == 1);
    }
    {
        Store store(dir / "run.db", kPatient);
        store.log(2, loss_of(0.5));
    }
    CHECK(rows_in(dir / "run.db") == 2);
}

TEST_CASE("a log buffer of 1 writes each call through", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.log_buffer = 1, .log_interval = hours(1)});
    store.log(1, {{"eval", {{"loss", 1}, {"accuracy", 2}}}});
    CHECK(rows_in(dir / "run.db") == 2);
}

TEST_CASE("a later value of the same step replaces the earlier one", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    store.log(1, loss_of(1));
    store.log(1, loss_of(2));
    store.flush();
    CHECK(values(store) == std::vector<double>{2});
    store.log(1, loss_of(3));
    store.flush();
    CHECK(values(store) == std::vector<double>{3});
}

TEST_CASE("a history comes by step, with NaN and infinities as they were", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    constexpr double kInf = std::numeric_limits<double>::infinity();
    store.log(3, loss_of(std::nan("")));
    store.log(1, loss_of(kInf));
    store.log(2, loss_of(-kInf), "other");
    store.log(-2, loss_of(0));
    store.flush();
    const auto points = store.history(kLoss);
    REQUIRE(points.size() == 3);
    CHECK(points[0].step == -2);
    CHECK(points[1].value == kInf);
    CHECK(std::isnan(points[2].value));
    CHECK(values(store, "other") == std::vector<double>{-kInf});
    CHECK(store.history(kLoss, "nobody").empty());
    CHECK(store.metric_names() == std::vector<MetricName>{kLoss});
    CHECK(store.metric_names("nobody").empty());
}

TEST_CASE("the newest values are those of the highest steps, in their order", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    for (const std::int64_t step : {5, 1, 4, 2, 3}) {
        store.log(step, loss_of(static_cast<double>(10 * step)));
    }
    store.flush();
    const auto newest = store.history(kLoss, "default", 2);
    REQUIRE(newest.size() == 2);
    CHECK(newest[0].step == 4);
    CHECK(newest[1].value == 50);
    CHECK(store.history(kLoss, "default", 0).empty());
    CHECK(store.history(kLoss, "default", 9).size() == 5);
}

TEST_CASE("the names of metrics are those of one run, in order, each once", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    for (std::int64_t step = 0; step < 3; ++step) {
        store.log(step, {{"train", {{"loss", 1}, {"loss/aux", 2}}}, {"a", {{"z", 3}}}});
        store.log(step, {{"b", {{"c", 1}}}}, "other");
    }
    store.flush();
    CHECK(store.metric_names() ==
          std::vector<MetricName>{{"a", "z"}, {"train", "loss"}, {"train", "loss/aux"}});
    CHECK(store.metric_names("other") == std::vector<MetricName>{{"b", "c"}});
}

TEST_CASE("the metric history outlives the checkpoints", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    for (std::int64_t step = 0; step < 10; ++step) {
        save_step(store, step,
                  {.metrics = loss_of(static_cast<double>(step)), .retention = {.last = 1}});
    }
    store.remove(*store.latest());
    CHECK(store.checkpoints().empty());
    CHECK(values(store).size() == 10);
}

TEST_CASE("metrics whose names the format cannot hold are refused", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", kPatient);
    CHECK_THROWS_AS(store.log(1, {{"a/b", {{"c", 1}}}}), InvalidArgument);
    CHECK_THROWS_AS(store.log(1, {{"a", {{"", 1}}}}), InvalidArgument);
    CHECK_THROWS_AS(store.log(1, {{"\xff", {{"c", 1}}}}), InvalidArgument);
    CHECK_THROWS_AS(store.log(1, loss_of(1), ""), InvalidArgument);
    store.flush();
    CHECK(rows_in(dir / "run.db") == 0);
}

TEST_CASE("a full log buffer is written by itself", "[store][concurrent]") {
    std::promise<std::size_t> written;
    detail::MetricLog log(3, hours(1), [&](const auto& rows) { written.set_value(rows.size()); });
    log.add({{"r", kLoss, 1, 0.5, {}}});
    log.add({{"r", kLoss, 2, 0.5, {}}, {"r", kLoss, 3, 0.5, {}}});
    CHECK(written.get_future().get() == 3);
}

TEST_CASE("logged rows are written after the interval", "[store][concurrent]") {
    std::promise<std::size_t> written;
    detail::MetricLog log(100, milliseconds(1),
                          [&](const auto& rows) { written.set_value(rows.size()); });
    log.add({{"r", kLoss, 1, 0.5, {}}});
    CHECK(written.get_future().get() == 1);
}

TEST_CASE("a flush waits for a write that the log's thread has begun", "[store][concurrent]") {
    std::promise<void> begun;
    std::promise<void> released;
    std::atomic<bool> written = false;
    detail::MetricLog log(2, hours(1), [&](const auto&) {
        begun.set_value();
        released.get_future().wait();
        written = true;
    });
    log.add({{"r", kLoss, 1, 0.5, {}}, {"r", kLoss, 2, 0.5, {}}});
    begun.get_future().wait();
    auto flushed = std::async(std::launch::async, [&] {
        log.flush();
        return written.load();
    });
    CHECK(flushed.wait_for(milliseconds(50)) == std::future_status::timeout);
    released.set_value();
    CHECK(flushed.get());
}

TEST_CASE("a failed write shows once and keeps its rows", "[store][concurrent]") {
    std::promise<void> failed;
    bool fail = true;  // used under the log's turn only
    std::vector<std::int64_t> steps;
    detail::MetricLog log(2, hours(1), [&](const auto& rows) {
        if (std::exchange(fail, false)) {
            failed.set_value();
            throw IoError("the disk is full");
        }
        for (const auto& row : rows) steps.push_back(row.step);
    });
    log.add({{"r", kLoss, 1, 0.5, {}}, {"r", kLoss, 2, 0.5, {}}});
    failed.get_future().wait();
    log.flush();
    CHECK(steps == std::vector<std::int64_t>{1, 2});
}

}  // namespace
}  // namespace ckptlite::test
