// SPDX-License-Identifier: MIT
#include "store/save_pipeline.hpp"

#include <algorithm>
#include <deque>
#include <future>

namespace ckptlite::detail {
namespace {

Piece measure(const LeafSource& leaf, ByteView raw, std::uint64_t first_byte) {
    Piece piece{.raw = raw, .first_byte = first_byte, .digest = digest_of(raw)};
    if (leaf.elements) piece.moments = pytree::moments_of(*leaf.elements, raw);
    return piece;
}

/// Pieces under way, in order. Waits for all of them when it goes: they read borrowed memory.
class Window {
public:
    using Take = std::function<void(const LeafSource&, Piece)>;

    Window(std::size_t size, const Take& take) : size_(size), take_(take) {}
    ~Window() {
        for (auto& [leaf, piece] : under_way_) {
            if (piece.valid()) piece.wait();
        }
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    void push(const LeafSource& leaf, std::future<Piece> piece) {
        under_way_.emplace_back(&leaf, std::move(piece));
        while (under_way_.size() > size_) pop();
    }
    void drain() {
        while (!under_way_.empty()) pop();
    }

private:
    void pop() {
        auto& [leaf, future] = under_way_.front();
        Piece piece = future.get();
        const LeafSource& of = *leaf;
        under_way_.pop_front();
        take_(of, std::move(piece));
    }

    std::size_t size_;
    const Take& take_;
    std::deque<std::pair<const LeafSource*, std::future<Piece>>> under_way_;
};

}  // namespace

codec::EncodedChunk encode_piece(const LeafSource& leaf, ByteView raw, codec::Codec wanted) {
    return codec::encode(raw, leaf.layout, wanted);
}

void run_pipeline(const std::vector<LeafSource>& leaves, WorkerPool& workers,
                  const PipelineOptions& options,
                  const std::function<void(const LeafSource&, Piece)>& take) {
    // Enough to keep every worker busy while the caller writes a batch.
    Window window(4 * workers.size() + 4, take);
    for (const LeafSource& leaf : leaves) {
        if (leaf.bytes.size() <= kInlineLeafBytes) {
            window.drain();
            take(leaf, measure(leaf, leaf.bytes, 0));
            continue;
        }
        for (std::size_t at = 0; at < leaf.bytes.size(); at += kChunkBytes) {
            const ByteView raw =
                leaf.bytes.subspan(at, std::min(kChunkBytes, leaf.bytes.size() - at));
            window.push(leaf, workers.submit([&leaf, &options, raw, at] {
                Piece piece = measure(leaf, raw, at);
                if (!options.known(piece.digest)) {
                    piece.encoded = encode_piece(leaf, raw, options.codec);
                }
                return piece;
            }));
        }
    }
    window.drain();
}

}  // namespace ckptlite::detail
