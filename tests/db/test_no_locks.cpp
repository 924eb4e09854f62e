// SPDX-License-Identifier: MIT
// A file system that cannot lock, as some network and FUSE file systems cannot.
#include <sqlite3.h>

#include "ckptlite/error.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

int refuse_lock(sqlite3_file* /*file*/, int /*level*/) {
    return SQLITE_IOERR_LOCK;
}

/// SQLite's own VFS, but no file can be locked; the default for as long as it lives.
class LocklessVfs {
public:
    LocklessVfs() : own_(*sqlite3_vfs_find(nullptr)) {
        base() = sqlite3_vfs_find(nullptr);
        own_.zName = "lockless";
        own_.xOpen = open;
        sqlite3_vfs_register(&own_, 1);
    }
    ~LocklessVfs() {
        sqlite3_vfs_unregister(&own_);
        sqlite3_vfs_register(base(), 1);
    }
    LocklessVfs(const LocklessVfs&) = delete;
    LocklessVfs& operator=(const LocklessVfs&) = delete;

private:
    static sqlite3_vfs*& base() {
        static sqlite3_vfs* vfs = nullptr;
        return vfs;
    }
    static int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags,
                    int* out) {
        const int rc = base()->xOpen(base(), name, file, flags, out);
        if (rc != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return rc;
        static sqlite3_io_methods methods;
        methods = *file->pMethods;
        methods.xLock = refuse_lock;
        file->pMethods = &methods;
        return rc;
    }

    sqlite3_vfs own_;
};

TEST_CASE("a file system without locks is refused, and the message says what to do", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    {
        const LocklessVfs lockless;
        for (const OpenMode mode : {OpenMode::read_only, OpenMode::existing, OpenMode::create}) {
            REQUIRE_THROWS_SAYING(Store(dir / "run.db", {.mode = mode}), IoError,
                                  "does not lock files");
        }
        REQUIRE_THROWS_SAYING(Store(dir / "new.db"), IoError, "keep the file on a local disk");
        CHECK(!std::filesystem::exists(dir / "new.db"));
    }
    CHECK(Store(dir / "run.db").latest()->step == 1);
}

}  // namespace
}  // namespace ckptlite::test
