// SPDX-License-Identifier: MIT
// Metrics: logging them from a training loop, and asking for them afterwards.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "bare_sqlite.hpp"
#include "commands.hpp"
#include "raw_io.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCheckpoints = 100'000;
constexpr std::int64_t kSteps = 100'000;  // times ten metrics: a million rows
constexpr int kMetrics = 10;
constexpr std::int64_t kLogged = 100'000;
constexpr int kCommits = 50;

/// Any order but a sorted one, always the same.
double value_at(std::int64_t step) {
    return static_cast<double>(step * 7919 % 100'003) / 100'003.0;
}

/// Fills a store in memory, where a commit costs no disk, and copies it to `file`.
template <typename Fill>
void fill_in_memory(const fs::path& file, Fill&& fill) {
    const MemoryFile fast("fill.db");
    {
        ckptlite::Store store(fast.path(), {.log_buffer = 50'000});
        fill(store);
        store.close();
    }
    fs::copy_file(fast.path(), file);
    settle();
}

class Histories {
public:
    explicit Histories(Context& context)
        : checkpoints_(context.folder / "many_checkpoints.db"),
          metrics_(context.folder / "many_metrics.db") {}

    Figures best() {
        if (!fs::exists(checkpoints_)) fill_in_memory(checkpoints_, save_many);
        const ckptlite::Store store(checkpoints_, {.mode = ckptlite::OpenMode::read_only});
        return {{"best_query", median_seconds(10, [&] {
                     store.best({.group = "eval", .label = "loss"}, ckptlite::Best::lowest);
                 })}};
    }

    Figures history() {
        if (!fs::exists(metrics_)) fill_in_memory(metrics_, log_many);
        const ckptlite::Store store(metrics_, {.mode = ckptlite::OpenMode::read_only});
        return {{"history", median_seconds(3, [&] {
                     store.history({.group = "train", .label = "metric_3"});
                 })}};
    }

private:
    static void save_many(ckptlite::Store& store) {
        const ckptlite::Tree tree = ckptlite::Dict{{"count", std::int64_t{1}}};
        for (std::int64_t step = 0; step < kCheckpoints; ++step) {
            store.save(tree, {.step = step, .metrics = {{"eval", {{"loss", value_at(step)}}}}});
        }
    }

    static void log_many(ckptlite::Store& store) {
        for (std::int64_t step = 0; step < kSteps; ++step) {
            ckptlite::Metrics metrics;
            for (int i = 0; i < kMetrics; ++i) {
                metrics["train"]["metric_" + std::to_string(i)] = value_at(step + i);
            }
            store.log(step, metrics);
        }
    }

    fs::path checkpoints_;
    fs::path metrics_;
};

/// A file that has its size already: what a log of one's own would be written to.
class Block {
public:
    explicit Block(const fs::path& file) : file_(file) {
        write_durably(file, bytes_);
        fd_ = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
        if (fd_ < 0) fail();
    }
    ~Block() { ::close(fd_); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    void write_durably_again() {
        bytes_[0] = static_cast<std::byte>(std::to_integer<unsigned>(bytes_[0]) + 1U);
        if (::pwrite(fd_, bytes_.data(), bytes_.size(), 0) < 0 || ::fsync(fd_) != 0) fail();
    }

private:
    [[noreturn]] void fail() const {
        throw std::system_error(errno, std::generic_category(), file_.string());
    }

    fs::path file_;
    int fd_ = -1;
    std::array<std::byte, 4096> bytes_{};
};

class Logging {
public:
    explicit Logging(Context& context) : context_(context) {}

    /// One value made durable, by us, by SQLite alone and by hand, in turn.
    Figures commit() {
        if (!store_) {
            store_.emplace(context_.folder / "log.db", ckptlite::StoreOptions{.log_buffer = 1});
            bare_.emplace(context_.folder / "log_bare.db");
            block_.emplace(context_.folder / "block");
        }
        settle();
        std::vector<double> ours, bare, plain;
        for (int i = 0; i < kCommits; ++i) {
            ours.push_back(seconds([&] { log_one(*store_); }));
            bare.push_back(seconds([&] { bare_->commit_metric(step_, value_at(step_)); }));
            plain.push_back(seconds([&] { block_->write_durably_again(); }));
        }
        for (std::vector<double>* times : {&ours, &bare, &plain}) std::ranges::sort(*times);
        return {{"log_commit", ours[kCommits / 2]},
                {"sqlite_commit", bare[kCommits / 2]},
                {"fsync_4k", plain[kCommits / 2]}};
    }

    /// A training loop that logs as fast as it can; writing goes on in the background.
    Figures buffered() {
        if (!buffered_) buffered_.emplace(context_.folder / "log_buffered.db");
        settle();
        const double time = seconds([&] {
            for (std::int64_t i = 0; i < kLogged; ++i) log_one(*buffered_);
        });
        buffered_->flush();
        return {{"log_value", time / static_cast<double>(kLogged)}};
    }

private:
    void log_one(ckptlite::Store& store) {
        ++step_;
        store.log(step_, {{"train", {{"loss", value_at(step_)}}}});
    }

    Context& context_;
    std::optional<ckptlite::Store> store_;
    std::optional<ckptlite::Store> buffered_;
    std::optional<BareSqlite> bare_;
    std::optional<Block> block_;
    std::int64_t step_ = 0;
};

}  // namespace

void add_metric_measures(Commands& commands, Context& context) {
    const auto histories = std::make_shared<Histories>(context);
    commands["best_query"] = [=](const Arguments&) { return histories->best(); };
    commands["history"] = [=](const Arguments&) { return histories->history(); };
    const auto logging = std::make_shared<Logging>(context);
    commands["log_commit"] = [=](const Arguments&) { return logging->commit(); };
    commands["log_buffered"] = [=](const Arguments&) { return logging->buffered(); };
}

}  // namespace bench
