#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""DuckDB, Datasette and pandas read a ckptlite file: what docs/QUERIES.md promises of them.

usage: test_tools.py MAKE_QUERIES_FILE FOLDER [unittest arguments]
  FOLDER gets a virtual environment with the packages, once; without network or packages the exit
  code is 77, which Meson reports as skipped, and the last line says what is missing
"""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tool_environment

tool_environment.enter(
    sys.argv[2], ["duckdb", "duckdb-extension-sqlite-scanner", "datasette", "pandas"])

import asyncio
import math
import sqlite3
import sysconfig
import tempfile
import unittest
import urllib.parse

import datasette.app
import duckdb
import pandas

from queries_page import make_file, queries


class Tool(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = pathlib.Path(cls.folder.name) / "run.db"
        make_file(sys.argv[1], cls.file)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def rows(self, sql):
        connection = sqlite3.connect(self.file)
        found = connection.execute(sql).fetchall()
        connection.close()
        return found


def plain(row):
    """NULL and NaN, and numbers that are written differently, compare equal."""
    return tuple(None if isinstance(value, float) and math.isnan(value)
                 else round(float(value), 9) if isinstance(value, (int, float)) else value
                 for value in row)


class DuckDB(Tool):
    def attached(self):
        connection = duckdb.connect()
        installed = pathlib.Path(sysconfig.get_path("purelib"), "duckdb_extension_sqlite_scanner")
        (extension,) = installed.rglob("*.duckdb_extension")
        connection.execute(f"LOAD '{extension}'")
        connection.execute(f"ATTACH '{self.file}' AS f (TYPE sqlite, READ_ONLY)")
        connection.execute("USE f")
        return connection

    def test_the_marked_queries_say_the_same_as_in_sqlite(self):
        connection = self.attached()
        asked = 0
        for query in queries():
            if query["portable"] is None:
                continue
            asked += 1
            with self.subTest(query["number"] + ". " + query["title"]):
                found = connection.execute(query["sql"]).fetchall()
                self.assertEqual([plain(row) for row in found],
                                 [plain(row) for row in self.rows(query["sql"])])
        self.assertGreaterEqual(asked, 10)

    def test_every_new_view_can_be_read(self):
        connection = self.attached()
        for view in ("history", "best_so_far", "tensor", "checkpoint_latest", "checkpoint_best",
                     "checkpoint_retention", "run_summary", "leaf_not_finite", "metric_summary"):
            with self.subTest(view=view):
                found = connection.execute(f"SELECT * FROM {view}").fetchall()
                self.assertEqual(len(found), len(self.rows(f"SELECT * FROM {view}")))


class Datasette(Tool):
    def test_the_page_of_every_table_and_view_answers(self):
        names = [row[0] for row in self.rows(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
        self.assertGreater(len(names), 20)
        before = self.file.read_bytes()
        served = datasette.app.Datasette([], immutables=[str(self.file)])

        async def get_all():
            for name in names:
                for ending in ("", ".json", "?_size=max"):
                    path = "/run/" + urllib.parse.quote(name) + ending
                    answer = await served.client.get(path)
                    self.assertEqual(answer.status_code, 200, path)
            asked = "?sql=" + urllib.parse.quote(queries()[0]["sql"].strip().rstrip(";"))
            answer = await served.client.get("/run.json" + asked + "&_shape=arrays")
            self.assertEqual(answer.status_code, 200)
            return answer.json()["rows"]

        rows = asyncio.run(get_all())
        self.assertEqual([tuple(row) for row in rows], self.rows(queries()[0]["sql"]))
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual(list(self.file.parent.iterdir()), [self.file])


class Pandas(Tool):
    def test_history_is_a_frame_with_numbers_and_nan(self):
        connection = sqlite3.connect(self.file)
        frame = pandas.read_sql("SELECT * FROM history", connection)
        connection.close()
        self.assertEqual(list(frame.columns),
                         ["run", "step", "metric_group", "metric", "value", "at"])
        self.assertEqual(len(frame), self.rows("SELECT count(*) FROM metric")[0][0])
        self.assertEqual(str(frame["value"].dtype), "float64")
        loss = frame[(frame.run == "hot") & (frame.metric_group == "eval")
                     & (frame.metric == "loss")].set_index("step").value
        self.assertEqual(list(loss.index), [100, 200, 300, 400])
        self.assertEqual(list(loss.isna()), [False, False, True, True])
        pivot = frame[frame.metric_group == "eval"].pivot_table(
            index="step", columns=["run", "metric"], values="value")
        self.assertAlmostEqual(pivot[("baseline", "loss")].min(),
                               self.rows("SELECT value FROM checkpoint_best WHERE run = 'baseline'"
                                         " AND metric = 'loss' AND best = 'lowest'")[0][0])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
