# SPDX-License-Identifier: MIT
"""The tables on stdout and the JSON file."""
import json
import os
import platform
import statistics


def number(value):
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def promise(key):
    if key.target is None:
        return ""
    return f"{'>=' if key.at_least else '<='} {number(key.target)}"


def show_keys(keys, measurement):
    print(f"\n{'key':36} {'value':>8} {'lowest':>8} {'highest':>8}  {'target':>8}")
    for key in keys:
        value = key.value(measurement.samples)
        if value is None:
            print(f"{key.name:36} {'-':>8} {'':17}  {promise(key):>8}  {reason(key, measurement)}")
            continue
        low, high = key.spread(measurement.samples)
        line = f"{key.name:36} {number(value):>8} {number(low):>8} {number(high):>8}"
        verdict = {True: "met", False: "NOT met", None: ""}[key.met(value)]
        print(f"{line}  {promise(key):>8}  {verdict}".rstrip())


def reason(key, measurement):
    missing = measurement.missing
    why = next((missing[name] for name in key.figures if name in missing), "not measured")
    return f"unavailable: {why}"


def show_figures(measurement):
    print(f"\n{'figure (times in seconds)':36} {'median':>9} {'lowest':>9} {'highest':>9}  {'MB/s':>6}")
    for name, values in measurement.samples.items():
        median = statistics.median(values)
        rate = ""
        if name in measurement.nbytes and median > 0:
            rate = f"{measurement.nbytes[name] / 1e6 / median:6.0f}"
        line = f"{name:36} {median:9.4g} {min(values):9.4g} {max(values):9.4g}  {rate}"
        print(line.rstrip())


def show_profile(samples):
    """Where the time of a save goes: saves on a disk in memory that leave out one stage each."""
    needed = ["save", "save_user", "save_system", "stage_planes", "stage_planes_again", "stage_raw"]
    if not all(name in samples for name in needed):
        return
    at = {name: statistics.median(samples[name]) for name in needed}
    known = at["stage_planes_again"]
    stages = {
        "digests, statistics, known chunks": known,
        "moving bytes into SQLite": at["stage_raw"] - known,
        "encoding beyond that": at["stage_planes"] - at["stage_raw"],
        "waiting for the disk": at["save"] - at["stage_planes"],
    }
    print(f"\n{'stage of a save':36} {'seconds':>9} {'share':>6}")
    for stage, seconds in stages.items():
        print(f"{stage:36} {seconds:9.4g} {100 * seconds / at['save']:5.0f}%")
    print(
        f"{'together':36} {at['save']:9.4g}        processor: {at['save_user']:.3g} s in the "
        f"program, {at['save_system']:.3g} s in the kernel"
    )


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_mib": memory >> 20,
        "system": f"{platform.system()} {platform.release()}",
    }


def write_json(file, keys, measurement):
    """Each key at the top, null if it could not be measured, and beside them what stands behind."""
    samples = measurement.samples
    document = {key.name: key.value(samples) for key in keys}
    document["ranges"] = {
        key.name: key.spread(samples) for key in keys if key.value(samples) is not None
    }
    document["targets"] = {key.name: promise(key) for key in keys if key.target is not None}
    document["met"] = {key.name: key.met(key.value(samples)) for key in keys}
    document["figures"] = {
        name: {"median": statistics.median(values), "samples": values}
        for name, values in samples.items()
    }
    document["unavailable"] = measurement.missing
    document.update(measurement.about)
    document["machine"] = machine()
    with open(file, "w", encoding="utf-8") as out:
        json.dump(document, out, indent=1)
        out.write("\n")
