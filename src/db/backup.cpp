// SPDX-License-Identifier: MIT
#include "db/backup.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "db/file_pages.hpp"
#include "db/new_file.hpp"
#include "db/sql.hpp"
#include "db/sqlite_error.hpp"
#include "db/store_file.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "format/schema.hpp"

namespace ckptlite::db {
namespace {

namespace fs = std::filesystem;

/// Between two calls of on_progress.
constexpr std::uint64_t kStepBytes = 4 << 20;
/// Of chunks, in one transaction.
constexpr std::uint64_t kDeletedBytes = 64 << 20;
constexpr std::chrono::seconds kTimeout{5};  // nobody else has the new file

// Nobody sees the copy before it is whole and on the disk: no journal there, and one fsync at the
// end. The cache spills, or it would hold the whole file.
constexpr const char* kCopying =
    "PRAGMA journal_mode = MEMORY;"
    "PRAGMA synchronous = OFF;"
    "PRAGMA cache_size = -4096;"
    "PRAGMA cache_spill = ON;";

struct Finish {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

void copy_pages(const Connection& from, const Connection& to, const OnProgress& on_progress) {
    const FilePages pages = file_pages(from);
    const std::uint64_t total = pages.nbytes();
    const auto step = static_cast<int>(std::max<std::uint64_t>(kStepBytes / pages.page_size, 1));
    std::unique_ptr<sqlite3_backup, Finish> backup(
        sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
    if (!backup) throw_error(sqlite3_extended_errcode(to.handle()), "no copy", to.file());
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup.get(), step);
        const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup.get()));
        if (on_progress) on_progress({total - std::min(total, left * pages.page_size), total});
    }
    if (code != SQLITE_DONE) throw_error(code, sqlite3_errstr(code), from.file());
    code = sqlite3_backup_finish(backup.release());
    if (code != SQLITE_OK) throw_error(code, sqlite3_errstr(code), to.file());
}

/// Trees that are half-written or half-deleted: nobody goes on with them in the copy.
void delete_staged_trees(const Connection& copy) {
    for (const auto& [tree_id, staged_by] : staged_trees(copy)) {
        for (bool done = false; !done;) {
            WriteTransaction transaction(copy);
            done = delete_tree_part(copy, tree_id, kDeletedBytes).all;
            transaction.commit();
        }
    }
}

/// Of a file that nobody else has open: in rollback mode and without free pages.
void tidy(const std::string& file) {
    const Connection copy(file, Access::read_write, kTimeout);
    copy.execute("PRAGMA journal_mode = DELETE");
    copy.execute(kCopying);
    if (copy.pragma_integer(sql::kUserVersion) > format::kUserVersion)
        return;  // not ours to change
    delete_staged_trees(copy);
    if (!can_shrink(copy)) return;
    const FilePages pages = file_pages(copy);
    const std::uint64_t at_once = kStepBytes / pages.page_size + 1;  // the journal is in memory
    for (std::uint64_t freed = 0; freed < pages.free; freed += at_once) {
        WriteTransaction transaction(copy);
        free_last_pages(copy, at_once);
        transaction.commit();
    }
}

}  // namespace

void copy_permissions(const std::string& like, const std::string& file) {
    std::error_code ignored;  // a file system without permissions
    const fs::perms permissions = fs::status(like, ignored).permissions();
    if (!ignored) fs::permissions(file, permissions | fs::perms::owner_write, ignored);
}

void back_up(const Connection& from, const fs::path& out, const OnProgress& on_progress) {
    const fs::path file = resolve_new_file(out);
    NewFile made(file);
    {
        const ReadTransaction snapshot(from);
        const Connection to(made.temporary(), Access::create, kTimeout);
        copy_permissions(from.file(), made.temporary());
        to.execute(kCopying);
        copy_pages(from, to, on_progress);
    }
    tidy(made.temporary());
    if (!made.publish()) refuse_to_replace(file);
}

}  // namespace ckptlite::db
