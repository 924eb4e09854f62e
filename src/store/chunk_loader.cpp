// SPDX-License-Identifier: MIT
#include "store/chunk_loader.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <future>
#include <numeric>
#include <utility>

#include "base/buffer_pool.hpp"
#include "ckptlite/error.hpp"
#include "db/chunk_pages.hpp"
#include "tree/buffer_rules.hpp"

namespace ckptlite::detail {
namespace {

/// Decoded bytes of a task: two chunks, which are decoded together in less time than one by one.
constexpr std::size_t kBatchBytes = 4 << 20;
/// Stored bytes read ahead of decoding: enough for the disk to go on while workers are busy.
constexpr std::size_t kWindowBytes = 16 << 20;
/// Of the memory that is read into: system calls copy several times slower to odd addresses.
constexpr std::size_t kAlignment = 64;
/// Smaller chunks share pages with others, which SQLite's page cache then has.
constexpr std::size_t kDirectBytes = 256 << 10;

using Pieces = std::vector<std::span<std::byte>>;

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

/// Chunks whose stored bytes are in memory, to be decoded by whoever comes first.
class Batch {
public:
    explicit Batch(std::vector<ChunkJob> jobs) : jobs_(std::move(jobs)) {}

    const std::vector<ChunkJob>& jobs() const noexcept { return jobs_; }
    /// Stored bytes.
    std::size_t nbytes() const noexcept {
        return std::accumulate(
            jobs_.begin(), jobs_.end(), std::size_t{0},
            [](std::size_t sum, const ChunkJob& job) { return sum + job.chunk.stored_nbytes; });
    }

    /// Where the stored bytes of the next job are, in one or more pieces; none of them lies behind
    /// one that follows it.
    void add_stored(Pieces pieces) { stored_.push_back(std::move(pieces)); }

    /// True for one caller, which then has to decode().
    bool claim() noexcept { return !claimed_.exchange(true); }

    void decode() noexcept {
        try {
            std::vector<StoredChunk> chunks;
            const std::vector<Destination> places(jobs_.begin(), jobs_.end());
            for (std::size_t i = 0; i < jobs_.size(); ++i) {
                const format::ChunkRef& chunk = jobs_[i].chunk;
                const std::span<std::byte> out = places[i].bytes();
                std::byte* const to = stored_as_is(chunk) ? out.data() : stored_[i].front().data();
                chunks.push_back({chunk, {to, chunk.stored_nbytes}, out});
                join(stored_[i], to);
            }
            decode_chunks(chunks);
            for (const Destination& place : places) place.deliver();
            decoded_ = true;
        } catch (...) {
            // The caller reads these again, one by one, and has the words for what is wrong.
        }
    }
    bool decoded() const noexcept { return decoded_; }

private:
    static void join(const Pieces& pieces, std::byte* to) noexcept {
        for (const std::span<std::byte> piece : pieces) {
            if (to != piece.data()) std::memmove(to, piece.data(), piece.size());
            to += piece.size();
        }
    }

    std::vector<ChunkJob> jobs_;
    std::vector<Pieces> stored_;
    std::atomic<bool> claimed_{false};
    bool decoded_ = false;
};

/// Batches under way. Waits for all of them when it goes: they write to borrowed memory.
class Window {
public:
    explicit Window(WorkerPool& workers) : workers_(workers) {}
    ~Window() {
        for (const Entry& entry : under_way_) {
            if (!entry.batch->claim()) entry.decoded.wait();
        }
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    bool empty() const noexcept { return under_way_.empty(); }
    /// Stored bytes of all of them.
    std::size_t nbytes() const noexcept { return nbytes_; }

    void push(std::shared_ptr<Batch> batch, BufferPool::Buffer room) {
        nbytes_ += batch->nbytes();
        under_way_.push_back({batch, std::move(room), {}});
        under_way_.back().decoded = workers_.submit([batch = std::move(batch)] {
            if (batch->claim()) batch->decode();
        });
    }

    /// The oldest, decoded. If no worker has begun it, this thread does it: what stands before it
    /// in the pool's queue may be waiting for a writer, and the writer for our snapshot.
    std::shared_ptr<Batch> pop() {
        const Entry entry = std::move(under_way_.front());
        under_way_.pop_front();
        nbytes_ -= entry.batch->nbytes();
        if (entry.batch->claim()) {
            entry.batch->decode();
        } else {
            entry.decoded.wait();
        }
        return entry.batch;
    }

private:
    struct Entry {
        std::shared_ptr<Batch> batch;  // shared with a task that may begin when it is of no use
        BufferPool::Buffer room;       // not in the batch: such a task may outlive the pool
        std::future<void> decoded;
    };

    WorkerPool& workers_;
    std::deque<Entry> under_way_;
    std::size_t nbytes_ = 0;
};

/// From where on it is aligned as system calls copy best.
std::span<std::byte> aligned(std::span<std::byte> bytes) noexcept {
    void* at = bytes.data();
    std::size_t size = bytes.size();
    return std::align(kAlignment, 0, at, size) != nullptr
               ? std::span(static_cast<std::byte*>(at), size)
               : bytes;
}

}  // namespace

struct ChunkLoader::Impl {
    Impl(const LoadContext& context, AtLeaf names)
        : at_leaf(std::move(names)),
          reader(context.connection),
          pages(context.connection),
          blob(context.connection, false),
          window(context.workers) {}

    void read_alone(const ChunkJob& job) {
        const Destination place(job);
        at_leaf(*job.leaf, [&] { reader.read_chunk(job.chunk, place.bytes()); });
        place.deliver();
    }

    /// The stored bytes of a job, in the front of `room`, which it uses up.
    Pieces read(const ChunkJob& job, std::span<std::byte>& room) {
        const std::int64_t id = job.chunk.chunk_id;
        const std::size_t nbytes = job.chunk.stored_nbytes;
        const std::span<std::byte> own = room.first(pages.room_for(nbytes));
        room = room.subspan(own.size());
        Pieces pieces;
        if (nbytes >= kDirectBytes && pages.read(id, nbytes, own, pieces)) return pieces;
        pieces = {own.first(nbytes)};
        at_leaf(*job.leaf, [&] { blob.read(id, pieces.front()); });
        return pieces;
    }

    void start_batch() {
        auto batch = std::make_shared<Batch>(std::exchange(waiting, {}));
        waiting_nbytes = 0;
        std::size_t needed = kAlignment;
        for (const ChunkJob& job : batch->jobs()) needed += pages.room_for(job.chunk.stored_nbytes);
        BufferPool::Buffer buffer = buffers.take(needed);
        std::span<std::byte> room = aligned(buffer.bytes());
        for (const ChunkJob& job : batch->jobs()) batch->add_stored(read(job, room));
        window.push(std::move(batch), std::move(buffer));
        while (window.nbytes() > kWindowBytes) finish_batch();
    }

    void finish_batch() {
        const auto batch = window.pop();
        if (batch->decoded()) return;
        for (const ChunkJob& job : batch->jobs()) read_alone(job);
    }

    const AtLeaf at_leaf;
    LeafReader reader;
    db::ChunkPages pages;
    db::ChunkBlob blob;
    BufferPool buffers{3 * kBatchBytes / 2};  // a batch, and the pages in between
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
