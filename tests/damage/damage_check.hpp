// SPDX-License-Identifier: MIT
// What a damaged store does: refuse, report, or answer as before. Any thread, a file each.
#pragma once

#include <filesystem>
#include <map>
#include <ostream>
#include <string>

#include "damage/store_answers.hpp"

namespace ckptlite::test {

/// What a store said while it was whole.
struct Original {
    explicit Original(const std::filesystem::path& file);

    Answers answers;
    std::map<std::int64_t, Tree> trees;
};

enum class Damage {
    unnoticed,   ///< all answers are the original ones and nothing is reported
    refused,     ///< a typed error at opening
    reported,    ///< verify(full) names a problem, or throws a typed error
    undetected,  ///< verify(full) says all is well, but an answer is another one
};

struct DamageResult {
    Damage kind = Damage::unnoticed;
    /// A tree was returned that is not the original one; only with a report may that be.
    bool other_tree = false;
    std::string what{};  ///< the first problem, error or other answer
};

/// Opens the file read-only, verifies it, loads every tree, and, unless something was reported,
/// asks it everything else. What is no ckptlite::Error goes through.
DamageResult check_damage(const std::filesystem::path& file, const Original& original);

/// Counts of many.
struct DamageCounts {
    std::uint64_t cases = 0;
    std::uint64_t refused = 0;
    std::uint64_t reported = 0;
    std::uint64_t undetected = 0;
    std::uint64_t other_trees = 0;

    void add(const DamageResult& result) noexcept;
    void add(const DamageCounts& more) noexcept;
    std::uint64_t flagged() const noexcept { return refused + reported; }
    /// Those that reached content that something depends on.
    std::uint64_t live() const noexcept { return flagged() + undetected; }
};

/// "307200 flips, 212345 of them reached live content, 212345 flagged (...), 0 undetected".
std::ostream& operator<<(std::ostream& out, const DamageCounts& counts);

}  // namespace ckptlite::test
