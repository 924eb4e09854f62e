// SPDX-License-Identifier: MIT
#include <algorithm>

#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/sanitized.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

#ifdef CKPTLITE_SANITIZED
constexpr std::size_t kTreeBytes = 5'000'000;
#else
constexpr std::size_t kTreeBytes = 20'000'000;
#endif
constexpr std::int64_t kSaves = 60;

/// Lowest at step 17, so that the best lies outside the last three.
double loss_at(std::int64_t step) {
    return 0.1 + static_cast<double>(std::abs(step - 17));
}

/// 60 saves of a tree that changes as a whole from step to step.
void save_sixty(const std::filesystem::path& file, std::size_t nbytes,
                const RetentionPolicy& retention, std::optional<std::int64_t> pinned = {}) {
    Store store(file, {.threads = 2});
    for (std::int64_t step = 1; step <= kSaves; ++step) {
        store.save(state_at(step, nbytes), {.step = step,
                                            .metrics = loss_of(loss_at(step)),
                                            .pinned = step == pinned,
                                            .retention = retention});
    }
}

void check_growth(const std::filesystem::path& file, const std::vector<std::int64_t>& steps) {
    const Store store(file);
    const auto found = store.checkpoints();
    CHECK(steps_of(found) == steps);
    CHECK(store.history(kLoss).size() == kSaves);
    CHECK(store.verify(true).ok());
    std::uint64_t one = 0;
    for (const CheckpointInfo& checkpoint : found) one = std::max(one, checkpoint.stored_nbytes);
    // The new checkpoint is written before the oldest goes: hence one more than are kept.
    const auto most = static_cast<double>((found.size() + 1) * one);
    CHECK(static_cast<double>(std::filesystem::file_size(file)) < 1.2 * most);
    CHECK(RawSql(file).count("tree") == static_cast<std::int64_t>(found.size()));
}

TEST_CASE("60 saves that keep the last 3 take the room of 4", "[store]") {
    const TempDir dir;
    save_sixty(dir / "run.db", kTreeBytes, {.last = 3});
    check_growth(dir / "run.db", {60, 59, 58});
}

TEST_CASE("60 saves that keep the last 3, the best and a pinned one take the room of 6",
          "[store]") {
    const TempDir dir;
    save_sixty(dir / "run.db", kTreeBytes / 4, {.last = 3, .best = {{kLoss, Best::lowest, 1}}}, 5);
    check_growth(dir / "run.db", {60, 59, 58, 17, 5});
}

}  // namespace
}  // namespace ckptlite::test
