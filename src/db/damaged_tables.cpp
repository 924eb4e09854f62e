// SPDX-License-Identifier: MIT
#include "db/damaged_tables.hpp"

#include <array>
#include <limits>
#include <tuple>

#include "ckptlite/error.hpp"
#include "db/sql.hpp"
#include "db/store_schema.hpp"
#include "format/schema.hpp"

namespace ckptlite::db {
namespace {

constexpr std::int64_t kLastId = std::numeric_limits<std::int64_t>::max();

const std::string_view& ids_from(ScannedTable table) noexcept {
    switch (table) {
        case ScannedTable::run:
            return sql::kRunIdsFrom;
        case ScannedTable::checkpoint:
            return sql::kCheckpointIdsFrom;
        default:
            return sql::kLeafIdsFrom;
    }
}

/// Runs `read`; false if what it wanted to read is damaged.
template <typename Read>
bool can_read(Read read) {
    try {
        read();
        return true;
    } catch (const Corrupt&) {
        return false;
    } catch (const IoError&) {  // a bad sector
        return false;
    }
}

class IdScan {
public:
    IdScan(const Connection& connection, const std::string_view& sql)
        : connection_(connection), sql_(sql) {}

    ScannedIds run() && {
        while (!read_on()) {
            ++found_.gaps;
            if (!skip_damage()) break;
        }
        return std::move(found_);
    }

private:
    /// Up to the end, which gives true, or to damage.
    bool read_on() {
        bool ordered = true;
        const bool read = can_read([&] {
            Query row = connection_.query(sql_);
            row.bind(next_);
            while (ordered && row.step()) {
                const std::int64_t id = row.integer(0);
                ordered = id >= next_;  // or pages that point at each other would never end
                if (!ordered) return;
                found_.ids.emplace_back(id, row.integer(1));
                if (id == kLastId) return;
                next_ = id + 1;
            }
        });
        return read && ordered;
    }

    bool can_start_at(std::int64_t id) const {
        return can_read([&] {
            Query row = connection_.query(sql_);
            if (!row.bind(id).step()) return;
            static_cast<void>(row.integer(0));
            static_cast<void>(row.integer(1));
        });
    }

    /// A page that cannot be read hides ids that follow each other. Looks for the first one behind
    /// them, in growing steps and then in between.
    bool skip_damage() {
        std::int64_t bad = next_;
        std::int64_t step = 1;
        while (!can_start_at(bad < kLastId - step ? bad + step : kLastId)) {
            if (bad >= kLastId - step) return false;
            bad += step;
            if (step < kLastId / 2) step *= 2;
        }
        std::int64_t good = bad < kLastId - step ? bad + step : kLastId;
        while (good - bad > 1) {
            const std::int64_t middle = bad + (good - bad) / 2;
            (can_start_at(middle) ? good : bad) = middle;
        }
        next_ = good;
        return true;
    }

