// SPDX-License-Identifier: MIT
#include "faults/check_after.hpp"

#include <algorithm>
#include <iostream>

#include "store/raw_sql.hpp"
#include "support/catch.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

void demand(bool holds, const std::string& otherwise) {
    if (!holds) throw std::runtime_error(otherwise);
}

std::string text_of(const Seen& seen) {
    std::string text = "{";
    for (const std::string& name : seen) text += " " + name;
    return text + " }";
}

void check_seen(const Seen& seen, const Operation& operation, std::size_t confirmed) {
    std::string expected;
    for (std::size_t more = 0; more <= operation.most_unconfirmed; ++more) {
        const Seen allowed = operation.after(confirmed + more);
        if (seen == allowed) return;
        expected += (more == 0 ? " instead of " : " or ") + text_of(allowed);
    }
    throw std::runtime_error("I1: there are " + text_of(seen) + expected);
}

void check_content(const Store& store, const Operation& operation) {
    const VerifyReport report = store.verify(true);
    if (!report.ok()) {
        const VerifyProblem& problem = report.problems.front();
        throw std::runtime_error("I2: verify says " + problem.where + ": " + problem.what);
    }
    for (const CheckpointInfo& checkpoint : store.checkpoints()) {
        demand(store.load(checkpoint) == operation.content(checkpoint),
               "I2: " + name_of(checkpoint) + " is not what was saved");
        for (const auto& [group, values] : checkpoint.metrics) {
            for (const auto& [label, value] : values) {
                const auto history = store.history({group, label}, checkpoint.run);
                demand(std::ranges::any_of(
                           history,
                           [&](const MetricPoint& point) { return point.step == checkpoint.step; }),
                       "I2: a metric of " + name_of(checkpoint) + " is not in its history");
            }
        }
    }
}

/// The next save, which also collects.
void save_next(Store& store, const Operation& operation) {
    const auto latest = store.latest({.run = "default", .prefix = "checkpoint"});
    CheckpointInfo next{
        .run = "default", .prefix = "checkpoint", .step = latest ? latest->step + 1 : 1};
    const CheckpointInfo saved = store.save(
        operation.content(next), {.step = next.step, .overwrite = true, .retention = {.last = 3}});
    demand(store.load(saved) == operation.content(saved),
           "I3: the next save is not what was saved");
}

void check_collected(const fs::path& file) {
    for (const fs::directory_entry& entry : fs::directory_iterator(file.parent_path())) {
        demand(entry.path() == file, "I3: " + entry.path().filename().string() + " is left");
    }
    RawSql raw(file);
    demand(raw.count("tree WHERE staged_by IS NOT NULL") == 0, "I3: an invisible tree is left");
    demand(raw.count("tree WHERE id NOT IN (SELECT tree_id FROM checkpoint)") == 0,
           "I3: a tree without checkpoint is left");
    demand(raw.count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") == 0,
           "I3: a chunk without leaf is left");
}

}  // namespace

void check_after(const fs::path& file, const Operation& operation, std::size_t confirmed) {
    StoreOptions options = kOptions;
    options.write_timeout = options.read_timeout = std::chrono::seconds(10);
    Store store(file, options);
    check_seen(seen_in(store), operation, confirmed);
    check_content(store, operation);
    save_next(store, operation);
    store.close();
    check_collected(file);
}

Tally::Tally(std::string title, std::string cases, std::optional<std::uint64_t> seed)
    : title_(std::move(title)), what_(std::move(cases)) {
    if (seed) seed_ = ", seed " + std::to_string(*seed);
}

Tally::~Tally() {
    if (!finished_) std::cout << title_ << ": not finished" << seed_ << std::endl;
}

void Tally::add(const std::string& where, const std::function<void()>& check) {
    ++cases_;
    try {
        check();
    } catch (const std::exception& error) {
        if (++violations_ <= 5) {
            std::cout << title_ << ": " << where << ": " << error.what() << std::endl;
        }
    }
}

void Tally::finish() {
    finished_ = true;
    std::cout << title_ << ": " << cases_ << ' ' << what_ << ", " << violations_ << " violations"
              << seed_ << std::endl;
    INFO("again with the seed in CKPTLITE_TEST_SEED" << seed_);
    CHECK(cases_ > 0);
    CHECK(violations_ == 0);
}

}  // namespace ckptlite::test
