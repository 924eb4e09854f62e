// SPDX-License-Identifier: MIT
#include "db/store_schema.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "ckptlite/error.hpp"
#include "db/sql.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "format/schema.hpp"

namespace ckptlite::db {
namespace {

using format::Definitions;

void run_script(const Connection& connection, std::string_view sql) {
    connection.execute(std::string(sql).c_str());
}

void set_pragma(const Connection& connection, const char* name, std::int64_t value) {
    run_script(connection, "PRAGMA " + std::string(name) + " = " + std::to_string(value));
}

std::string version_text(std::int64_t version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000);
}

Definitions definitions(const Connection& connection) {
    Definitions found;
    Query row = connection.query(sql::kSchemaObjects);
    while (row.step()) {
        found[std::string(row.text(0))] =
            std::string(row.text(1)) + " " + format::normalized_sql(row.text(2));
    }
    return found;
}

/// What a file of this version has. A minor version we do not know has at least what ours has.
const Definitions& expected_definitions(std::int64_t version) {
    constexpr std::size_t kSteps = format::kSchemaSteps.size();
    static const auto expected = [] {
        std::array<Definitions, kSteps> by_minor;
        for (std::size_t step = 0; step < kSteps; ++step) {
            by_minor[step] = format::definitions_in(*format::kSchemaSteps[step]);
            if (step > 0)
                by_minor[step].insert(by_minor[step - 1].begin(), by_minor[step - 1].end());
        }
        return by_minor;
    }();
    return expected[std::min(static_cast<std::size_t>(version % 1000), kSteps - 1)];
}

void check_schema(const Connection& connection, const Definitions& found, std::int64_t version) {
    for (const auto& [name, definition] : expected_definitions(version)) {
        const auto it = found.find(name);
        const bool view = definition.starts_with("view ");
        if (view) continue;  // for people; a store without its views still holds everything
        if (it == found.end() || it->second != definition) {
            throw Corrupt("the table or index '" + name + "' is " +
                              (it == found.end() ? "missing" : "not defined as the format says"),
                          {.file = connection.file()});
        }
    }
}

/// Whether an upgrade can leave what has a name of its own as it is: a view of the format is for
/// people, who then have another one; and what 1.3 brought is there already if run_digest was
/// dropped by hand.
bool may_stay(const std::string& name, const std::string& found, const std::string& wanted) {
    if (wanted.starts_with("view ")) return !found.starts_with("index ");
    return found == wanted && !expected_definitions(format::kDigestedVersion).contains(name);
}

/// Somebody's own table may have the name of one that a later version brought.
void check_names_are_free(const Connection& connection, std::int64_t version) {
    const Definitions& had = expected_definitions(version);
    const Definitions found = definitions(connection);
    for (const auto& [name, definition] : expected_definitions(format::kUserVersion)) {
        const auto it = found.find(name);
        if (had.contains(name) || it == found.end()) continue;
        if (may_stay(name, it->second, definition)) continue;
        throw UnsupportedVersion("the file has format " + version_text(version) + " and a '" +
                                     name + "' of its own, which is a name of format " +
                                     version_text(format::kUserVersion) +
                                     ": rename it, then open the file again",
                                 {.file = connection.file()});
    }
}

std::int64_t check_version(const Connection& connection, bool may_be_newer) {
    const ErrorContext where{.file = connection.file()};
    if (connection.pragma_integer(sql::kApplicationId) != format::kApplicationId) {
        throw NotACheckpointFile("this is an SQLite database, but not one of ckptlite", where);
    }
    const std::int64_t version = connection.pragma_integer(sql::kUserVersion);
    if (version / 1000 != format::kMajor) {
        throw UnsupportedVersion("the file has format " + version_text(version) +
                                     ", this ckptlite reads " + std::to_string(format::kMajor) +
                                     ".x: use a newer one",
                                 where);
    }
    if (version > format::kUserVersion && !may_be_newer) {
        throw UnsupportedVersion("the file has format " + version_text(version) +
                                     ", of which this ckptlite does not know everything: it can " +
                                     "read it, but neither write it nor read it as untrusted; use "
                                     "a newer one",
                                 where);
    }
    return version;
}

/// Anything that the format does not have, or that has a name of the format and is something else.
void check_nothing_foreign(const Connection& connection, std::int64_t version) {
    const Definitions& ours = expected_definitions(version);
    for (const auto& [name, definition] : definitions(connection)) {
        // SQLite's own, for AUTOINCREMENT.
        if (definition == "table CREATE TABLE sqlite_sequence(name,seq)") continue;
        const auto it = ours.find(name);
        if (it != ours.end() && it->second == definition) continue;
        throw Corrupt("the " + definition.substr(0, definition.find(' ')) + " '" + name +
                          "' is not as ckptlite makes it, which is refused in an untrusted file",
                      {.file = connection.file()});
    }
}

}  // namespace

void make_schema(const Connection& connection) {
    for (const std::string_view* step : format::kSchemaSteps) run_script(connection, *step);
    set_pragma(connection, "application_id", format::kApplicationId);
    set_pragma(connection, "user_version", format::kUserVersion);
}

void check_features(const Connection& connection, bool for_writing) {
    Query row = connection.query(sql::kFeatures);
    while (row.step()) {
        const std::string name(row.text(0));
        const std::string_view kind = row.text(1);
        if (kind == "compatible" || (kind == "read_compatible" && !for_writing)) continue;
        throw UnsupportedVersion("the file needs the feature '" + name + "' to be " +
                                     (kind == "read_compatible" ? "written" : "read") +
                                     ", which this ckptlite does not have: use a newer one",
                                 {.file = connection.file()});
    }
}

void check_store(const Connection& connection, bool for_writing) {
    const ReadTransaction snapshot(connection);
    const std::int64_t version = check_version(connection, !for_writing);
    // Features first: a file that needs one may well have other tables.
    const Definitions found = definitions(connection);
    if (found.contains("feature")) check_features(connection, for_writing);
    check_schema(connection, found, version);
}

void check_untrusted_store(const Connection& connection) {
    const ReadTransaction snapshot(connection);
    // First: no statement runs on a table that is something else.
    check_nothing_foreign(connection, check_version(connection, false));
    check_store(connection, false);
    const std::vector<std::string> problems = check_database(connection, true);
    if (!problems.empty()) {
        throw Corrupt("the database is damaged: " + problems.front(), {.file = connection.file()});
    }
}

bool is_defined(const Connection& connection, const std::string& name) {
    const Definitions found = definitions(connection);
    const auto it = found.find(name);
    return it != found.end() && it->second == expected_definitions(format::kUserVersion).at(name);
}

void upgrade_store(const Connection& connection) {
    const auto version = [&] { return connection.pragma_integer(sql::kUserVersion); };
    if (version() >= format::kUserVersion) return;
    if (sqlite3_db_readonly(connection.handle(), "main") != 0) return;
    WriteTransaction transaction(connection);
    const std::int64_t old = version();
    if (old >= format::kUserVersion) return;  // another process was faster
    check_names_are_free(connection, old);
    for (auto step = static_cast<std::size_t>(old % 1000) + 1; step <= format::kMinor; ++step) {
        run_script(connection, *format::kSchemaSteps[step]);
    }
    if (old < format::kRankedVersion) rank_checkpoints(connection);
    if (old < format::kDigestedVersion) digest_all_rows(connection);
    set_pragma(connection, "user_version", format::kUserVersion);
    transaction.commit();
}

}  // namespace ckptlite::db
