#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks subprojects/*.wrap: pinned by hash, and one for each dependency that Meson looks for."""
import configparser
import pathlib
import re
import sys

NO_WRAP = {"libdeflate", "libzip", "threads"}
HASH = re.compile(r"[0-9a-f]{64}")
REQUIRED = ("directory", "source_url", "source_filename", "source_hash")
PATCH = ("patch_filename", "patch_url", "patch_hash")


def check_wrap(name, text):
    """Complaints about one file, and the names of the dependencies it provides."""
    wrap = configparser.ConfigParser(interpolation=None)
    wrap.read_string(text)
    if wrap.sections() != ["wrap-file", "provide"]:
        return [f"{name}: its sections should be [wrap-file] and [provide]"], set()
    source = wrap["wrap-file"]
    wanted = REQUIRED + (PATCH if any(key in source for key in PATCH) else ())
    wrong = [f"{name}: {key} is missing" for key in wanted if not source.get(key)]
    for key, value in source.items():
        if key.endswith("_hash") and not HASH.fullmatch(value):
            wrong.append(f"{name}: {key} is no SHA-256")
        if key.endswith("_url") and not value.startswith("https://"):
            wrong.append(f"{name}: {key} should begin with https://")
    if not wrap["provide"]:
        wrong.append(f"{name}: it provides nothing")
    return wrong, set(wrap["provide"])  # configparser writes keys in lower case, as Meson does


def main():
    root = pathlib.Path(sys.argv[1])
    wrong, provided = [], set()
    for path in sorted((root / "subprojects").glob("*.wrap")):
        complaints, names = check_wrap(path.name, path.read_text())
        wrong += complaints
        provided |= names

    for path in [root / "meson.build", *root.glob("[est]*/**/meson.build")]:
        text = path.read_text()
        if path.parent != root and re.search(r"^project\(", text, re.M):
            continue  # another project, to which ckptlite is a dependency
        for name in re.findall(r"\bdependency\(\s*'([^']+)'", text):
            if name.lower() not in provided | NO_WRAP:
                wrong.append(f"{path}: no wrap provides {name}")

    bad = "[wrap-file]\nsource_hash = 12\n[provide]\nx = x_dep\n"
    if len(check_wrap("bad", bad)[0]) != 4:
        wrong.append("check_wraps.py no longer notices a bad wrap")
    print("\n".join(wrong))
    return bool(wrong)


sys.exit(main())
