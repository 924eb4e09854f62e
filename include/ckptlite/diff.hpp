// SPDX-License-Identifier: MIT
// What differs between two checkpoints, leaf by leaf; they may lie in different files.
//
// One call on one thread, beside other uses of the stores. Memory is that of the report and of two
// chunks, however large the leaves are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/progress.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

enum class LeafChange {
    same,     ///< every bit
    changed,  ///< other data of the same kind, dtype and shape
    added,    ///< only the second has it
    removed,  ///< only the first has it
    retyped,  ///< another kind, dtype or shape
};

/// "same", "changed", "added", "removed" or "retyped".
std::string_view change_name(LeafChange change) noexcept;

struct LeafDifference {
    LeafChange change = LeafChange::same;
    LeafInfo leaf{};                  ///< in the first; in the second if it was added
    std::optional<LeafInfo> after{};  ///< in the second, if both have it and it is not the same

    // Of numbers that changed, if values were asked for. Elements differ if their bits do.
    std::optional<std::uint64_t> n_different{};
    std::uint64_t n_not_finite = 0;  ///< of these, where either is NaN or infinite
    /// Of the others: the largest |a - b|, the Euclidean norm of a - b, and that divided by the
    /// norm of the first leaf, as its statistics have it. Empty where there is none of them, where
    /// a sum overflows, or the norm is 0.
    std::optional<double> max_abs{};
    std::optional<double> norm{};
    std::optional<double> relative_norm{};
};

struct DiffOptions {
    /// Only leaves whose path matches, as for Store::load(checkpoint, pattern).
    std::optional<std::string> only{};
    /// false: says what changed, not by how much, and reads nothing if digests tell.
    bool values = true;
    OnProgress on_progress{};
};

struct DiffReport {
    /// In tree order: that of the first, with what was added where the second has it.
    std::vector<LeafDifference> leaves{};
    std::uint64_t same = 0;
    std::uint64_t changed = 0;
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::uint64_t retyped = 0;
    /// Dicts, lists, tuples and names are the same; false, too, if leaves were added or removed.
    bool same_structure = true;
    /// Of all leaves with floating-point numbers that both have, as of a leaf.
    std::optional<double> max_abs{};
    std::optional<double> relative_norm{};
    /// Encoded bytes that were read to compare.
    std::uint64_t read_nbytes = 0;

    bool equal() const noexcept { return same == leaves.size() && same_structure; }
};

/// Leaves of the same digest are not read. Of the others, only the chunks whose digests differ are
/// read and decoded. Throws NotFound if a checkpoint is gone or no leaf of either matches, Corrupt
/// that names the leaf.
DiffReport diff(const Store& a, const CheckpointInfo& first, const Store& b,
                const CheckpointInfo& second, const DiffOptions& options = {});

}  // namespace ckptlite
