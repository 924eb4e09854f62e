#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reader in docs/FORMAT.md, and what else that page claims, held against a real file.

usage: test_python_reader.py MAKE_READER_FIXTURE [unittest arguments]
"""

import json
import math
import pathlib
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "FORMAT.md").read_text(encoding="utf-8")
MAX_READER_LINES = 40


def block(language):
    """The one block of this language on the page."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"{len(blocks)} blocks of {language} in docs/FORMAT.md"
    return blocks[0]


def load_reader():
    names = {}
    exec(compile(block("python"), "docs/FORMAT.md", "exec"), names)
    return names


def paths_of(node, reader, path=""):
    """(path, leaf) in tree order, by the rules of "Paths" and nothing else."""
    if node is None:
        return
    if isinstance(node, reader["Struct"]):
        for name, child in node.fields.items():
            yield from paths_of(child, reader, path + "/" + escaped(name))
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from paths_of(child, reader, path + "/" + key_token(key))
    elif isinstance(node, list) or type(node) is tuple:
        for position, child in enumerate(node):
            yield from paths_of(child, reader, f"{path}/{position}")
    else:
        yield path, node


def escaped(text):
    return text.replace("~", "~0").replace("/", "~1")


def key_token(key):
    if isinstance(key, int):
        return f"#{key}"
    return ("#" if re.fullmatch(r"#+-?[0-9]+", key) else "") + escaped(key)


def bytes_of(leaf, kind):
    """What the file must have held for the reader to give this value."""
    if kind == "tensor":
        return bytes(leaf.bytes)
    if kind == "string":
        return leaf.encode("utf-8")
    if kind == "complex":
        return struct.pack("<dd", leaf.real, leaf.imag)
    formats = {"int": "<q", "float": "<d", "bool": "<?"}
    return struct.pack(formats[kind], leaf) if kind in formats else leaf


PYTHON_TYPES = {
    "int": int,
    "float": float,
    "bool": bool,
    "complex": complex,
    "string": str,
    "bytes": bytes,
}


