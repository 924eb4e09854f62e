// SPDX-License-Identifier: MIT
// What must be true of a store after an operation was interrupted, and the count of how often it
// was looked at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "faults/operations.hpp"

namespace ckptlite::test {

/// `confirmed` changes were promised; at most one more may have happened. Throws what() is wrong:
/// I1: every confirmed checkpoint is there that the operation did not take away itself.
/// I2: every checkpoint is complete, is the tree of its step, and passes verify.
/// I3: opening and saving work; what the interruption left is collected, side files are gone.
void check_after(const std::filesystem::path& file, const Operation& operation,
                 std::size_t confirmed);

/// Counts cases of one kind, prints the first violations and then one line about all of them, and
/// fails the running Catch2 test if there was any.
class Tally {
public:
    /// `cases` is what is counted, such as "kills"; the seed is printed to repeat it with.
    Tally(std::string title, std::string cases, std::optional<std::uint64_t> seed = {});
    ~Tally();
    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;

    /// One case more; `check` throws if it is a violation. `where` names it.
    void add(const std::string& where, const std::function<void()>& check);
    std::uint64_t cases() const noexcept { return cases_; }
    /// Prints the line; fails the test if there was a violation or no case at all.
    void finish();

private:
    std::string title_;
    std::string what_;
    std::string seed_;
    std::uint64_t cases_ = 0;
    std::uint64_t violations_ = 0;
    bool finished_ = false;
};

}  // namespace ckptlite::test
