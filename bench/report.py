# SPDX-License-Identifier: MIT
"""The table on stdout and the JSON file."""
import json
import os
import platform
import statistics


def number(value):
    if value is None:
        return "-"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def promise(key):
    if key.target is None:
        return ""
    return f"{'>=' if key.at_least else '<='} {number(key.target)}"


def verdict(key, value):
    return {True: "met", False: "NOT met", None: ""}[key.met(value)]


def show_keys(keys, samples, missing):
    print(f"\n{'key':36} {'value':>8}  {'lowest':>8} {'highest':>8}  {'target':>8}")
    for key in keys:
        value = key.value(samples)
        if value is None:
            why = next((missing[name] for name in key.figures if name in missing), "not measured")
            print(f"{key.name:36} {'-':>8}  {promise(key):>27}  {why}")
            continue
        low, high = key.spread(samples)
        line = f"{key.name:36} {number(value):>8}  {number(low):>8} {number(high):>8}"
        print(f"{line}  {promise(key):>8}  {verdict(key, value)}".rstrip())


def show_figures(samples, nbytes):
    print(f"\n{'figure':36} {'median':>9} {'lowest':>9} {'highest':>9}  {'MB/s':>8}")
    for name, values in samples.items():
        median = statistics.median(values)
        rate = f"{nbytes[name] / 1e6 / median:8.0f}" if name in nbytes and median > 0 else ""
        line = f"{name:36} {median:9.4g} {min(values):9.4g} {max(values):9.4g}  {rate}"
        print(line.rstrip())


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    model = ""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return {
        "processor": model,
        "processors": len(os.sched_getaffinity(0)),
        "memory_mib": memory >> 20,
        "system": platform.platform(),
    }


def write_json(file, keys, samples, missing, about):
    """Each key at the top, null if it could not be measured, and beside them what stands behind."""
    document = {key.name: key.value(samples) for key in keys}
    document["ranges"] = {
        key.name: key.spread(samples) for key in keys if key.value(samples) is not None
    }
    document["targets"] = {key.name: promise(key) for key in keys if key.target is not None}
    document["figures"] = {
        name: {"median": statistics.median(values), "samples": values}
        for name, values in samples.items()
    }
    document["unavailable"] = missing
    document.update(about)
    document["machine"] = machine()
    with open(file, "w", encoding="utf-8") as out:
        json.dump(document, out, indent=1)
        out.write("\n")