class Fixture:
    """Made once for all tests."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(prefix="ckptlite-")
        folder = pathlib.Path(self.folder.name)
        subprocess.run([program, str(folder)], check=True)
        self.file = folder / "fixture.db"
        self.expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        self.contents = (folder / "expected.bin").read_bytes()
        self.reader = load_reader()
        self.db = sqlite3.connect(f"{self.file.as_uri()}?mode=ro", uri=True)
        self.trees = {
            run: self.reader["read"](self.file, checkpoint)
            for run, checkpoint in self.db.execute(
                "SELECT name, checkpoint.id FROM checkpoint JOIN run ON run.id = run_id"
            )
        }

    def column(self, sql):
        return [row[0] for row in self.db.execute(sql)]

    def close(self):
        self.db.close()
        self.folder.cleanup()


def setUpModule():
    global fixture
    fixture = Fixture(PROGRAM)


def tearDownModule():
    fixture.close()


class ReaderTest(unittest.TestCase):
    def test_the_reader_is_short_and_needs_the_standard_library_only(self):
        code = block("python")
        self.assertLessEqual(len(code.splitlines()), MAX_READER_LINES)
        imported = re.findall(r"^\s*(?:import|from) (.*)$", code, re.MULTILINE)
        modules = {name.strip() for line in imported for name in line.split(",")}
        self.assertLessEqual(modules, set(sys.stdlib_module_names))

    def test_every_leaf_has_the_bytes_that_were_saved(self):
        for run, leaves in fixture.expected["runs"].items():
            read = list(paths_of(fixture.trees[run], fixture.reader))
            self.assertEqual([path for path, _ in read], [leaf["path"] for leaf in leaves])
            for (path, value), leaf in zip(read, leaves):
                with self.subTest(run=run, path=path):
                    first = leaf["first"]
                    wanted = fixture.contents[first : first + leaf["nbytes"]]
                    # assertEqual would print megabytes.
                    self.assertTrue(bytes_of(value, leaf["kind"]) == wanted)

    def test_every_leaf_has_the_type_that_was_saved(self):
        for run, leaves in fixture.expected["runs"].items():
            read = dict(paths_of(fixture.trees[run], fixture.reader))
            for leaf in leaves:
                with self.subTest(run=run, path=leaf["path"]):
                    value = read[leaf["path"]]
                    if leaf["kind"] == "tensor":
                        self.assertEqual(value.dtype, leaf["dtype"])
                        self.assertEqual(list(value.shape), leaf["shape"])
                    else:
                        self.assertIs(type(value), PYTHON_TYPES[leaf["kind"]])

    def test_containers_come_back_as_what_they_were(self):
        Struct = fixture.reader["Struct"]
        self.assertEqual(
            repr(fixture.trees["planes"]["small"]["containers"]),
            repr(
                {
                    "dict": {},
                    "full list": [1, (2, None), []],
                    "full namedtuple": Struct(
                        "AdamState", {"nu": 2.0, "mu": 1.0, "a/~b": None}
                    ),
                    "full tuple": ([1], {"k": 1}),
                    "list": [],
                    "namedtuple": Struct("Empty", {}),
                    "none": None,
                    "tuple": (),
                }
            ),
        )

    def test_the_fixture_has_every_dtype_kind_and_codec(self):
        dtypes = fixture.column("SELECT DISTINCT dtype FROM leaf WHERE kind = 'tensor'")
        self.assertEqual(set(dtypes), set(fixture.expected["dtypes"]))
        kinds = fixture.column("SELECT DISTINCT kind FROM leaf")
        self.assertEqual(set(kinds), {"tensor"} | set(PYTHON_TYPES))
        codecs = fixture.column("SELECT DISTINCT codec FROM chunk")
        self.assertEqual(set(codecs), {"raw", "zlib", "planes"})

    def test_the_fixture_has_every_width_rotation_and_method_of_planes(self):
        layouts, methods = set(), set()
        for data in fixture.column("SELECT data FROM chunk WHERE codec = 'planes'"):
            layouts.add((data[0], data[1]))
            methods.update(data[2 + 5 * i] for i in range(data[0]))
        self.assertEqual(layouts, {(2, 0), (2, 1), (4, 0), (4, 1), (8, 0), (8, 1)})
        self.assertEqual(methods, {0, 1, 2})

    def test_the_fixture_has_leaves_of_several_chunks_and_inline_ones(self):
        several = fixture.column(
            "SELECT count(DISTINCT dtype) FROM leaf WHERE"
            " (SELECT count(*) FROM leaf_chunk WHERE leaf_id = leaf.id) > 1"
        )
        self.assertGreaterEqual(several[0], 5)
        self.assertGreater(fixture.column("SELECT count(data) FROM leaf")[0], 0)


class PageTest(unittest.TestCase):
    def test_the_example_decodes_to_what_the_page_says(self):
        rows = re.findall(r"^((?:[0-9a-f]{2}(?: |$))+)", block("hex"), re.MULTILINE)
        stored = bytes.fromhex("".join(rows))
        self.assertEqual(len(stored), 81)
        raw = struct.pack("<32I", *((0x3F800000 if i < 16 else 0x3F000000) + i for i in range(32)))
        self.assertEqual(fixture.reader["decode"]("planes", stored, 128), raw)

    def test_every_table_and_column_is_named(self):
        tables = fixture.column(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        self.assertEqual(len(tables), 11)
        for table in tables:
            self.assertIn(f"**{table}**", PAGE)
            for column in fixture.column(f"SELECT name FROM pragma_table_info('{table}')"):
                with self.subTest(table=table, column=column):
                    self.assertTrue(f"`{column}`" in PAGE or f"`{table}.{column}`" in PAGE)

    def test_every_dtype_has_its_size_on_the_page(self):
        sizes = {}
        for n, names in re.findall(r"^\| (\d+) \| (`.*) \|$", PAGE, re.MULTILINE):
            sizes.update({name: int(n) for name in re.findall(r"`(\w+)`", names)})
        for dtype in fixture.expected["dtypes"]:
            self.assertIn(dtype, sizes)
        for dtype, shape, nbytes in fixture.db.execute(
            "SELECT dtype, shape, nbytes FROM leaf WHERE kind = 'tensor'"
        ):
            self.assertEqual(math.prod(json.loads(shape)) * sizes[dtype], nbytes)

    def test_the_limits_are_those_of_the_code(self):
        source = (ROOT / "src" / "base" / "limits.hpp").read_text(encoding="utf-8")
        limits = re.findall(r"(k\w+) = ([^;]+);", source)
        self.assertGreaterEqual(len(limits), 10)
        section = PAGE.split("## Limits")[1].split("\n## ")[0]
        for name, expression in limits:
            value = eval(expression.replace("'", "_").replace("ULL", ""))
            with self.subTest(limit=name):
                self.assertTrue(f"{value:,}" in section or f"2^{value.bit_length() - 1} " in section)

    def test_the_identity_is_that_of_the_file(self):
        identity = {
            pragma: fixture.db.execute(f"PRAGMA {pragma}").fetchone()[0]
            for pragma in ("application_id", "user_version", "page_size", "auto_vacuum")
        }
        self.assertEqual(
            identity,
            {
                "application_id": 0x434B5054,
                "user_version": 1003,
                "page_size": 32768,
                "auto_vacuum": 2,
            },
        )

    def test_the_ranking_is_what_the_page_reads_from_the_json(self):
        from_json, best = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        ranked = """SELECT metric_group, metric, value, step, checkpoint_id, run_id, prefix
                    FROM checkpoint_metric"""
        rows = sorted(fixture.db.execute(ranked))
        self.assertEqual(len(rows), 6)  # of 9: NaN has no row
        self.assertEqual(sorted(fixture.db.execute(from_json)), rows)
        self.assertEqual(fixture.db.execute(best).fetchall(), [(3, 0.25)])

    def test_the_promises_about_chunks_hold(self):
        for (leaf_id, nbytes) in fixture.db.execute("SELECT id, nbytes FROM leaf WHERE data IS NULL"):
            end = 0
            for first, n in fixture.db.execute(
                "SELECT first_byte, nbytes FROM leaf_chunk JOIN chunk ON chunk.id = chunk_id"
                " WHERE leaf_id = ? ORDER BY first_byte",
                [leaf_id],
            ):
                self.assertEqual(first, end)
                end += n
            self.assertEqual(end, nbytes)
        self.assertEqual(fixture.column("SELECT id FROM chunk WHERE length(data) > nbytes"), [])
        self.assertEqual(
            fixture.column("SELECT id FROM leaf WHERE data IS NOT NULL AND length(data) != nbytes"), []
        )


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = sys.argv.pop(1)
    unittest.main()
