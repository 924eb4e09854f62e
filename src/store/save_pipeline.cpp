// SPDX-License-Identifier: MIT
#include "store/save_pipeline.hpp"

#include <algorithm>
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

/// Pieces under way, in order. Waits for all of them when it goes: they read borrowed memory.
class Window {
public:
    explicit Window(const SavePipeline::Take& take) : take_(take) {}
    ~Window() {
        for (Entry& entry : under_way_) {
            const auto* const future = std::get_if<std::future<Piece>>(&entry.piece);
            if (future != nullptr && future->valid()) future->wait();
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
        Piece piece = future != nullptr ? future->get() : std::get<Piece>(std::move(entry.piece));
        const LeafSource& leaf = *entry.leaf;
        nbytes_ -= entry.nbytes;
        under_way_.pop_front();
        take_(leaf, std::move(piece));
    }

    const SavePipeline::Take& take_;
    std::deque<Entry> under_way_;
    std::size_t nbytes_ = 0;
};

}  // namespace

SavePipeline::SavePipeline(WorkerPool& workers, codec::Codec codec)
    : workers_(workers, workers_beside_writer(workers.size())),
      codec_(codec),
      buffers_(codec::encode_room(kChunkBytes)),
      read_buffers_(kChunkBytes) {}

EncodedPiece SavePipeline::encode(const LeafSource& leaf, ByteView raw) {
    EncodedPiece piece{.buffer = buffers_.take(codec::encode_room(raw.size()))};
    const auto [codec, size] = codec::encode(raw, leaf.layout, codec_, piece.buffer.bytes());
    piece.codec = codec;
    if (codec == codec::Codec::raw) {
        piece.buffer = {};
        piece.data = raw;
    } else {
        piece.data = piece.buffer.bytes().first(size);
    }
    return piece;
}

/// With its bytes and their digest.
Piece SavePipeline::piece_at(const LeafSource& leaf, std::size_t at, std::size_t nbytes) {
    Piece piece{.first_byte = at};
    if (leaf.read) {
        piece.memory = read_buffers_.take(nbytes);
        const std::span<std::byte> bytes = piece.memory.bytes().first(nbytes);
        leaf.read(at, bytes);
        piece.raw = bytes;
    } else {
        piece.raw = leaf.bytes.subspan(at, nbytes);
    }
    piece.digest = digest_of(piece.raw);
    return piece;
}

Piece SavePipeline::encoded(Piece piece, const LeafSource& leaf, const Known& known) {
    // What is read from a file is encoded even if it is known: if the chunk is deleted meanwhile,
    // the bytes are not in memory any more.
    if (!leaf.read && known(piece.digest)) return piece;
    if (leaf.elements) piece.moments = pytree::moments_of(*leaf.elements, piece.raw);
    piece.encoded = encode(leaf, piece.raw);
    if (piece.encoded->codec != codec::Codec::raw) piece.memory = {};
    return piece;
}

std::future<Piece> SavePipeline::submit(const LeafSource& leaf, std::size_t at, std::size_t nbytes,
                                        const Known& known) {
    if (leaf.read_in_order) {
        return workers_.submit([this, &leaf, &known, piece = piece_at(leaf, at, nbytes)]() mutable {
            return encoded(std::move(piece), leaf, known);
        });
    }
    return workers_.submit([this, &leaf, &known, at, nbytes] {
        return encoded(piece_at(leaf, at, nbytes), leaf, known);
    });
}

void SavePipeline::run(const std::vector<LeafSource>& leaves, const Known& known,
                       const Take& take) {
    Window window(take);
    for (const LeafSource& leaf : leaves) {
        const auto size = static_cast<std::size_t>(leaf.row.nbytes);
        if (size <= kInlineLeafBytes) {
            window.push(leaf, size, [&] { return piece_at(leaf, 0, size); });
            continue;
        }
        for (std::size_t at = 0; at < size; at += kChunkBytes) {
            const std::size_t nbytes = std::min(kChunkBytes, size - at);
            window.push(leaf, nbytes, [&] { return submit(leaf, at, nbytes, known); });
        }
    }
    window.drain();
}

}  // namespace ckptlite::detail
