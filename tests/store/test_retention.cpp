// SPDX-License-Identifier: MIT
#include "ckptlite/retention.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <set>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using Ids = std::set<std::int64_t>;
using Rows = std::vector<RetentionCandidate>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
const std::chrono::sys_seconds kNow{std::chrono::seconds(1'800'000'000)};
const MetricName kLoss{"eval", "loss"};
constexpr int kRounds = 300;

Ids kept(const std::vector<RetentionDecision>& plan) {
    Ids ids;
    for (const RetentionDecision& row : plan) {
        if (row.keep) ids.insert(row.id);
    }
    return ids;
}

Ids kept(const Rows& rows, const RetentionPolicy& policy,
         std::optional<std::int64_t> just_written = {}) {
    return kept(plan_retention(rows, policy, kNow, just_written));
}

RetentionCandidate row(std::int64_t step, std::optional<double> loss = {}) {
    RetentionCandidate made{.id = step + 100, .step = step, .created_at = kNow};
    if (loss) made.metrics["eval"]["loss"] = *loss;
    return made;
}

std::int64_t draw(std::mt19937_64& random, std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
}

/// Few values, so that ties are common; NaN, infinities and missing ones among them.
std::optional<double> random_loss(std::mt19937_64& random) {
    const double values[] = {0.0, -0.0, 0.25, 0.5, kNan, kInf, -kInf};
    const auto i = static_cast<std::size_t>(draw(random, 9));
    return i < 7 ? std::optional(values[i]) : std::nullopt;
}

Rows random_rows(std::mt19937_64& random) {
    Rows rows;
    const std::int64_t count = draw(random, 20);
    std::int64_t step = draw(random, 10) - 5;
    for (std::int64_t id = 1; id <= count; ++id, step += 1 + draw(random, 4)) {
        rows.push_back(row(step, random_loss(random)));
        rows.back().id = id;
        rows.back().created_at = kNow - std::chrono::seconds(draw(random, 100));
        rows.back().stored_nbytes = static_cast<std::uint64_t>(draw(random, 50));
        rows.back().pinned = draw(random, 6) == 0;
    }
    std::shuffle(rows.begin(), rows.end(), random);
    return rows;
}

std::vector<RetentionPolicy> single_rules(std::mt19937_64& random) {
    const Best way = draw(random, 2) == 0 ? Best::lowest : Best::highest;
    return {{.last = draw(random, 6)},
            {.best = {{kLoss, way, draw(random, 4)}}},
            {.every_n_steps = 1 + draw(random, 7)},
            {.within = std::chrono::seconds(draw(random, 100))},
            {.max_bytes = static_cast<std::uint64_t>(draw(random, 200))}};
}

/// The rules of both.
RetentionPolicy joined(RetentionPolicy to, const RetentionPolicy& rule) {
    if (rule.last) to.last = rule.last;
    to.best.insert(to.best.end(), rule.best.begin(), rule.best.end());
    if (rule.every_n_steps) to.every_n_steps = rule.every_n_steps;
    if (rule.within) to.within = rule.within;
    if (rule.max_bytes) to.max_bytes = rule.max_bytes;
    return to;
}

TEST_CASE("a retention policy keeps the union of what each of its rules keeps", "[store]") {
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const Rows rows = random_rows(random);
        RetentionPolicy policy;
        Ids expected;
        for (const RetentionPolicy& rule : single_rules(random)) {
            if (draw(random, 2) == 0) continue;
            policy = joined(std::move(policy), rule);
            expected.merge(kept(rows, rule));
        }
        if (policy.keeps_everything()) continue;
        CHECK(kept(rows, policy) == expected);
    }
}

TEST_CASE("adding a retention rule never deletes more", "[store]") {
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const Rows rows = random_rows(random);
        RetentionPolicy policy;
        Ids before;
        for (const RetentionPolicy& rule : single_rules(random)) {
            policy = joined(std::move(policy), rule);
            const Ids now = kept(rows, policy);
            CHECK(std::includes(now.begin(), now.end(), before.begin(), before.end()));
            before = now;
        }
    }
}

TEST_CASE("retention keeps pinned and just written rows whatever the policy", "[store]") {
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const Rows rows = random_rows(random);
        if (rows.empty()) continue;
        const std::int64_t written = rows.front().id;
        for (const RetentionPolicy& policy : single_rules(random)) {
            const Ids ids = kept(rows, policy, written);
            CHECK(ids.count(written) == 1);
            for (const auto& each : rows) CHECK((!each.pinned || ids.count(each.id) == 1));
        }
    }
}

TEST_CASE("a retention plan has one decision with a reason for each row, in order", "[store]") {
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const Rows rows = random_rows(random);
        for (const RetentionPolicy& policy : single_rules(random)) {
            const auto plan = plan_retention(rows, policy, kNow);
            REQUIRE(plan.size() == rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i) {
                CHECK(plan[i].id == rows[i].id);
                CHECK(plan[i].step == rows[i].step);
                CHECK(!plan[i].reason.empty());
                CHECK(plan[i].keep == (plan[i].reason != "no rule keeps it"));
            }
        }
    }
}

TEST_CASE("a retention policy without rules keeps everything", "[store]") {
    std::mt19937_64 random(1);
    const Rows rows = random_rows(random);
    REQUIRE(!rows.empty());
    CHECK(kept(rows, {}).size() == rows.size());
    CHECK(RetentionPolicy{}.keeps_everything());
    CHECK(!RetentionPolicy{.last = 0}.keeps_everything());
}

