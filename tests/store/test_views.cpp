// SPDX-License-Identifier: MIT
// The views of format 1.3 say what the library says, on stores made at random.
#include <limits>
#include <random>

#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using Limits = std::numeric_limits<double>;

/// Few values, so that there are ties, and all that is no number.
double some_value(std::mt19937_64& random) {
    const auto n = random() % 8;
    if (n == 0) return Limits::quiet_NaN();
    if (n == 1) return random() % 2 == 0 ? Limits::infinity() : -Limits::infinity();
    return static_cast<double>(n) / 4 - 1;
}

Metrics some_metrics(std::mt19937_64& random) {
    Metrics metrics;
    if (random() % 4 != 0) metrics["eval"]["loss"] = some_value(random);
    if (random() % 2 == 0) metrics["eval"]["loss/aux"] = some_value(random);
    if (random() % 2 == 0) metrics["train"]["loss"] = some_value(random);
    return metrics;
}

const std::string kRuns[] = {"a", "b"};
const std::string kPrefixes[] = {"checkpoint", "lowest:eval/loss"};
const MetricName kNames[] = {{"eval", "loss"}, {"eval", "loss/aux"}, {"train", "loss"}};

struct RandomStore {
    explicit RandomStore(std::mt19937_64& random) {
        for (const std::string& run : kRuns) {
            for (const std::string& prefix : kPrefixes) {
                for (std::int64_t step = -3; step < 12; step += 1 + random() % 3) {
                    const auto saved = save_step(store, step,
                                                 {.run = run,
                                                  .prefix = prefix,
                                                  .metrics = some_metrics(random),
                                                  .elapsed_time = 0.5,
                                                  .pinned = random() % 8 == 0});
                    if (random() % 8 == 0) store.tag(saved, "tag " + std::to_string(saved.id));
                }
            }
        }
    }
    std::string ids(const std::string& sql) {
        return RawSql(store.file()).column("SELECT checkpoint_id FROM " + sql, 0);
    }

    TempDir dir{};
    Store store{dir / "run.db"};
};

std::string ids_of(const std::vector<CheckpointInfo>& checkpoints) {
    std::string ids;
    for (const CheckpointInfo& each : checkpoints) ids += std::to_string(each.id) + "\n";
    return ids;
}

TEST_CASE("checkpoint_best has the checkpoint that the library calls best", "[store]") {
    const std::uint64_t seed = test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 20; ++round) {
        RandomStore of(random);
        for (const std::string& run : kRuns) {
            for (const MetricName& name : kNames) {
                const std::string where = "checkpoint_best WHERE run = '" + run +
                                          "' AND metric_group = '" + name.group +
                                          "' AND metric = '" + name.label + "' AND best = ";
                const CheckpointFilter filter{.run = run};
                CHECK(of.ids(where + "'lowest'") ==
                      ids_of(of.store.best(name, Best::lowest, 1, filter)));
                CHECK(of.ids(where + "'highest'") ==
                      ids_of(of.store.best(name, Best::highest, 1, filter)));
            }
        }
    }
}

TEST_CASE("checkpoint_latest has the latest of each run and prefix", "[store]") {
    const std::uint64_t seed = test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    RandomStore of(random);
    CHECK(RawSql(of.store.file()).count("checkpoint_latest") == 4);
    for (const std::string& run : kRuns) {
        for (const std::string& prefix : kPrefixes) {
            const auto latest = of.store.latest({.run = run, .prefix = prefix});
            CHECK(of.ids("checkpoint_latest WHERE run = '" + run + "' AND prefix = '" + prefix +
                         "'") == std::to_string(latest->id) + "\n");
        }
    }
}

/// Ids of what the plan keeps, by step.
std::string kept(const Store& store, const RetentionPolicy& policy, const std::string& run) {
    std::string ids;
    for (const RetentionDecision& each : store.plan(policy, run, "checkpoint")) {
        if (each.keep) ids += std::to_string(each.id) + "\n";
    }
    return ids;
}

