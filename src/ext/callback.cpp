// SPDX-License-Identifier: MIT
#include "ext/callback.hpp"

#include <new>
#include <string>

#include "ckptlite/error.hpp"
#include "ext/host_sqlite.hpp"
#include "ext/host_statement.hpp"

namespace ckptlite::ext {
namespace {

struct Failure {
    int code = SQLITE_OK;
    std::string message{};
};

/// What a file says may be in the message: it must not steer the terminal of whoever reads it.
std::string without_control_characters(std::string text) {
    for (char& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20U || byte == 0x7fU) c = '?';
    }
    return text;
}

int code_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::corrupt:
            return SQLITE_CORRUPT;
        case ErrorCode::not_found:
            return SQLITE_NOTFOUND;
        default:
            return SQLITE_ERROR;
    }
}

Failure failure_of(Body body) {
    try {
        body();
        return {};
    } catch (const Error& error) {
        return {code_of(error.code()), without_control_characters(error.message())};
    } catch (const HostError& error) {
        return {error.code(), without_control_characters(error.what())};
    }
}

/// Making a message can run out of memory, too; then `code` says all.
Failure caught(Body body) noexcept {
    try {
        return failure_of(body);
    } catch (const std::bad_alloc&) {
        return {SQLITE_NOMEM};
    } catch (...) {
        return {SQLITE_INTERNAL};
    }
}

}  // namespace

void guarded_body(sqlite3_context* context, Body body) noexcept {
    const Failure failure = caught(body);
    if (failure.code == SQLITE_OK) return;
    if (failure.code == SQLITE_NOMEM) return sqlite3_result_error_nomem(context);
    if (!failure.message.empty()) {
        sqlite3_result_error(context, failure.message.data(),
                             static_cast<int>(failure.message.size()));
    }
    sqlite3_result_error_code(context, failure.code);
}

int guarded_body(sqlite3_vtab* table, Body body) noexcept {
    const Failure failure = caught(body);
    if (!failure.message.empty()) {
        sqlite3_free(table->zErrMsg);
        table->zErrMsg = sqlite3_mprintf("%s", failure.message.c_str());
    }
    return failure.code;
}

}  // namespace ckptlite::ext
