// SPDX-License-Identifier: MIT
// Files of other programs, built in memory, and what is read back of them.
#pragma once

#include <string>
#include <string_view>

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

inline std::string all_bytes(const interchange::FileTensor& tensor) {
    std::string out(nbytes_of(tensor.dtype, tensor.shape), '\0');
    tensor.read(0, std::as_writable_bytes(std::span(out)));
    return out;
}

}  // namespace ckptlite::test
