// SPDX-License-Identifier: MIT
// Every statement of the library, in one place. Constants, so that a connection can keep them
// prepared; values come in as parameters only.
#pragma once

#include <string_view>

namespace ckptlite::db::sql {

// The file.
inline constexpr const char* kApplicationId = "PRAGMA application_id";
inline constexpr const char* kUserVersion = "PRAGMA user_version";
inline constexpr std::string_view kSchemaObjects =
    "SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL";
inline constexpr std::string_view kFeatures = "SELECT name, kind FROM feature";
inline constexpr const char* kPageSize = "PRAGMA page_size";
inline constexpr const char* kPageCount = "PRAGMA page_count";
inline constexpr const char* kFreePages = "PRAGMA freelist_count";
inline constexpr const char* kJournalMode = "PRAGMA journal_mode";
inline constexpr const char* kAutoVacuum = "PRAGMA auto_vacuum";
inline constexpr const char* kEmptyLog = "PRAGMA wal_checkpoint(TRUNCATE)";

// Runs.
inline constexpr std::string_view kFindRun = "SELECT id FROM run WHERE name = ?1";
inline constexpr std::string_view kInsertRun =
    "INSERT INTO run (name, uuid, created_at) VALUES (?1, ?2, ?3)";
inline constexpr std::string_view kConfigureRun =
    "UPDATE run SET config = ?2, finished_at = NULL,"
    "    parent_step = CASE WHEN ?3 IS NULL THEN coalesce(?4, parent_step) ELSE ?4 END,"
    "    parent_run_id = coalesce(?3, parent_run_id)"
    " WHERE id = ?1";
inline constexpr std::string_view kIsAncestor =
    "WITH RECURSIVE line (id) AS ("
    "    SELECT ?2 UNION SELECT parent_run_id FROM run JOIN line USING (id))"
    " SELECT 1 FROM line WHERE id = ?1";
inline constexpr std::string_view kFinishRun = "UPDATE run SET finished_at = ?2 WHERE id = ?1";
inline constexpr std::string_view kUpdateRun =
    "UPDATE run SET config = ?2, finished_at = ?3, parent_step = ?4 WHERE id = ?1";
inline constexpr std::string_view kLastActive =
    "SELECT max(at) FROM (SELECT created_at AS at FROM run WHERE id = ?1"
    "    UNION ALL SELECT finished_at FROM run WHERE id = ?1"
    "    UNION ALL SELECT max(created_at) FROM checkpoint WHERE run_id = ?1"
    "    UNION ALL SELECT max(at) FROM metric WHERE run_id = ?1)";
inline constexpr std::string_view kRuns =
    "SELECT run.id, run.name, run.uuid, run.config, run.created_at, run.finished_at, parent.name,"
    "       run.parent_step"
    " FROM run LEFT JOIN run AS parent ON parent.id = run.parent_run_id ORDER BY run.id";

// Checkpoints. Parameters ?1 to ?3 of a selection restrict run, prefix and step where not NULL.
// CROSS JOIN keeps the order of the loops: `checkpoint`, or what ranks it, is walked in the order
// that is asked for, so that a limit ends the walk early.
#define CKPTLITE_CHECKPOINT_COLUMNS                                                          \
    "SELECT c.id, run.name, c.prefix, c.step, c.version, c.metrics, c.loss,"                 \
    "       c.n_completed_steps, c.elapsed_time, c.pinned, c.note, c.created_at, c.tree_id," \
    "       tree.n_leaves, tree.nbytes, tree.stored_nbytes FROM "
#define CKPTLITE_CHECKPOINT                                \
    " checkpoint AS c CROSS JOIN run ON run.id = c.run_id" \
    " CROSS JOIN tree ON tree.id = c.tree_id "
#define CKPTLITE_RUN_ID "(SELECT id FROM run WHERE name = ?1)"
#define CKPTLITE_FILTER(T)                           \
    "(?1 IS NULL OR " T ".run_id = " CKPTLITE_RUN_ID \
    ") "                                             \
    "AND (?2 IS NULL OR " T ".prefix = ?2) AND (?3 IS NULL OR " T ".step = ?3)"
#define CKPTLITE_NEWEST " ORDER BY c.step DESC, c.id DESC LIMIT ?4"
inline constexpr std::string_view kCheckpoints =
    CKPTLITE_CHECKPOINT_COLUMNS CKPTLITE_CHECKPOINT "WHERE " CKPTLITE_FILTER("c") CKPTLITE_NEWEST;
inline constexpr std::string_view kCheckpointsAtStep =
    CKPTLITE_CHECKPOINT_COLUMNS CKPTLITE_CHECKPOINT "WHERE c.step = ?3 AND " CKPTLITE_FILTER("c")
        CKPTLITE_NEWEST;
inline constexpr std::string_view kCheckpointsOfSeries =
    CKPTLITE_CHECKPOINT_COLUMNS CKPTLITE_CHECKPOINT
    "WHERE c.run_id = " CKPTLITE_RUN_ID " AND c.prefix = ?2 AND ?3 IS NULL" CKPTLITE_NEWEST;
inline constexpr std::string_view kCheckpointById =
    CKPTLITE_CHECKPOINT_COLUMNS CKPTLITE_CHECKPOINT "WHERE c.id = ?1";
#define CKPTLITE_BEST(DIRECTION)                                      \
    CKPTLITE_CHECKPOINT_COLUMNS                                       \
    "checkpoint_metric AS m CROSS JOIN" CKPTLITE_CHECKPOINT           \
    "WHERE c.id = m.checkpoint_id "                                   \
    "AND m.metric_group = ?5 AND m.metric = ?6 AND " CKPTLITE_FILTER( \
        "m") " ORDER BY m.value " DIRECTION ", m.step DESC, m.checkpoint_id DESC LIMIT ?4"
inline constexpr std::string_view kLowest = CKPTLITE_BEST("ASC");
inline constexpr std::string_view kHighest = CKPTLITE_BEST("DESC");
// In a file of format 1.0 the same over the JSON. A metric's name may hold any character, which a
// JSON path cannot express: hence json_each. What is no number, "NaN" among it, has no row.
#define CKPTLITE_METRICS_OF_JSON                                                      \
    "WITH checkpoint_metric AS ("                                                     \
    "    SELECT g.key AS metric_group, m.key AS metric,"                              \
    "           CASE m.value WHEN 'Infinity' THEN 9e999 WHEN '-Infinity' THEN -9e999" \
    "           ELSE m.value END AS value,"                                           \
    "           checkpoint.step, checkpoint.id AS checkpoint_id, run_id, prefix"      \
    "    FROM checkpoint, json_each(metrics) AS g, json_each(g.value) AS m"           \
    "    WHERE g.type = 'object' AND (m.type IN ('integer', 'real')"                  \
    "        OR m.value IN ('Infinity', '-Infinity'))) "
inline constexpr std::string_view kLowestOfJson = CKPTLITE_METRICS_OF_JSON CKPTLITE_BEST("ASC");
inline constexpr std::string_view kHighestOfJson = CKPTLITE_METRICS_OF_JSON CKPTLITE_BEST("DESC");
// What retention asks of a series. Metrics take most of the time: ?3 says whether they are wanted.
inline constexpr std::string_view kSeries =
    "SELECT c.id, c.step, c.tree_id, c.pinned, c.created_at, tree.stored_nbytes,"
    "       CASE WHEN ?3 THEN c.metrics END"
    " FROM checkpoint AS c CROSS JOIN tree ON tree.id = c.tree_id"
    " WHERE c.run_id = " CKPTLITE_RUN_ID " AND c.prefix = ?2 ORDER BY c.step DESC";
// With min(), SQLite takes the other columns from the row that has it.
inline constexpr std::string_view kNonFiniteLeaves =
    "SELECT run.name, c.prefix, min(c.step), leaf.path, leaf.nan_count, leaf.inf_count"
    " FROM checkpoint AS c CROSS JOIN run ON run.id = c.run_id"
    " CROSS JOIN leaf ON leaf.tree_id = c.tree_id"
    " WHERE (leaf.nan_count > 0 OR leaf.inf_count > 0) AND " CKPTLITE_FILTER(
        "c") " GROUP BY c.run_id, leaf.path ORDER BY c.run_id, min(c.step), leaf.id";
#undef CKPTLITE_METRICS_OF_JSON
#undef CKPTLITE_BEST
#undef CKPTLITE_NEWEST
#undef CKPTLITE_FILTER
#undef CKPTLITE_RUN_ID
#undef CKPTLITE_CHECKPOINT
#undef CKPTLITE_CHECKPOINT_COLUMNS
inline constexpr std::string_view kFromStep =
    "SELECT id, step, tree_id, pinned FROM checkpoint"
    " WHERE run_id = ?1 AND prefix = ?2 AND step >= ?3 ORDER BY step";
inline constexpr std::string_view kInsertCheckpoint =
    "INSERT INTO checkpoint (run_id, prefix, step, version, metrics, tree_id, loss,"
    "    n_completed_steps, elapsed_time, pinned, note, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
inline constexpr std::string_view kInsertCheckpointMetric =
    "INSERT INTO checkpoint_metric"
    "    (checkpoint_id, run_id, prefix, step, metric_group, metric, value)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
// Only rows that agree with their checkpoint in all else.
inline constexpr std::string_view kCheckpointMetrics =
    "SELECT m.metric_group, m.metric, m.value FROM checkpoint_metric AS m"
    " JOIN checkpoint AS c ON c.id = m.checkpoint_id AND c.run_id = m.run_id"
    "    AND c.prefix = m.prefix AND c.step = m.step"
    " WHERE m.checkpoint_id = ?1";
inline constexpr std::string_view kMetricsOfAll =
    "SELECT id, run_id, prefix, step, metrics FROM checkpoint";
inline constexpr std::string_view kDeleteCheckpoint = "DELETE FROM checkpoint WHERE id = ?1";
inline constexpr std::string_view kPin = "UPDATE checkpoint SET pinned = ?2 WHERE id = ?1";
inline constexpr std::string_view kSetNote = "UPDATE checkpoint SET note = ?2 WHERE id = ?1";
inline constexpr std::string_view kTreeInUse =
    "SELECT EXISTS (SELECT 1 FROM checkpoint WHERE tree_id = ?1)";

// Tags.
inline constexpr std::string_view kTag = "SELECT checkpoint_id FROM checkpoint_tag WHERE tag = ?1";
inline constexpr std::string_view kTags =
    "SELECT tag, checkpoint_id FROM checkpoint_tag ORDER BY tag";
inline constexpr std::string_view kTagsBetween =
    "SELECT checkpoint_id, tag FROM checkpoint_tag WHERE checkpoint_id BETWEEN ?1 AND ?2"
    " ORDER BY checkpoint_id, tag";
inline constexpr std::string_view kInsertTag =
    "INSERT INTO checkpoint_tag (tag, checkpoint_id) VALUES (?1, ?2)";
inline constexpr std::string_view kDeleteTag = "DELETE FROM checkpoint_tag WHERE tag = ?1";

// Trees and leaves.
inline constexpr std::string_view kTree =
    "SELECT id, n_leaves, nbytes, stored_nbytes, digest, staged_by, structure"
    " FROM tree WHERE id = ?1";
inline constexpr std::string_view kPublishedTreeByDigest =
    "SELECT id FROM tree WHERE digest = ?1 AND staged_by IS NULL";
inline constexpr std::string_view kDigestOfPublishedTree =
    "SELECT digest FROM tree WHERE id = ?1 AND staged_by IS NULL";
inline constexpr std::string_view kStoredNbytesOfTree =
    "SELECT stored_nbytes FROM tree WHERE id = ?1";
inline constexpr std::string_view kUnsharedNbytesOfTree =
    "SELECT coalesce(sum(length(data)), 0) FROM chunk"
    " WHERE id IN (SELECT chunk_id FROM leaf JOIN leaf_chunk ON leaf_id = leaf.id"
    "    WHERE tree_id = ?1)"
    " AND NOT EXISTS (SELECT 1 FROM leaf_chunk JOIN leaf ON leaf.id = leaf_id"
    "    WHERE chunk_id = chunk.id AND tree_id != ?1)";
inline constexpr std::string_view kIsStagedBy =
    "SELECT 1 FROM tree WHERE id = ?1 AND staged_by = ?2";
inline constexpr std::string_view kRetireTree = "UPDATE tree SET staged_by = ?2 WHERE id = ?1";
inline constexpr std::string_view kStagedTrees =
    "SELECT id, staged_by FROM tree WHERE staged_by IS NOT NULL";
inline constexpr std::string_view kStageTree =
    "INSERT INTO tree (n_leaves, nbytes, stored_nbytes, staged_by, structure)"
    " VALUES (0, 0, 0, ?1, ?2)";
inline constexpr std::string_view kPublishTree =
    "UPDATE tree SET staged_by = NULL, n_leaves = ?2, nbytes = ?3, stored_nbytes = ?4, digest = ?5"
    " WHERE id = ?1";
inline constexpr std::string_view kDeleteTree = "DELETE FROM tree WHERE id = ?1";
inline constexpr std::string_view kInsertLeaf =
    "INSERT INTO leaf (tree_id, path, kind, dtype, shape, nbytes, stored_nbytes, min, max, mean,"
    "    norm, nan_count, inf_count, digest, data)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
inline constexpr std::string_view kCompleteLeaf =
    "UPDATE leaf SET stored_nbytes = ?2, min = ?3, max = ?4, mean = ?5, norm = ?6,"
    "    nan_count = ?7, inf_count = ?8, digest = ?9 WHERE id = ?1";
#define CKPTLITE_LEAF_COLUMNS                                                                      \
    "SELECT id, path, kind, dtype, shape, nbytes, stored_nbytes, min, max, mean, norm, nan_count," \
    "       inf_count, digest"
inline constexpr std::string_view kLeaves =
    CKPTLITE_LEAF_COLUMNS " FROM leaf WHERE tree_id = ?1 ORDER BY id";
inline constexpr std::string_view kLeavesWithData =
    CKPTLITE_LEAF_COLUMNS ", data FROM leaf WHERE tree_id = ?1 ORDER BY id";
inline constexpr std::string_view kLeafByPath =
    CKPTLITE_LEAF_COLUMNS " FROM leaf WHERE tree_id = ?1 AND path = ?2";
inline constexpr std::string_view kLeafById =
    CKPTLITE_LEAF_COLUMNS ", data FROM leaf WHERE id = ?1";
#undef CKPTLITE_LEAF_COLUMNS
inline constexpr std::string_view kLeafData = "SELECT data FROM leaf WHERE id = ?1";
inline constexpr std::string_view kLeafIds = "SELECT id FROM leaf WHERE tree_id = ?1 ORDER BY path";
// Lists of ids, as JSON: for each statement that foreign keys may stop half-way SQLite copies the
// pages it changes, so one for many rows costs much less than one for each.
inline constexpr std::string_view kDeleteLeavesOfList =
    "DELETE FROM leaf WHERE id IN (SELECT value FROM json_each(?1))";
inline constexpr std::string_view kDeleteLeaves = "DELETE FROM leaf WHERE tree_id = ?1";

// Chunks.
inline constexpr std::string_view kFindChunk =
    "SELECT id, nbytes, length(data) FROM chunk WHERE digest = ?1";
inline constexpr std::string_view kInsertChunk =
    "INSERT INTO chunk (digest, codec, nbytes, data) VALUES (?1, ?2, ?3, zeroblob(?4))";
inline constexpr std::string_view kChunkRootPage =
    "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = 'chunk'";
inline constexpr std::string_view kChunkDigests = "SELECT digest FROM chunk";
inline constexpr std::string_view kInsertLeafChunk =
    "INSERT INTO leaf_chunk (leaf_id, first_byte, chunk_id) VALUES (?1, ?2, ?3)";
inline constexpr std::string_view kChunksOfLeaf =
    "SELECT chunk.id, leaf_chunk.first_byte, chunk.nbytes, length(chunk.data), chunk.codec,"
    "       chunk.digest"
    " FROM leaf_chunk JOIN chunk ON chunk.id = leaf_chunk.chunk_id"
    " WHERE leaf_chunk.leaf_id = ?1 ORDER BY leaf_chunk.first_byte";
inline constexpr std::string_view kChunkIdsOfTree =
    "SELECT DISTINCT chunk_id FROM leaf_chunk JOIN leaf ON leaf.id = leaf_chunk.leaf_id"
    " WHERE leaf.tree_id = ?1";
inline constexpr std::string_view kFirstChunksOfLeaf =
    "SELECT leaf_chunk.first_byte, leaf_chunk.chunk_id, length(chunk.data)"
    " FROM leaf_chunk JOIN chunk ON chunk.id = leaf_chunk.chunk_id"
    " WHERE leaf_chunk.leaf_id = ?1 ORDER BY leaf_chunk.first_byte LIMIT 64";
inline constexpr std::string_view kDeleteLeafChunk =
    "DELETE FROM leaf_chunk WHERE leaf_id = ?1 AND first_byte = ?2";
inline constexpr std::string_view kDeleteLeafChunks =
    "DELETE FROM leaf_chunk WHERE leaf_id IN (SELECT id FROM leaf WHERE tree_id = ?1)";
#define CKPTLITE_UNUSED_OF_LIST                                 \
    " FROM chunk WHERE id IN (SELECT value FROM json_each(?1))" \
    " AND NOT EXISTS (SELECT 1 FROM leaf_chunk WHERE chunk_id = chunk.id)"
inline constexpr std::string_view kUnusedChunkBytes =
    "SELECT coalesce(sum(length(data)), 0)" CKPTLITE_UNUSED_OF_LIST;
inline constexpr std::string_view kDeleteUnusedChunks = "DELETE" CKPTLITE_UNUSED_OF_LIST;
#undef CKPTLITE_UNUSED_OF_LIST
inline constexpr std::string_view kAllChunks =
    "SELECT id, 0, nbytes, length(data), codec, digest FROM chunk ORDER BY id";

// Metrics.
inline constexpr std::string_view kInsertMetric =
    "INSERT INTO metric (run_id, metric_group, metric, step, value, at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
inline constexpr std::string_view kMetric =
    "SELECT value, at FROM metric"
    " WHERE run_id = ?1 AND metric_group = ?2 AND metric = ?3 AND step = ?4";
inline constexpr std::string_view kReplaceMetric =
    "UPDATE metric SET value = ?5, at = ?6"
    " WHERE run_id = ?1 AND metric_group = ?2 AND metric = ?3 AND step = ?4";
inline constexpr std::string_view kNonFiniteMetrics =
    "SELECT run.name, m.metric_group, m.metric, min(m.step), m.value"
    " FROM metric AS m CROSS JOIN run ON run.id = m.run_id"
    " WHERE (m.value IS NULL OR m.value IN (9e999, -9e999))"
    "    AND (?1 IS NULL OR run.name = ?1) AND (?2 IS NULL OR m.step = ?2)"
    " GROUP BY m.run_id, m.metric_group, m.metric ORDER BY m.run_id, min(m.step), 2, 3";
inline constexpr std::string_view kHistory =
    "SELECT metric.step, metric.value, metric.at FROM metric JOIN run ON run.id = metric.run_id"
    " WHERE run.name = ?1 AND metric.metric_group = ?2 AND metric.metric = ?3"
    " ORDER BY metric.step DESC LIMIT ?4";
#define CKPTLITE_METRIC_ROWS "SELECT run_id, metric_group, metric, step, value, at FROM metric"
inline constexpr std::string_view kMetricRows =
    CKPTLITE_METRIC_ROWS " ORDER BY run_id, metric_group, metric, step";
inline constexpr std::string_view kMetricRowsBackward =
    CKPTLITE_METRIC_ROWS " ORDER BY run_id DESC, metric_group DESC, metric DESC, step DESC";
#undef CKPTLITE_METRIC_ROWS
// From each group and name to the next one in the index: DISTINCT would read every row of the run.
inline constexpr std::string_view kMetricNames =
    "WITH RECURSIVE groups (run_id, name) AS ("
    "SELECT id, (SELECT min(metric_group) FROM metric WHERE run_id = run.id)"
    " FROM run WHERE run.name = ?1"
    " UNION ALL SELECT run_id, (SELECT min(m.metric_group) FROM metric AS m"
    " WHERE m.run_id = groups.run_id AND m.metric_group > groups.name)"
    " FROM groups WHERE name IS NOT NULL),"
    " names (run_id, metric_group, name) AS ("
    "SELECT run_id, name, (SELECT min(m.metric) FROM metric AS m"
    " WHERE m.run_id = groups.run_id AND m.metric_group = groups.name)"
    " FROM groups WHERE name IS NOT NULL"
    " UNION ALL SELECT run_id, metric_group, (SELECT min(m.metric) FROM metric AS m"
    " WHERE m.run_id = names.run_id AND m.metric_group = names.metric_group"
    " AND m.metric > names.name)"
    " FROM names WHERE name IS NOT NULL)"
    " SELECT metric_group, name FROM names WHERE name IS NOT NULL ORDER BY 1, 2";

// Digests of rows. Columns in the order of the tables' definitions, which is part of the format.
inline constexpr std::string_view kStoreDigest =
    "INSERT INTO run_digest (kind, id, digest) VALUES (?1, ?2, ?3)"
    " ON CONFLICT DO UPDATE SET digest = excluded.digest";
inline constexpr std::string_view kStoredDigest =
    "SELECT digest FROM run_digest WHERE kind = ?1 AND id = ?2";
inline constexpr std::string_view kRemoveDigest =
    "DELETE FROM run_digest WHERE kind = ?1 AND id = ?2";
inline constexpr std::string_view kWholeRun =
    "SELECT id, name, uuid, config, created_at, finished_at, parent_run_id, parent_step"
    " FROM run WHERE id = ?1";
inline constexpr std::string_view kWholeCheckpoint =
    "SELECT id, run_id, prefix, step, version, metrics, tree_id, loss, n_completed_steps,"
    "       elapsed_time, pinned, note, created_at FROM checkpoint WHERE id = ?1";
inline constexpr std::string_view kMetricRowsOfRun =
    "SELECT run_id, metric_group, metric, step, value, at FROM metric WHERE run_id = ?1"
    " ORDER BY metric_group, metric, step";
inline constexpr std::string_view kCountMetrics = "SELECT count(*) FROM metric WHERE run_id = ?1";
inline constexpr std::string_view kRunIds = "SELECT id FROM run";
inline constexpr std::string_view kPublishedTreeIds = "SELECT id FROM tree WHERE staged_by IS NULL";
inline constexpr std::string_view kDigestsWithoutRow =
    "SELECT kind, id FROM run_digest AS d WHERE NOT CASE kind"
    "    WHEN 'run' THEN EXISTS (SELECT 1 FROM run WHERE run.id = d.id)"
    "    WHEN 'metric' THEN EXISTS (SELECT 1 FROM run WHERE run.id = d.id)"
    "    WHEN 'checkpoint' THEN EXISTS (SELECT 1 FROM checkpoint WHERE checkpoint.id = d.id)"
    "    WHEN 'tree' THEN EXISTS (SELECT 1 FROM tree WHERE tree.id = d.id)"
    "    ELSE 1 END";

// Verification.
inline constexpr std::string_view kCheckpointIds = "SELECT id FROM checkpoint ORDER BY id";
inline constexpr std::string_view kTreesWithoutCheckpoint =
    "SELECT id FROM tree WHERE staged_by IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM checkpoint WHERE tree_id = tree.id)";
inline constexpr std::string_view kChunksWithoutLeaf =
    "SELECT id, length(data) FROM chunk"
    " WHERE NOT EXISTS (SELECT 1 FROM leaf_chunk WHERE chunk_id = chunk.id)";
// Only where an id would be given out again.
inline constexpr std::string_view kTablesBehindTheirIds =
    "WITH last (name, id) AS (SELECT 'run', max(id) FROM run UNION ALL"
    "    SELECT 'tree', max(id) FROM tree UNION ALL"
    "    SELECT 'checkpoint', max(id) FROM checkpoint UNION ALL"
    "    SELECT 'leaf', max(id) FROM leaf UNION ALL SELECT 'chunk', max(id) FROM chunk)"
    " SELECT name FROM last"
    " WHERE id > coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = last.name), 0)";
inline constexpr std::string_view kIntegrityCheck = "PRAGMA integrity_check(20)";
inline constexpr std::string_view kQuickCheck = "PRAGMA quick_check(20)";
inline constexpr std::string_view kForeignKeyCheck = "PRAGMA foreign_key_check";

// Rows of a file that may be damaged: by rowid only, for an index may be damaged, too. ?1 is the
// first id of a scan.
inline constexpr std::string_view kIsTable =
    "SELECT type = 'table' AND rootpage > 0 FROM sqlite_schema WHERE name = ?1";
inline constexpr std::string_view kRunIdsFrom =
    "SELECT id, 0 FROM run NOT INDEXED WHERE id >= ?1 ORDER BY id";
inline constexpr std::string_view kCheckpointIdsFrom =
    "SELECT id, 0 FROM checkpoint NOT INDEXED WHERE id >= ?1 ORDER BY id";
inline constexpr std::string_view kLeafIdsFrom =
    "SELECT id, tree_id FROM leaf NOT INDEXED WHERE id >= ?1 ORDER BY id";
inline constexpr std::string_view kRunRow =
    "SELECT name, uuid, config, created_at, finished_at, parent_run_id, parent_step"
    " FROM run WHERE id = ?1";
inline constexpr std::string_view kCheckpointRow =
    "SELECT run_id, prefix, step, version, metrics, tree_id, loss, n_completed_steps,"
    "       elapsed_time, pinned, note, created_at,"
    "       typeof(run_id) = 'integer' AND typeof(prefix) = 'text' AND typeof(step) = 'integer'"
    "           AND typeof(version) = 'integer' AND typeof(tree_id) = 'integer'"
    " FROM checkpoint WHERE id = ?1";
inline constexpr std::string_view kInsertWholeRun =
    "INSERT INTO run (name, uuid, config, created_at, finished_at, parent_step)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
inline constexpr std::string_view kSetParentRun = "UPDATE run SET parent_run_id = ?2 WHERE id = ?1";

}  // namespace ckptlite::db::sql
