#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The loadable extension in the stock sqlite3 shell and in Python's sqlite3: numbers over every
dtype held against plain Python, and against NumPy where it is installed; errors; what it exports.

usage: test_extension.py MODULE MAKE_TENSOR_FIXTURE [unittest arguments]
"""
import cmath
import functools
import json
import math
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import tensor_values as expected

MODULE, MAKE_FIXTURE = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
TOLERANCE = 1e-9  # relative; what was promised is 1e-6
QUANTILES = (0, 0.1, 0.5, 0.9, 1)
BINS = 17
SHELL = shutil.which("sqlite3")
LOADS = hasattr(sqlite3.Connection, "enable_load_extension")
try:
    import numpy
except ImportError:
    numpy = None
try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None


def setUpModule():
    global folder, leaves
    folder = tempfile.TemporaryDirectory(prefix="ckptlite-")
    subprocess.run([MAKE_FIXTURE, folder.name], check=True)
    leaves = read_leaves(file("raw.db"))


def tearDownModule():
    folder.cleanup()


def file(name):
    return pathlib.Path(folder.name) / name


def read_leaves(path):
    """(step, path) to (id, dtype, shape, bytes) of the tensors, whose chunks are not encoded."""
    found = {}
    db = sqlite3.connect(path)
    for step, name, leaf, dtype, shape, data in db.execute(
        "SELECT step, tensor.path, leaf_id, tensor.dtype, tensor.shape, data"
        " FROM tensor JOIN leaf ON leaf.id = leaf_id WHERE tensor.kind = 'tensor'"
    ).fetchall():
        chunks = db.execute("SELECT data FROM leaf_chunk JOIN chunk ON id = chunk_id"
                            " WHERE leaf_id = ? ORDER BY first_byte", [leaf])
        data = b"".join(row[0] for row in chunks) if data is None else data
        found[step, name] = (leaf, dtype, json.loads(shape), data)
    db.close()
    return found


def shell(path, sql):
    """The rows as lists; what the shell says on stderr as an sqlite3.Error."""
    done = subprocess.run(
        [SHELL, "-batch", "-bail", "-json", str(path), f".load {MODULE}", sql],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", timeout=120)
    if done.returncode < 0:
        raise RuntimeError(f"the shell died of signal {-done.returncode}")
    if done.returncode or done.stderr:
        raise sqlite3.OperationalError(done.stderr)
    return [list(row.values()) for row in json.loads(done.stdout or "[]")]


def python(path, sql):
    db = sqlite3.connect(path)
    try:
        db.enable_load_extension(True)
        db.load_extension(MODULE.removesuffix(".so"))
        return [list(row) for row in db.execute(sql)]
    finally:
        db.close()


def numbers_sql(dtype, leaf, other):
    """Everything about a leaf in one row; complex ones have no order."""
    both = [f"tensor_{name}({leaf})" for name in ("norm", "nan_count", "inf_count")]
    both += [f"tensor_{name}({leaf}, {other})" for name in ("distance", "cosine")]
    if dtype not in expected.COMPLEX:
        both += [f"tensor_{name}({leaf})" for name in ("min", "max", "mean", "std")]
        both += [f"tensor_quantile({leaf}, {q})" for q in QUANTILES]
    return "SELECT " + ", ".join(both)


@functools.lru_cache(maxsize=None)
def numbers(dtype, data, other):
    values, others = expected.elements(dtype, data), expected.elements(dtype, other)
    nans = sum(map(cmath.isnan, values))
    infs = sum(cmath.isinf(v) and not cmath.isnan(v) for v in values)
    row = [expected.norm(values), nans, infs,
           expected.distance(values, others), expected.cosine(values, others)]
    if dtype not in expected.COMPLEX:
        finite = [v for v in values if math.isfinite(v)]
        row += [min(finite), max(finite), *expected.mean_and_std(values)]
        row += [expected.quantile(values, q) for q in QUANTILES]
    return row


class Values(unittest.TestCase):
    def assert_close(self, found, wanted):
        self.assertEqual(len(found), len(wanted))
        for a, b in zip(found, wanted):
            self.assertTrue(math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-300), (found, wanted))

    def tensors(self):
        """Name, dtype, id and bytes of each leaf of the first checkpoint and of its twin."""
        for (step, path), (leaf, dtype, _, data) in leaves.items():
            if step == 1 and path.startswith(("/dtype/", "/long")):
                other, _, _, other_data = leaves[2, path]
                yield path, dtype, leaf, data, other, other_data

    def check_numbers(self, host):
        seen = set()
        for path, dtype, leaf, data, other, other_data in self.tensors():
            for name in ("planes.db", "raw.db"):
                with self.subTest(path=path, file=name):
                    (row,) = host(file(name), numbers_sql(dtype, leaf, other))
                    self.assert_close(row, numbers(dtype, data, other_data))
            seen.add(dtype)
        self.assertEqual(len(seen), 22)

    @unittest.skipUnless(SHELL, "there is no sqlite3 shell")
    def test_numbers_of_every_dtype_in_the_shell(self):
        self.check_numbers(shell)

    @unittest.skipUnless(LOADS, "this Python's sqlite3 cannot load extensions")
    def test_numbers_of_every_dtype_in_python(self):
        self.check_numbers(python)

    @unittest.skipUnless(SHELL, "there is no sqlite3 shell")
    def test_histograms_of_every_real_dtype(self):
        for path, dtype, leaf, data, _, _ in self.tensors():
            if dtype in expected.COMPLEX:
                continue
            with self.subTest(path=path):
                rows = shell(file("planes.db"), f"SELECT * FROM tensor_histogram({leaf}, {BINS})")
                wanted = expected.histogram(expected.elements(dtype, data), BINS)
                self.assertEqual([row[0] for row in rows], list(range(BINS)))
                self.assertEqual([row[3] for row in rows], [count for _, _, count in wanted])
                for row, (low, high, _) in zip(rows, wanted):
                    self.assert_close(row[1:3], (low, high))

    @unittest.skipUnless(SHELL, "there is no sqlite3 shell")
    def test_every_element_of_every_dtype(self):
        for path, dtype, leaf, data, _, _ in self.tensors():
            if path.startswith("/long"):
                continue
            with self.subTest(path=path):
                rows = shell(file("planes.db"), f"SELECT * FROM tensor_each({leaf})")
                self.assertEqual([row[0] for row in rows], list(range(1500)))
                self.assertEqual(rows[51][1], "[1, 1]")
                for (_, _, found), wanted in zip(rows, expected.elements(dtype, data)):
                    self.assert_element(found, wanted)

    def assert_element(self, found, wanted):
        if isinstance(wanted, complex):
            found = complex(*(float(part) for part in json.loads(found)))
            self.assert_element(found.real, wanted.real)
            self.assert_element(found.imag, wanted.imag)
        elif math.isnan(wanted):
            self.assertIn(str(found), ("None", "nan"))
        elif math.isinf(wanted):  # which the shell writes as a number that is too large
            self.assertEqual(float(found), wanted)
        else:
            self.assertTrue(math.isclose(found, wanted, rel_tol=1e-14), (found, wanted))

    @unittest.skipUnless(SHELL, "there is no sqlite3 shell")
    def test_leaves_without_finite_elements_have_no_statistics(self):
        calls = ", ".join(f"tensor_{name}(1, '{path}')" for path in ("/nan", "/empty")
                          for name in ("norm", "mean", "std", "min", "max"))
        (row,) = shell(file("planes.db"), f"SELECT {calls}")
        self.assertEqual(row, [None] * 10)

    @unittest.skipUnless(SHELL, "there is no sqlite3 shell")
    def test_statistics_are_those_in_the_table_of_leaves(self):
        rows = shell(file("planes.db"), "SELECT path, norm IS tensor_norm(id), min IS tensor_min(id),"
                     " max IS tensor_max(id), mean IS tensor_mean(id) FROM leaf"
                     " WHERE ifnull(dtype, '') NOT LIKE 'complex%'")
        self.assertGreater(len(rows), 50)
        self.assertEqual([row for row in rows if row[1:] != [1, 1, 1, 1]], [])


@unittest.skipUnless(numpy and LOADS, "NumPy is not installed, or this Python cannot load extensions")
class NumPy(unittest.TestCase):
    def arrays(self):
        for (step, path), (leaf, dtype, shape, data) in leaves.items():
            if step != 1 or dtype not in expected.FLOAT_DTYPES:
                continue
            if dtype not in expected.FLOATS and ml_dtypes is None:
                continue
            kind = getattr(ml_dtypes, dtype, None) or numpy.dtype(dtype)
            other, _, _, other_data = leaves[2, path]
            a, b = (numpy.frombuffer(d, kind).astype("float64") for d in (data, other_data))
            if numpy.isfinite(a).any():
                yield path, leaf, other, a, b

    def test_numbers_of_every_float_dtype_are_those_of_numpy(self):
        worst, n = 0.0, 0
        for path, leaf, other, a, b in self.arrays():
            finite, both = a[numpy.isfinite(a)], numpy.isfinite(a) & numpy.isfinite(b)
            x, y = a[both], b[both]
            wanted = [numpy.linalg.norm(finite), numpy.isnan(a).sum(), numpy.isinf(a).sum(),
                      numpy.linalg.norm(x - y),
                      x @ y / (numpy.linalg.norm(x) * numpy.linalg.norm(y)),
                      finite.min(), finite.max(), finite.mean(), finite.std(),
                      *numpy.quantile(finite, QUANTILES)]
            (row,) = python(file("planes.db"), numbers_sql("", leaf, other))
            for found, number in zip(row, wanted):
                apart = abs(found - number) / max(abs(number), 1e-300)
                self.assertLess(apart, 1e-6, path)
                worst, n = max(worst, apart), n + 1
        print(f"NumPy: {n} numbers, farthest apart {worst:.1e}", file=sys.stderr)
        self.assertGreater(n, 0)

    def test_histograms_of_every_float_dtype_are_those_of_numpy(self):
        for path, leaf, _, a, _ in self.arrays():
            with self.subTest(path=path):
                counts, edges = numpy.histogram(a[numpy.isfinite(a)], BINS)
                rows = python(file("planes.db"), f"SELECT * FROM tensor_histogram({leaf}, {BINS})")
                self.assertEqual([row[3] for row in rows], counts.tolist())
                numpy.testing.assert_allclose([row[1] for row in rows], edges[:-1], rtol=1e-9)
                numpy.testing.assert_allclose([row[2] for row in rows], edges[1:], rtol=1e-9)


WRONG = {
    "SELECT tensor_norm()": "is missing",
    "SELECT tensor_norm('1')": "an integer, not text",
    "SELECT tensor_norm(1.0)": "an integer, not a real number",
    "SELECT tensor_norm(x'01')": "an integer, not a blob",
    "SELECT tensor_norm(1, 2)": "too many arguments",
    "SELECT tensor_norm(1, 'w')": "too many arguments",
    "SELECT tensor_norm(0)": "there is no leaf 0",
    "SELECT tensor_norm(-5)": "there is no leaf -5",
    "SELECT tensor_norm(9, '/w')": "there is no checkpoint 9",
    "SELECT tensor_norm(1, '/dtype/float23')": "the nearest path is '/dtype/float",
    "SELECT tensor_at(1, '/dtype/int8', 30, 0)": "outside axis 0",
    "SELECT tensor_at(1, '/dtype/int8', 0, -51)": "outside axis 1",
    "SELECT tensor_at(1, '/dtype/int8', 1)": "takes 2 indices, not 1",
    "SELECT tensor_at(1, '/dtype/int8', '1', 0)": "an integer, not text",
    "SELECT tensor_at(1, '/empty', 0, 0)": "outside axis 0",
    "SELECT tensor_slice(1, '/dtype/int8')": "a slice is missing",
    "SELECT tensor_slice(1, '/dtype/int8', 3)": "text, not an integer",
    "SELECT tensor_slice(1, '/dtype/int8', 'a')": "no integer",
    "SELECT tensor_json(1, '/long16')": "more than 1000000 elements",
    "SELECT tensor_quantile(1, '/dtype/int8', 1.5)": "0 to 1",
    "SELECT tensor_quantile(1, '/dtype/int8', -1)": "0 to 1",
    "SELECT tensor_quantile(1, '/dtype/int8')": "is missing",
    "SELECT tensor_mean(1, '/dtype/complex64')": "is complex",
    "SELECT tensor_distance(1, '/long')": "is missing",
    "SELECT tensor_distance(1, '/long', 1, '/long16')": "different shapes",
    "SELECT * FROM tensor_each": "is missing",
    "SELECT * FROM tensor_each('x')": "an integer, not text",
    "SELECT * FROM tensor_histogram(1)": "is missing",
    "SELECT * FROM tensor_histogram(1, 0)": "1 to 1000000 bins",
    "SELECT * FROM tensor_histogram(1, 1000001)": "1 to 1000000 bins",
    "SELECT * FROM tensor_histogram(1, '/long', 2, 3)": "too many arguments",
    "CREATE VIRTUAL TABLE t USING tensor_each": "no such module",
}


class Errors(unittest.TestCase):
    def check_errors(self, host):
        for sql, words in WRONG.items():
            with self.subTest(sql=sql), self.assertRaises(sqlite3.Error) as caught:
                host(file("planes.db"), sql)
            self.assertIn(words, str(caught.exception))

    @unittest.skipUnless(SHELL, "there is no sqlite3 shell")
    def test_wrong_calls_are_sql_errors_in_the_shell(self):
        self.check_errors(shell)

    @unittest.skipUnless(LOADS, "this Python's sqlite3 cannot load extensions")
    def test_wrong_calls_are_sql_errors_in_python(self):
        self.check_errors(python)

    @unittest.skipUnless(SHELL, "there is no sqlite3 shell")
    def test_a_corrupt_chunk_is_an_sql_error(self):
        copy = file("corrupt.db")
        shutil.copy(file("planes.db"), copy)
        db = sqlite3.connect(copy)
        for i, (chunk, data) in enumerate(db.execute("SELECT id, data FROM chunk").fetchall()):
            at = len(data) * (i % 10) // 10
            changed = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1:]
            db.execute("UPDATE chunk SET data = ? WHERE id = ?", (changed, chunk))
        db.commit()
        ids = [row[0] for row in db.execute("SELECT DISTINCT leaf_id FROM leaf_chunk")]
        db.close()
        self.assertGreater(len(ids), 10)
        for leaf in ids:
            with self.subTest(leaf=leaf), self.assertRaises(sqlite3.Error) as caught:
                shell(copy, f"SELECT tensor_norm({leaf})")
            self.assertRegex(str(caught.exception), rf"leaf {leaf}: .*(damaged|chunk)")


class Module(unittest.TestCase):
    @unittest.skipUnless(shutil.which("nm"), "there is no nm")
    def test_it_shows_its_entry_point_and_links_no_sqlite(self):
        listed = subprocess.run(["nm", "-D", MODULE], stdout=subprocess.PIPE, encoding="utf-8",
                                check=True).stdout
        symbols = [line.split()[-2:] for line in listed.splitlines()]
        defined = [name for kind, name in symbols if kind not in "Uwv"]
        sanitizer = [name for name in defined if name.startswith(("__asan", "__ubsan", "__odr"))]
        self.assertEqual(set(defined) - set(sanitizer), {"sqlite3_ckptlite_init"})
        self.assertEqual([name for _, name in symbols if name.startswith("sqlite3_")],
                         ["sqlite3_ckptlite_init"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
