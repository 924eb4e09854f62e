# SPDX-License-Identifier: MIT
"""Files with long metric histories. First arguments: CKPTLITE MAKE_FIXTURE MAKE_CURVES."""
import os
import pathlib
import subprocess
import sys
import tempfile

from cli_case import CKPTLITE, CliTest

MAKE_CURVES = os.path.abspath(sys.argv[3])
del sys.argv[3:4]
SCRIPT_RUN = "<script>alert('&\"')</script>"  # what make_curves calls its second run


class CurvesTest(CliTest):
    """As CliTest, with a file of make_curves."""

    runs, points = 3, 10_000

    @classmethod
    def setUpClass(cls):
        cls.class_folder = tempfile.TemporaryDirectory()
        original = pathlib.Path(cls.class_folder.name) / "curves.db"
        subprocess.run([MAKE_CURVES, original, str(cls.runs), str(cls.points)], check=True)
        cls.original = original.read_bytes()
        cls.spike = (cls.points * 2 // 5, 77)


def start(*arguments):
    """A command that goes on; the caller ends it."""
    return subprocess.Popen(
        [CKPTLITE, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
