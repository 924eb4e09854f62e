# SPDX-License-Identifier: MIT
"""A virtual environment with packages from PyPI, for tests that only run when they are named."""
import os
import pathlib
import subprocess
import sys

SKIPPED = 77  # which Meson reports as skipped


def _install(folder, packages, without_dependencies):
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    yield [sys.executable, "-m", "venv", "--clear", str(folder)]
    yield [*pip, *packages]
    if without_dependencies:
        yield [*pip, "--no-deps", *without_dependencies]


def enter(folder, packages, without_dependencies=()):
    """Runs this script again with the Python of the environment, which is made if need be.

    Without network or packages the exit code is SKIPPED, and the last line says what is missing.
    """
    folder = pathlib.Path(folder).resolve()
    if pathlib.Path(sys.prefix).resolve() == folder:
        return
    made = folder / "complete"
    if not made.exists():
        for command in _install(folder, packages, without_dependencies):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  encoding="utf-8")
            if done.returncode != 0:
                print(done.stdout)
                print("skipped, since this could not be installed: "
                      + ", ".join([*packages, *without_dependencies]))
                sys.exit(SKIPPED)
        made.touch()
    python = folder / "bin" / "python"
    os.execv(python, [str(python), *sys.argv])
