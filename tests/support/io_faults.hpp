// SPDX-License-Identifier: MIT
// Watchers that make calls of SQLite's go wrong: the k-th of some kinds, counted from 1.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "support/fault_vfs.hpp"

namespace ckptlite::test {

/// One way in which a call may fail.
struct IoFault {
    std::string_view name;
    IoKind kind;
    IoVerdict verdict;
};

/// Every kind of call with what the unix VFS may answer. EDQUOT is among the failed writes: SQLite
/// knows only a full disk by name.
const std::vector<IoFault>& io_faults();

enum class HowOften { once, for_good };

/// Fails the k-th call the fault is about, or all from there on. Adds to `struck`, which must
/// outlive the watcher, each time.
IoWatcher fail_at(const IoFault& fault, std::uint64_t k, HowOften how_often, std::uint64_t& struck);

/// Kills this process instead of making the k-th call of any kind.
IoWatcher die_at(std::uint64_t k);

}  // namespace ckptlite::test
