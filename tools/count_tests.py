#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts test cases in Meson's testlog.json; prints what was tried how often, what failed, and
"N passed, N failed".

count_tests.py TESTLOG...     exit code 1 if anything failed or nothing ran

A Catch2 program (named test_LAYER) counts by its cases, any other test as one. A program that
crashed, timed out, leaked or ran no case has failed at least once. A test that was skipped counts as
neither, and its last line, which says why, is printed.
"""
import json
import os
import re
import sys

ALL_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)", re.MULTILINE)
SOME_FAILED = re.compile(r"^test cases: *\d+ *\|(.*)$", re.MULTILINE)
TALLY = re.compile(r"^.*\b\d+ (?:violations|undetected)\b.*$", re.MULTILINE)
LAST_LINES = 200


def is_catch_program(test):
    return any(re.fullmatch(r"test_[a-z]+", os.path.basename(word)) for word in test["command"])


def catch_counts(output):
    """Passed and failed cases of the last summary; (0, 0) if there is none."""
    passed = failed = 0
    for summary in SOME_FAILED.findall(output):
        numbers = {word: int(n) for n, word in re.findall(r"(\d+) (\w+)", summary)}
        passed, failed = numbers.get("passed", 0), numbers.get("failed", 0)
    for cases in ALL_PASSED.findall(output):
        passed, failed = int(cases), 0
    return passed, failed


def counts(test):
    if test["result"] == "SKIP":
        return 0, 0
    good = test["result"] == "OK"
    if not is_catch_program(test):
        return (1, 0) if good else (0, 1)
    passed, failed = catch_counts(test.get("stdout", ""))
    if failed == 0 and (passed == 0 or not good):
        failed = 1
    return passed, failed


def show(test):
    print(f"\n==== {test['name']}: {test['result']}, exit code {test['returncode']}")
    for stream in ("stdout", "stderr"):
        lines = test.get(stream, "").splitlines()
        if len(lines) > LAST_LINES:
            print(f"... the last {LAST_LINES} of {len(lines)} lines of {stream}")
        print("\n".join(lines[-LAST_LINES:]))


def main():
    passed = failed = skipped = 0
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as log:
            for test in map(json.loads, log):
                good, bad = counts(test)
                passed, failed = passed + good, failed + bad
                for tally in TALLY.findall(test.get("stdout", "")):
                    print(tally)
                if bad:
                    show(test)
                if test["result"] == "SKIP":
                    skipped += 1
                    print(f"{test['name']}: {(test.get('stdout', '').splitlines() or ['?'])[-1]}")
    if passed + failed + skipped == 0:
        print("no test ran")
        failed = 1
    print(f"\n{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
