// SPDX-License-Identifier: MIT
// How SQLite carries out the selections: by an index, in its order, and without sorting, so that
// the first row of a file with 100,000 checkpoints costs what it costs in a small one.
#include <string>

#include "ckptlite/store.hpp"
#include "db/sql.hpp"
#include "store/raw_sql.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using Catch::Contains;

class Plans {
public:
    /// The lines of EXPLAIN QUERY PLAN.
    std::string of(std::string_view sql) {
        return db_.column("EXPLAIN QUERY PLAN " + std::string(sql), 3);
    }

private:
    TempDir dir_;
    Store store_{dir_ / "run.db"};
    RawSql db_{dir_ / "run.db"};
};

TEST_CASE("the best are walked in the order of their value", "[db]") {
    Plans plans;
    for (const auto sql : {db::sql::kLowest, db::sql::kHighest}) {
        const std::string plan = plans.of(sql);
        CHECK_THAT(plan, Contains("SEARCH m USING PRIMARY KEY (metric_group=? AND metric=?)"));
        CHECK_THAT(plan, Contains("SEARCH c USING INTEGER PRIMARY KEY"));
        CHECK_THAT(plan, !Contains("SCAN c"));
    }
    CHECK_THAT(plans.of(db::sql::kHighest), !Contains("TEMP B-TREE"));
    // The lowest come with the later step last; only equal values are put in order.
    CHECK_THAT(plans.of(db::sql::kLowest), !Contains("TEMP B-TREE FOR ORDER BY"));
}

TEST_CASE("the newest are walked in the order of their step", "[db]") {
    Plans plans;
    const std::string all = plans.of(db::sql::kCheckpoints);
    CHECK_THAT(all, Contains("SCAN c USING INDEX checkpoint_by_step"));
    const std::string at_step = plans.of(db::sql::kCheckpointsAtStep);
    CHECK_THAT(at_step, Contains("SEARCH c USING INDEX checkpoint_by_step (step=?)"));
    const std::string series = plans.of(db::sql::kCheckpointsOfSeries);
    CHECK_THAT(series, Contains("(run_id=? AND prefix=?)"));
    for (const std::string& plan : {all, at_step, series})
        CHECK_THAT(plan, !Contains("TEMP B-TREE"));
}

TEST_CASE("a series and a history are ranges of an index", "[db]") {
    Plans plans;
    const std::string series = plans.of(db::sql::kSeries);
    CHECK_THAT(series, Contains("(run_id=? AND prefix=?)"));
    const std::string history = plans.of(db::sql::kHistory);
    CHECK_THAT(history, Contains("(run_id=? AND metric_group=? AND metric=?)"));
    for (const std::string& plan : {series, history}) CHECK_THAT(plan, !Contains("TEMP B-TREE"));
}

TEST_CASE("tags are found by their name and by their checkpoint", "[db]") {
    Plans plans;
    CHECK_THAT(plans.of(db::sql::kTag), Contains("USING PRIMARY KEY (tag=?)"));
    const std::string between = plans.of(db::sql::kTagsBetween);
    CHECK_THAT(between, Contains("checkpoint_tag_by_checkpoint (checkpoint_id>? AND"));
    CHECK_THAT(between, !Contains("TEMP B-TREE"));
    CHECK_THAT(plans.of("DELETE FROM checkpoint_tag WHERE checkpoint_id = 1"),
               Contains("(checkpoint_id=?)"));
}

TEST_CASE("deleting a checkpoint finds its metrics by index", "[db]") {
    Plans plans;
    CHECK_THAT(plans.of(db::sql::kCheckpointMetrics), Contains("(checkpoint_id=?)"));
    CHECK_THAT(plans.of("DELETE FROM checkpoint_metric WHERE checkpoint_id = 1"),
               Contains("(checkpoint_id=?)"));
}

}  // namespace
}  // namespace ckptlite::test
