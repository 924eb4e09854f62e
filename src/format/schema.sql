-- The schema of a ckptlite file, format 1.0; schema_1_1.sql adds what came later. docs/FORMAT.md
-- explains it in full. The comments stand inside the statements so that `.schema` in the sqlite3
-- shell shows them.

CREATE TABLE feature (
    -- What a program must know to use this file, beyond the format version in user_version.
    name TEXT NOT NULL PRIMARY KEY,
    -- 'incompatible': do not open; 'read_compatible': read, do not write; 'compatible': ignore
    kind TEXT NOT NULL CHECK (kind IN ('incompatible', 'read_compatible', 'compatible'))
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    -- One training run. A file holds one or many.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,
    uuid          TEXT NOT NULL UNIQUE,  -- the same run in another file has the same uuid
    config        TEXT NOT NULL DEFAULT '{}',  -- hyperparameters, JSON
    created_at    TEXT NOT NULL,         -- RFC 3339, UTC: 2026-01-31T12:00:00.000Z
    finished_at   TEXT,                  -- NULL while the run goes on, or when it was killed
    parent_run_id INTEGER REFERENCES run (id),  -- the run it was resumed or forked from,
    parent_step   INTEGER                       -- and at which step
) STRICT;

CREATE TABLE tree (
    -- One stored pytree: its structure here, its leaves in `leaf`. Never changed once published.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    n_leaves      INTEGER NOT NULL,
    nbytes        INTEGER NOT NULL,  -- of all leaves, decoded
    stored_nbytes INTEGER NOT NULL,  -- of all leaves, encoded, as if nothing were shared
    digest        BLOB,              -- XXH3-128 over structure and leaf digests
    staged_by     TEXT,              -- NULL: published; else the process that is still writing it
    structure     TEXT NOT NULL      -- JSON: dict, list, tuple, namedtuple, null; "*" is a leaf
) STRICT;

CREATE TABLE checkpoint (
    -- A saved state of a run: a name for a tree, with its metrics. Only complete ones are here.
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id            INTEGER NOT NULL REFERENCES run (id),
    prefix            TEXT NOT NULL,     -- a series of its own: 'checkpoint', 'lowest:eval/loss'
    step              INTEGER NOT NULL,
    version           INTEGER NOT NULL DEFAULT 0,  -- of the tree's layout, in the program's counting
    metrics           TEXT NOT NULL DEFAULT '{}',
                      -- {"eval": {"loss": 0.31}}; not a number is "NaN", "Infinity", "-Infinity"
    tree_id           INTEGER NOT NULL REFERENCES tree (id),  -- several checkpoints may share one
    loss              REAL,
    n_completed_steps INTEGER,           -- since the previous checkpoint
    elapsed_time      REAL,              -- seconds since the previous checkpoint
    pinned            INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),  -- 1: retention keeps it
    note              TEXT NOT NULL DEFAULT '',
    created_at        TEXT NOT NULL,     -- RFC 3339, UTC
    UNIQUE (run_id, prefix, step)
) STRICT;

CREATE TABLE leaf (
    -- One tensor or plain value of a tree. Statistics are of its finite elements.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    tree_id       INTEGER NOT NULL REFERENCES tree (id),
    path          TEXT NOT NULL,     -- JSON Pointer into the tree: /model_params/dense_0/kernel
    kind          TEXT NOT NULL,     -- tensor, int, float, bool, complex, string or bytes
    dtype         TEXT,              -- tensors: float32, bfloat16, int64, ...
    shape         TEXT,              -- tensors: JSON array, outermost first
    nbytes        INTEGER NOT NULL,  -- decoded
    stored_nbytes INTEGER NOT NULL,  -- encoded
    min           REAL,
    max           REAL,
    mean          REAL,
    norm          REAL,              -- Euclidean
    nan_count     INTEGER NOT NULL,
    inf_count     INTEGER NOT NULL,
    digest        BLOB NOT NULL,     -- XXH3-128 over path, type and content
    data          BLOB,              -- a small leaf's bytes as they are; NULL: see leaf_chunk
    UNIQUE (tree_id, path)
) STRICT;

