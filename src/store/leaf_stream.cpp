// SPDX-License-Identifier: MIT
#include "store/leaf_stream.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "store/stored_tree.hpp"

namespace ckptlite::detail {
namespace {

/// Any chunk fits.
constexpr std::size_t kWindowBytes = limits::kChunkBytes;

}  // namespace

/// Parts of leaves that are decoded together.
class LeafStream::Window {
public:
    Window(const LoadContext& context, ChunkLoader::AtLeaf at_leaf,
           std::shared_ptr<std::byte[]> memory)
        : memory_(std::move(memory)), loader_(context, std::move(at_leaf)) {}

    bool empty() const noexcept { return parts_.empty(); }
    bool has_room(std::size_t nbytes) const noexcept { return nbytes <= kWindowBytes - used_; }

    void add(std::size_t leaf, ByteView bytes) {
        const auto out = room(leaf, bytes.size());
        std::copy(bytes.begin(), bytes.end(), out.begin());
    }
    void add(std::size_t leaf, const format::ChunkRef& chunk, const std::string& path) {
        loader_.add({chunk, room(leaf, chunk.nbytes), &path});
    }

    void finish() { loader_.finish(); }
    std::optional<Part> next() {
        if (given_ == parts_.size()) return std::nullopt;
        return parts_[given_++];
    }
    const std::shared_ptr<std::byte[]>& memory() const noexcept { return memory_; }

private:
    std::span<std::byte> room(std::size_t leaf, std::size_t nbytes) {
        const std::span<std::byte> out(memory_.get() + used_, nbytes);
        used_ += nbytes;
        parts_.push_back({leaf, out});
        return out;
    }

    std::shared_ptr<std::byte[]> memory_;  // before loader_, whose workers write to it
    std::size_t used_ = 0;
    std::vector<Part> parts_;
    std::size_t given_ = 0;
    ChunkLoader loader_;
};

LeafStream::LeafStream(const LoadContext& context, const CheckpointInfo& checkpoint,
                       std::vector<const format::LeafRow*> rows)
    : context_(context),
      checkpoint_(checkpoint),
      rows_(std::move(rows)),
      reader_(context.connection),
      decoding_(fill(allocate_bytes(kWindowBytes))) {}

LeafStream::~LeafStream() = default;

std::optional<LeafStream::Part> LeafStream::next() {
    while (true) {
        if (given_) {
            if (const auto part = given_->next()) return part;
        }
        if (!decoding_) return std::nullopt;
        // The chunks of one window are read while those of the other are decoded.
        auto memory = given_ ? given_->memory() : allocate_bytes(kWindowBytes);
        given_ = std::move(decoding_);
        decoding_ = fill(std::move(memory));
        given_->finish();
    }
}

/// Nothing if all has been added.
std::unique_ptr<LeafStream::Window> LeafStream::fill(std::shared_ptr<std::byte[]> memory) {
    const auto at_leaf = [this](const std::string& leaf, const std::function<void()>& body) {
        at_place(context_.connection, checkpoint_, leaf, body);
    };
    auto window = std::make_unique<Window>(context_, at_leaf, std::move(memory));
    while (row_ < rows_.size() && add_next(*window)) {
    }
    return window->empty() ? nullptr : std::move(window);
}

/// False if there is no room for it.
bool LeafStream::add_next(Window& window) {
    if (!row_is_open_) open_row();
    if (chunks_.empty()) {
        const ByteView bytes = data_ ? ByteView(*data_) : ByteView();
        if (!window.has_room(bytes.size())) return false;
        window.add(row_, bytes);
    } else {
        const format::ChunkRef& chunk = chunks_[chunk_];
        if (!window.has_room(chunk.nbytes)) return false;
        window.add(row_, chunk, rows_[row_]->path);
        ++chunk_;
    }
    if (chunk_ == chunks_.size()) {
        row_is_open_ = false;
        ++row_;
    }
    return true;
}

void LeafStream::open_row() {
    format::LeafRow row = *rows_[row_];
    row.data = db::leaf_data(context_.connection, row.id);
    chunks_ = at_place(context_.connection, checkpoint_, row.path, [&] {
        static_cast<void>(leaf_type(row));
        return reader_.chunks_unless_inline(row);
    });
    data_ = std::move(row.data);
    chunk_ = 0;
    row_is_open_ = true;
}

}  // namespace ckptlite::detail