    const Connection& connection_;
    const std::string_view& sql_;
    std::int64_t next_ = 0;
    ScannedIds found_;
};

auto key_of(const MetricRow& row) {
    return std::tie(row.run_id, row.metric.group, row.metric.label, row.step);
}

[[noreturn]] void missing(const Connection& connection, const std::string& what) {
    throw NotACheckpointFile(
        what +
            ": recover the tables first (sqlite3 FILE .recover | sqlite3 RECOVERED), then salvage"
            " what that made",
        {.file = connection.file()});
}

bool is_table(const Connection& connection, std::string_view name) {
    Query row = connection.query(sql::kIsTable);
    return row.bind(name).step() && row.integer(0) != 0;
}

}  // namespace

void check_salvageable(const Connection& connection) {
    constexpr std::array kNeeded = {"run", "tree", "checkpoint", "leaf", "leaf_chunk", "chunk"};
    try {
        for (const char* const name : kNeeded) {
            if (!is_table(connection, name)) {
                missing(connection, "there is no table '" + std::string(name) + "'");
            }
        }
    } catch (const Corrupt& error) {
        missing(connection, "the list of tables cannot be read: " + error.message());
    }
    for (const std::string_view* const sql :
         {&sql::kRunRow, &sql::kTree, &sql::kCheckpointRow, &sql::kLeafById, &sql::kChunksOfLeaf}) {
        try {
            static_cast<void>(connection.query(*sql));  // prepares it
        } catch (const Error& error) {
            missing(connection, "a table lacks what a checkpoint needs: " + error.message());
        }
    }
}

void check_known_features(const Connection& connection) {
    // A table that cannot be read says nothing.
    can_read([&] {
        if (is_table(connection, "feature")) check_features(connection, false);
    });
}

bool has_metrics(const Connection& connection) {
    return is_table(connection, "metric") &&
           can_read([&] { static_cast<void>(connection.query(sql::kMetricRows)); });
}

ScannedIds scan_ids(const Connection& connection, ScannedTable table) {
    return IdScan(connection, ids_from(table)).run();
}

RunRow read_run(const Connection& connection, std::int64_t id) {
    Query row = connection.query(sql::kRunRow);
    if (!row.bind(id).step()) throw Corrupt("its row is gone");
    return {.id = id,
            .run = {.name = std::string(row.text(0)),
                    .uuid = std::string(row.text(1)),
                    .config = std::string(row.text(2)),
                    .created_at = std::string(row.text(3)),
                    .finished_at = std::string(row.text(4)),
                    .parent_step = row.optional_integer(6)},
            .parent_id = row.optional_integer(5)};
}

CheckpointRow read_checkpoint_row(const Connection& connection, std::int64_t id) {
    Query row = connection.query(sql::kCheckpointRow);
    if (!row.bind(id).step()) throw Corrupt("its row is gone");
    if (row.integer(12) != 1) throw Corrupt(kMistypedRow);
    return {.run_id = row.integer(0),
            .checkpoint = {.id = id,
                           .prefix = std::string(row.text(1)),
                           .step = row.integer(2),
                           .version = row.integer(3),
                           .loss = row.optional_real(6),
                           .n_completed_steps = row.optional_integer(7),
                           .elapsed_time = row.optional_real(8),
                           .pinned = row.integer(9) != 0,
                           .note = std::string(row.text(10)),
                           .created_at = std::string(row.text(11)),
                           .tree_id = row.integer(5)},
            .metrics = std::string(row.text(4))};
}

bool scan_metrics(const Connection& connection, const std::function<void(const MetricRow&)>& visit,
                  const std::function<void()>& on_mistyped) {
    std::optional<MetricRow> last;
    // What `visit` throws is no damage: only the step itself may fail.
    const auto scan = [&](std::string_view sql, auto is_new) {
        Query row = connection.query(sql);
        for (;;) {
            bool more = false;
            if (!can_read([&] { more = row.step(); })) return false;
            if (!more) return true;
            MetricRow metric;
            if (!can_read([&] { metric = read_metric(row); })) {
                on_mistyped();
                continue;
            }
            if (!is_new(metric)) return false;
            visit(metric);
            last = std::move(metric);
        }
    };
    if (scan(sql::kMetricRows,
             [&](const MetricRow& row) { return !last || key_of(*last) < key_of(row); })) {
        return true;
    }
    const auto from_front = std::exchange(last, std::nullopt);
    scan(sql::kMetricRowsBackward, [&](const MetricRow& row) {
        return (!last || key_of(row) < key_of(*last)) &&
               (!from_front || key_of(*from_front) < key_of(row));
    });
    return false;
}

bool has_tag_table(const Connection& connection) {
    return is_table(connection, "checkpoint_tag");
}

bool has_newer_tables(const Connection& connection) {
    if (!has_row_digests(connection)) return is_table(connection, "run_digest");
    return connection.pragma_integer(sql::kUserVersion) < format::kTaggedVersion &&
           has_tag_table(connection);
}

bool scan_tags(const Connection& connection,
               const std::function<void(std::string_view, std::int64_t)>& visit) {
    std::vector<std::pair<std::string, std::int64_t>> found;
    const bool whole = can_read([&] {
        Query row = connection.query(sql::kTags);
        while (row.step()) found.emplace_back(row.text(0), row.integer(1));
    });
    for (const auto& [tag, checkpoint_id] : found) visit(tag, checkpoint_id);
    return whole;
}

}  // namespace ckptlite::db
