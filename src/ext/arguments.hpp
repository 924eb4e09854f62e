// SPDX-License-Identifier: MIT
// The arguments of one call, taken one after the other. A leaf is one argument, its id, or two: the
// id of a checkpoint and a path, which is text that is empty or begins with '/'. Nothing else is
// such a text, so no call can be read both ways.
//
// For the length of the call, whose values it borrows. Throws InvalidArgument that shows the usage.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "ext/stored_leaf.hpp"

struct sqlite3_value;

namespace ckptlite::ext {

class Arguments {
public:
    /// `usage` is "tensor_at(LEAF, index, ...)".
    Arguments(const char* usage, std::span<sqlite3_value* const> values)
        : usage_(usage), values_(values) {}

    bool has_null() const noexcept;
    bool at_end() const noexcept { return values_.empty(); }

    LeafRef leaf();
    std::int64_t integer(const char* what);
    double real(const char* what);
    std::string_view text(const char* what);
    void finish() const;

private:
    sqlite3_value* take(const char* what);
    [[noreturn]] void refuse(const std::string& what) const;

    const char* usage_;
    std::span<sqlite3_value* const> values_;
};

}  // namespace ckptlite::ext
