// SPDX-License-Identifier: MIT
// The JSON header of a safetensors file, parsed without a document in memory. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/tensor.hpp"

namespace ckptlite::interchange::safetensors {

struct HeaderEntry {
    std::string name{};
    DType dtype = DType::uint8;
    Shape shape{};
    std::uint64_t begin = 0;  ///< in the bytes behind the header
    std::uint64_t end = 0;
};

struct Header {
    std::vector<HeaderEntry> entries{};  ///< as they stand in the header
    std::map<std::string, std::string> metadata{};
};

/// Checks all that the text alone says. Throws Corrupt, or InvalidArgument for a dtype that
/// ckptlite lacks; both name the tensor as their leaf and no file.
Header parse_header(std::string_view text);

}  // namespace ckptlite::interchange::safetensors
