#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the tests docs/API.md names exist, so that the table cannot outlive them.

check_api_table.py ROOT
"""
import pathlib
import re
import sys


def promised(text):
    """The last cell of each row, split at ';', and what is set in *italics*."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) > 1 and cells[-1] != "test" and set(cells[-1]) != {"-"}:
            yield from re.split(r";\s*", cells[-1])
    for name in re.findall(r"(?<![*`])\*([a-z][^*|]*)\*", text):
        yield " ".join(name.split())


def main():
    root = pathlib.Path(sys.argv[1])
    sources = "\n".join(p.read_text(encoding="utf-8") for p in (root / "tests/api").glob("*.cpp"))
    cases = set(re.findall(r'TEST_CASE\(\s*"([^"]+)"', sources))
    names = list(promised((root / "docs/API.md").read_text(encoding="utf-8")))
    missing = [name for name in names if name not in cases]
    print("\n".join(f"docs/API.md names a test that does not exist: {name}" for name in missing))
    return bool(missing) or not names


if __name__ == "__main__":
    sys.exit(main())
