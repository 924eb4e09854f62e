// SPDX-License-Identifier: MIT
// What is interrupted: operations on a store, each with what must be seen before and after. To try
// another operation, add a line to the table in operations.cpp.
//
// An operation opens a store, changes it in transactions, calls `confirm` after each change that
// the library has promised to keep, and closes the store.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"
#include "support/folder_image.hpp"

namespace ckptlite::test {

/// Checkpoints as "run/prefix/step".
using Seen = std::set<std::string>;

std::string name_of(const CheckpointInfo& checkpoint);
Seen seen_in(const Store& store);

struct Operation {
    using Confirm = std::function<void()>;

    std::string name;
    /// Makes the store it begins with.
    std::function<void(const std::filesystem::path& file, JournalMode journal)> prepare;
    std::function<void(const std::filesystem::path& file, const Confirm& confirm)> run;
    /// What is seen after this many changes.
    std::function<Seen(std::size_t changes)> after;
    /// The tree that a checkpoint of this run, prefix and step has.
    std::function<Tree(const CheckpointInfo&)> content;
    /// Takes as long as a hundred of the others: only samples of it, and only in the long tier.
    bool large = false;
    /// Changes that may be there and not be confirmed yet.
    std::size_t most_unconfirmed = 1;
};

/// Options of every store here: threads as in real life, and nobody to wait for.
inline const StoreOptions kOptions{.mode = OpenMode::existing,
                                   .threads = 2,
                                   .write_timeout = std::chrono::milliseconds(20),
                                   .read_timeout = std::chrono::milliseconds(20)};

const std::vector<Operation>& operations();
/// Saves one step after the other until it is killed, in a store whose latest step is `saved`.
Operation save_loop(std::int64_t saved);
Operation asynchronous_save_loop(std::int64_t saved);
/// The latest step of what operations prepare.
inline constexpr std::int64_t kSaved = 6;

/// The folder that an operation begins with: run.db, and nothing else.
FolderImage prepared(const Operation& operation, JournalMode journal);

inline constexpr JournalMode kJournals[] = {JournalMode::rollback, JournalMode::wal};
/// "save, rollback journal"
std::string title(const Operation& operation, JournalMode journal);

}  // namespace ckptlite::test
