// SPDX-License-Identifier: MIT
// Digests of rows as they are, for run_digest: docs/FORMAT.md, "Digests of rows". They show that a
// row was damaged or changed by somebody else. Values for one thread; no SQL here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "format/rows.hpp"

namespace ckptlite::format {

/// Of the columns of one row, added in the order of the table's definition.
class RowDigester {
public:
    RowDigester& add(std::nullopt_t);
    RowDigester& add(std::int64_t value);
    RowDigester& add(double value);
    RowDigester& add(std::string_view text);
    RowDigester& add(ByteView blob);
    template <typename T>
    RowDigester& add(const std::optional<T>& value) {
        return value ? add(*value) : add(std::nullopt);
    }

    /// And begins the next row.
    Digest finish();

private:
    void begin(char type, std::uint64_t number);
    std::string bytes_;
};

/// Of a set of rows in any order: the sum of their digests, so that a row is added or taken away
/// without looking at the others.
class SetDigest {
public:
    SetDigest() = default;
    explicit SetDigest(const Digest& digest) noexcept;

    void add(const SetDigest& row) noexcept;
    void subtract(const SetDigest& row) noexcept;
    Digest digest() const noexcept;

private:
    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
};

/// Of a published tree: of the rows of its leaves by id, then its own.
class TreeRowsDigester {
public:
    void add_leaf(std::int64_t tree_id, const LeafRow& leaf);
    Digest finish(const TreeRow& tree);

private:
    RowDigester row_;
    Digester rows_;
};

/// Of a row of `metric`; `value` is nothing where it is NULL.
Digest metric_row_digest(std::int64_t run_id, std::string_view group, std::string_view metric,
                         std::int64_t step, std::optional<double> value, std::string_view at);

/// Of a row of `checkpoint_tag`.
Digest tag_row_digest(std::string_view tag, std::int64_t checkpoint_id);

}  // namespace ckptlite::format
