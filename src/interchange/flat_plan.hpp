// SPDX-License-Identifier: MIT
// What is the same in all formats that hold named tensors and nothing else. Pure; one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "interchange/export_plan.hpp"

namespace ckptlite::interchange {

/// The dtype in the file of one that the format lacks: float32 for small floats, int8 for int4.
/// Nothing if none holds every value.
std::optional<DType> wider_dtype(DType dtype) noexcept;

class FlatPlanner {
public:
    using HasDType = std::function<bool(DType)>;

    FlatPlanner(std::string format, HasDType has_dtype, const PlanOptions& options)
        : format_(std::move(format)), has_dtype_(std::move(has_dtype)), options_(options) {}

    /// Named and typed, in tree order.
    void add(const StoredTree& stored);
    /// A string that is not below kMetadataKey; false if the format has no place for it.
    using TakeString = std::function<bool(const std::string& name, const std::string& text)>;
    TakeString take_string{};
    /// A string of the file's metadata.
    std::function<void(const std::string& key, const std::string& text)> take_metadata{};

    /// Throws TypeError if something was refused.
    ExportPlan finish();

private:
    void add_leaf(const std::string& path, const std::string& name, const Tree& leaf,
                  const StoredTree& stored);
    void add_scalar(PlannedTensor tensor, const Scalar& scalar);
    void add_typed(PlannedTensor tensor, const std::string& change);
    bool is_metadata(const std::string& path, const Tree& leaf);
    void lose(std::string line);

    const std::string format_;
    const HasDType has_dtype_;
    const PlanOptions& options_;
    ExportPlan plan_;
    std::vector<std::string> impossible_;
};

}  // namespace ckptlite::interchange
