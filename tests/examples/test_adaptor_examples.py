#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The small examples of the adaptors say what they should.

usage: test_adaptor_examples.py NAME=PROGRAM... ; those that this build has
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = {}  # set at the end of this file


class AdaptorExamples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def said(self, name, *arguments):
        if name not in PROGRAMS:
            self.skipTest(f"this build has no {name}")
        done = subprocess.run(
            [PROGRAMS[name], *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_fit_with_eigen_in_two_parts_is_that_in_one(self):
        whole = self.said("eigen_regression", self.folder / "whole.db", 40)
        self.said("eigen_regression", self.folder / "parts.db", 15)
        parts = self.said("eigen_regression", self.folder / "parts.db", 40)
        self.assertTrue(parts.startswith("resumed after step 15\n"), parts)
        self.assertEqual(parts.partition("\n")[2], whole)

    def test_a_tensor_goes_in_and_out_through_dlpack(self):
        self.assertEqual(
            self.said("dlpack_handover", self.folder / "run.db").splitlines(),
            ["the producer's memory is free again", "0 3 6 9", "1 4 7 10", "2 5 8 11"],
        )


if __name__ == "__main__":
    while len(sys.argv) > 1 and "=" in sys.argv[1]:
        name, _, program = sys.argv.pop(1).partition("=")
        PROGRAMS[name] = program
    unittest.main()
