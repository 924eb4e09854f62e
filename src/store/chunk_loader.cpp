// SPDX-License-Identifier: MIT
#include "store/chunk_loader.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include "db/chunk_pages.hpp"
#include "tree/buffer_rules.hpp"

namespace ckptlite::detail {
namespace {

/// Decoded bytes of a task: two chunks, which are decoded together in less time than one by one.
constexpr std::size_t kBatchBytes = 4 << 20;
/// Smaller chunks share pages with others, which SQLite's page cache then has.
constexpr std::size_t kDirectBytes = 256 << 10;

/// Where a chunk is decoded: its place or, if that has strides, memory from which it goes there.
class Destination {
public:
    explicit Destination(const ChunkJob& job) : job_(job) {
        if (job.strided != nullptr)
            room_ = std::make_unique_for_overwrite<std::byte[]>(job.chunk.nbytes);
    }
    std::span<std::byte> bytes() const noexcept {
        return room_ == nullptr ? job_.out : std::span(room_.get(), job_.chunk.nbytes);
    }
    /// When it is decoded.
    void deliver() const {
        if (room_ != nullptr) pytree::fill(*job_.strided, job_.chunk.first_byte, bytes());
    }

private:
    const ChunkJob& job_;
    std::unique_ptr<std::byte[]> room_;
};

/// What a thread needs to read chunks: the pages, and memory for what is still to be decoded.
class ReadingLane {
public:
    explicit ReadingLane(const db::Connection& connection) : pages(connection) {}

    /// Memory for so many bytes, until the next call.
    std::span<std::byte> room(std::size_t nbytes) {
        if (capacity_ < nbytes) {
            // Not only as much as is asked for: batches differ by a little, and each larger one
            // would cost the kernel's zeroing of new pages. Those not touched cost nothing.
            const std::size_t capacity = std::max(nbytes, kBatchBytes);
            memory_ = std::make_unique_for_overwrite<std::byte[]>(capacity);
            capacity_ = capacity;
        }
        return {memory_.get(), nbytes};
    }

    db::ChunkPages pages;

private:
    std::unique_ptr<std::byte[]> memory_;
    std::size_t capacity_ = 0;
};

/// As many lanes as threads can be busy with batches at once. They are made by the thread of the
/// connection, and lent to any.
class ReadingLanes {
public:
    explicit ReadingLanes(const LoadContext& context) : context_(context) {}

    /// For one more batch. Its owner and all workers may each be busy with one.
    void grow() {
        const std::size_t most = context_.workers.size() + 1;
        if (made_ == most) return;
        {
            const std::scoped_lock lock(mutex_);
            idle_.reserve(most);
        }
        give_back(std::make_unique<ReadingLane>(context_.connection));
        ++made_;
    }
    std::unique_ptr<ReadingLane> take() {
        const std::scoped_lock lock(mutex_);
        auto lane = std::move(idle_.back());
        idle_.pop_back();
        return lane;
    }
    /// Throws nothing: there was room for it.
    void give_back(std::unique_ptr<ReadingLane> lane) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(lane));
    }

private:
    const LoadContext& context_;
    std::size_t made_ = 0;
    std::mutex mutex_;
    std::vector<std::unique_ptr<ReadingLane>> idle_;
};

/// Chunks to be read and decoded together by whoever comes first.
class Batch {
public:
    explicit Batch(std::vector<ChunkJob> jobs) : jobs_(std::move(jobs)), stored_(jobs_.size()) {}

    const std::vector<ChunkJob>& jobs() const noexcept { return jobs_; }

    /// Memory for the stored bytes of job `i`, which its owner reads itself.
    std::span<std::byte> make_room(std::size_t i) {
        stored_[i].resize(jobs_[i].chunk.stored_nbytes);
        return stored_[i];
    }

    /// True for one caller, which then has to run().
    bool claim() noexcept { return !claimed_.exchange(true); }

    void run(ReadingLanes& lanes) noexcept {
        auto lane = lanes.take();
        try {
            done_ = read_and_decode(*lane);
        } catch (...) {
            // The owner reads these again, one by one, and has the words for what is wrong.
        }
        lanes.give_back(std::move(lane));
        stored_.clear();
    }
    bool done() const noexcept { return done_; }

private:
    bool read_and_decode(ReadingLane& lane) {
        const std::vector<Destination> places(jobs_.begin(), jobs_.end());
        std::vector<StoredChunk> chunks;
        std::size_t needed = 0;
        for (const ChunkJob& job : jobs_) needed += job.chunk.stored_nbytes;
        std::span<std::byte> room = lane.room(needed);
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            const format::ChunkRef& chunk = jobs_[i].chunk;
            const std::span<std::byte> out = places[i].bytes();
            std::span<std::byte> stored = stored_[i];
            if (stored.empty()) {
                stored = stored_as_is(chunk) ? out : room.first(chunk.stored_nbytes);
                if (!lane.pages.read(chunk.chunk_id, stored)) return false;
                room = room.subspan(chunk.stored_nbytes);
            }
            chunks.push_back({chunk, stored, out});
        }
        decode_chunks(chunks);
        for (const Destination& place : places) place.deliver();
        return true;
    }

    std::vector<ChunkJob> jobs_;
    std::vector<std::vector<std::byte>> stored_;  // of a job; empty: still to be read
    std::atomic<bool> claimed_{false};
    bool done_ = false;
};

