// SPDX-License-Identifier: MIT
// checkpoint_tag: names of single checkpoints. Each change of it renews its one digest.
#include "db/sql.hpp"
#include "db/store_schema.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "format/schema.hpp"

namespace ckptlite::db {
namespace {

format::SetDigest digest_of(std::string_view tag, std::int64_t checkpoint_id) {
    return format::SetDigest(format::tag_row_digest(tag, checkpoint_id));
}

}  // namespace

bool has_tags(const Connection& connection) {
    return connection.pragma_integer(sql::kUserVersion) >= format::kTaggedVersion ||
           is_defined(connection, "checkpoint_tag");
}

TagsOf tags_between(const Connection& connection, std::int64_t first_id, std::int64_t last_id) {
    TagsOf found;
    if (!has_tags(connection)) return found;
    Query row = connection.query(sql::kTagsBetween);
    row.bind(first_id, last_id);
    while (row.step()) found[row.integer(0)].emplace_back(row.text(1));
    return found;
}

std::vector<TagInfo> select_tags(const Connection& connection) {
    const ReadTransaction snapshot(connection);
    std::vector<TagInfo> found;
    if (!has_tags(connection)) return found;
    std::vector<std::pair<std::string, std::int64_t>> rows;
    {
        Query row = connection.query(sql::kTags);
        while (row.step()) rows.emplace_back(row.text(0), row.integer(1));
    }
    for (auto& [tag, id] : rows) {
        auto checkpoint = find_checkpoint(connection, id);
        if (checkpoint) found.push_back({std::move(tag), std::move(*checkpoint)});
    }
    return found;
}

std::optional<std::int64_t> find_tag(const Connection& connection, std::string_view tag) {
    if (!has_tags(connection)) return std::nullopt;
    Query row = connection.query(sql::kTag);
    if (!row.bind(tag).step()) return std::nullopt;
    return row.integer(0);
}

void set_tag(const Connection& connection, std::string_view tag, std::int64_t checkpoint_id) {
    remove_tag(connection, tag);
    connection.query(sql::kInsertTag).bind(tag, checkpoint_id).run();
    change_tag_digest(connection, digest_of(tag, checkpoint_id));
}

bool remove_tag(const Connection& connection, std::string_view tag) {
    const auto old = find_tag(connection, tag);
    if (!old) return false;
    connection.query(sql::kDeleteTag).bind(tag).run();
    format::SetDigest change;
    change.subtract(digest_of(tag, *old));
    change_tag_digest(connection, change);
    return true;
}

}  // namespace ckptlite::db
