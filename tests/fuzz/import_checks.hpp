// SPDX-License-Identifier: MIT
// What every importer promises of any bytes: a tree, or one of the errors that its header names.
#pragma once

#include "ckptlite/error.hpp"
#include "fuzz/fuzz_target.hpp"
#include "interchange/export_plan.hpp"
#include "interchange/file_tree.hpp"

namespace ckptlite::fuzz {

/// What `read` returns, or nothing if it throws what it may.
template <typename Read>
auto read_or_refuse(Read read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Corrupt&) {
    } catch (const InvalidArgument&) {
    }
    return std::nullopt;
}

/// The elements of a tensor that is not too long, read in two pieces. Compressed ones may turn out
/// to be damaged: then nothing.
inline std::optional<std::string> elements_of(const interchange::FileTensor& tensor) {
    constexpr std::size_t kMost = 1 << 20;
    const std::size_t nbytes = nbytes_of(tensor.dtype, tensor.shape);
    if (nbytes > kMost) return std::nullopt;
    std::string out(nbytes, '\0');
    const auto bytes = std::as_writable_bytes(std::span(out));
    const std::size_t half = nbytes / itemsize(tensor.dtype) / 2 * itemsize(tensor.dtype);
    const auto read = [&] {
        tensor.read(0, bytes.first(half));
        tensor.read(half, bytes.subspan(half));
        return true;
    };
    return read_or_refuse(read) ? std::optional(out) : std::nullopt;
}

/// The types of what was found, as an export sees them.
inline interchange::StoredTree stored(const interchange::FileTree& found) {
    interchange::StoredTree out{.tree = found.tree, .tensors = {}};
    for (const auto& [path, tensor] : found.tensors) {
        out.tensors.emplace(path, interchange::TensorType{tensor.dtype, tensor.shape});
    }
    return out;
}

/// The planned file, with the elements of what was found.
inline std::string written(const interchange::ExportPlan& plan,
                           const interchange::FileTree& found) {
    std::string out;
    for (const interchange::PlannedTensor& tensor : plan.tensors) {
        out += tensor.before;
        out += elements_of(found.tensors.at(tensor.path)).value();
    }
    return out + plan.tail;
}

/// The same tree with the same tensors.
inline void require_same(const interchange::FileTree& a, const interchange::FileTree& b) {
    require(a.tree == b.tree && a.tensors.size() == b.tensors.size());
    for (const auto& [path, tensor] : a.tensors) {
        const interchange::FileTensor& other = b.tensors.at(path);
        require(tensor.dtype == other.dtype && tensor.shape == other.shape);
        require(elements_of(tensor) == elements_of(other));
    }
}

}  // namespace ckptlite::fuzz
