// SPDX-License-Identifier: MIT
// Files of other programs, built in memory, and what is read back of them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "interchange/file_tree.hpp"

namespace ckptlite::test {

/// What may be wrong with a file, and the words that say so.
struct Malformed {
    const char* name;
    std::string bytes;
    std::string words;
};

inline std::string little_endian(std::uint64_t number, std::size_t n_bytes = 8) {
    std::string out;
    for (std::size_t i = 0; i < n_bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
    return out;
}

inline std::string safetensors_file(const std::string& header, const std::string& data = "") {
    return little_endian(header.size()) + header + data;
}

/// Of version 1.
inline std::string npy_file(const std::string& dict, const std::string& data = "") {
    return std::string("\x93NUMPY\1\0", 8) + little_endian(dict.size(), 2) + dict + data;
}

/// Owns the bytes, since tensors read them when the test looks.
inline interchange::Source source_of(std::string bytes) {
    const auto owned = std::make_shared<const std::string>(std::move(bytes));
    interchange::Source source = interchange::memory_source(as_bytes(*owned));
    source.read = [owned, read = source.read](std::uint64_t at, std::span<std::byte> out) {
        read(at, out);
    };
    return source;
}

inline std::string all_bytes(const interchange::FileTensor& tensor) {
    std::string out(nbytes_of(tensor.dtype, tensor.shape), '\0');
    tensor.read(0, std::as_writable_bytes(std::span(out)));
    return out;
}

}  // namespace ckptlite::test
