// SPDX-License-Identifier: MIT
// Who is staging a tree: enough of a process to tell later whether it is gone. Any thread.
#pragma once

#include <string>

namespace ckptlite::detail {

/// The token of a store, which is open in this process as long as this lives.
class WriterToken {
public:
    WriterToken();
    ~WriterToken();
    WriterToken(const WriterToken&) = delete;
    WriterToken& operator=(const WriterToken&) = delete;

    const std::string& text() const noexcept { return text_; }

private:
    const std::string text_;
};

/// tree.staged_by of a store of this process:
/// {"host":...,"boot":...,"pid":...,"pid_namespace":...,"started":...,"since":...,"token":...}; the
/// token is the store's own, and `since` is now.
std::string writer_identity(const std::string& token);

/// True if the writer cannot be alive any more: another boot of this machine, or no process of that
/// id and start time, a store that this process has closed, or the same store saying it of itself
/// (`own_token`). One that cannot be looked for, on another machine or in another container, is
/// taken for alive for a day, and a text that cannot be read for gone. Where that is wrong, the
/// writer finds out: see db::require_staged().
bool writer_is_gone(const std::string& identity, const std::string& own_token);

}  // namespace ckptlite::detail
