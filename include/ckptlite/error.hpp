// SPDX-License-Identifier: MIT
// The one error model of ckptlite: every failure is a ckptlite::Error.
//
// An error carries a stable code for programs, a message a person can act on, and the place it
// speaks of (file, run, step, leaf). what() joins place and message. Errors are plain values and
// may cross threads.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Stable across releases: values are never renumbered, new ones are added at the end.
enum class ErrorCode : std::uint8_t {
    invalid_argument = 1,       ///< the call itself is wrong
    type_error = 2,             ///< a tree does not fit its initializer
    not_found = 3,              ///< no such file, run, checkpoint, metric or leaf
    already_exists = 4,         ///< the step, or a later one, is stored and overwrite is off
    corrupt = 5,                ///< the file contradicts itself: a digest, a size, a row
    not_a_checkpoint_file = 6,  ///< empty, garbage, or somebody else's SQLite database
    unsupported_version = 7,    ///< written by a newer ckptlite, or a newer layout of yours
    busy = 8,                   ///< another program is in the way: try again
    io_error = 9,               ///< the file system said no: permissions, space, hardware
    wrong_process = 10,         ///< the handle was opened before fork() and is used in the child
    needs_recovery = 11,        ///< a write was cut off; opening for writing rolls it back
    disk_full = 12,             ///< no room for what is to be written; an IoError
};

/// The place an error speaks of. Empty fields are unknown or do not apply.
struct ErrorContext {
    std::string file{};
    std::string run{};
    std::optional<std::int64_t> step{};
    std::string leaf{};
};

/// Base of everything this library throws on purpose.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& message, ErrorContext where = {});

    ErrorCode code() const noexcept { return code_; }
    /// The sentence without its place; what() has both.
    const std::string& message() const noexcept { return message_; }
    const ErrorContext& where() const noexcept { return where_; }

private:
    ErrorCode code_;
    std::string message_;
    ErrorContext where_;
};

/// An Error whose code is fixed by its type, so that callers can catch what they can handle.
template <ErrorCode kCode>
class ErrorOf : public Error {
public:
    explicit ErrorOf(const std::string& message, ErrorContext where = {})
        : Error(kCode, message, std::move(where)) {}

protected:
    /// For a special case of it, which has a code of its own.
    ErrorOf(ErrorCode code, const std::string& message, ErrorContext where)
        : Error(code, message, std::move(where)) {}
};

using InvalidArgument = ErrorOf<ErrorCode::invalid_argument>;
using NotFound = ErrorOf<ErrorCode::not_found>;
using AlreadyExists = ErrorOf<ErrorCode::already_exists>;
using Corrupt = ErrorOf<ErrorCode::corrupt>;
using NotACheckpointFile = ErrorOf<ErrorCode::not_a_checkpoint_file>;
using UnsupportedVersion = ErrorOf<ErrorCode::unsupported_version>;
using Busy = ErrorOf<ErrorCode::busy>;
using IoError = ErrorOf<ErrorCode::io_error>;
using WrongProcess = ErrorOf<ErrorCode::wrong_process>;
using NeedsRecovery = ErrorOf<ErrorCode::needs_recovery>;

/// The disk is full, a quota is used up, or the file has reached the size a process may write. What
/// was to be written can be written again when there is room.
class DiskFull : public IoError {
public:
    explicit DiskFull(const std::string& message, ErrorContext where = {})
        : IoError(ErrorCode::disk_full, message, std::move(where)) {}
};

/// A tree does not fit what it was compared with. Lists every difference, not the first one.
class TypeError : public Error {
public:
    explicit TypeError(const std::string& message, std::vector<std::string> differences = {},
                       ErrorContext where = {});

    /// One line each, in tree order: "missing /a/b", "dtype /c: float32, stored float16", ...
    const std::vector<std::string>& differences() const noexcept { return differences_; }

private:
    std::vector<std::string> differences_;
};

}  // namespace ckptlite
