// SPDX-License-Identifier: MIT
// The few literals of Python that a .npy head consists of: a dict with strings as keys, strings,
// True and False, tuples of integers. Nothing is evaluated. One thread; the text is borrowed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ckptlite/tensor.hpp"

namespace ckptlite::interchange {

class PythonLiteral {
public:
    explicit PythonLiteral(std::string_view text) : text_(text) {}

    /// Calls value(key) where the value stands, which it has to read. Nothing but white space may
    /// follow the dict. All of these throw Corrupt.
    void read_dict(const std::function<void(const std::string& key)>& value);
    /// In single or double quotes, without escapes.
    std::string string();
    bool boolean();
    /// A tuple, such as (), (3,) or (3, 4); extents may have an L behind them, as of Python 2.
    Shape extents();
    bool next_is(char expected);

private:
    void skip_space();
    bool skip(char expected);
    void require(char expected);
    std::int64_t extent();
    [[noreturn]] void fail(const std::string& expected) const;

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace ckptlite::interchange
