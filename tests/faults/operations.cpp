// SPDX-License-Identifier: MIT
#include "faults/operations.hpp"

#include <map>

#include "api/checkpoint_tree.hpp"
#include "ckptlite/writer.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;
using Confirm = Operation::Confirm;

constexpr std::int64_t kKept = 3;  // fewer than are saved: the file has free pages
constexpr std::size_t kTreeBytes = 100'000;
constexpr std::size_t kLargeTreeBytes = 18 << 20;  // written in more than one transaction

SaveOptions options_of(std::int64_t step) {
    return {.step = step,
            .metrics = loss_of(1.0 / static_cast<double>(step)),
            .overwrite = true,
            .retention = {.last = kKept}};
}

Tree small_tree(const CheckpointInfo& checkpoint) {
    return state_at(checkpoint.step, kTreeBytes);
}
Tree large_tree(const CheckpointInfo& checkpoint) {
    return state_at(checkpoint.step, kLargeTreeBytes);
}

Summary summary_at(std::int64_t step) {
    Summary summary;
    summary.model_params = state_at(step, kTreeBytes);
    summary.optimizer_state = Dict{{"count", step}};
    summary.metrics = loss_of(1.0 / static_cast<double>(step));
    summary.step = step;
    return summary;
}
Tree summary_tree(const CheckpointInfo& checkpoint) {
    return detail::checkpoint_tree(summary_at(checkpoint.step), false);
}

CheckpointFileWriter writer_of(const fs::path& file, JournalMode journal, bool asynchronous) {
    StoreOptions store = kOptions;
    store.mode = OpenMode::create;
    store.journal = journal;
    return CheckpointFileWriter(
        {.output_dir = file, .keep = kKept, .asynchronous = asynchronous, .store = store});
}

/// The steps that are stored after the save of `last`.
Seen steps_to(std::int64_t last) {
    Seen seen;
    for (std::int64_t step = std::max<std::int64_t>(last - kKept + 1, 1); step <= last; ++step) {
        seen.insert("default/checkpoint/" + std::to_string(step));
    }
    return seen;
}
Seen steps(const std::vector<std::int64_t>& of) {
    Seen seen;
    for (const std::int64_t step : of) seen.insert("default/checkpoint/" + std::to_string(step));
    return seen;
}

/// One state after the other; the last one stays.
auto states(std::vector<Seen> of) {
    return
        [of = std::move(of)](std::size_t changes) { return of[std::min(changes, of.size() - 1)]; };
}

template <Tree (*kTree)(const CheckpointInfo&)>
void fill(const fs::path& file, JournalMode journal) {
    Store store(file, {.journal = journal, .threads = 2});
    for (std::int64_t step = 1; step <= kSaved; ++step) {
        store.save(kTree({.step = step}), options_of(step));
    }
    store.close();
}

template <Tree (*kTree)(const CheckpointInfo&)>
void save_next(const fs::path& file, const Confirm& confirm) {
    Store store(file, kOptions);
    store.save(kTree({.step = kSaved + 1}), options_of(kSaved + 1));
    confirm();
    store.close();
}

/// The step before the last, so that the last one goes, too.
void overwrite(const fs::path& file, const Confirm& confirm) {
    Store store(file, kOptions);
    store.save(small_tree({.step = kSaved - 1}), options_of(kSaved - 1));
    confirm();
    store.close();
}

void fill_with_summaries(const fs::path& file, JournalMode journal) {
    CheckpointFileWriter writer = writer_of(file, journal, false);
    for (std::int64_t step = 1; step <= kSaved; ++step) writer.write(summary_at(step));
    writer.store().close();
}

void save_asynchronously(const fs::path& file, const Confirm& confirm) {
    CheckpointFileWriter writer = writer_of(file, JournalMode::keep, true);
    writer.write(summary_at(kSaved + 1));
    writer.wait();
    confirm();
    writer.store().close();
}

void remove_and_retain(const fs::path& file, const Confirm& confirm) {
    Store store(file, kOptions);
    store.remove(store.checkpoints({.step = kSaved - 1}).at(0));
    confirm();
    store.retain({.last = 1}, "default", "checkpoint");
    confirm();
    store.close();
}

/// What is deleted leaves free pages in the middle and at the end.
void fill_and_delete(const fs::path& file, JournalMode journal) {
    fill<small_tree>(file, journal);
    Store store(file, kOptions);
    store.retain({.last = 1}, "default", "checkpoint");
    store.close();
}

void compact(const fs::path& file, const Confirm& confirm) {
    Store store(file, kOptions);
    store.compact();
    confirm();
    store.close();
}

