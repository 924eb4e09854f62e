// SPDX-License-Identifier: MIT
#include "store/chunk_loader.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>

#include "ckptlite/error.hpp"
#include "db/transaction.hpp"

namespace ckptlite::detail {
namespace {

/// Decoded bytes that pay for one more connection.
constexpr std::uint64_t kBytesPerReader = 4 << 20;
/// Jobs taken at a time: chunks of a leaf lie one after the other in the file, and the system reads
/// ahead for whoever reads on.
constexpr std::size_t kRun = 8;

/// A reader that joins in: its connection holds a snapshot for as long as it lives.
struct Helper {
    explicit Helper(ReaderPool& readers) : lease(readers.lease()) {
        snapshot = db::ReadTransaction::try_now(*lease);
    }
    Helper(Helper&&) = delete;

    ReaderPool::Lease lease;
    std::unique_ptr<db::ReadTransaction> snapshot;
};

class Loading {
public:
    explicit Loading(std::span<const ChunkJob> jobs, std::size_t readers)
        : jobs_(jobs), run_(std::clamp<std::size_t>(jobs.size() / (4 * readers), 1, kRun)) {}

    /// Runs jobs until none is left. `run` returns false for one that the caller has to repeat.
    template <typename Run>
    void work(Run run) {
        while (!stopped_) {
            const std::size_t first = next_.fetch_add(run_);
            if (first >= jobs_.size()) return;
            for (const ChunkJob& job : jobs_.subspan(first, std::min(run_, jobs_.size() - first))) {
                if (stopped_) return;
                if (run(job)) continue;
                const std::scoped_lock lock(mutex_);
                to_repeat_.push_back(&job);
            }
        }
    }

    void stop() noexcept { stopped_ = true; }
    const std::vector<const ChunkJob*>& to_repeat() const noexcept { return to_repeat_; }

private:
    std::span<const ChunkJob> jobs_;
    const std::size_t run_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    std::vector<const ChunkJob*> to_repeat_;
};

bool try_read(LeafReader& reader, const ChunkJob& job) noexcept {
    try {
        reader.read_chunk(job.chunk, job.out);
        return true;
    } catch (...) {
        return false;
    }
}

/// Waits for the workers, whatever happens on the caller's thread.
class Crew {
public:
    explicit Crew(Loading& loading) : loading_(loading) {}
    ~Crew() {
        loading_.stop();
        wait();
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// Fewer than `n` join in if a writer is about to commit: they would wait for it, and it for
    /// us.
    void start(const LoadContext& context, std::size_t n) {
        while (helpers_.size() < n) {
            auto helper = std::make_unique<Helper>(context.readers);
            if (!helper->snapshot) break;
            helpers_.push_back(std::move(helper));
        }
        working_.reserve(helpers_.size());
        for (const auto& helper : helpers_) {
            auto claimed = std::make_shared<std::atomic<bool>>(false);
            auto done = context.workers.submit([this, &helper = *helper, claimed] {
                if (claimed->exchange(true)) return;  // too late: the crew may be gone
                LeafReader reader(*helper.lease);
                loading_.work([&reader](const ChunkJob& job) { return try_read(reader, job); });
            });
            working_.push_back({std::move(claimed), std::move(done)});
        }
    }

    /// Waits for those that have begun. Work that still stands in the pool's queue is withdrawn:
    /// waiting for it would hold the snapshots, and with them every writer, for as long as whatever
    /// stands before it takes.
    void wait() noexcept {
        for (const Work& work : working_) {
            if (work.claimed->exchange(true)) work.done.wait();
        }
        working_.clear();
    }

private:
    Loading& loading_;
    std::vector<std::unique_ptr<Helper>> helpers_;
    struct Work {
        std::shared_ptr<std::atomic<bool>> claimed;  // by who comes first: a worker, or wait()
        std::future<void> done;
    };
    std::vector<Work> working_;
};

std::size_t readers_for(std::span<const ChunkJob> jobs, std::size_t threads) {
    std::uint64_t nbytes = 0;
    for (const ChunkJob& job : jobs) nbytes += job.out.size();
    return std::clamp<std::size_t>(nbytes / kBytesPerReader, 1, std::max<std::size_t>(threads, 1));
}

}  // namespace

void load_chunks(const LoadContext& context, std::span<const ChunkJob> jobs,
                 const std::function<void(const std::string& leaf,
                                          const std::function<void()>& body)>& at_leaf) {
    const std::size_t readers = readers_for(jobs, context.workers.size());
    LeafReader reader(context.connection);
    const auto read = [&](const ChunkJob& job) {
        at_leaf(*job.leaf, [&] { reader.read_chunk(job.chunk, job.out); });
        return true;
    };
    Loading loading(jobs, readers);
    Crew crew(loading);
    crew.start(context, readers - 1);
    loading.work(read);
    crew.wait();
    for (const ChunkJob* job : loading.to_repeat()) read(*job);
}

}  // namespace ckptlite::detail
