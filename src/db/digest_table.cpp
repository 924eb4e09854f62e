// SPDX-License-Identifier: MIT
// run_digest: what the rows of other tables were when this library wrote them.
#include "ckptlite/error.hpp"
#include "db/sql.hpp"
#include "db/tables.hpp"
#include "format/schema.hpp"

namespace ckptlite::db {
namespace {

// On disk: never rename.
constexpr std::string_view kRun = "run";
constexpr std::string_view kCheckpoint = "checkpoint";
constexpr std::string_view kTree = "tree";
constexpr std::string_view kMetric = "metric";
constexpr std::string_view kTag = "tag";
constexpr std::int64_t kAllTags = 0;  // their only id

void store(const Connection& connection, std::string_view kind, std::int64_t id,
           const Digest& digest) {
    connection.query(sql::kStoreDigest).bind(kind, id, digest).run();
}

std::optional<Digest> stored(const Connection& connection, std::string_view kind, std::int64_t id) {
    Query row = connection.query(sql::kStoredDigest);
    if (!row.bind(kind, id).step()) return std::nullopt;
    return row.digest(0);
}

void remove(const Connection& connection, std::string_view kind, std::int64_t id) {
    connection.query(sql::kRemoveDigest).bind(kind, id).run();
}

/// Of the row that `select` finds by its id, as it is now.
std::optional<Digest> current(const Connection& connection, std::string_view select,
                              std::int64_t id) {
    Query row = connection.query(select);
    if (!row.bind(id).step()) return std::nullopt;
    format::RowDigester digester;
    row.add_to(digester);
    return digester.finish();
}

void renew(const Connection& connection, std::string_view kind, std::string_view select,
           std::int64_t id) {
    if (const auto digest = current(connection, select, id)) store(connection, kind, id, *digest);
}

Digest digest_of_rows(Query& row) {
    format::SetDigest sum;
    format::RowDigester digester;
    while (row.step()) {
        row.add_to(digester);
        sum.add(format::SetDigest(digester.finish()));
    }
    return sum.digest();
}

Digest digest_of_metrics(const Connection& connection, std::int64_t run_id) {
    Query row = connection.query(sql::kMetricRowsOfRun);
    return digest_of_rows(row.bind(run_id));
}

Digest digest_of_tags(const Connection& connection) {
    Query row = connection.query(sql::kTags);
    return digest_of_rows(row);
}

/// Of a set of rows.
void change(const Connection& connection, std::string_view kind, std::int64_t id,
            const format::SetDigest& by) {
    format::SetDigest sum;
    if (const auto digest = stored(connection, kind, id)) sum = format::SetDigest(*digest);
    sum.add(by);
    store(connection, kind, id, sum.digest());
}

/// No row is a sum of 0.
bool is_as_written(const Connection& connection, std::string_view kind, std::int64_t id,
                   const Digest& now) {
    return now == stored(connection, kind, id).value_or(format::SetDigest().digest());
}

Digest digest_of_tree(const Connection& connection, const TreeRow& tree) {
    format::TreeRowsDigester digester;
    for (const LeafRow& leaf : select_leaves(connection, tree.id)) {
        digester.add_leaf(tree.id, leaf);
    }
    return digester.finish(tree);
}

}  // namespace

bool has_row_digests(const Connection& connection) {
    return connection.pragma_integer(sql::kUserVersion) >= format::kDigestedVersion;
}

void renew_run_digest(const Connection& connection, std::int64_t run_id) {
    renew(connection, kRun, sql::kWholeRun, run_id);
}

void renew_checkpoint_digest(const Connection& connection, std::int64_t checkpoint_id) {
    renew(connection, kCheckpoint, sql::kWholeCheckpoint, checkpoint_id);
}

void change_run(const Connection& connection, std::int64_t run_id,
                const std::function<void()>& change) {
    const bool as_written = run_is_as_written(connection, run_id);
    change();
    if (as_written) renew_run_digest(connection, run_id);
}

void change_checkpoint(const Connection& connection, std::int64_t checkpoint_id,
                       const std::function<void()>& change) {
    const bool as_written = checkpoint_is_as_written(connection, checkpoint_id);
    change();
    if (as_written) renew_checkpoint_digest(connection, checkpoint_id);
}

void remove_checkpoint_digest(const Connection& connection, std::int64_t checkpoint_id) {
    remove(connection, kCheckpoint, checkpoint_id);
}

void store_tree_digest(const Connection& connection, std::int64_t tree_id, const Digest& digest) {
    store(connection, kTree, tree_id, digest);
}

void remove_tree_digest(const Connection& connection, std::int64_t tree_id) {
    remove(connection, kTree, tree_id);
}

void change_metric_digest(const Connection& connection, std::int64_t run_id,
                          const format::SetDigest& by) {
    change(connection, kMetric, run_id, by);
}

void change_tag_digest(const Connection& connection, const format::SetDigest& by) {
    change(connection, kTag, kAllTags, by);
}

bool run_is_as_written(const Connection& connection, std::int64_t run_id) {
    return current(connection, sql::kWholeRun, run_id) == stored(connection, kRun, run_id);
}

bool checkpoint_is_as_written(const Connection& connection, std::int64_t checkpoint_id) {
    return current(connection, sql::kWholeCheckpoint, checkpoint_id) ==
           stored(connection, kCheckpoint, checkpoint_id);
}

bool tree_is_as_written(const Connection& connection, std::int64_t tree_id, const Digest& digest) {
    return stored(connection, kTree, tree_id) == digest;
}

bool metrics_are_as_written(const Connection& connection, std::int64_t run_id) {
    return is_as_written(connection, kMetric, run_id, digest_of_metrics(connection, run_id));
}

bool tags_are_as_written(const Connection& connection) {
    return is_as_written(connection, kTag, kAllTags, digest_of_tags(connection));
}

std::vector<std::string> rows_gone(const Connection& connection) {
    std::vector<std::string> found;
    Query row = connection.query(sql::kDigestsWithoutRow);
    while (row.step()) {
        found.push_back(std::string(row.text(0)) + " " + std::to_string(row.integer(1)));
    }
    return found;
}

void digest_all_rows(const Connection& connection) {
    for (const std::int64_t run : connection.query(sql::kRunIds).integers()) {
        renew_run_digest(connection, run);
        store(connection, kMetric, run, digest_of_metrics(connection, run));
    }
    for (const std::int64_t id : checkpoint_ids(connection)) {
        renew_checkpoint_digest(connection, id);
    }
    store(connection, kTag, kAllTags, digest_of_tags(connection));
    for (const std::int64_t id : connection.query(sql::kPublishedTreeIds).integers()) {
        try {
            const auto tree = find_tree(connection, id);
            if (tree) store_tree_digest(connection, id, digest_of_tree(connection, *tree));
        } catch (const Corrupt&) {
            // Verifying it says so, and that its digest is missing.
        }
    }
}

}  // namespace ckptlite::db