CREATE TABLE leaf_chunk (
    -- The pieces of a leaf that is not small, in order and without gaps.
    leaf_id    INTEGER NOT NULL REFERENCES leaf (id),
    first_byte INTEGER NOT NULL,     -- where in the decoded leaf this piece begins
    chunk_id   INTEGER NOT NULL REFERENCES chunk (id),
    PRIMARY KEY (leaf_id, first_byte)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunk (
    -- A piece of tensor data, stored once however many leaves share it.
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,     -- XXH3-128 of the decoded bytes
    codec  TEXT NOT NULL,            -- raw; zlib: see sqlar_uncompress(data, nbytes); planes
    nbytes INTEGER NOT NULL,         -- decoded
    data   BLOB NOT NULL
) STRICT;

CREATE TABLE metric (
    -- Every value ever reported. Outlives the checkpoints that retention deletes.
    run_id       INTEGER NOT NULL REFERENCES run (id),
    metric_group TEXT NOT NULL,      -- 'train', 'eval', ...
    metric       TEXT NOT NULL,      -- 'loss', ...
    step         INTEGER NOT NULL,
    value        REAL,               -- NULL: not a number
    at           TEXT NOT NULL,      -- RFC 3339, UTC
    PRIMARY KEY (run_id, metric_group, metric, step)
) STRICT, WITHOUT ROWID;

CREATE INDEX checkpoint_by_tree ON checkpoint (tree_id);

CREATE INDEX leaf_chunk_by_chunk ON leaf_chunk (chunk_id);

CREATE INDEX tree_staged ON tree (staged_by) WHERE staged_by IS NOT NULL;

CREATE INDEX tree_by_digest ON tree (digest);

CREATE VIEW history AS
    -- Every metric value ever reported, by run, metric and step.
    SELECT run.name AS run, metric.step, metric.metric_group, metric.metric, metric.value, metric.at
    FROM metric JOIN run ON run.id = metric.run_id;

CREATE VIEW best_so_far AS
    -- The history with the lowest and the highest value up to each step.
    SELECT run.name AS run, metric.step, metric.metric_group, metric.metric, metric.value,
           min(metric.value) OVER upto AS lowest_so_far,
           max(metric.value) OVER upto AS highest_so_far
    FROM metric JOIN run ON run.id = metric.run_id
    WINDOW upto AS (
        PARTITION BY metric.run_id, metric.metric_group, metric.metric ORDER BY metric.step
    );

CREATE VIEW tensor AS
    -- A row for each leaf of each checkpoint: type, size and statistics.
    SELECT run.name AS run, checkpoint.prefix, checkpoint.step, leaf.path, leaf.kind, leaf.dtype,
           leaf.shape, leaf.nbytes, leaf.stored_nbytes, leaf.min, leaf.max, leaf.mean, leaf.norm,
           leaf.nan_count, leaf.inf_count, leaf.id AS leaf_id, checkpoint.id AS checkpoint_id
    FROM checkpoint
    JOIN run ON run.id = checkpoint.run_id
    JOIN leaf ON leaf.tree_id = checkpoint.tree_id;

CREATE VIEW storage AS
    -- What each checkpoint takes; checkpoints that share a tree or chunks share the space.
    SELECT run.name AS run, checkpoint.prefix, checkpoint.step, tree.n_leaves, tree.nbytes,
           tree.stored_nbytes,
           round(100.0 * tree.stored_nbytes / max(tree.nbytes, 1), 1) AS percent,
           (SELECT count(*) FROM checkpoint AS other WHERE other.tree_id = tree.id) - 1
               AS others_with_this_tree,
           checkpoint.created_at
    FROM checkpoint
    JOIN run ON run.id = checkpoint.run_id
    JOIN tree ON tree.id = checkpoint.tree_id;
