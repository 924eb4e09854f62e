# SPDX-License-Identifier: MIT
"""The parts of a run. Each takes the wanted figures and adds samples to a measurement.

`bench` has: programs, folder, base (paths), size (MiB), rounds, measurement, and store(size), which
starts a bench_store.
"""
import os
import statistics
import subprocess
import sys
import time

import figures
from peers import Peers


def say(text):
    print(text, file=sys.stderr)


def wanted_commands(wanted):
    chosen = [command for command in figures.COMMANDS if wanted & set(command.figures)]
    if any(command.moves_state for command in chosen):
        chosen += [command for command in figures.COMMANDS if command.text in figures.BASELINES]
    return [command for command in figures.COMMANDS if command in chosen]


def open_peers(bench, store, commands):
    """The peers' process, holding what the commands ask for."""
    folder = bench.folder / "peers"
    folder.mkdir()
    names = list(dict.fromkeys(command.peer for command in commands if command.peer))
    peers = Peers(bench.programs / "bench-peers", folder, names)
    states = {command.text.split()[-1] for command in commands if command.peer}
    for state in sorted(states):
        manifest = folder / f"{state}.manifest"
        store.ask("export " + str(manifest) if state == "state" else f"{state}_export {manifest}")
        peers.hold(state, manifest)
    return peers


def one_round(commands, store, peers, measurement, counts):
    for command in commands:
        if command.peer:
            answer = peers.ask(command.peer, command.text)
            if answer is None:
                measurement.give_up(command.figures, peers.unavailable[command.peer])
        else:
            answer = measurement.guarded(command.figures, lambda: store.ask(command.text))
        if answer and counts:
            measurement.take(answer)


def rounds(bench, wanted):
    commands = wanted_commands(wanted)
    if not commands:
        return
    with bench.store(bench.size) as store:
        nbytes = bench.describe(store)
        for command in commands:
            if command.moves_state:
                names = (n for n in command.figures if not n.endswith(("_user", "_system", "_stored")))
                bench.measurement.nbytes.update(dict.fromkeys(names, nbytes))
        peers = None
        if any(command.peer for command in commands):
            peers = open_peers(bench, store, commands)
        for late in (False, True):
            chosen = [command for command in commands if command.late == late]
            repeated = [command for command in chosen if not command.once]
            say(f"{'late rounds' if late else 'rounds'}; the first does not count")
            one_round(repeated, store, peers, bench.measurement, counts=False)
            for i in range(bench.rounds):
                say(f"round {i + 1} of {bench.rounds}")
                one_round(repeated if i else chosen, store, peers, bench.measurement, counts=True)
        if peers:
            peers.close()
            bench.measurement.about["peers"] = peers.versions()


def memory(bench, wanted):
    """In processes of their own: what is resident already would hide what is needed."""
    if "extra_memory" not in wanted:
        return
    for size in (bench.size, 4 * bench.size):
        for command in ("memory_save", "memory_restore"):
            say(f"{command} of {size} MiB")
            with bench.store(size) as store:
                answer = bench.measurement.guarded(["extra_memory"], lambda: store.ask(command))
            if answer:
                (value,) = answer.values()
                bench.measurement.take({f"extra_{command}_{size}_mib": value})
        (bench.folder / "memory.db").unlink(missing_ok=True)
    values = [
        value
        for name, samples in bench.measurement.samples.items()
        if name.startswith("extra_memory_")
        for value in samples
    ]
    if not bench.measurement.is_given_up(["extra_memory"]):
        bench.measurement.take({"extra_memory": max(values)})


GROWTH = {"growth_save": "save", "growth_restore": "restore_hot", "raw_growth": "raw_save"}


