// SPDX-License-Identifier: MIT
#include "interchange/python_literal.hpp"

#include <charconv>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::interchange {

void PythonLiteral::read_dict(const std::function<void(const std::string& key)>& value) {
    require('{');
    while (!skip('}')) {
        const std::string key = string();
        require(':');
        value(key);
        if (skip(',')) continue;
        require('}');
        break;
    }
    skip_space();
    if (at_ != text_.size()) fail("its end");
}

std::string PythonLiteral::string() {
    skip_space();
    const char quote = next_is('"') ? '"' : '\'';
    require(quote);
    const std::size_t end = text_.find_first_of(std::string{quote, '\\', '\n'}, at_);
    if (end == text_.npos || text_[end] != quote) fail("the end of a string");
    std::string out(text_.substr(at_, end - at_));
    at_ = end + 1;
    return out;
}

bool PythonLiteral::boolean() {
    skip_space();
    for (const bool value : {true, false}) {
        const std::string_view word = value ? "True" : "False";
        if (!text_.substr(at_).starts_with(word)) continue;
        at_ += word.size();
        return value;
    }
    fail("True or False");
}

Shape PythonLiteral::extents() {
    Shape shape;
    require('(');
    while (!skip(')')) {
        if (shape.size() == limits::kRank) {
            throw Corrupt("the shape has more than " + std::to_string(limits::kRank) + " axes");
        }
        shape.push_back(extent());
        if (skip(',')) continue;
        // (3) is a number, not a tuple.
        if (shape.size() == 1) fail("a comma");
        require(')');
        break;
    }
    return shape;
}

bool PythonLiteral::next_is(char expected) {
    skip_space();
    return at_ < text_.size() && text_[at_] == expected;
}

void PythonLiteral::skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
}

bool PythonLiteral::skip(char expected) {
    if (!next_is(expected)) return false;
    ++at_;
    return true;
}

void PythonLiteral::require(char expected) {
    if (!skip(expected)) fail(std::string("'") + expected + "'");
}

std::int64_t PythonLiteral::extent() {
    skip_space();
    std::int64_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error == std::errc::result_out_of_range) throw Corrupt("an extent has over 64 bits");
    if (error != std::errc()) fail("an extent");
    if (value < 0) throw Corrupt("the shape has the negative extent " + std::to_string(value));
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;
    return value;
}

void PythonLiteral::fail(const std::string& expected) const {
    throw Corrupt("the head is malformed: " + expected + " was expected at its character " +
                  std::to_string(at_));
}

}  // namespace ckptlite::interchange