TEST_CASE("checkpoint_retention answers what a policy would keep", "[store]") {
    const std::uint64_t seed = test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 20; ++round) {
        RandomStore of(random);
        for (const std::string& run : kRuns) {
            const RetentionPolicy policy{
                .last = 2,
                .best = {{.metric = {"eval", "loss"}},
                         {.metric = {"train", "loss"}, .best = Best::highest}}};
            CHECK(of.ids("checkpoint_retention WHERE run = '" + run +
                         "' AND prefix = 'checkpoint' AND (newest <= 2 OR pinned = 1"
                         " OR tags IS NOT NULL OR lowest_of LIKE '%\"eval/loss\"%'"
                         " OR highest_of LIKE '%\"train/loss\"%') ORDER BY step DESC") ==
                  kept(of.store, policy, run));
        }
    }
}

TEST_CASE("run_summary counts what a run has, shared trees once", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    store.start_run("empty");
    store.start_run("a");
    for (std::int64_t step : {3, 5}) {
        store.save("same", {.run = "a", .step = step, .elapsed_time = 1.5});
    }
    store.start_run("b", "{}", "a", 5);
    save_step(store, 7, {.run = "b"});
    store.start_run("c", "{}", "b");
    RawSql raw(dir / "run.db");
    const auto of = [&](const char* columns, const char* run) {
        return raw.text(std::string("SELECT ") + columns + " FROM run_summary WHERE run = '" + run +
                        "'");
    };
    CHECK(of("checkpoints || ' ' || trees || ' ' || nbytes", "empty") == "0 0 0");
    CHECK(of("checkpoints || ' ' || first_step || ' ' || last_step", "a") == "2 3 5");
    CHECK(of("trees || ' ' || nbytes || ' ' || seconds", "a") == "1 4 3.0");
    CHECK(of("lineage", "a") == "a");
    CHECK(of("lineage || ', ' || parent_run || '@' || parent_step", "b") == "a > b, a@5");
    CHECK(of("lineage", "c") == "a > b > c");
    raw.run(
        "UPDATE run SET parent_run_id = (SELECT id FROM run WHERE name = 'c') WHERE name = 'a'");
    CHECK(of("coalesce(lineage, 'a ring')", "b") == "a ring");
}

TEST_CASE("leaf_not_finite says where NaN and infinities began", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto save = [&](std::int64_t step, float w, float v) {
        store.save(Dict{{"v", Tensor::own(std::vector<float>{v, 1}, {2})},
                        {"w", Tensor::own(std::vector<float>{w}, {1})}},
                   {.step = step});
    };
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInf = std::numeric_limits<float>::infinity();
    save(1, 0, 0);
    RawSql raw(dir / "run.db");
    CHECK(raw.count("leaf_not_finite") == 0);
    save(2, kInf, 0);
    save(3, kNan, 0);
    save(4, kNan, kNan);
    CHECK(raw.column("SELECT path || ' ' || first_step || ' ' || last_step || ' ' || checkpoints"
                     " || ' ' || first_nan_step || ' ' || coalesce(first_inf_step, '-')"
                     " FROM leaf_not_finite ORDER BY path",
                     0) == "/v 4 4 1 4 -\n/w 2 4 3 3 2\n");
    CHECK(raw.column("EXPLAIN QUERY PLAN SELECT * FROM leaf_not_finite", 3)
              .find("leaf USING INDEX leaf_with_nan_or_inf") != std::string::npos);
}

TEST_CASE("metric_summary says when a metric was first NaN, and what it is now", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const double values[] = {3, 1, Limits::quiet_NaN(), Limits::infinity(), Limits::quiet_NaN(), 2};
    for (std::int64_t step = 0; step < 6; ++step) store.log(step, loss_of(values[step]), "a");
    store.log(7, loss_of(0.5), "b");
    store.flush();
    CHECK(RawSql(dir / "run.db")
              .column("SELECT run || ' ' || reports || ' ' || first_step || ' ' || last_step || ' '"
                      " || last_value || ' ' || lowest || ' ' || highest || ' ' || nan_count || ' '"
                      " || coalesce(first_nan_step || ' ' || first_inf_step, 'finite')"
                      " FROM metric_summary ORDER BY run",
                      0) == "a 6 0 5 2.0 1.0 Inf 2 2 3\nb 1 7 7 0.5 0.5 0.5 0 finite\n");
}

}  // namespace
}  // namespace ckptlite::test
