#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`ckptlite tensorboard`: what is in the event files, and what the command says.

usage: test_cli_tensorboard.py CKPTLITE MAKE_FIXTURE [unittest arguments]
"""
import math
import sqlite3
import struct
from datetime import datetime

from cli_case import CliTest, main, run
from event_files import scalars


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def float32(value):
    return math.nan if value is None else struct.unpack("<f", struct.pack("<f", value))[0]


class Tensorboard(CliTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "logs"

    def history(self, name):
        return self.rows("SELECT metric_group || '/' || metric, step, value, at FROM metric"
                         " WHERE run_id = (SELECT id FROM run WHERE name = ?)"
                         " ORDER BY metric_group, metric, step", name)

    def rows(self, sql, *arguments):
        connection = sqlite3.connect(self.file)
        self.addCleanup(connection.close)
        with connection:
            return connection.execute(sql, arguments).fetchall()

    def test_every_value_stands_in_the_event_file_of_its_run(self):
        done = run("tensorboard", self.file, self.out)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        total = 0
        for name, created in self.rows("SELECT name, created_at FROM run"):
            expected = self.history(name)
            if not expected:
                continue
            (file,) = [path for path in (self.out / name).iterdir() if path.is_file()]
            self.assertEqual(file.name, f"events.out.tfevents.{int(seconds(created))}.ckptlite")
            started, found = scalars(file)
            self.assertAlmostEqual(started, seconds(created), places=6)
            self.assertEqual(len(found), len(expected))
            for (tag, step, value, at), (name_, step_, value_, at_) in zip(found, expected):
                self.assertEqual((tag, step, repr(value)), (name_, step_, repr(float32(value_))))
                self.assertAlmostEqual(at, seconds(at_), places=6)
            total += len(found)
        self.assertEqual([(total,)], self.rows("SELECT count(*) FROM metric"))
        self.assertGreater(total, 10)
        self.assertIn(f"{total} values", done.stdout)

    def test_json_counts_what_was_written(self):
        report = self.json_of("tensorboard", self.file, self.out, "--run", "alpha")
        (n_metrics, n_values), = self.rows(
            "SELECT count(DISTINCT metric_group || '/' || metric), count(*) FROM metric"
            " WHERE run_id = (SELECT id FROM run WHERE name = 'alpha')")
        (file,) = (self.out / "alpha").iterdir()
        self.assertEqual(report, {"out": str(self.out), "runs": 1, "metrics": n_metrics,
                                  "values": n_values, "nbytes": file.stat().st_size,
                                  "infinite": 0})

    def test_values_too_large_for_float32_are_named(self):
        self.rows("UPDATE metric SET value = -1e300 WHERE step = 100 AND metric = 'loss'"
                  " AND run_id = (SELECT id FROM run WHERE name = 'alpha')")
        done = run("tensorboard", self.file, self.out)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr,
                         "ckptlite: 1 value is too large for float32 and became infinite\n")
        (file,) = (self.out / "alpha").iterdir()
        self.assertIn(("eval/loss", 100, -math.inf), [row[:3] for row in scalars(file)[1]])

    def test_negative_and_large_steps_are_kept(self):
        for step in (-7, 2**62):
            self.rows("INSERT INTO metric SELECT id, 'a', 'b', ?, 1.5, created_at FROM run"
                      " WHERE name = 'alpha'", step)
        run("tensorboard", self.file, self.out)
        (file,) = (self.out / "alpha").iterdir()
        steps = [row[1] for row in scalars(file)[1] if row[0] == "a/b"]
        self.assertEqual(steps, [-7, 2**62])

    def test_nothing_is_replaced(self):
        self.out.mkdir()
        done = run("tensorboard", self.file, self.out)
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is something of this name already", done.stderr)
        self.assertEqual(list(self.out.iterdir()), [])

    def test_a_run_that_is_not_there_is_answered_with_its_like(self):
        done = run("tensorboard", self.file, self.out, "--run", "alhpa")
        self.assertEqual(done.returncode, 1)
        self.assertIn("there are: alpha", done.stderr)
        self.assertFalse(self.out.exists())

    def test_a_time_that_is_none_is_damage_with_its_run(self):
        self.rows("UPDATE metric SET at = 'yesterday' WHERE step = 100")
        done = run("tensorboard", self.file, self.out)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "alpha.*'yesterday' is not a time")
        self.assertEqual([path.name for path in self.folder.iterdir() if "logs" in path.name], [])


if __name__ == "__main__":
    main()
