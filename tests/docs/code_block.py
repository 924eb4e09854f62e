#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the first fenced block of a language in a Markdown page: code_block.py PAGE LANGUAGE"""
import re
import sys

page, language = sys.argv[1:]
with open(page, encoding="utf-8") as file:
    block = re.search(rf"^```{language}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
if block is None:
    sys.exit(f"{page} has no block of {language}")
print(block.group(1), end="")
