// SPDX-License-Identifier: MIT
#include "interchange/export_plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "ckptlite/error.hpp"
#include "ckptlite/npy.hpp"
#include "interchange/flat_plan.hpp"
#include "interchange/msgpack_plan.hpp"
#include "interchange/nested_names.hpp"
#include "interchange/npy_header.hpp"
#include "interchange/safetensors.hpp"

namespace ckptlite::interchange {
namespace {

/// In the header, the metadata have this name.
void check_no_metadata_name(const ExportPlan& plan, const PlanOptions& options) {
    const auto found = std::ranges::find(plan.tensors, kMetadataKey, &PlannedTensor::name);
    if (found == plan.tensors.end()) return;
    ErrorContext where = options.where;
    where.leaf += found->path;
    throw InvalidArgument("a safetensors file cannot have a tensor called '" + found->name +
                              "': choose another --separator, or another part with --root",
                          std::move(where));
}

ExportPlan plan_safetensors(const StoredTree& stored, const PlanOptions& options) {
    using safetensors::Entry;
    std::map<std::string, std::string> metadata;
    const auto is_new = [&metadata](const std::string& key, const std::string& text) {
        return metadata.emplace(key, text).second;
    };
    FlatPlanner planner(
        "safetensors", [](DType dtype) { return safetensors::dtype_code(dtype).has_value(); },
        options);
    planner.take_metadata = is_new;
    planner.take_string = is_new;
    planner.add(stored);
    ExportPlan plan = planner.finish();
    check_no_metadata_name(plan, options);
    const auto entry_of = [](const PlannedTensor& tensor) {
        return Entry{tensor.name, tensor.dtype, tensor.shape};
    };
    std::ranges::sort(plan.tensors, safetensors::stands_before, entry_of);
    std::vector<Entry> entries;
    for (const PlannedTensor& tensor : plan.tensors) entries.push_back(entry_of(tensor));
    std::string head = safetensors::head(entries, metadata);
    (plan.tensors.empty() ? plan.tail : plan.tensors.front().before) = std::move(head);
    return plan;
}

/// One array, whose name is not in the file, or several in an archive.
ExportPlan plan_numpy(const std::string& format, const StoredTree& stored,
                      const PlanOptions& options) {
    FlatPlanner planner(
        format, [](DType dtype) { return npy_descriptor(dtype).has_value(); }, options);
    planner.add(stored);
    ExportPlan plan = planner.finish();
    for (PlannedTensor& tensor : plan.tensors) {
        tensor.before = npy_header(tensor.dtype, tensor.shape);
    }
    return plan;
}

ExportPlan plan_npy(const StoredTree& stored, const PlanOptions& options) {
    ExportPlan plan = plan_numpy("npy", stored, options);
    if (plan.tensors.size() == 1) return plan;
    throw InvalidArgument("an npy holds one array, and here are " +
                              std::to_string(plan.tensors.size()) +
                              ": choose one with --root, or take npz",
                          options.where);
}

}  // namespace

ExportPlan plan_export(FileFormat format, const StoredTree& stored, const PlanOptions& options) {
    switch (format) {
        case FileFormat::safetensors:
            return plan_safetensors(stored, options);
        case FileFormat::npy:
            return plan_npy(stored, options);
        case FileFormat::npz:
            return plan_numpy("npz", stored, options);
        case FileFormat::msgpack:
            return plan_msgpack(stored);
    }
    throw InvalidArgument("there is no such format");
}

}  // namespace ckptlite::interchange
