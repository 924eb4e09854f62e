#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A run of the example that is killed and resumed is the same run, bit by bit.

usage: test_resume.py TRAIN_CHAR_LM [unittest arguments]
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
STEPS = 100
EVAL_EVERY = 5
FEWEST_KILLS = 3
WORDS = "the cat sat on a mat and saw that fat rat eat oats at noon".split()


def write_text(file, alphabet=""):
    words = random.Random(1)
    file.write_text(" ".join(words.choice(WORDS) for _ in range(3000)) + alphabet)


def best(db):
    return rows(
        db, "SELECT step, metrics->>'$.eval.loss' FROM checkpoint ORDER BY 2, 1 DESC LIMIT 1"
    )


class Resume(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.text = self.folder / "text"
        write_text(self.text)

    def command(self, db, *arguments):
        base = [TRAINER, "--db", db, "--hidden", 16, "--eval-every", EVAL_EVERY]
        return [str(word) for word in (*base, *arguments, self.text)]

    def train(self, db, *arguments):
        return subprocess.run(
            self.command(db, *arguments), capture_output=True, text=True, timeout=120, check=False
        )

    def uninterrupted(self, *arguments):
        db = self.folder / "uninterrupted.db"
        done = self.train(db, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return db, done

    def killed_and_resumed(self):
        db = self.folder / "killed.db"
        run_to_the_end(self.command(db, "--steps", STEPS), random.Random(SEED), FEWEST_KILLS, 4)
        return db

    def test_killed_and_resumed_weights_are_those_of_an_uninterrupted_run(self):
        whole, _ = self.uninterrupted("--steps", STEPS)
        killed = self.killed_and_resumed()
        self.assertGreaterEqual(len(leaves(whole)), 18)
        self.assertEqual(leaves(killed), leaves(whole))
        self.assertEqual(rows(killed, HISTORY), rows(whole, HISTORY))
        self.assertEqual(best(killed), best(whole))
        self.assertEqual(rows(killed, "SELECT * FROM tree WHERE staged_by IS NOT NULL"), [])

    def test_every_step_is_in_the_history(self):
        db, _ = self.uninterrupted("--steps", STEPS)
        for metric, first, every in (("train/loss", 1, 1), ("eval/loss", EVAL_EVERY, EVAL_EVERY)):
            steps = rows(
                db,
                "SELECT step FROM history WHERE metric_group || '/' || metric = "
                f"'{metric}' AND value > 0 ORDER BY step",
            )
            self.assertEqual([step for step, in steps], [*range(first, STEPS + 1, every)])

    def test_more_steps_in_two_calls_equal_one_call(self):
        whole, _ = self.uninterrupted("--steps", 20)
        parts = self.folder / "parts.db"
        for _ in range(2):
            self.assertEqual(self.train(parts, "--more", 10).returncode, 0)
        self.assertEqual(leaves(parts), leaves(whole))

    def test_another_seed_gives_other_weights(self):
        db, _ = self.uninterrupted("--steps", 5)
        other = self.folder / "other.db"
        self.train(other, "--steps", 5, "--seed", 2)
        self.assertNotEqual(leaves(other), leaves(db))

    def test_a_finished_run_says_so_and_shows_its_best_checkpoint(self):
        db, first = self.uninterrupted("--steps", 10)
        before = db.read_bytes()
        again = self.train(db, "--steps", 10)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("at step 10 already", again.stderr)
        self.assertIn(f"is that of step {best(db)[0][0]},", again.stdout)
        self.assertEqual(again.stdout, first.stdout)
        self.assertEqual(db.read_bytes(), before)

    def test_texts_with_other_characters_are_refused(self):
        db, _ = self.uninterrupted("--steps", 5)
        before = db.read_bytes()
        write_text(self.text, alphabet="!?")
        refused = self.train(db, "--steps", 10)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("other characters", refused.stderr)
        self.assertEqual(db.read_bytes(), before)

    def test_texts_that_cannot_be_used_are_named(self):
        short = self.folder / "short"
        short.write_text("too short")
        for text, said in ((self.folder, "folder"), ("absent", "absent"), (short, "too short")):
            self.text = text
            refused = self.train(self.folder / "none.db")
            self.assertEqual(refused.returncode, 1, text)
            self.assertIn(said, refused.stderr)
        self.assertFalse((self.folder / "none.db").exists())

    def test_wrong_arguments_are_usage_errors(self):
        for words in (["--steps", "ten"], ["--eval-every", "0"], ["--frobnicate", "1"]):
            refused = self.train(self.folder / "none.db", *words)
            self.assertEqual(refused.returncode, 2, words)
            self.assertIn("usage: train_char_lm", refused.stderr)
        self.assertFalse((self.folder / "none.db").exists())


if __name__ == "__main__":
    TRAINER = sys.argv.pop(1)
    print(f"RESUME_TEST_SEED={SEED}", file=sys.stderr)
    unittest.main()
