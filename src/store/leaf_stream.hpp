// SPDX-License-Identifier: MIT
// The bytes of many leaves, one after the other, in bounded memory: while the caller writes a part,
// workers decode the next ones.
//
// Runs on the connection's thread, inside a transaction of the caller.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/chunk_loader.hpp"

namespace ckptlite::detail {

class LeafStream {
public:
    /// In this order. The rows are borrowed and without data, as all else is borrowed.
    LeafStream(const LoadContext& context, const CheckpointInfo& checkpoint,
               std::vector<const format::LeafRow*> rows);
    ~LeafStream();

    struct Part {
        std::size_t leaf = 0;  ///< its number in `rows`
        ByteView bytes{};      ///< until the next call
    };
    /// The next bytes, compared with their digest. Of a leaf without bytes there is one part, with
    /// none. Nothing at the end. Throws Corrupt that names the leaf.
    std::optional<Part> next();

private:
    class Window;
    std::unique_ptr<Window> fill(std::shared_ptr<std::byte[]> memory);
    bool add_next(Window& window);
    void open_row();

    const LoadContext& context_;
    const CheckpointInfo& checkpoint_;
    const std::vector<const format::LeafRow*> rows_;
    LeafReader reader_;
    // What fill() adds next: the chunks of a row, or its data.
    std::size_t row_ = 0;
    std::optional<std::vector<std::byte>> data_;
    std::vector<format::ChunkRef> chunks_;
    std::size_t chunk_ = 0;
    bool row_is_open_ = false;

    std::unique_ptr<Window> given_;
    std::unique_ptr<Window> decoding_;
};

}  // namespace ckptlite::detail
