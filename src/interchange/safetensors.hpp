// SPDX-License-Identifier: MIT
// The safetensors format: 8 bytes with the length of a JSON header, the header, and the bytes of
// the tensors, which follow without gaps. Reading takes files from strangers: whatever they hold,
// the answer is what the format says or an error, in memory that kHeaderBytes bounds. Pure but for
// what the Source does; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interchange/file_tree.hpp"

namespace ckptlite::interchange::safetensors {

/// Of a header; the limit of the format's own library.
inline constexpr std::uint64_t kHeaderBytes = 100'000'000;

/// "F32", ...; nothing for a dtype that the format lacks.
std::optional<std::string_view> dtype_code(DType dtype) noexcept;

/// Throws Corrupt that says what is wrong, and InvalidArgument for a dtype of the format that
/// ckptlite lacks; both name the tensor.
FlatFile read(const Source& source);

/// What stands in a header about a tensor.
struct Entry {
    std::string name{};
    DType dtype = DType::uint8;
    Shape shape{};
};

/// Whether `a` is written before `b`: as the format's own library does it, wider elements first, so
/// that all are aligned, and then by name.
bool stands_before(const Entry& a, const Entry& b) noexcept;

/// What stands before the bytes of the tensors, which then follow in the order of `entries`. Its
/// length is a multiple of 8. Throws InvalidArgument for a header over kHeaderBytes. The dtypes
/// have a code.
std::string head(const std::vector<Entry>& entries,
                 const std::map<std::string, std::string>& metadata);

}  // namespace ckptlite::interchange::safetensors
