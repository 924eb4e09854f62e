#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/demo.sh with the programs of a build: what it shows, and that it resumes.

usage: test_demo.py BUILD [unittest arguments]
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = None  # set at the end of this file
BEST = "SELECT step, metrics->>'$.eval.loss' FROM checkpoint ORDER BY 2 LIMIT 1"


def answer(shown, command_end):
    """What is printed below the command that ends like this, up to an empty line."""
    found = re.search(rf"^\$ .*{re.escape(command_end)}\n(.*?)(?:\n\n|\Z)", shown, re.M | re.S)
    assert found, f"no command ends with {command_end!r} in:\n{shown}"
    return found[1]


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "a text").write_text("the cat sat on the mat, and then it sat. " * 50)

    def demo(self, *arguments):
        return subprocess.run(
            ["sh", str(ROOT / "tools" / "demo.sh"), "--programs", BUILD, *arguments],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    def shown(self, *arguments):
        done = self.demo("--db", "demo.db", "--steps", "10", *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def test_sql_and_the_command_name_the_same_best_checkpoint(self):
        shown = self.shown("a text").stdout
        step, loss = answer(shown, f'demo.db "{BEST}"').split("|")
        best = json.loads(answer(shown, "best demo.db eval/loss --lowest --json"))
        best = best[0] if isinstance(best, list) else best
        self.assertEqual(best["step"], int(step))
        self.assertAlmostEqual(best["metrics"]["eval"]["loss"], float(loss), places=9)
        self.assertIn(f"is that of step {step},", shown)

    def test_a_second_call_resumes(self):
        self.shown("a text")
        second = self.shown("a text")
        self.assertIn("after step 10", second.stderr)
        self.assertRegex(second.stdout, r"checkpoint +│ 20 ")

    def test_every_question_has_an_answer(self):
        shown = self.shown("a text").stdout
        commands = re.findall(r"^\$ ", shown, re.M)
        self.assertEqual(len(commands), 8)
        for expected in ("train_loss", "stored_nbytes", "demo.db\n", "/model_params/"):
            self.assertIn(expected, shown)

    def test_wrong_options_are_usage_errors(self):
        for words in (["--steps", "many"], ["--steps"], ["--frobnicate"]):
            done = self.demo(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("sh tools/demo.sh [--db FILE]", done.stderr)


if __name__ == "__main__":
    BUILD = sys.argv.pop(1)
    unittest.main()
