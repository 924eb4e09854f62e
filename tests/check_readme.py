#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the C++ example in README.md is examples/quickstart.cpp, which the tests run, in at most
15 lines; that those in docs/STRUCTS.md are parts of examples; and that links between the documents
lead somewhere.

check_readme.py ROOT
"""
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


LONGEST = 15


def blocks(page):
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```cpp\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def example(root):
    source = (root / "examples" / "quickstart.cpp").read_text(encoding="utf-8")
    body = source.partition("\n")[2]  # without the SPDX line
    if body not in blocks(root / "README.md"):
        yield "README.md: no ```cpp block equals examples/quickstart.cpp"
    if body.count("\n") > LONGEST:
        yield f"examples/quickstart.cpp: more than {LONGEST} lines"


def parts(root):
    sources = [path.read_text(encoding="utf-8") for path in (root / "examples").glob("*.cpp")]
    for block in blocks(root / "docs" / "STRUCTS.md"):
        if not any(block in source for source in sources):
            yield f"docs/STRUCTS.md: in no example: {block.splitlines()[0]} ..."
        if block.count("\n") > LONGEST:
            yield f"docs/STRUCTS.md: more than {LONGEST} lines: {block.splitlines()[0]} ..."


def links(root):
    for page in [*root.glob("*.md"), *(root / "docs").glob("*.md")]:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page.relative_to(root)}: the link to {target} leads nowhere"


def main():
    root = pathlib.Path(sys.argv[1])
    problems = [*example(root), *parts(root), *links(root)]
    print("\n".join(problems) or "README.md: examples and links are right")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
