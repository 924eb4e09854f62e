#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""TensorBoard's own reader gives back every point of a history of 30,000 values.

usage: test_tensorboard_reads.py CKPTLITE MAKE_FIXTURE FOLDER
  FOLDER gets a virtual environment with the package, once; see tests/support/tool_environment.py
"""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tool_environment

tool_environment.enter(sys.argv[3], ["tensorboard"])

import math
import random
import sqlite3
import subprocess
import tempfile
import unittest
from datetime import datetime, timedelta, timezone

import numpy
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

CKPTLITE, MAKE_FIXTURE = sys.argv[1:3]
RUNS = ("alpha", "group/b\u00eata")
TAGS = ("train/loss", "eval/loss", "eval/a/b c")
STEPS = 5000


def some_values():
    """Of every size, with what is not finite among them."""
    chosen = random.Random(6)
    special = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1e-45, 1e-300, 1e300, 3.4e38, 1 / 3)
    return [special[i % len(special)] if i % 7 == 0 else
            chosen.uniform(-1, 1) * 10.0 ** chosen.randrange(-40, 38) for i in range(STEPS)]


class Reads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory()
        cls.addClassCleanup(made.cleanup)
        file = pathlib.Path(made.name) / "run.db"
        cls.out = pathlib.Path(made.name) / "logs"
        subprocess.run([MAKE_FIXTURE, str(file), "empty"], check=True)
        cls.start = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc)
        cls.points = {(run, tag): some_values() for run in RUNS for tag in TAGS}
        connection = sqlite3.connect(file)
        for run in RUNS:
            connection.execute(
                "INSERT INTO run (uuid, name, config, created_at) VALUES (?, ?, '{}', ?)",
                (f"00000000-0000-4000-8000-{RUNS.index(run):012}", run, cls.time(0)))
        for (run, tag), values in cls.points.items():
            connection.executemany(
                "INSERT INTO metric SELECT id, ?, ?, ?, ?, ? FROM run WHERE name = ?",
                [(*tag.split("/", 1), step * 10, value, cls.time(step), run)
                 for step, value in enumerate(values)])
        connection.commit()
        connection.close()
        subprocess.run([CKPTLITE, "tensorboard", str(file), str(cls.out)], check=True)

    @classmethod
    def time(cls, step):
        at = cls.start + timedelta(milliseconds=step * 1001)
        return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"

    def expected(self, run, tag):
        with numpy.errstate(over="ignore"):
            return [(step * 10, numpy.float32(value), self.start.timestamp() + step * 1.001)
                    for step, value in enumerate(self.points[run, tag])]

    def compare(self, found, run, tag):
        expected = self.expected(run, tag)
        self.assertEqual([point[0] for point in found], [point[0] for point in expected])
        numpy.testing.assert_array_equal(numpy.float32([point[1] for point in found]),
                                         numpy.float32([point[1] for point in expected]))
        numpy.testing.assert_allclose([point[2] for point in found],
                                      [point[2] for point in expected], rtol=0, atol=1e-5)

    def test_the_event_accumulator_reads_every_point(self):
        for run in RUNS:
            accumulator = EventAccumulator(str(self.out / run), size_guidance={"scalars": 0})
            accumulator.Reload()
            self.assertEqual(sorted(accumulator.Tags()["scalars"]), sorted(TAGS))
            for tag in TAGS:
                with self.subTest(run=run, tag=tag):
                    self.compare([(event.step, event.value, event.wall_time)
                                  for event in accumulator.Scalars(tag)], run, tag)

    def test_the_scalars_page_is_given_every_point(self):
        multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"scalars": 0})
        multiplexer.AddRunsFromDirectory(str(self.out))
        multiplexer.Reload()
        provider = data_provider.MultiplexerDataProvider(multiplexer, str(self.out))
        read = provider.read_scalars(context.RequestContext(), experiment_id="",
                                     plugin_name="scalars", downsample=10 * STEPS)
        self.assertEqual(sorted(read), sorted(RUNS))
        for run, tags in read.items():
            self.assertEqual(sorted(tags), sorted(TAGS))
            for tag, points in tags.items():
                with self.subTest(run=run, tag=tag):
                    self.compare([(one.step, one.value, one.wall_time) for one in points], run, tag)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
