// SPDX-License-Identifier: MIT
#include "ckptlite/restore.hpp"

#include "store/store_impl.hpp"
#include "store/stored_tree.hpp"

namespace ckptlite::detail {
namespace {

const Tree& part_at(const Tree& tree, std::string_view path, const ErrorContext& where) {
    try {
        return tree.at(path);
    } catch (const NotFound& error) {
        throw NotFound(error.message(), where);
    }
}

}  // namespace

void restore_from_store(const Store& store, const CheckpointInfo& checkpoint, std::string_view path,
                        const MakePlan& make_plan) {
    // Each step has a snapshot of its own: a tree never changes, and one that retention deletes
    // meanwhile is missed by the next step.
    StoreAccess::impl(store).load([&](const LoadContext& context) {
        const ErrorContext where = place(context.connection, checkpoint);
        const Outline outline = load_outline(context, checkpoint);
        RestorePlan plan(std::string(path), &outline.tensors);
        make_plan(plan, part_at(outline.tree, path, where));
        plan.require_fit(where);
        require_chunks(context, checkpoint, plan.new_tensors());
        load_into(context, checkpoint, plan.buffers());
        plan.finish();
    });
}

}  // namespace ckptlite::detail
