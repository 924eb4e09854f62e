-- What format 1.3 adds to 1.2: tags, and views for the questions people ask. They are for other
-- programs, too: no function and no syntax that DuckDB lacks. IF NOT EXISTS, since a file whose
-- run_digest was dropped by hand (see schema_1_2.sql) has all of this already.

CREATE TABLE IF NOT EXISTS checkpoint_tag (
    -- Names for single checkpoints: 'release', 'paper'. Retention keeps what has one.
    tag           TEXT NOT NULL PRIMARY KEY,  -- unique in the file
    checkpoint_id INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS checkpoint_tag_by_checkpoint ON checkpoint_tag (checkpoint_id);

CREATE INDEX IF NOT EXISTS leaf_with_nan_or_inf ON leaf (tree_id)
    WHERE nan_count > 0 OR inf_count > 0;

CREATE VIEW IF NOT EXISTS checkpoint_latest AS
    -- The checkpoint with the highest step of each run and prefix.
    SELECT run.name AS run, newest.prefix, newest.step, checkpoint.version, checkpoint.metrics,
           checkpoint.loss, checkpoint.note, checkpoint.created_at, tree.n_leaves, tree.nbytes,
           tree.stored_nbytes, checkpoint.id AS checkpoint_id
    FROM (
        SELECT run_id, prefix, max(step) AS step FROM checkpoint GROUP BY run_id, prefix
    ) AS newest
    JOIN checkpoint ON checkpoint.run_id = newest.run_id AND checkpoint.prefix = newest.prefix
                   AND checkpoint.step = newest.step
    JOIN run ON run.id = newest.run_id
    JOIN tree ON tree.id = checkpoint.tree_id;

CREATE VIEW IF NOT EXISTS checkpoint_best AS
    -- The checkpoint with the lowest and the one with the highest value of each run and metric. NaN
    -- and missing values never win, ties go to the later step.
    SELECT run.name AS run, winner.metric_group, winner.metric, winner.best, winner.value,
           checkpoint.prefix, checkpoint.step, checkpoint.created_at,
           checkpoint.id AS checkpoint_id
    FROM (
        SELECT run_id, metric_group, metric, best, value, (
            SELECT m.checkpoint_id FROM checkpoint_metric AS m
            WHERE m.metric_group = extreme.metric_group AND m.metric = extreme.metric
              AND m.value = extreme.value AND m.run_id = extreme.run_id
            ORDER BY m.step DESC, m.checkpoint_id DESC LIMIT 1
        ) AS checkpoint_id
        FROM (
            SELECT run_id, metric_group, metric, 'lowest' AS best, min(value) AS value
            FROM checkpoint_metric GROUP BY run_id, metric_group, metric
            UNION ALL
            SELECT run_id, metric_group, metric, 'highest' AS best, max(value) AS value
            FROM checkpoint_metric GROUP BY run_id, metric_group, metric
        ) AS extreme
    ) AS winner
    JOIN checkpoint ON checkpoint.id = winner.checkpoint_id
    JOIN run ON run.id = winner.run_id;

CREATE VIEW IF NOT EXISTS checkpoint_retention AS
    -- What a rule of retention looks at. The last 3 and the lowest eval/loss would leave out:
    -- WHERE newest > 3 AND pinned = 0 AND tags IS NULL AND lowest_of NOT LIKE '%"eval/loss"%'
    -- newest counts from the highest step of the run and prefix. lowest_of and highest_of are the
    -- metrics of which this checkpoint has the best value in its run and prefix.
    SELECT run.name AS run, c.prefix, c.step,
           row_number() OVER (PARTITION BY c.run_id, c.prefix ORDER BY c.step DESC) AS newest,
           c.pinned, tagged.tags,
           coalesce(won.lowest_of, '') AS lowest_of,
           coalesce(won.highest_of, '') AS highest_of,
           tree.stored_nbytes, c.created_at, c.id AS checkpoint_id
    FROM checkpoint AS c
    JOIN run ON run.id = c.run_id
    JOIN tree ON tree.id = c.tree_id
    LEFT JOIN (
        SELECT checkpoint_id, group_concat(tag, ', ') AS tags
        FROM checkpoint_tag GROUP BY checkpoint_id
    ) AS tagged ON tagged.checkpoint_id = c.id
    LEFT JOIN (
        SELECT checkpoint_id,
               group_concat(CASE WHEN best = 'lowest' THEN metric END, ' ') AS lowest_of,
               group_concat(CASE WHEN best = 'highest' THEN metric END, ' ') AS highest_of
        FROM (
            SELECT '"' || metric_group || '/' || metric || '"' AS metric, best, (
                SELECT m.checkpoint_id FROM checkpoint_metric AS m
                WHERE m.metric_group = extreme.metric_group AND m.metric = extreme.metric
                  AND m.value = extreme.value AND m.run_id = extreme.run_id
                  AND m.prefix = extreme.prefix
                ORDER BY m.step DESC LIMIT 1
            ) AS checkpoint_id
            FROM (
                SELECT run_id, prefix, metric_group, metric, 'lowest' AS best, min(value) AS value
                FROM checkpoint_metric GROUP BY run_id, prefix, metric_group, metric
                UNION ALL
                SELECT run_id, prefix, metric_group, metric, 'highest' AS best, max(value) AS value
                FROM checkpoint_metric GROUP BY run_id, prefix, metric_group, metric
            ) AS extreme
        ) AS winner
        GROUP BY checkpoint_id
    ) AS won ON won.checkpoint_id = c.id;

CREATE VIEW IF NOT EXISTS run_summary AS
    -- A row for each run: what is stored of it and where it comes from. Checkpoints share trees,
    -- and trees share chunks: the bytes are those of its trees, each counted once.
    WITH RECURSIVE line (run_id, lineage) AS (
        SELECT id, name FROM run WHERE parent_run_id IS NULL
        UNION ALL
        SELECT run.id, line.lineage || ' > ' || run.name
        FROM line JOIN run ON run.parent_run_id = line.run_id
    )
    SELECT run.name AS run, run.created_at, run.finished_at, saved.last_saved_at,
           coalesce(saved.checkpoints, 0) AS checkpoints, saved.first_step, saved.last_step,
           saved.seconds, coalesce(stored.trees, 0) AS trees,
           coalesce(stored.nbytes, 0) AS nbytes,
           coalesce(stored.stored_nbytes, 0) AS stored_nbytes,
           parent.name AS parent_run, run.parent_step, line.lineage, run.config, run.id AS run_id
    FROM run
    LEFT JOIN run AS parent ON parent.id = run.parent_run_id
    LEFT JOIN line ON line.run_id = run.id
    LEFT JOIN (
        SELECT run_id, count(*) AS checkpoints, min(step) AS first_step, max(step) AS last_step,
               sum(elapsed_time) AS seconds, max(created_at) AS last_saved_at
        FROM checkpoint GROUP BY run_id
    ) AS saved ON saved.run_id = run.id
    LEFT JOIN (
        SELECT used.run_id, count(*) AS trees, sum(tree.nbytes) AS nbytes,
               sum(tree.stored_nbytes) AS stored_nbytes
        FROM (SELECT DISTINCT run_id, tree_id FROM checkpoint) AS used
        JOIN tree ON tree.id = used.tree_id
        GROUP BY used.run_id
    ) AS stored ON stored.run_id = run.id;

CREATE VIEW IF NOT EXISTS leaf_not_finite AS
    -- Leaves in which a stored checkpoint has NaN or infinities: how many checkpoints, and the
    -- first and last step. No row means that all numbers are finite.
    SELECT run.name AS run, c.prefix, leaf.path, min(c.step) AS first_step,
           max(c.step) AS last_step, count(*) AS checkpoints,
           min(CASE WHEN leaf.nan_count > 0 THEN c.step END) AS first_nan_step,
           min(CASE WHEN leaf.inf_count > 0 THEN c.step END) AS first_inf_step,
           max(leaf.nan_count) AS most_nans, max(leaf.inf_count) AS most_infs
    FROM leaf
    JOIN checkpoint AS c ON c.tree_id = leaf.tree_id
    JOIN run ON run.id = c.run_id
    WHERE leaf.nan_count > 0 OR leaf.inf_count > 0
    GROUP BY c.run_id, run.name, c.prefix, leaf.path;

CREATE VIEW IF NOT EXISTS metric_summary AS
    -- A row for each metric of each run, over all that was ever reported. NaN is NULL in `metric`
    -- and counts neither for the lowest nor for the highest.
    SELECT run.name AS run, m.metric_group, m.metric, m.reports, m.first_step, m.last_step,
           latest.value AS last_value, m.lowest, m.highest, m.nan_count, m.first_nan_step,
           m.first_inf_step
    FROM (
        SELECT run_id, metric_group, metric, count(*) AS reports, min(step) AS first_step,
               max(step) AS last_step, min(value) AS lowest, max(value) AS highest,
               count(*) - count(value) AS nan_count,
               min(CASE WHEN value IS NULL THEN step END) AS first_nan_step,
               min(CASE WHEN abs(value) > 1.7976931348623157e308 THEN step END) AS first_inf_step
        FROM metric GROUP BY run_id, metric_group, metric
    ) AS m
    JOIN run ON run.id = m.run_id
    JOIN metric AS latest ON latest.run_id = m.run_id AND latest.metric_group = m.metric_group
                         AND latest.metric = m.metric AND latest.step = m.last_step;
