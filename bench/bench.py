#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the library beside what the disk and the memory do, and prints medians and ratios.

bench.py --programs BUILD [--size MIB] [--rounds N] [--json FILE] [--peers] [--only KEY,...]
         [--state FILE]

  --programs BUILD  the build folder; temporary files go below it and are removed
  --size MIB        size of the state (default 1024)
  --rounds N        rounds that count, after one that does not (default 5)
  --json FILE       write the figures there, too
  --peers           measure other formats, too
  --only KEY,...    measure these keys alone; see the first column of the table, and GROUPS
  --state FILE      a safetensors or npz file to use instead of a model trained here

All programs hold their state in memory and are asked in turn, round after round, so that a slow
minute of the machine is a slow minute for each of them. tools/bench.sh builds what this needs.
"""
import argparse
import contextlib
import fcntl
import pathlib
import shutil
import signal
import struct
import sys
import zipfile

import figures
import report
import sections
import state_files
from measurement import Measurement
from session import Failed, Gone, Session


def parse(words):
    parser = argparse.ArgumentParser(
        prog="bench.sh", description="Groups for --only: " + " ".join(figures.GROUPS)
    )
    parser.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=1024, metavar="MIB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--only", default="", metavar="KEY,...")
    parser.add_argument("--state", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args(words)
    if arguments.size < 1 or arguments.rounds < 1:
        parser.error("--size and --rounds take numbers above 0")
    return arguments


def chosen_keys(only, with_peers):
    """The keys to report; without --only all, of the peers' only if there are peers."""
    if not only:
        return figures.OURS + (figures.THEIRS if with_peers else [])
    known = {key.name: key for key in figures.OURS + figures.THEIRS}
    names = [name for word in only.split(",") for name in figures.GROUPS.get(word, [word])]
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(
            f"bench.py: no key is named {', '.join(unknown)}\nkeys: {' '.join(known)}\n"
            f"groups: {' '.join(figures.GROUPS)}"
        )
    if not with_peers and any(known[name] in figures.THEIRS for name in names):
        sys.exit("bench.py: some of these keys need --peers")
    return [known[name] for name in dict.fromkeys(names)]


class Bench:
    """What a run is made of."""

    def __init__(self, arguments, folder, base):
        self.source = (arguments.state or base).name
        self.programs = arguments.programs
        self.size = arguments.size
        self.rounds = arguments.rounds
        self.folder = folder
        self.base = base
        self.measurement = Measurement()
        self.measurement.about.update(rounds=self.rounds, size_mib=self.size)

    def store(self, size, folder=None):
        program = self.programs / "bench/bench_store"
        command = [program, "--base", self.base, "--size", size, "--folder", folder or self.folder]
        return Session(program.name, command)

    def describe(self, store):
        """Prints what the state is, for the reader, and returns its size."""
        facts = store.ask("describe")
        self.measurement.about["state"] = {"source": self.source, **facts}
        print(
            f"State: {facts['base_nbytes'] / 2**20:.1f} MiB in {facts['base_leaves']:.0f} leaves "
            f"from {self.source}, {facts['repeats']:.0f} times: "
            f"{facts['nbytes'] / 2**20:.0f} MiB in {facts['leaves']:.0f} leaves.\nEvery repeat, and "
            "every save, differs in the low mantissa bits of every floating-point number\n"
            "(4 bits of float32, 1 of bfloat16); exponents and zeros are as trained."
        )
        return facts["nbytes"]


def run(arguments, keys, folder):
    """The measurement of all that the keys need."""
    kept = arguments.programs / "bench-state"
    kept.mkdir(exist_ok=True)
    if arguments.state:
        try:
            base = state_files.converted(arguments.state, folder)
        except (OSError, ValueError, KeyError, struct.error, zipfile.BadZipFile) as error:
            sys.exit(f"bench.py: {arguments.state} cannot be used: {error!r}")
    else:
        base = state_files.trained(arguments.programs, kept)
    bench = Bench(arguments, folder / "section", base)
    wanted = {name for key in keys for name in key.figures}
    if not arguments.only or "profile" in arguments.only.split(","):
        wanted |= figures.PROFILE
    for section in sections.ALL:
        # What a section leaves would take the disk from the next: tens of gigabytes.
        bench.folder.mkdir()
        try:
            section(bench, wanted)
        except Failed as error:
            print(f"{section.__name__}: {error}", file=sys.stderr)
        shutil.rmtree(bench.folder)
    return bench.measurement


@contextlib.contextmanager
def temporary_folder(programs):
    """One run at a time has it. What a killed run left in it goes, too: that can be gigabytes."""
    folder = programs / "bench-files"
    with open(programs / "bench-lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"bench.py: another run is using {programs}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    arguments = parse(sys.argv[1:])
    keys = chosen_keys(arguments.only, arguments.peers)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench.py: terminated"))
    with temporary_folder(arguments.programs) as folder:
        try:
            measurement = run(arguments, keys, folder)
        except Gone as error:
            sys.exit(f"bench.py: {error}")
    report.show_figures(measurement)
    report.show_profile(measurement.samples)
    report.show_keys(keys, measurement)
    if arguments.json:
        report.write_json(arguments.json, keys, measurement)


if __name__ == "__main__":
    main()
