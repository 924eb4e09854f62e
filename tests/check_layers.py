#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks who includes whom under src/ and include/, that file names are unique, and that what is
public is exported.

check_layers.py ROOT          prints what is wrong; exit code 1 if anything is
check_layers.py --self-test   feeds it bad includes, each of which it has to notice
"""
import pathlib
import re
import sys

# Each layer, and the layers whose headers it may include.
MAY_INCLUDE = {
    "base": {"base"},
    "tree": {"tree", "base"},
    "codec": {"codec", "base"},
    "format": {"format", "tree", "codec", "base"},
    "ext": {"ext", "format", "tree", "codec", "base"},
    "db": {"db", "ext", "format", "tree", "codec", "base"},
    "interchange": {"interchange", "tree", "base"},
    "store": {"store", "db", "interchange", "format", "tree", "codec", "base"},
    "api": {"api", "store", "interchange", "format", "tree", "codec", "base"},
    "cli": {"cli"},  # and every public header
}

# The layer of each header of include/ckptlite/.
PUBLIC = {
    "error": "base",
    "nearest": "base",
    "progress": "base",
    "visibility": "base",
    "dtype": "tree",
    "element": "tree",
    "float16": "tree",
    "metrics": "tree",
    "selector": "tree",
    "slice": "tree",
    "statistics": "tree",
    "tensor": "tree",
    "tensor_buffer": "tree",
    "tensor_traits": "tree",
    "tree": "tree",
    "dlpack": "tree",  # the adaptors
    "eigen": "tree",
    "eigen_tensor": "tree",
    "mdspan": "tree",
    "torch": "tree",
    "torch_training": "api",
    "variant_nodes": "tree",
    "value_nodes": "tree",
    "tree_node": "tree",
    "tensor_nodes": "tree",
    "struct_tree": "tree",
    "struct_nodes": "tree",
    "restore_plan": "tree",
    "enum_nodes": "tree",
    "describe": "tree",
    "container_nodes": "tree",
    "records": "format",
    "sql_session": "format",  # names nothing of ours; db implements it
    "retention": "store",
    "compact": "store",
    "salvage": "store",
    "export": "store",
    "extract": "store",
    "file_format": "interchange",
    "import": "store",
    "npy": "interchange",
    "merge": "store",
    "diff": "store",
    "store": "store",
    "restore": "store",
    "tensorboard": "store",
    "checkpoint": "api",
    "best_reader": "api",
    "best_writer": "api",
    "reader": "api",
    "writer": "api",
    "ckptlite": "api",  # the umbrella
}

# Who may include a library's headers; nlohmann_json in sources only, but for cli.
LIBRARIES = {
    "sqlite3.h": {"db"},
    "sqlite3ext.h": {"ext"},
    "SQLiteCpp": {"db"},
    "zlib.h": {"codec"},
    "libdeflate.h": {"codec"},
    "zip.h": {"interchange"},
    "xxhash.h": {"base"},
    "xxh_x86dispatch.h": {"base"},
    "immintrin.h": {"codec"},
    "CLI": {"cli"},
    "nlohmann": {"tree", "format", "interchange", "db", "store", "api", "cli"},
    "Eigen": {"tree"},
    "unsupported": {"tree"},  # of Eigen
    "dlpack": {"tree"},
    "ATen": {"tree"},
    "torch": {"api"},
}
POSIX = {"fcntl.h", "pthread.h", "signal.h", "stdlib.h", "unistd.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    """Of src/LAYER/... or of a public header; None if there is no such layer."""
    if path.parts[0] == "src":
        return path.parts[1] if path.parts[1] in MAY_INCLUDE else None
    return PUBLIC.get(path.stem)


def own_header_problem(path, layer, name):
    is_public = path.parts[0] == "include"
    folder, _, rest = name.partition("/")
    if folder == "ckptlite":
        target = PUBLIC.get(pathlib.PurePath(rest).stem)
        if target is None:
            return "is no public header that this script knows"
        if layer == "cli":
            return None
    elif is_public:
        return "is not public, but a public header includes it"
    elif folder in MAY_INCLUDE:
        target = folder
    else:
        return "should be written from src/ or include/, as LAYER/NAME.hpp"
    return None if target in MAY_INCLUDE[layer] else f"belongs to {target}, which {layer} must not see"


def library_problem(path, layer, name):
    if re.fullmatch(r"[a-z_0-9]+", name) or name in POSIX or name.startswith("sys/"):
        return None
    library = name.split("/")[0]
    if library not in LIBRARIES:
        return "is no library that this script knows"
    if layer not in LIBRARIES[library]:
        return f"is not for {layer}"
    if library == "nlohmann" and path.suffix != ".cpp" and layer != "cli":
        return "is for sources, not for headers"
    return None


def include_problems(path, text):
    layer = layer_of(path)
    if layer is None:
        yield f"{path}: no layer is known for it"
        return
    for bracket, name in INCLUDE.findall(text):
        check = own_header_problem if bracket == '"' else library_problem
        problem = check(path, layer, name)
        if problem:
            yield f"{path}: {name} {problem}"


def export_problems(path, text):
    """A shared library would lack what such a header declares."""
    if path.parts[0] == "include" and re.search(r"^namespace ckptlite\b", text, re.MULTILINE):
        yield f"{path}: must open its namespace as `namespace CKPTLITE_API ckptlite`"


def name_problems(paths):
    """A stem stands for one concept: one header, one source, or a pair of them."""
    seen = {}
    for path in sorted(paths):
        other = seen.setdefault(path.name, path)
        if other != path:
            yield f"{path}: {other} has the same name"


def problems(files):
    """`files` maps paths below the root to texts."""
    found = list(name_problems(files))
    for path, text in sorted(files.items()):
        found += include_problems(path, text)
        found += export_problems(path, text)
    return found


def self_test():
    bad = [
        ("src/tree/a.cpp", '#include "codec/b.hpp"'),
        ("src/base/a.cpp", '#include "ckptlite/store.hpp"'),
        ("src/api/a.cpp", '#include "db/b.hpp"'),
        ("src/cli/a.cpp", '#include "base/b.hpp"'),
        ("src/db/a.cpp", '#include "b.hpp"'),
        ("src/ext/a.cpp", '#include "db/b.hpp"'),
        ("src/ext/a.cpp", "#include <sqlite3.h>"),
        ("src/store/a.cpp", '#include "ext/b.hpp"'),
        ("src/store/a.cpp", "#include <sqlite3.h>"),
        ("src/store/a.cpp", "  #  include <SQLiteCpp/Database.h>"),
        ("src/format/a.hpp", "#include <nlohmann/json.hpp>"),
        ("src/store/a.cpp", "#include <zlib.h>"),
        ("src/base/a.cpp", "#include <boost/any.hpp>"),
        ("src/unheard_of/a.cpp", ""),
        ("include/ckptlite/unheard_of.hpp", ""),
        ("include/ckptlite/store.hpp", '#include "base/bytes.hpp"'),
        ("include/ckptlite/tree.hpp", '#include "ckptlite/store.hpp"'),
        ("include/ckptlite/tree.hpp", "namespace ckptlite {"),
    ]
    missed = [f"not noticed: {p}: {t}" for p, t in bad if not problems({pathlib.PurePath(p): t})]
    twins = {pathlib.PurePath("src/base/a.hpp"): "", pathlib.PurePath("src/tree/a.hpp"): ""}
    if not problems(twins):
        missed.append("not noticed: two files of one name")
    good = {
        pathlib.PurePath("src/db/a.cpp"): '#include <vector>\n#include <sys/stat.h>\n#include "base/b.hpp"',
        pathlib.PurePath("src/cli/b.hpp"): '#include <nlohmann/json.hpp>\n#include "ckptlite/store.hpp"',
    }
    return missed + problems(good)


def main():
    if sys.argv[1] == "--self-test":
        found = self_test()
    else:
        root = pathlib.Path(sys.argv[1])
        paths = [p for top in ("src", "include") for p in (root / top).rglob("*.[ch]pp")]
        found = problems({p.relative_to(root): p.read_text(encoding="utf-8") for p in paths})
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
