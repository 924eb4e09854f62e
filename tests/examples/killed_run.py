# SPDX-License-Identifier: MIT
"""Training runs that are killed at random moments and started again, and what their files hold."""

import contextlib
import sqlite3
import subprocess
import time

HISTORY = "SELECT metric_group, metric, step, value FROM metric ORDER BY 1, 2, 3"


def rows(db, query):
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute(query).fetchall()


def leaves(db):
    """Path, kind and digest of each leaf of the checkpoint that a run would resume from."""
    return rows(
        db,
        """SELECT path, kind, hex(digest) FROM leaf WHERE tree_id = (
               SELECT tree_id FROM checkpoint WHERE prefix = 'checkpoint'
               ORDER BY step DESC LIMIT 1)
           ORDER BY path""",
    )


def run_and_kill(command, moments, most_lines):
    """Kills after some lines of progress and a little while; false if it was done before."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        for _ in range(moments.randint(1, most_lines)):
            process.stderr.readline()
        time.sleep(moments.uniform(0, 0.01))
        process.kill()
        said = process.stderr.read()
    assert process.returncode in (0, -9), said
    return process.returncode != 0


def run_to_the_end(command, moments, fewest_kills, most_lines):
    """Starts the run again until it is done."""
    kills = 0
    while run_and_kill(command, moments, most_lines):
        kills += 1
        assert kills < 200, "the run does not get on"
    assert kills >= fewest_kills, "the run was too fast to be killed"