def growth(bench, wanted):
    """Seconds a GiB at four sizes, in processes that are asked in turn."""
    names = ["growth", *GROWTH]
    if not wanted & set(names):
        return
    sizes = sorted({max(1, bench.size // 16), max(1, bench.size // 4), bench.size, 4 * bench.size})
    folders = {size: bench.folder / f"growth-{size}" for size in sizes}
    stores = {}
    try:
        for size, folder in folders.items():
            folder.mkdir()
            stores[size] = bench.store(size, folder)
        gib = {size: store.ask("describe")["nbytes"] / 2**30 for size, store in stores.items()}
        for i in range(bench.rounds + 1):
            say(f"growth, round {i} of {bench.rounds}" + ("" if i else ", which does not count"))
            for command in ("raw_save", "save", "restore_hot"):
                for size, store in stores.items():
                    answer = bench.measurement.guarded(names, lambda: store.ask(command))
                    if answer and i:
                        bench.measurement.take(by_size(answer, size, gib[size]))
    finally:
        for store in stores.values():
            store.close()
    if not bench.measurement.is_given_up(names):
        add_growth(bench.measurement, sizes)


def by_size(answer, size, gib):
    """The figures of a size: seconds, which become those of a GiB, and ratios to what is stored."""
    figures = {}
    for name, value in answer.items():
        if name.endswith("_stored"):
            figures[f"growth_{name}_{size}"] = value
        else:
            figures[f"growth_{name}_{size}_s_per_gib"] = value / gib
    return figures


def add_growth(measurement, sizes):
    ratios = {}
    for key, command in GROWTH.items():
        medians = [
            statistics.median(measurement.samples[f"growth_{command}_{size}_s_per_gib"])
            for size in sizes
        ]
        ratios[key] = max(medians) / min(medians)
    measurement.take(ratios)
    measurement.take({"growth": max(ratios["growth_save"], ratios["growth_restore"])})


def longest_wait(poller, file, action):
    poller.ask(f"poll_start {file}")
    action()
    return poller.ask("poll_stop")["longest"]


def reader(bench, wanted):
    """Another process polls while this one saves."""
    modes = {"reader_block": "rollback", "reader_block_wal": "wal"}
    chosen = {name: mode for name, mode in modes.items() if name in wanted}
    if not chosen and "reader_idle" not in wanted:
        return
    chosen = chosen or {"reader_block": "rollback"}
    with bench.store(bench.size) as saver, bench.store(1) as poller:
        for i in range(bench.rounds + 1):
            say(f"readers, round {i} of {bench.rounds}" + ("" if i else ", which does not count"))
            for name, mode in chosen.items():
                file = bench.folder / f"{mode}.db"
                ask = lambda: wait_of_reader(saver, poller, file, mode)
                waits = bench.measurement.guarded([name], ask)
                if waits and i:
                    bench.measurement.take({name: waits[0], "reader_idle": waits[1]})


def wait_of_reader(saver, poller, file, mode):
    """During a save, and for as long as one second in which nobody saves."""
    saver.ask(f"prepare_{mode}")
    idle = longest_wait(poller, file, lambda: time.sleep(1))
    return longest_wait(poller, file, lambda: saver.ask(f"save_{mode}")), idle


CODEC = [
    "encode_gbps_per_thread",
    "encode_stock_zlib_gbps_per_thread",
    "decode_gbps_per_thread",
    "decode_stock_zlib_gbps_per_thread",
    "encode_two_threads",
]


def codec(bench, wanted):
    """What bench_codec prints, a key and a value a line."""
    if not wanted & set(CODEC):
        return
    program = bench.programs / "bench/bench_codec"
    if not os.access(program, os.X_OK):
        bench.measurement.give_up(CODEC, f"{program.name} was not built")
        return
    elements = bench.folder / "params.f32"
    with bench.store(1) as store:
        store.ask(f"export_elements {elements}")
    command = [program, elements, "--rounds", str(bench.rounds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        bench.measurement.give_up(CODEC, f"{program.name} ended with {done.returncode}")
        return
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 2:
            bench.measurement.take({words[0]: float(words[1])})


ALL = [rounds, memory, growth, reader, codec]
