// SPDX-License-Identifier: MIT
// What a save costs beside its own time: memory, space in the file, the waits of readers.
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

/// MiB that `action` needed at its peak beyond what was resident before. What earlier work freed is
/// given back first: nothing is to hide in it.
double extra_memory(const std::function<void()>& action) {
    ::malloc_trim(0);
    reset_peak_memory();
    const std::uint64_t before = memory_use("VmRSS");
    action();
    const std::uint64_t peak = std::max(memory_use("VmHWM"), before);
    return static_cast<double>(peak - before) / (1 << 20);
}

fs::path memory_file(const Context& context) {
    return context.folder / "memory.db";
}

/// The first save and the next one.
Figures memory_of_saves(Context& context) {
    Series series(context.state, memory_file(context));
    double most = 0;
    for (int i = 0; i < 2; ++i) {
        series.advance(true);
        most = std::max(most, extra_memory([&] { series.save(); }));
    }
    return {{"extra_memory_save", most}};
}

/// Of what another process has saved, into memory that is there.
Figures memory_of_restore(Context& context) {
    const auto action = [&] { restore(memory_file(context), context.state, context.buffer()); };
    return {{"extra_memory_restore", extra_memory(action)}};
}

/// A long run of a small state. How large does the file get, in units of what it has to hold: the
/// checkpoints that are kept and the one that is being written?
Figures file_growth(Context& context) {
    constexpr std::size_t kSize = std::size_t{64} << 20;
    constexpr int kSaves = 200;
    constexpr double kHeld = 4;
    State state(context.base, std::min(kSize, context.state.nbytes()));
    Series series(state, context.folder / "growth.db");
    std::uint64_t stored = 0, largest = 0;
    for (int i = 0; i < kSaves; ++i) {
        series.advance(true);
        stored = std::max(stored, series.save().stored_nbytes);
        largest = std::max<std::uint64_t>(largest, fs::file_size(series.file()));
    }
    return {{"file_growth", static_cast<double>(largest) / (kHeld * static_cast<double>(stored))}};
}

/// Asks for the latest checkpoint every millisecond, from a thread of its own, until told to stop.
/// Runs in another process than the saves.
class Poller {
public:
    Figures start(const fs::path& file) {
        stop();
        stopping_ = false;
        longest_ = 0;
        n_calls_ = 0;
        thread_ = std::thread([this, file] { poll(file); });
        return {};
    }

    Figures stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
        if (!failure_.empty()) throw std::runtime_error(std::exchange(failure_, {}));
        return {{"longest", longest_}, {"calls", static_cast<double>(n_calls_)}};
    }

    ~Poller() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }

private:
    void poll(const fs::path& file) {
        try {
            const ckptlite::Store store(file, {.mode = ckptlite::OpenMode::read_only});
            while (!stopping_) {
                longest_ = std::max(longest_, seconds([&] { store.latest(); }));
                ++n_calls_;
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        } catch (const std::exception& error) {
            failure_ = error.what();
        }
    }

    // Between start() and join() the thread alone touches what is not atomic.
    std::atomic<bool> stopping_ = false;
    double longest_ = 0;
    std::size_t n_calls_ = 0;
    std::string failure_;
    std::thread thread_;
};

/// Saves in one journal mode, into a file that the poller knows by its name.
class JournalSeries {
public:
    JournalSeries(Context& context, std::string name, ckptlite::JournalMode mode)
        : context_(context), name_(std::move(name)), mode_(mode) {}

    Figures prepare() {
        if (!series_) {
            series_.emplace(context_.state, context_.folder / (name_ + ".db"),
                            ckptlite::StoreOptions{.journal = mode_});
            series_->fill();
        }
        series_->advance(true);
        settle(context_.state.nbytes());
        return {};
    }
    Figures save() {
        return {{"save_" + name_, seconds([&] { series_.value().save(); })}};
    }

private:
    Context& context_;
    std::string name_;
    ckptlite::JournalMode mode_;
    std::optional<Series> series_;
};

void add_journal(Commands& commands, Context& context, const std::string& name,
                 ckptlite::JournalMode mode) {
    const auto series = std::make_shared<JournalSeries>(context, name, mode);
    commands["prepare_" + name] = [=](const Arguments&) { return series->prepare(); };
    commands["save_" + name] = [=](const Arguments&) { return series->save(); };
}

}  // namespace

void add_process_measures(Commands& commands, Context& context) {
    commands["memory_save"] = [&context](const Arguments&) { return memory_of_saves(context); };
    commands["memory_restore"] = [&context](const Arguments&) {
        return memory_of_restore(context);
    };
    commands["file_growth"] = [&context](const Arguments&) { return file_growth(context); };
    const auto poller = std::make_shared<Poller>();
    commands["poll_start"] = [=](const Arguments& of) { return poller->start(of.at(0)); };
    commands["poll_stop"] = [=](const Arguments&) { return poller->stop(); };
    add_journal(commands, context, "rollback", ckptlite::JournalMode::rollback);
    add_journal(commands, context, "wal", ckptlite::JournalMode::wal);
}

}  // namespace bench
