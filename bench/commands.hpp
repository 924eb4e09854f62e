// SPDX-License-Identifier: MIT
// What bench_store can be asked for, and what all its measures share.
//
// A measure is a function that does its work once and returns named numbers. It prepares itself
// when it is first called, and leaves nothing behind that would change another's result.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ckptlite/store.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "state.hpp"

namespace bench {

/// Names of figures and their values. Times are in seconds unless the name says otherwise.
using Figures = std::vector<std::pair<std::string, double>>;
using Arguments = std::vector<std::string>;
using Commands = std::map<std::string, std::function<Figures(const Arguments&)>>;

/// A store with the saves of a state that changes, of which the last `keep` are kept.
class Series {
public:
    Series(State& state, const std::filesystem::path& file, ckptlite::StoreOptions options = {},
           std::int64_t keep = 3);

    /// Enough saves for all that is freed later to have been used once.
    void fill();
    /// One save of what the state shows. Nothing else is in it: time it.
    ckptlite::CheckpointInfo save();
    /// Lets the state show this series' next epoch; only the live part moves unless `all`.
    void advance(bool all);
    /// Lets the state show what this series saved last.
    void show() { state_.show(epochs_); }

    const std::filesystem::path& file() const noexcept { return store_.file(); }
    State& state() noexcept { return state_; }

private:
    State& state_;
    ckptlite::Store store_;
    ckptlite::Tree tree_;
    std::int64_t keep_;
    std::int64_t step_ = 0;
    Epochs epochs_;
};

/// Borrowed by every measure; outlives them.
struct Context {
    std::filesystem::path folder;
    BaseState base;
    State state;
    /// As large as the state, every page touched: what restores and copies go to.
    std::shared_ptr<std::byte[]> memory{};
    /// Made when a measure of saves, or of restores, is first asked for.
    std::optional<Series> changing{};

    std::span<std::byte> buffer() const { return {memory.get(), state.bytes().size()}; }
    Series& changing_series();
};

/// A file of its own on a disk in memory; the file and its folder go with the object.
class MemoryFile {
public:
    explicit MemoryFile(const std::string& name);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// One save, timed, and what it cost beside time.
Figures timed_save(Series& series, const std::string& name);

/// Opens the store and brings its newest checkpoint into memory that is laid out as the state's, as
/// a program that resumes does.
void restore(const std::filesystem::path& file, const State& state, std::span<std::byte> into);

/// Restores what the series saved last twice: the first time warms the page cache and is checked,
/// the second time is the figure.
Figures restore_hot(Series& series, std::span<std::byte> into, const std::string& name);

/// The middle one of the times that `action` takes; it is called `n` times.
double median_seconds(int n, const std::function<void()>& action);

void add_baselines(Commands& commands, Context& context);
void add_format_measures(Commands& commands, Context& context);
void add_save_measures(Commands& commands, Context& context);
void add_restore_measures(Commands& commands, Context& context);
void add_leaf_measures(Commands& commands, Context& context);
void add_lookup_measures(Commands& commands, Context& context);
void add_metric_measures(Commands& commands, Context& context);
void add_process_measures(Commands& commands, Context& context);
void add_safety_measures(Commands& commands, Context& context);
void add_sqlite_measures(Commands& commands, Context& context);
void add_stage_measures(Commands& commands, Context& context);

}  // namespace bench
