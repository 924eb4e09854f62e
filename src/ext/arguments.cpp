// SPDX-License-Identifier: MIT
#include "ext/arguments.hpp"

#include <algorithm>
#include <new>
#include <string>

#include "ckptlite/error.hpp"
#include "ext/host_sqlite.hpp"

namespace ckptlite::ext {
namespace {

const char* type_name(sqlite3_value* value) noexcept {
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER:
            return "an integer";
        case SQLITE_FLOAT:
            return "a real number";
        case SQLITE_TEXT:
            return "text";
        case SQLITE_BLOB:
            return "a blob";
        default:
            return "NULL";
    }
}

std::string_view text_of(sqlite3_value* value) {
    const unsigned char* const chars = sqlite3_value_text(value);
    if (chars == nullptr) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(chars),
            static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

bool is_path(sqlite3_value* value) {
    if (sqlite3_value_type(value) != SQLITE_TEXT) return false;
    const std::string_view text = text_of(value);
    return text.empty() || text.front() == '/';
}

}  // namespace

bool Arguments::has_null() const noexcept {
    return std::any_of(values_.begin(), values_.end(), [](sqlite3_value* value) {
        return sqlite3_value_type(value) == SQLITE_NULL;
    });
}

void Arguments::refuse(const std::string& what) const {
    throw InvalidArgument(what + "; usage: " + usage_ +
                          ", where LEAF is a leaf's id, or a checkpoint's id and a path");
}

sqlite3_value* Arguments::take(const char* what) {
    if (values_.empty()) refuse(std::string(what) + " is missing");
    sqlite3_value* const value = values_.front();
    values_ = values_.subspan(1);
    return value;
}

std::int64_t Arguments::integer(const char* what) {
    sqlite3_value* const value = take(what);
    if (sqlite3_value_type(value) != SQLITE_INTEGER) {
        refuse(std::string(what) + " is an integer, not " + type_name(value));
    }
    return sqlite3_value_int64(value);
}

double Arguments::real(const char* what) {
    sqlite3_value* const value = take(what);
    const int type = sqlite3_value_type(value);
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) {
        refuse(std::string(what) + " is a number, not " + type_name(value));
    }
    return sqlite3_value_double(value);
}

std::string_view Arguments::text(const char* what) {
    sqlite3_value* const value = take(what);
    if (sqlite3_value_type(value) != SQLITE_TEXT) {
        refuse(std::string(what) + " is text, not " + type_name(value));
    }
    return text_of(value);
}

LeafRef Arguments::leaf() {
    LeafRef ref{.id = integer("the id of a leaf or a checkpoint")};
    if (!values_.empty() && is_path(values_.front())) ref.path = text("a path");
    return ref;
}

void Arguments::finish() const {
    if (!values_.empty()) refuse("there are too many arguments");
}

}  // namespace ckptlite::ext
