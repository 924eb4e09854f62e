# SPDX-License-Identifier: MIT
"""docs/QUERIES.md as data, and the file that it asks. For the tests of this folder."""
import datetime
import pathlib
import re
import sqlite3
import subprocess

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "QUERIES.md"
QUERY = re.compile(
    r"^### (?P<number>\d+)\. (?P<title>.*?)(?P<portable> †)?\n"
    r"(?P<words>(?:(?!```|#).*\n)*)"
    r"```sql\n(?P<sql>[^`]*)```\n\n```\n(?P<output>[^`]*)```\n",
    re.MULTILINE,
)
# When the runs began; a step of theirs takes 0.7 s.
STARTED = {
    "baseline": "2026-01-05T09:00:00",
    "wide": "2026-01-05T10:00:00",
    "hot": "2026-01-05T11:30:00",
    "wide-resumed": "2026-01-06T08:00:00",
}


def queries():
    """Match objects with the groups number, title, portable, sql and output."""
    return list(QUERY.finditer(PAGE.read_text(encoding="utf-8")))


def time_of(run, seconds):
    at = datetime.datetime.fromisoformat(STARTED[run]) + datetime.timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds") + "Z"


def make_file(program, file):
    """Runs make_queries_file and puts fixed times in the place of those of now."""
    subprocess.run([program, str(file)], check=True)
    connection = sqlite3.connect(file)
    connection.create_function("time_of", 2, time_of)
    with connection:
        connection.executescript("""
            CREATE TEMP TABLE began AS
                SELECT run.id AS run_id, run.name AS run, coalesce(parent_step, 0) AS step,
                       max(checkpoint.step) AS last_step
                FROM run JOIN checkpoint ON run_id = run.id GROUP BY run.id;
            UPDATE run SET created_at = time_of(run.name, 0),
                finished_at = CASE WHEN finished_at IS NOT NULL THEN
                    (SELECT time_of(run, 1 + 0.7 * (last_step - step)) FROM began
                     WHERE run_id = run.id) END;
            UPDATE checkpoint SET created_at =
                (SELECT time_of(run, 0.7 * (checkpoint.step - began.step)) FROM began
                 WHERE began.run_id = checkpoint.run_id);
            UPDATE metric SET at =
                (SELECT time_of(run, 0.7 * (metric.step - began.step)) FROM began
                 WHERE began.run_id = metric.run_id);
        """)
    connection.close()


def shell_output(file, sql):
    done = subprocess.run(["sqlite3", "-batch", "-box", str(file)], input=sql,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return done.returncode, done.stdout


def cells(output):
    """Of a box: rows of texts. How a shell aligns them, and draws the lines, is its own affair."""
    return [[cell.strip() for cell in line.strip("│").split("│")]
            for line in output.splitlines() if line.startswith("│")]