TEST_CASE("a retention policy that keeps the last 0 keeps only what is protected", "[store]") {
    Rows rows{row(1), row(2), row(3)};
    rows[0].pinned = true;
    CHECK(kept(rows, {.last = 0}, 102) == Ids{101, 102});
    CHECK(kept(rows, {.last = 0}, 999) == Ids{101});
}

TEST_CASE("retention's last n are the highest steps, not the newest ids", "[store]") {
    Rows rows{row(7), row(9), row(8)};
    rows[1].id = 1;
    CHECK(kept(rows, {.last = 1}) == Ids{1});
    CHECK(kept(rows, {.last = 2}) == Ids{1, 108});
    CHECK(kept(rows, {.last = 99}).size() == 3);
}

TEST_CASE("retention gives ties of the best to the later step", "[store]") {
    const Rows rows{row(1, 0.5), row(3, 0.5), row(2, 0.5), row(4, 0.75)};
    CHECK(kept(rows, {.best = {{kLoss, Best::lowest, 1}}}) == Ids{103});
    CHECK(kept(rows, {.best = {{kLoss, Best::lowest, 2}}}) == Ids{102, 103});
    CHECK(kept(rows, {.best = {{kLoss, Best::highest, 1}}}) == Ids{104});
}

TEST_CASE("retention never counts NaN or missing values among the best", "[store]") {
    const Rows rows{row(1, kNan), row(2), row(3, 0.5), row(4, kNan)};
    CHECK(kept(rows, {.best = {{kLoss, Best::lowest, 4}}}) == Ids{103});
    CHECK(kept(rows, {.best = {{kLoss, Best::highest, 4}}}) == Ids{103});
    CHECK(kept(rows, {.best = {{{"eval", "other"}, Best::lowest, 4}}}).empty());
    CHECK(kept(rows, {.best = {{{"train", "loss"}, Best::lowest, 4}}}).empty());
}

TEST_CASE("retention ranks infinities as numbers", "[store]") {
    const Rows rows{row(1, kInf), row(2, 0.5), row(3, -kInf)};
    CHECK(kept(rows, {.best = {{kLoss, Best::lowest, 1}}}) == Ids{103});
    CHECK(kept(rows, {.best = {{kLoss, Best::highest, 1}}}) == Ids{101});
    CHECK(kept(rows, {.best = {{kLoss, Best::lowest, 2}}}) == Ids{102, 103});
}

TEST_CASE("retention keeps multiples of every_n_steps, negative ones and 0 too", "[store]") {
    const Rows rows{row(-10), row(-5), row(0), row(5), row(10), row(11)};
    CHECK(kept(rows, {.every_n_steps = 10}) == Ids{90, 100, 110});
}

TEST_CASE("retention within a time includes its very end", "[store]") {
    Rows rows{row(1), row(2), row(3)};
    rows[0].created_at = kNow - std::chrono::seconds(61);
    rows[1].created_at = kNow - std::chrono::seconds(60);
    rows[2].created_at = kNow + std::chrono::seconds(5);  // a clock that was set back
    CHECK(kept(rows, {.within = std::chrono::seconds(60)}) == Ids{102, 103});
}

TEST_CASE("a retention budget is spent from the highest step down and never exceeded", "[store]") {
    Rows rows{row(1), row(2), row(3), row(4)};
    for (auto& each : rows) each.stored_nbytes = 10;
    rows[1].stored_nbytes = 15;
    CHECK(kept(rows, {.max_bytes = 9}).empty());
    CHECK(kept(rows, {.max_bytes = 20}) == Ids{103, 104});
    // Step 1 would still fit where step 2 does not, but a gap in the middle helps nobody.
    CHECK(kept(rows, {.max_bytes = 30}) == Ids{103, 104});
    CHECK(kept(rows, {.max_bytes = 45}) == Ids{101, 102, 103, 104});
}

TEST_CASE("retention names every rule that wants a row", "[store]") {
    Rows rows{row(1, 0.5), row(10, 0.1)};
    rows[1].pinned = true;
    const RetentionPolicy policy{
        .last = 1, .best = {{kLoss, Best::lowest, 1}}, .every_n_steps = 10};
    const auto plan = plan_retention(rows, policy, kNow, 110);
    CHECK(plan[0].reason == "no rule keeps it");
    CHECK(plan[1].reason == "just written; pinned; last 1; lowest eval/loss; every 10 steps");
}

TEST_CASE("a retention policy that makes no sense is refused", "[store]") {
    const auto plan = [](const RetentionPolicy& policy) { return kept(Rows{}, policy); };
    REQUIRE_THROWS_SAYING(plan({.last = -1}), InvalidArgument, "negative");
    REQUIRE_THROWS_SAYING(plan({.best = {{kLoss, Best::lowest, -1}}}), InvalidArgument,
                          "eval/loss");
    REQUIRE_THROWS_SAYING(plan({.every_n_steps = 0}), InvalidArgument, "every_n_steps");
    REQUIRE_THROWS_SAYING(plan({.every_n_steps = -5}), InvalidArgument, "every_n_steps");
    REQUIRE_THROWS_SAYING(plan({.within = std::chrono::seconds(-1)}), InvalidArgument, "time");
}

}  // namespace
}  // namespace ckptlite
