// SPDX-License-Identifier: MIT
// What a file of a format will hold of a checkpoint, before any tensor is read. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ckptlite/error.hpp"
#include "ckptlite/file_format.hpp"
#include "ckptlite/tree.hpp"

namespace ckptlite::interchange {

struct TensorType {
    DType dtype = DType::uint8;
    Shape shape{};
};

/// A stored tree without the bytes of its tensors.
struct StoredTree {
    Tree tree{};  ///< each tensor stands in it as Tensor()
    std::unordered_map<std::string, TensorType> tensors{};  ///< by path
};

/// Text in the middle of a tensor's bytes.
struct Inserted {
    std::uint64_t at = 0;  ///< bytes of the tensor before it
    std::string text{};
};

struct PlannedTensor {
    std::string path{};
    std::string name{};
    DType stored = DType::uint8;
    DType dtype = DType::uint8;  ///< in the file; not `stored` if the elements are converted
    Shape shape{};
    std::optional<Bytes> value{};  ///< of a scalar; otherwise the bytes of the stored leaf
    std::string before{};          ///< stands in the file before the elements
    std::vector<Inserted> within{};
};

struct ExportPlan {
    std::vector<PlannedTensor> tensors{};  ///< in the order of the file
    std::string tail{};
    std::vector<std::string> changes{};  ///< one line each: what is not as it is in the checkpoint
};

struct PlanOptions {
    std::string separator = ".";
    bool convert = false;
    ErrorContext where{};  ///< for messages
};

/// Throws TypeError that lists all that the format cannot hold, or, with `convert`, what cannot be
/// converted either; InvalidArgument if two leaves would have one name, or one a name that the
/// format does not allow.
ExportPlan plan_export(FileFormat format, const StoredTree& stored, const PlanOptions& options);

}  // namespace ckptlite::interchange
