// SPDX-License-Identifier: MIT
#include "db/query.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <limits>

#include "ckptlite/error.hpp"
#include "db/connection.hpp"
#include "db/sqlite_error.hpp"
#include "format/row_digest.hpp"

namespace ckptlite::db {

std::int64_t sql_limit(std::optional<std::size_t> limit) noexcept {
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(
        std::min(limit.value_or(kMax), static_cast<std::size_t>(kMax)));
}

std::string id_list(std::span<const std::int64_t> ids) {
    std::string list = "[";
    for (const std::int64_t id : ids) list += (list.size() == 1 ? "" : ",") + std::to_string(id);
    return list + "]";
}

Query::~Query() {
    try {
        statement_->tryReset();
        statement_->clearBindings();
    } catch (const SQLite::Exception&) {
        // A reset repeats the error of the step before it, which has been thrown already.
    }
}

template <typename Call>
auto Query::translated(Call call) const {
    try {
        return call();
    } catch (const SQLite::Exception& error) {
        throw_error(error.getExtendedErrorCode(), *connection_);
    }
}

bool Query::step() {
    return translated([this] { return statement_->executeStep(); });
}

bool Query::is_null(int column) const {
    return statement_->isColumnNull(column);
}

// STRICT tables bind honest writers only. SQLite would turn any text into a number.
void Query::require_type(bool right) const {
    if (!right) throw Corrupt("a value is not of its column's type", {.file = connection_->file()});
}

std::int64_t Query::integer(int column) const {
    const SQLite::Column value = statement_->getColumn(column);
    require_type(value.isInteger());
    return value.getInt64();
}

std::uint64_t Query::size(int column) const {
    const std::int64_t value = integer(column);
    if (value < 0) throw Corrupt("a size is negative", {.file = connection_->file()});
    return static_cast<std::uint64_t>(value);
}

double Query::real(int column) const {
    const SQLite::Column value = statement_->getColumn(column);
    require_type(value.isFloat() || value.isInteger());
    return value.getDouble();
}

std::string_view Query::text(int column) const {
    const SQLite::Column value = statement_->getColumn(column);
    require_type(value.isText() || value.isNull());
    const char* const chars = value.getText();
    return {chars, static_cast<std::size_t>(value.getBytes())};
}

ByteView Query::blob(int column) const {
    const SQLite::Column value = statement_->getColumn(column);
    require_type(value.isBlob() || value.isNull());
    const void* const bytes = value.getBlob();
    return {static_cast<const std::byte*>(bytes), static_cast<std::size_t>(value.getBytes())};
}

Digest Query::digest(int column) const {
    const ByteView bytes = blob(column);
    Digest digest{};
    if (bytes.size() != digest.size()) {
        throw Corrupt("a digest is not 16 bytes long", {.file = connection_->file()});
    }
    std::memcpy(digest.data(), bytes.data(), digest.size());
    return digest;
}

std::vector<std::int64_t> Query::integers() {
    std::vector<std::int64_t> found;
    while (step()) found.push_back(integer(0));
    return found;
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<double> Query::optional_real(int column) const {
    if (is_null(column)) return std::nullopt;
    return real(column);
}

void Query::add_to(format::RowDigester& digester) const {
    const int n = statement_->getColumnCount();
    for (int column = 0; column < n; ++column) {
        const SQLite::Column value = statement_->getColumn(column);
        if (value.isInteger()) {
            digester.add(integer(column));
        } else if (value.isFloat()) {
            digester.add(real(column));
        } else if (value.isText()) {
            digester.add(text(column));
        } else if (value.isBlob()) {
            digester.add(blob(column));
        } else {
            digester.add(std::nullopt);
        }
    }
}

void Query::bind_one(int index, std::nullopt_t) {
    translated([&] { statement_->bind(index); });
}

void Query::bind_one(int index, std::int64_t value) {
    translated([&] { statement_->bind(index, value); });
}

void Query::bind_one(int index, std::uint64_t value) {
    translated([&] { statement_->bind(index, static_cast<std::int64_t>(value)); });
}

void Query::bind_one(int index, double value) {
    translated([&] { statement_->bind(index, value); });
}

void Query::bind_one(int index, std::string_view value) {
    translated([&] { statement_->bind(index, std::string(value)); });
}

void Query::bind_one(int index, ByteView value) {
    // A null pointer would bind NULL: no bytes are still bytes.
    const void* const bytes = value.empty() ? "" : static_cast<const void*>(value.data());
    translated([&] { statement_->bindNoCopy(index, bytes, static_cast<int>(value.size())); });
}

}  // namespace ckptlite::db
