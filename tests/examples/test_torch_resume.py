#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example with libtorch, killed and resumed, has the losses of an uninterrupted run.

usage: test_torch_resume.py TORCH_MLP [unittest arguments]
RESUME_TEST_SEED repeats the kills of an earlier run, as far as the machine's timing allows.
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from killed_run import HISTORY, leaves, rows, run_to_the_end

SEED = int(os.environ.get("RESUME_TEST_SEED", random.SystemRandom().randrange(2**32)))
TRAINER = None  # set at the end of this file
STEPS = 200
FEWEST_KILLS = 3


class TorchResume(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def command(self, db):
        return [TRAINER, "--db", str(db), "--steps", str(STEPS), "--save-every", "4"]

    def run_at_once(self, db):
        done = subprocess.run(
            self.command(db), capture_output=True, text=True, timeout=120, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_killed_and_resumed_losses_are_those_of_an_uninterrupted_run(self):
        whole = self.folder / "whole.db"
        self.run_at_once(whole)
        killed = self.folder / "killed.db"
        run_to_the_end(self.command(killed), random.Random(SEED), FEWEST_KILLS, 8)
        losses = rows(whole, HISTORY)
        self.assertEqual([step for _, _, step, _ in losses], [*range(1, STEPS + 1)])
        self.assertLess(losses[-1][3], losses[0][3])
        self.assertEqual(rows(killed, HISTORY), losses)
        self.assertGreaterEqual(len(leaves(whole)), 20)
        self.assertEqual(leaves(killed), leaves(whole))

    def test_parameters_buffers_and_the_state_of_adam_are_stored(self):
        db = self.folder / "run.db"
        self.run_at_once(db)
        paths = [path for path, _, _ in leaves(db)]
        for path in (
            "/model_params/hidden/weight",
            "/model_state/norm/running_mean",
            "/optimizer_state/state/#0/exp_avg_sq",
            "/optimizer_state/param_groups/0/lr",
        ):
            self.assertIn(path, paths)

    def test_a_finished_run_is_left_as_it_is(self):
        db = self.folder / "run.db"
        self.run_at_once(db)
        before = leaves(db)
        self.assertIn(f"resumed after step {STEPS}", self.run_at_once(db).stderr)
        self.assertEqual(leaves(db), before)

    def test_wrong_arguments_are_usage_errors(self):
        for words in (["--steps", "3"], ["--db"], ["--frobnicate", "1"]):
            refused = subprocess.run(
                [TRAINER, *words], capture_output=True, text=True, timeout=60, check=False
            )
            self.assertEqual(refused.returncode, 1, words)
            self.assertIn("usage: torch_mlp", refused.stderr)


if __name__ == "__main__":
    TRAINER = sys.argv.pop(1)
    print(f"RESUME_TEST_SEED={SEED}", file=sys.stderr)
    unittest.main()
