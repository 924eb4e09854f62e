#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program in a fresh folder, so that it may write files by any name."""
import os
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    sys.exit(subprocess.run([os.path.abspath(sys.argv[1])], cwd=folder, check=False).returncode)
