// SPDX-License-Identifier: MIT
// That a store is whole and holds what it should: for tests of what may harm it. One thread.
#pragma once

#include <string>

#include "ckptlite/store.hpp"
#include "store/raw_sql.hpp"
#include "support/catch.hpp"

namespace ckptlite::test {

/// The problems of a report, a line each.
inline std::string lines_of(const VerifyReport& report) {
    std::string lines;
    for (const VerifyProblem& problem : report.problems) {
        lines += problem.where + ": " + problem.what + "\n";
    }
    return lines;
}

inline void require_sound(const Store& store) {
    const VerifyReport report = store.verify(true);
    INFO(lines_of(report));
    REQUIRE(report.ok());
}

/// The same of a file that nobody may change.
inline void require_sound(const std::filesystem::path& file) {
    require_sound(Store(file, {.mode = OpenMode::read_only, .threads = 1}));
}

/// Names in the folder of a file, itself not among them.
inline std::vector<std::string> files_beside(const std::filesystem::path& file) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path())) {
        if (entry.path() != file) names.push_back(entry.path().filename().string());
    }
    return names;
}

}  // namespace ckptlite::test