/// In a WAL store, close() writes back what the log holds and deletes it.
void log_and_seal(const fs::path& file, const Confirm& confirm) {
    Store store(file, kOptions);
    store.pin(*store.latest());
    store.tag(*store.latest(), "newest", true);
    confirm();
    for (std::int64_t step = 1; step <= 50; ++step) store.log(step, loss_of(0.5), "other");
    store.close();
    confirm();
}

const fs::path kGolden = fs::path(CKPTLITE_GOLDEN) / "format_1_0.ckptlite";

void copy_golden(const fs::path& file, JournalMode journal) {
    fs::copy_file(kGolden, file);
    if (journal == JournalMode::wal) RawSql(file).run("PRAGMA journal_mode = WAL");
}

void open_and_close(const fs::path& file, const Confirm& confirm) {
    Store store(file, kOptions);
    confirm();
    store.close();
}

/// What the golden file says when it is only read; anything else is a small tree.
Tree golden_tree(const CheckpointInfo& checkpoint) {
    static const auto trees = [] {
        const Store store(kGolden, {.mode = OpenMode::read_only});
        std::map<std::string, Tree> found;
        for (const CheckpointInfo& info : store.checkpoints()) {
            found.emplace(name_of(info), store.load(info));
        }
        return found;
    }();
    const auto it = trees.find(name_of(checkpoint));
    return it == trees.end() ? small_tree(checkpoint) : it->second;
}

Seen golden_checkpoints() {
    return seen_in(Store(kGolden, {.mode = OpenMode::read_only}));
}

void save_for_ever(const fs::path& file, const Confirm& confirm) {
    Store store(file, kOptions);
    for (std::int64_t step = store.latest()->step + 1;; ++step) {
        store.save(small_tree({.step = step}), options_of(step));
        confirm();
    }
}

void save_asynchronously_for_ever(const fs::path& file, const Confirm& confirm) {
    CheckpointFileWriter writer = writer_of(file, JournalMode::keep, true);
    std::int64_t step = writer.store().latest()->step + 1;
    for (writer.write(summary_at(step));; confirm()) {
        writer.write(summary_at(++step));  // waits for the one before
    }
}

auto saves_after(std::int64_t saved) {
    return [saved](std::size_t changes) {
        return steps_to(saved + static_cast<std::int64_t>(changes));
    };
}

}  // namespace

const std::vector<Operation>& operations() {
    static const Seen all = steps_to(kSaved);
    static const std::vector<Operation> table{
        {"save", fill<small_tree>, save_next<small_tree>, saves_after(kSaved), small_tree},
        {"overwriting save", fill<small_tree>, overwrite, states({all, steps({4, 5})}), small_tree},
        {"asynchronous save", fill_with_summaries, save_asynchronously, saves_after(kSaved),
         summary_tree},
        {"retention", fill<small_tree>, remove_and_retain, states({all, steps({4, 6}), steps({6})}),
         small_tree},
        {"compaction", fill_and_delete, compact, states({steps({6})}), small_tree},
        {"sealing", fill<small_tree>, log_and_seal, states({all}), small_tree},
        {"migration", copy_golden, open_and_close, states({golden_checkpoints()}), golden_tree},
        {"save in batches", fill<large_tree>, save_next<large_tree>, saves_after(kSaved),
         large_tree, true},
    };
    return table;
}

Operation save_loop(std::int64_t saved) {
    return {"save loop", fill<small_tree>, save_for_ever, saves_after(saved), small_tree};
}

Operation asynchronous_save_loop(std::int64_t saved) {
    // The one that write() has begun may be done before the one it waited for is confirmed.
    return {.name = "asynchronous save loop",
            .prepare = fill_with_summaries,
            .run = save_asynchronously_for_ever,
            .after = saves_after(saved),
            .content = summary_tree,
            .most_unconfirmed = 2};
}

std::string name_of(const CheckpointInfo& checkpoint) {
    return checkpoint.run + "/" + checkpoint.prefix + "/" + std::to_string(checkpoint.step);
}

Seen seen_in(const Store& store) {
    Seen seen;
    for (const CheckpointInfo& checkpoint : store.checkpoints()) {
        seen.insert(name_of(checkpoint));
    }
    return seen;
}

FolderImage prepared(const Operation& operation, JournalMode journal) {
    const TempDir dir(memory_folder());
    operation.prepare(dir / "run.db", journal);
    return image_of(dir.path());
}

std::string title(const Operation& operation, JournalMode journal) {
    return operation.name + (journal == JournalMode::wal ? ", WAL" : ", rollback journal");
}

}  // namespace ckptlite::test
