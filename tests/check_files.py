#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the tree's files: none too long, each source and header known to Meson, tags to suites.

check_files.py ROOT [TAG=LAYER,LAYER...]...   the layers whose tests have cases with that Catch2 tag
"""
import pathlib
import re
import sys

LONGEST = 400
REASON = "Over 400 lines because"
BUILT = (
    "bench/**/*.cpp",
    "include/**/*.hpp",
    "src/**/*.cpp",
    "examples/**/*.cpp",
    "tests/**/*.cpp",
    "tests/**/test_*.py",
    "tests/check_*.py",
)
CODE = {".cpp", ".hpp", ".py", ".sh", ".sql"}


def lengths(root):
    for top in ("src", "include", "tests", "examples", "bench", "tools"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in CODE:
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
            if len(lines) > LONGEST and REASON not in "\n".join(lines[:12]):
                yield f"{path}: {len(lines)} lines; split it, or say near its top: {REASON} ..."


def unlisted(root):
    """A file that no meson.build at or above it names is never built or run."""
    for pattern in BUILT:
        for path in sorted(root.glob(pattern)):
            builds = [folder / "meson.build" for folder in path.parents if root in folder.parents]
            text = "".join(build.read_text() for build in builds if build.exists())
            if not re.search(rf"['/]{re.escape(path.name)}'", text):
                yield f"{path}: no meson.build names it"


def tags(root, tag, layers):
    """A layer with tagged cases must be in the tag's suite, or they would not run."""
    for folder in sorted(path for path in (root / "tests").iterdir() if path.is_dir()):
        used = any(f"[{tag}]" in path.read_text() for path in folder.glob("*.cpp"))
        if used != (folder.name in layers):
            yield (
                f"tests/meson.build: {tag}_layers should {'' if used else 'not '}have {folder.name}"
            )


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    wrong = [*lengths(root), *unlisted(root)]
    for argument in sys.argv[2:]:
        tag, _, layers = argument.partition("=")
        wrong += tags(root, tag, layers.split(","))
    print("\n".join(wrong))
    return bool(wrong)


sys.exit(main())
