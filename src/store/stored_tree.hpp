// SPDX-License-Identifier: MIT
// The tree of a checkpoint, its leaves one by one, and the place that an error speaks of. For the
// connection's thread, inside a read transaction of the caller.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/error.hpp"
#include "ckptlite/records.hpp"
#include "db/tables.hpp"

namespace ckptlite::detail {

ErrorContext place(const db::Connection& connection, const CheckpointInfo& checkpoint,
                   std::string_view leaf = {});

/// Runs `read`; what it throws names the checkpoint and the leaf.
template <typename Read>
auto at_place(const db::Connection& connection, const CheckpointInfo& checkpoint,
              std::string_view leaf, Read read) {
    try {
        return read();
    } catch (const Corrupt& error) {
        if (!error.where().file.empty()) throw;  // it knows its leaf, which we do not
        throw Corrupt(error.message(), place(connection, checkpoint, leaf));
    } catch (const InvalidArgument& error) {
        if (!error.where().file.empty()) throw;
        throw InvalidArgument(error.message(), place(connection, checkpoint, leaf));
    }
}

/// "run 'default', prefix 'checkpoint', step 300".
std::string name_of(const CheckpointInfo& checkpoint);

/// The tree a checkpoint points at now. Throws NotFound if retention deleted it meanwhile.
format::TreeRow tree_of(const db::Connection& connection, const CheckpointInfo& checkpoint);

/// Names the paths there are, the nearest first.
NotFound no_leaf_matches(const db::Connection& connection, const CheckpointInfo& checkpoint,
                         std::string_view pattern, std::vector<std::string> paths);

/// Throws Corrupt, of a row that declares what cannot be.
LeafInfo leaf_info(const format::LeafRow& row);

/// The leaves of a tree one by one, and at the end the check that they are the tree's.
class TreeLeaves {
public:
    /// Both are borrowed.
    TreeLeaves(const db::Connection& connection, const format::TreeRow& tree)
        : tree_(tree), cursor_(connection, tree.id), digester_(tree.structure) {}

    /// With the data of inline leaves.
    std::optional<format::LeafRow> next();
    /// Reads the rest. Throws Corrupt.
    void finish();

private:
    const format::TreeRow& tree_;
    db::LeafCursor cursor_;
    format::TreeDigester digester_;
};

}  // namespace ckptlite::detail
