// SPDX-License-Identifier: MIT
#include "interchange/widen.hpp"

#include <algorithm>

#include "tree/float_formats.hpp"

namespace ckptlite::interchange {
namespace {

void append_floats(DType from, ByteView elements, std::vector<std::byte>& out) {
    std::size_t at = out.size();
    out.resize(at + elements.size() / itemsize(from) * sizeof(float));
    const auto put = [&](float value) {
        store_le(out.data() + at, value);
        at += sizeof value;
    };
    if (from == DType::bfloat16) {
        for (std::size_t i = 0; i < elements.size(); i += sizeof(std::uint16_t)) {
            put(pytree::bfloat16_to_float(load_le<std::uint16_t>(elements.data() + i)));
        }
        return;
    }
    const auto& values = pytree::byte_values(from);
    for (const std::byte code : elements) put(values[std::to_integer<std::size_t>(code)]);
}

}  // namespace

ByteView Widener::widen(ByteView piece) {
    if (itemsize(from_) == itemsize(to_)) return piece;
    out_.clear();
    const std::size_t width = itemsize(from_);
    if (!rest_.empty()) {
        const ByteView missing = piece.first(std::min(piece.size(), width - rest_.size()));
        rest_.insert(rest_.end(), missing.begin(), missing.end());
        piece = piece.subspan(missing.size());
        if (rest_.size() < width) return {};
        append_floats(from_, rest_, out_);
        rest_.clear();
    }
    const std::size_t whole = piece.size() / width * width;
    append_floats(from_, piece.first(whole), out_);
    rest_.assign(piece.begin() + static_cast<std::ptrdiff_t>(whole), piece.end());
    return out_;
}

}  // namespace ckptlite::interchange
