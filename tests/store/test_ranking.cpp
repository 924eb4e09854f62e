// SPDX-License-Identifier: MIT
// checkpoint_metric: what the shell sees of it, and what happens where it and the JSON disagree.
#include <cmath>
#include <limits>

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
const std::string kLosses = "checkpoint_metric WHERE metric_group = 'eval' AND metric = 'loss'";

TEST_CASE("in the shell the best is the first row by value", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const double losses[] = {kInf, std::nan(""), 0.5, 10, -kInf, 9};
    for (std::int64_t step = 0; step < 6; ++step) {
        save_step(store, step, {.metrics = loss_of(losses[step])});
    }
    RawSql shell(dir / "run.db");
    CHECK(shell.column("SELECT step FROM " + kLosses + " ORDER BY value", 0) == "4\n2\n5\n3\n0\n");
    CHECK(shell.number("SELECT step FROM " + kLosses + " AND value < 9e999 ORDER BY value DESC") ==
          3);
    CHECK(shell.count(kLosses + " AND typeof(value) <> 'real'") == 0);
}

TEST_CASE("a checkpoint's metrics go with it, however it goes", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    RawSql shell(dir / "run.db");
    const auto save = [&](std::int64_t step, SaveOptions options = {}) {
        options.metrics = loss_of(static_cast<double>(step));
        return save_step(store, step, options);
    };
    store.remove(save(1));
    CHECK(shell.count("checkpoint_metric") == 0);
    for (std::int64_t step = 2; step <= 5; ++step) save(step);
    save(4, {.overwrite = true});
    CHECK(shell.column("SELECT step FROM checkpoint_metric", 0) == "2\n3\n4\n");
    save(6, {.retention = {.last = 2}});
    CHECK(shell.column("SELECT step FROM checkpoint_metric", 0) == "4\n6\n");
    CHECK(store.verify(true).ok());
}

TEST_CASE("verify reports metrics whose ranking says something else", "[store]") {
    const char* const damage[] = {
        "DELETE FROM checkpoint_metric WHERE step = 2",
        "UPDATE checkpoint_metric SET value = 0.25 WHERE step = 2",
        "UPDATE checkpoint_metric SET value = 9e999 WHERE step = 2",
        "UPDATE checkpoint_metric SET metric = 'less' WHERE step = 2",
        "UPDATE checkpoint_metric SET prefix = 'other' WHERE step = 2",
        "UPDATE checkpoint_metric SET run_id = 7 WHERE step = 2",
        "UPDATE checkpoint_metric SET step = 3 WHERE step = 2",
        "INSERT INTO checkpoint_metric VALUES ('g', 'm', 1, 2, 2, 1, 'checkpoint')",
        "UPDATE checkpoint SET metrics = '{}' WHERE step = 2",
        "UPDATE checkpoint SET metrics = '{\"eval\":{\"loss\":\"NaN\"}}' WHERE step = 2",
    };
    for (const char* const sql : damage) {
        CAPTURE(sql);
        const TempDir dir;
        Store store(dir / "run.db");
        save_step(store, 1, {.metrics = loss_of(1)});
        save_step(store, 2, {.metrics = loss_of(0.5)});
        CHECK(store.verify().ok());
        RawSql(dir / "run.db").run(sql);
        const VerifyReport report = store.verify();
        // Changed metrics of the checkpoint itself also differ from the digest of its row.
        const bool own = std::string(sql).starts_with("UPDATE checkpoint SET");
        REQUIRE(report.problems.size() == (own ? 2 : 1));
        CHECK(report.problems[0].where == "run 'default', prefix 'checkpoint', step 2");
        CHECK(report.problems[0].what.find("checkpoint_metric") != std::string::npos);
    }
}

TEST_CASE("verify reports metrics of a checkpoint that is gone, and the best does not have it",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 2; ++step)
        save_step(store, step, {.metrics = loss_of(static_cast<double>(step))});
    RawSql(dir / "run.db").run("DELETE FROM checkpoint WHERE step = 1");  // without foreign keys
    CHECK(!store.verify().ok());
    CHECK(steps_of(store.best(kLoss, Best::lowest)) == std::vector<std::int64_t>{2});
}

TEST_CASE("a checkpoint ranked by what it does not report is damage", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1, {.metrics = loss_of(1)});
    RawSql(dir / "run.db").run("UPDATE checkpoint SET metrics = '{}'");
    REQUIRE_THROWS_SAYING(store.best(kLoss, Best::lowest), Corrupt, "eval/loss");
}

}  // namespace
}  // namespace ckptlite::test
