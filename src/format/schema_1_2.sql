-- What format 1.2 adds to 1.1.

CREATE TABLE run_digest (
    -- Digests of what the rows themselves say, for `ckptlite verify`: numbers, notes, times and
    -- statistics, which the digests of chunks, leaves and trees do not cover. After a change by
    -- hand that is meant: DROP TABLE run_digest; PRAGMA user_version = 1001; and ckptlite makes it
    -- anew when it next writes.
    kind   TEXT NOT NULL,     -- of a 'run', a 'checkpoint', a 'tree', or all of a run's 'metric'
    id     INTEGER NOT NULL,  -- the row's; of 'metric': the run's
    digest BLOB NOT NULL,     -- XXH3-128
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
