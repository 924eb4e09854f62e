# SPDX-License-Identifier: MIT
"""The file that tests of real runs look into: two runs of the example trainer, alpha and beta, of
which beta diverges in the end. Their first arguments: CKPTLITE MAKE_FIXTURE TRAIN_CHAR_LM MAKE_DIVERGED.

alpha has steps 60, 80 and 100 and its best; beta the same, and steps 110 and 120 with a NaN in the
leaf /model_params/hidden/bias and an infinity in /model_params/output/kernel.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

from cli_case import CliTest

TRAIN_CHAR_LM, MAKE_DIVERGED = (os.path.abspath(path) for path in sys.argv[3:5])
del sys.argv[3:5]
TEXT = "the cat sat on the mat, and then the fat rat ate that. " * 60


def train(file, text, run, seed, steps=100):
    subprocess.run(
        [TRAIN_CHAR_LM, "--db", file, "--run", run, "--seed", str(seed), "--steps", str(steps),
         "--eval-every", "20", "--hidden", "16", text],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


class TrainedTest(CliTest):
    """As CliTest, with a file of the trainer."""

    @classmethod
    def setUpClass(cls):
        cls.class_folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.class_folder.name)
        (folder / "text").write_text(TEXT)
        original = folder / "trained.db"
        train(original, folder / "text", "alpha", 1)
        train(original, folder / "text", "beta", 2)
        subprocess.run([MAKE_DIVERGED, original, "beta"], check=True)
        cls.original = original.read_bytes()
