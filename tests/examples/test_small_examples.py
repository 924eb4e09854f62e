#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the small examples and reads what they print.

test_small_examples.py MANY_RUNS DASHBOARD OWN_TENSOR
"""
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

MANY_RUNS, DASHBOARD, OWN_TENSOR = [os.path.abspath(path) for path in sys.argv[1:4]]


class SmallExamples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "runs.db"

    def run_example(self, *command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_the_best_of_many_runs_is_found_among_all(self):
        self.assertEqual(
            self.run_example(MANY_RUNS, self.file),
            f"The best is step 30 of the run 'right', loss {0.8 ** 60:.6g}.\n",
        )

    def test_many_runs_goes_on_where_it_was(self):
        self.run_example(MANY_RUNS, self.file)
        again = self.run_example(MANY_RUNS, self.file)
        self.assertIn("step 60 of the run 'right'", again)
        self.assertIn(f"loss {0.8 ** 120:.6g}.", again)

    def test_a_dashboard_lists_runs_best_checkpoints_and_last_metrics(self):
        self.run_example(MANY_RUNS, self.file)
        lines = self.run_example(DASHBOARD, self.file).splitlines()
        self.assertEqual(len(lines), 9)
        self.assertIn("right: finished, checkpoint of step 30", lines)
        self.assertIn(f"  best: step 30, eval/loss {0.8 ** 60:.6g}", lines)
        self.assertIn(f"  last: step 30, eval/loss {0.8 ** 60:.6g}", lines)
        # Of the run that diverges, the earlier of the two checkpoints that were kept is the best.
        self.assertIn(f"  best: step 20, eval/loss {1.02 ** 40:.6g}", lines)

    def test_a_dashboard_reads_beside_a_writer_and_changes_nothing(self):
        self.run_example(MANY_RUNS, self.file)
        before = self.file.read_bytes()
        writer = sqlite3.connect(self.file, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        self.assertIn("slow: finished", self.run_example(DASHBOARD, self.file))
        writer.execute("ROLLBACK")
        writer.close()
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["runs.db"])

    def test_a_dashboard_without_a_file_says_so(self):
        done = subprocess.run(
            [DASHBOARD, self.file], cwd=self.folder, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("runs.db", done.stderr)
        self.assertFalse(self.file.exists())

    def test_an_own_tensor_is_restored_where_it_lies(self):
        self.assertEqual(
            self.run_example(OWN_TENSOR), "episode 7, gain 0.25, 1 filter, in the same memory\n"
        )


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
