#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every query of docs/QUERIES.md, run in the stock sqlite3 shell, prints what the page says.

usage: test_queries.py MAKE_QUERIES_FILE TRAIN_CHAR_LM [--update | unittest arguments]
  --update writes what the queries print now into the page
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from queries_page import PAGE, cells, make_file, queries, shell_output

MAKE_QUERIES_FILE, TRAIN_CHAR_LM = sys.argv[1:3]


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = pathlib.Path(cls.folder.name) / "run.db"
        make_file(MAKE_QUERIES_FILE, cls.file)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_there_are_twenty_and_at_least_ten_are_for_other_programs(self):
        found = queries()
        self.assertEqual([int(query["number"]) for query in found], list(range(1, 21)))
        self.assertGreaterEqual(sum(query["portable"] is not None for query in found), 10)
        text = PAGE.read_text(encoding="utf-8")
        self.assertEqual(text.count("```sql"), len(found))

    def test_each_query_prints_what_the_page_says(self):
        for query in queries():
            with self.subTest(query["number"] + ". " + query["title"]):
                code, output = shell_output(self.file, query["sql"])
                self.assertEqual(code, 0, output)
                self.assertGreater(len(cells(output)), 1, "no rows")
                self.assertEqual(cells(output), cells(query["output"]))

    def test_every_view_is_asked_something_here_or_in_the_readme(self):
        _, views = shell_output(self.file, "SELECT name FROM sqlite_schema WHERE type = 'view';")
        names = [row[0] for row in cells(views)[1:]]
        self.assertEqual(len(names), 10)
        asked = PAGE.read_text(encoding="utf-8")
        asked += (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
        for name in names:
            self.assertRegex(asked, rf"(FROM|JOIN) {name}\b")

    def test_each_query_runs_on_the_file_of_a_real_training(self):
        file = pathlib.Path(self.folder.name) / "trained.db"
        subprocess.run([TRAIN_CHAR_LM, "--db", str(file), "--steps", "40", "--eval-every", "20", str(PAGE)],
                       check=True, stdout=subprocess.DEVNULL)
        for query in queries():
            with self.subTest(query["number"] + ". " + query["title"]):
                code, output = shell_output(file, query["sql"])
                self.assertEqual(code, 0, output)
                self.assertNotIn("rror", output)


def update():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "run.db"
        make_file(MAKE_QUERIES_FILE, file)
        text = PAGE.read_text(encoding="utf-8")
        for query in reversed(queries()):
            code, output = shell_output(file, query["sql"])
            if code != 0:
                sys.exit(f"{query['number']}: {output}")
            text = text[: query.start("output")] + output + text[query.end("output"):]
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
    else:
        unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
