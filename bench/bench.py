#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the library beside what the disk and the memory do, and prints medians and ratios.

bench.py --programs BUILD [--size MIB] [--rounds N] [--json FILE] [--only KEY,...] [--state FILE]

  --programs BUILD  the build folder; temporary files go below it and are removed
  --size MIB        size of the state (default 1024)
  --rounds N        rounds that count, after one that does not (default 5)
  --json FILE       write the figures there, too
  --only KEY,...    measure these keys alone; see the first column of the table
  --state FILE      a safetensors or npz file to use instead of a model trained here

All programs hold their state in memory and are asked in turn, round after round, so that a slow
minute of the machine is a slow minute for each of them. tools/bench.sh builds what this needs.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile

import figures
import report
import state_files
from session import Failed, Session


def parse(words):
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--state", type=pathlib.Path)
    arguments = parser.parse_args(words)
    if arguments.size < 1 or arguments.rounds < 1:
        parser.error("--size and --rounds take numbers above 0")
    return arguments


def chosen_keys(only):
    if not only:
        return figures.KEYS
    names = only.split(",")
    unknown = set(names) - {key.name for key in figures.KEYS}
    if unknown:
        known = " ".join(key.name for key in figures.KEYS)
        sys.exit(f"bench.py: no key is named {', '.join(sorted(unknown))}; there are: {known}")
    return [key for key in figures.KEYS if key.name in names]


class Measurement:
    """Samples by figure, and why a figure has none."""

    def __init__(self):
        self.samples = {}
        self.missing = {}
        self.about = {}
        self.nbytes = {}  # that a figure moved, for rates

    def take(self, answer, counts):
        if counts:
            for name, value in answer.items():
                self.samples.setdefault(name, []).append(value)


def ask(session, command, names, measurement, counts):
    """One command of one round. A command that failed is reported, and not tried again."""
    if any(name in measurement.missing for name in names):
        return
    try:
        measurement.take(session.ask(command), counts)
    except Failed as error:
        for name in names:
            measurement.missing[name] = str(error)
            measurement.samples.pop(name, None)
        print(f"{command}: {error}", file=sys.stderr)


def run_rounds(wanted, session, rounds, measurement):
    commands = [
        (command, names)
        for command, names in figures.STORE_COMMANDS.items()
        if command in figures.BASELINES or wanted & set(names)
    ]
    for i in range(rounds + 1):
        print(f"round {i} of {rounds}" + (" (not counted)" if i == 0 else ""), file=sys.stderr)
        for command, names in commands:
            ask(session, command, names, measurement, counts=i > 0)


def describe(session, base, measurement):
    facts = {name: int(value) for name, value in session.ask("describe").items() if value >= 1}
    measurement.about["state"] = {"source": base.name, **facts}
    for command in figures.STORE_COMMANDS:
        measurement.nbytes[command] = facts["nbytes"]
    print(
        f"State: {facts['base_nbytes'] / 2**20:.1f} MiB in {facts['base_leaves']} leaves from "
        f"{base.name}, {facts['repeats']} times: {facts['nbytes'] / 2**20:.0f} MiB in "
        f"{facts['leaves']} leaves.\nEvery repeat, and every save, differs in the low mantissa "
        "bits of every element (4 of float32); exponents and zeros are as trained."
    )


def measure(arguments, keys, base, folder, measurement):
    wanted = {name for key in keys for name in key.figures}
    program = arguments.programs / "bench/bench_store"
    command = [program, "--base", base, "--size", arguments.size, "--folder", folder]
    with Session(command) as session:
        describe(session, base, measurement)
        run_rounds(wanted, session, arguments.rounds, measurement)


def main():
    arguments = parse(sys.argv[1:])
    keys = chosen_keys(arguments.only)
    kept = arguments.programs / "bench-state"
    kept.mkdir(exist_ok=True)
    measurement = Measurement()
    measurement.about["rounds"] = arguments.rounds
    measurement.about["size_mib"] = arguments.size
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=arguments.programs))
    try:
        if arguments.state:
            base = state_files.converted(arguments.state, folder)
        else:
            base = state_files.trained(arguments.programs, kept)
        measure(arguments, keys, base, folder, measurement)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.show_figures(measurement.samples, measurement.nbytes)
    report.show_keys(keys, measurement.samples, measurement.missing)
    if arguments.json:
        report.write_json(
            arguments.json, keys, measurement.samples, measurement.missing, measurement.about
        )


if __name__ == "__main__":
    main()
