// SPDX-License-Identifier: MIT
// Rows of a file that may be damaged. Each scan reads what can be reached, and goes on behind a
// page that cannot be read. For the connection's thread, inside one read transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "db/tables.hpp"

namespace ckptlite::db {

/// Throws NotACheckpointFile unless the tables are there without which nothing can be salvaged.
void check_salvageable(const Connection& connection);

/// Throws UnsupportedVersion if the file needs a feature that this library does not have.
void check_known_features(const Connection& connection);

/// A file may lack its metric history.
bool has_metrics(const Connection& connection);

/// A run as the file has it, whatever that is.
struct RunRow {
    std::int64_t id = 0;
    RunInfo run{};  ///< all but id and parent_run
    std::optional<std::int64_t> parent_id{};
};

/// A checkpoint as the file has it; nothing of its tree.
struct CheckpointRow {
    std::int64_t run_id = 0;
    CheckpointInfo checkpoint{};  ///< all but run and metrics
    std::string metrics{};        ///< should be JSON
};

enum class ScannedTable { run, checkpoint, leaf };

struct ScannedIds {
    std::vector<std::pair<std::int64_t, std::int64_t>>
        ids{};               ///< ascending; of a leaf, and its tree
    std::uint64_t gaps = 0;  ///< places where rows may be missing
};
ScannedIds scan_ids(const Connection& connection, ScannedTable table);

inline constexpr const char* kMistypedRow = "its row has values of other types than its columns";

/// These throw Corrupt or IoError if the row cannot be read or is not of this kind.
RunRow read_run(const Connection& connection, std::int64_t id);
CheckpointRow read_checkpoint_row(const Connection& connection, std::int64_t id);

/// From the front and, if that does not reach the end, from the back. False if it did not.
/// `on_mistyped` is called for each row that is no such row.
bool scan_metrics(const Connection& connection, const std::function<void(const MetricRow&)>& visit,
                  const std::function<void()>& on_mistyped);

/// A file of an older format has none.
bool has_tag_table(const Connection& connection);

/// Whether the version is older than a table of the format that the file has: digests of rows,
/// which nothing reads then, or tags. Not after `DROP TABLE run_digest`, with which whoever changes
/// rows by hand sets a file back to 1.1.
bool has_newer_tables(const Connection& connection);
/// False if the table cannot be read to its end.
bool scan_tags(const Connection& connection,
               const std::function<void(std::string_view tag, std::int64_t checkpoint_id)>& visit);

}  // namespace ckptlite::db
