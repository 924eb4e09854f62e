#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the C++ example in README.md is examples/quickstart.cpp, which the tests run, and that
links between the documents lead somewhere.

check_readme.py ROOT
"""
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def example(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```cpp\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    source = (root / "examples" / "quickstart.cpp").read_text(encoding="utf-8")
    body = source.partition("\n")[2]  # without the SPDX line
    if body not in blocks:
        yield "README.md: no ```cpp block equals examples/quickstart.cpp"


def links(root):
    for page in [*root.glob("*.md"), *(root / "docs").glob("*.md")]:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page.relative_to(root)}: the link to {target} leads nowhere"


def main():
    root = pathlib.Path(sys.argv[1])
    problems = [*example(root), *links(root)]
    print("\n".join(problems) or "README.md: example and links are right")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