/// Batches under way. Waits for all of them when it goes: they write to borrowed memory.
class Window {
public:
    explicit Window(const LoadContext& context) : workers_(context.workers), lanes_(context) {}
    ~Window() {
        for (const Entry& entry : under_way_) {
            if (!entry.batch->claim()) entry.ran.wait();
        }
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    bool empty() const noexcept { return under_way_.empty(); }
    /// Enough for no worker to wait while the owner finds out which chunks come next.
    bool full() const noexcept { return under_way_.size() > 2 * workers_.size(); }

    void push(std::shared_ptr<Batch> batch) {
        lanes_.grow();
        under_way_.push_back({batch, {}});
        under_way_.back().ran = workers_.submit([batch = std::move(batch), &lanes = lanes_] {
            if (batch->claim()) batch->run(lanes);
        });
    }

    /// The oldest, after it ran. If no worker has begun it, this thread does it: what stands before
    /// it in the pool's queue may be waiting for a writer, and the writer for our snapshot.
    std::shared_ptr<Batch> pop() {
        const Entry entry = std::move(under_way_.front());
        under_way_.pop_front();
        if (entry.batch->claim()) {
            entry.batch->run(lanes_);
        } else {
            entry.ran.wait();
        }
        return entry.batch;
    }

private:
    struct Entry {
        // Shared with a task that may begin when neither it nor the lanes are of any use.
        std::shared_ptr<Batch> batch;
        std::future<void> ran;
    };

    WorkerPool& workers_;
    ReadingLanes lanes_;
    std::deque<Entry> under_way_;
};

}  // namespace

struct ChunkLoader::Impl {
    Impl(const LoadContext& context, AtLeaf names)
        : at_leaf(std::move(names)),
          reader(context.connection),
          blob(context.connection, false),
          window(context) {}

    void read_alone(const ChunkJob& job) {
        const Destination place(job);
        at_leaf(*job.leaf, [&] { reader.read_chunk(job.chunk, place.bytes()); });
        place.deliver();
    }

    void start_batch() {
        auto batch = std::make_shared<Batch>(std::exchange(waiting, {}));
        waiting_nbytes = 0;
        for (std::size_t i = 0; i < batch->jobs().size(); ++i) {
            const ChunkJob& job = batch->jobs()[i];
            if (pages_are_readable && job.chunk.stored_nbytes >= kDirectBytes) continue;
            at_leaf(*job.leaf, [&] { blob.read(job.chunk.chunk_id, batch->make_room(i)); });
        }
        window.push(std::move(batch));
        while (window.full()) finish_batch();
    }

    void finish_batch() {
        const auto batch = window.pop();
        if (batch->done()) return;
        pages_are_readable = false;
        for (const ChunkJob& job : batch->jobs()) read_alone(job);
    }

    const AtLeaf at_leaf;
    LeafReader reader;
    db::ChunkBlob blob;
    bool pages_are_readable = true;  // as far as is known
    Window window;
    std::vector<ChunkJob> waiting;
    std::size_t waiting_nbytes = 0;  // decoded
};

ChunkLoader::ChunkLoader(const LoadContext& context, AtLeaf at_leaf)
    : impl_(std::make_unique<Impl>(context, std::move(at_leaf))) {}

ChunkLoader::~ChunkLoader() = default;

void ChunkLoader::add(const ChunkJob& job) {
    impl_->waiting.push_back(job);
    impl_->waiting_nbytes += job.chunk.nbytes;
    if (impl_->waiting_nbytes < kBatchBytes) return;
    impl_->start_batch();
}

void ChunkLoader::finish() {
    if (impl_->window.empty()) {
        for (const ChunkJob& job : impl_->waiting) impl_->read_alone(job);
        return;
    }
    if (!impl_->waiting.empty()) impl_->start_batch();
    while (!impl_->window.empty()) impl_->finish_batch();
}

}  // namespace ckptlite::detail
