-- What format 1.1 adds to schema.sql: a new file gets it at once, a file of format 1.0 when it is
-- first opened for writing.

CREATE TABLE checkpoint_metric (
    -- The numbers of checkpoint.metrics once more, by value. NaN has no row, infinities are numbers:
    -- SELECT step, value FROM checkpoint_metric
    --     WHERE metric_group = 'eval' AND metric = 'loss' ORDER BY value LIMIT 1
    metric_group  TEXT NOT NULL,
    metric        TEXT NOT NULL,
    value         REAL NOT NULL,
    step          INTEGER NOT NULL,  -- this, run_id and prefix are the checkpoint's
    checkpoint_id INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE,
    run_id        INTEGER NOT NULL,
    prefix        TEXT NOT NULL,
    PRIMARY KEY (metric_group, metric, value, step, checkpoint_id),
    UNIQUE (checkpoint_id, metric_group, metric)
) STRICT, WITHOUT ROWID;

CREATE INDEX checkpoint_by_step ON checkpoint (step);
