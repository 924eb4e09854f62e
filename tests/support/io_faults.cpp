// SPDX-License-Identifier: MIT
#include "support/io_faults.hpp"

#include <unistd.h>

#include <csignal>

namespace ckptlite::test {

const std::vector<IoFault>& io_faults() {
    static const std::vector<IoFault> faults{
        {"no open", IoKind::open, {SQLITE_CANTOPEN}},
        {"EIO in read", IoKind::read, {SQLITE_IOERR_READ}},
        {"EIO or EDQUOT in write", IoKind::write, {SQLITE_IOERR_WRITE}},
        {"ENOSPC in write", IoKind::write, {SQLITE_FULL}},
        {"short write", IoKind::write, {SQLITE_FULL, true}},
        {"EIO in the middle of a write", IoKind::write, {SQLITE_IOERR_WRITE, true}},
        {"no truncate", IoKind::truncate, {SQLITE_IOERR_TRUNCATE}},
        {"failed fsync", IoKind::sync, {SQLITE_IOERR_FSYNC}},
        {"no file size", IoKind::file_size, {SQLITE_IOERR_FSTAT}},
        {"broken lock", IoKind::lock, {SQLITE_IOERR_LOCK}},
        {"lock held", IoKind::lock, {SQLITE_BUSY}},
        {"broken unlock", IoKind::unlock, {SQLITE_IOERR_UNLOCK}},
        {"no look at locks", IoKind::check_lock, {SQLITE_IOERR_CHECKRESERVEDLOCK}},
        {"no unlink", IoKind::remove, {SQLITE_IOERR_DELETE}},
        {"no access", IoKind::access, {SQLITE_IOERR_ACCESS}},
        {"no shared memory", IoKind::shm_map, {SQLITE_IOERR_SHMMAP}},
        {"broken log lock", IoKind::shm_lock, {SQLITE_IOERR_SHMLOCK}},
        {"log lock held", IoKind::shm_lock, {SQLITE_BUSY}},
    };
    return faults;
}

IoWatcher fail_at(const IoFault& fault, std::uint64_t k, HowOften how_often,
                  std::uint64_t& struck) {
    struck = 0;
    const auto fail = [&struck, fault, k, how_often,
                       n = std::uint64_t{0}](const IoCall& call) mutable -> IoVerdict {
        if (call.kind != fault.kind) return {};
        ++n;
        if (n < k || (n > k && how_often == HowOften::once)) return {};
        ++struck;
        return fault.verdict;
    };
    return {.before = fail, .hurries = true};
}

IoWatcher die_at(std::uint64_t k) {
    return {.before = [k, n = std::uint64_t{0}](const IoCall&) mutable -> IoVerdict {
        if (++n == k) ::kill(::getpid(), SIGKILL);
        return {};
    }};
}

}  // namespace ckptlite::test
