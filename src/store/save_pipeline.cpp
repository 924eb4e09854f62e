// SPDX-License-Identifier: MIT
#include "store/save_pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <thread>
#include <variant>

namespace ckptlite::detail {
namespace {

/// Raw bytes under way: enough to keep the workers busy while the caller commits a batch.
constexpr std::size_t kWindowBytes = 24 << 20;
/// Pieces under way: a piece of a few bytes takes memory, too.
constexpr std::size_t kWindowPieces = 4096;

/// A processor is left to the thread that writes: it is the bottleneck, and a reader that finds all
/// of them busy misses the moments in which the file is not locked.
std::size_t workers_beside_writer(std::size_t workers) {
    const std::size_t processors = std::max(2U, std::thread::hardware_concurrency());
    return std::min(workers, processors - 1);
}

/// Pieces under way, in order. Takes all of them back when it goes: they read borrowed memory, and
/// a piece that was only waited for may still go after the pool of its buffer, with its worker's
/// job.
class Window {
public:
    Window(WorkerLane& workers, const SavePipeline::Take& take) : workers_(workers), take_(take) {}
    ~Window() {
        for (Entry& entry : under_way_) {
            auto* const future = std::get_if<std::future<Piece>>(&entry.piece);
            if (future == nullptr || !future->valid()) continue;
            try {
                static_cast<void>(future->get());
            } catch (...) {
                // The save has failed already, and tells why.
            }
        }
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    /// `make` returns the piece, or the future of it. It is called when there is a place for the
    /// future: one that was lost for want of memory could not be waited for.
    template <typename Make>
    void push(const LeafSource& leaf, std::size_t nbytes, Make make) {
        under_way_.push_back({&leaf, nbytes, {}});
        under_way_.back().piece = make();
        nbytes_ += nbytes;
        while (nbytes_ > kWindowBytes || under_way_.size() > kWindowPieces) pop();
    }
    void drain() {
        while (!under_way_.empty()) pop();
    }

private:
    struct Entry {
        const LeafSource* leaf;
        std::size_t nbytes;
        std::variant<Piece, std::future<Piece>> piece;
    };

    void pop() {
        Entry& entry = under_way_.front();
        auto* const future = std::get_if<std::future<Piece>>(&entry.piece);
        Piece piece =
            future != nullptr ? wait_for(*future) : std::get<Piece>(std::move(entry.piece));
        const LeafSource& leaf = *entry.leaf;
        nbytes_ -= entry.nbytes;
        under_way_.pop_front();
        take_(leaf, std::move(piece));
    }

    /// While this thread has nothing to write, it does a worker's work.
    Piece wait_for(std::future<Piece>& future) {
        constexpr std::chrono::seconds kNotAtAll(0);
        bool helped = true;
        while (helped && future.wait_for(kNotAtAll) != std::future_status::ready)
            helped = workers_.help();
        return future.get();
    }

    WorkerLane& workers_;
    const SavePipeline::Take& take_;
    std::deque<Entry> under_way_;
    std::size_t nbytes_ = 0;
};

Piece inline_piece(const LeafSource& leaf) {
    Piece piece{.nbytes = leaf.row.nbytes, .data = std::vector<std::byte>(leaf.row.nbytes)};
    leaf.copy_to(piece.data, 0);
    return piece;
}

}  // namespace

SavePipeline::SavePipeline(WorkerPool& workers, codec::Codec codec)
    : workers_(workers, workers_beside_writer(workers.size())),
      codec_(codec),
      buffers_(codec::encode_room(kChunkBytes)) {}

SavePipeline::Raw SavePipeline::raw_bytes(const LeafSource& leaf, std::uint64_t first_byte,
                                          std::size_t nbytes) {
    if (!leaf.read) return {leaf.bytes.subspan(first_byte, nbytes), {}};
    Raw raw{{}, buffers_.take(nbytes)};
    const std::span<std::byte> room = raw.buffer.bytes().first(nbytes);
    leaf.copy_to(room, first_byte);
    raw.bytes = room;
    return raw;
}

EncodedPiece SavePipeline::encode(const LeafSource& leaf, Raw raw) {
    EncodedPiece piece{.buffer = buffers_.take(codec::encode_room(raw.bytes.size()))};
    const auto [codec, size] = codec::encode(raw.bytes, leaf.layout, codec_, piece.buffer.bytes());
    piece.codec = codec;
    if (codec == codec::Codec::raw) {
        piece.buffer = std::move(raw.buffer);
        piece.data = raw.bytes;
    } else {
        piece.data = piece.buffer.bytes().first(size);
    }
    return piece;
}

EncodedPiece SavePipeline::encode(const LeafSource& leaf, const Piece& piece) {
    return encode(leaf, raw_bytes(leaf, piece.first_byte, piece.nbytes));
}

pytree::Moments SavePipeline::measure(const LeafSource& leaf, std::uint64_t first_byte,
                                      std::size_t nbytes) {
    return pytree::moments_of(*leaf.elements, raw_bytes(leaf, first_byte, nbytes).bytes);
}

Piece SavePipeline::process(const LeafSource& leaf, const Known& known, std::uint64_t first_byte,
                            Raw raw) {
    Piece piece{
        .first_byte = first_byte, .nbytes = raw.bytes.size(), .digest = digest_of(raw.bytes)};
    // What cannot be read again is encoded even if it is known: the chunk may be deleted meanwhile.
    if (leaf.reading == Reading::again && known(piece.digest)) return piece;
    if (leaf.elements) piece.moments = pytree::moments_of(*leaf.elements, raw.bytes);
    piece.encoded = encode(leaf, std::move(raw));
    return piece;
}

std::future<Piece> SavePipeline::submit(const LeafSource& leaf, const Known& known,
                                        std::uint64_t first_byte, std::size_t nbytes) {
    if (leaf.reading == Reading::in_order) {
        return workers_.submit(
            [this, &leaf, &known, first_byte, raw = raw_bytes(leaf, first_byte, nbytes)]() mutable {
                return process(leaf, known, first_byte, std::move(raw));
            });
    }
    return workers_.submit([this, &leaf, &known, first_byte, nbytes] {
        return process(leaf, known, first_byte, raw_bytes(leaf, first_byte, nbytes));
    });
}

void SavePipeline::run(const std::vector<LeafSource>& leaves, const Known& known,
                       const Take& take) {
    Window window(workers_, take);
    for (const LeafSource& leaf : leaves) {
        const std::uint64_t size = leaf.row.nbytes;
        if (size <= kInlineLeafBytes) {
            window.push(leaf, size, [&] { return inline_piece(leaf); });
            continue;
        }
        for (std::uint64_t at = 0; at < size; at += kChunkBytes) {
            const std::size_t nbytes = std::min<std::uint64_t>(kChunkBytes, size - at);
            window.push(leaf, nbytes, [&] { return submit(leaf, known, at, nbytes); });
        }
    }
    window.drain();
}

}  // namespace ckptlite::detail
