#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The libraries of other formats read what is exported, and what they write is imported, bit by bit.

usage: test_formats.py CKPTLITE FOLDER [unittest arguments]
  FOLDER gets a virtual environment with the packages, once; without network or packages the exit
  code is 77, which Meson reports as skipped
CKPTLITE_LARGE=1 also moves files of over 2 GiB.
"""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tool_environment

# silero-vad (MIT) has a pretrained model in its package; its dependencies are not needed for that.
tool_environment.enter(sys.argv[2], ["numpy", "ml_dtypes", "safetensors", "flax"], ["silero-vad"])

import io
import json
import os
import subprocess
import sysconfig
import tempfile
import unittest
import zipfile

import flax.serialization
import flax.struct
import ml_dtypes
import numpy
import safetensors.numpy
from safetensors import deserialize

CKPTLITE = os.path.abspath(sys.argv[1])
NUMPY_DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "float16", "int32", "uint32", "float32",
                "int64", "uint64", "float64", "complex64", "complex128"]
SAFETENSORS_DTYPES = [*NUMPY_DTYPES[:-1], "bfloat16", "float8_e4m3fn", "float8_e5m2",
                      "float8_e4m3fnuz", "float8_e5m2fnuz"]
# int4 and uint4 hold values of their own range only.
FLAX_DTYPES = [*NUMPY_DTYPES, *SAFETENSORS_DTYPES[len(NUMPY_DTYPES) - 1:], "float8_e4m3b11fnuz"]
UNUSUAL = ["w/~ \"\\", "\u00e9\u6f22\U0001f600", "a b", "#7", "~0", "..", "x" * 300]


def random_array(dtype, shape, seed=0):
    """Of any bits, NaNs of all kinds among them."""
    dtype = numpy.dtype(dtype)
    random = numpy.random.default_rng(seed)
    raw = random.integers(0, 256, size=(*shape, dtype.itemsize), dtype=numpy.uint8)
    if dtype == bool:
        raw &= 1
    return raw.reshape(-1).view(dtype).reshape(shape)


def arrays_of(dtypes):
    """Of each dtype: some elements, 0-d, and none; and unusual names."""
    arrays = {}
    for dtype in dtypes:
        arrays[f"some-{dtype}"] = random_array(dtype, (3, 1, 5))
        arrays[f"long-{dtype}"] = random_array(dtype, (7001,))
        arrays[f"zero-{dtype}"] = random_array(dtype, ())
        arrays[f"none-{dtype}"] = random_array(dtype, (0, 4))
    return arrays


class FormatTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def ckptlite(self, *arguments, code=0):
        done = subprocess.run([CKPTLITE, *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding="utf-8", cwd=self.folder)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def through(self, original, out, *, importing=(), exporting=()):
        """Imports a file and exports it again."""
        self.ckptlite("import", "run.db", original, *importing)
        self.ckptlite("export", "run.db", "latest", out, *exporting)
        self.ckptlite("verify", "run.db", "--full")
        (self.folder / "run.db").unlink()
        return self.folder / out

    def assert_same(self, found, expected):
        self.assertEqual(set(found), set(expected))
        for name, array in expected.items():
            with self.subTest(name=name):
                self.assertEqual(found[name].shape, array.shape)
                self.assertEqual(found[name].dtype, array.dtype.newbyteorder("="))
                little = array.astype(array.dtype.newbyteorder("<"), copy=False)
                self.assertEqual(found[name].tobytes(), little.tobytes())


class Safetensors(FormatTest):
    def save(self, arrays, name, metadata=None):
        path = self.folder / name
        safetensors.numpy.save_file(arrays, path, metadata)
        return path

    def test_every_dtype_comes_back_in_an_identical_file(self):
        arrays = {**arrays_of(SAFETENSORS_DTYPES),
                  **{name: random_array("float32", (2,)) for name in UNUSUAL}}
        for separator in (".", "/", ""):
            with self.subTest(separator=separator):
                original = self.save(arrays, "in.safetensors", {"format": "pt \u00e9\n"})
                options = ["--separator", separator]
                out = self.through(original, f"out{len(separator)}{ord(separator or ' ')}.safetensors",
                                   importing=options, exporting=options)
                self.assertEqual(out.read_bytes(), original.read_bytes())

    def test_the_library_reads_what_is_exported(self):
        arrays = arrays_of(SAFETENSORS_DTYPES[:13])
        original = self.save(arrays, "in.safetensors", {"b": "1", "a": "2"})
        out = self.through(original, "out.safetensors")
        self.assert_same(safetensors.numpy.load_file(out), arrays)
        with safetensors.safe_open(out, "np") as opened:
            self.assertEqual(opened.metadata(), {"a": "2", "b": "1"})

    def test_files_of_an_index_are_one_checkpoint(self):
        arrays = arrays_of(["float32", "int8"])
        names = sorted(arrays)
        self.save({name: arrays[name] for name in names[:3]}, "a.safetensors")
        self.save({name: arrays[name] for name in names[3:]}, "b.safetensors")
        shard = {name: "a.safetensors" if name in names[:3] else "b.safetensors" for name in names}
        index = self.folder / "model.safetensors.index.json"
        index.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": shard}))
        self.assert_same(safetensors.numpy.load_file(self.through(index, "out.safetensors")), arrays)

    def test_a_pretrained_model_comes_out_unchanged(self):
        (original,) = pathlib.Path(sysconfig.get_path("purelib"), "silero_vad").rglob("*.safetensors")
        before = original.read_bytes()
        out = self.through(original, "out.safetensors")
        found = dict(deserialize(out.read_bytes()))
        self.assertEqual(found, dict(deserialize(before)))
        self.assertGreater(len(found), 10)

    def test_what_it_cannot_hold_is_named(self):
        numpy.save(self.folder / "w.npy", random_array("complex128", (2,)))
        self.ckptlite("import", "run.db", "w.npy")
        said = self.ckptlite("export", "run.db", "latest", "out.safetensors", "--convert", code=2)
        self.assertIn("/w: the dtype complex128", said)


class Numpy(FormatTest):
    def arrays(self):
        arrays = {}
        for name, array in arrays_of(NUMPY_DTYPES).items():
            arrays[name] = array
            arrays["big/" + name] = array.astype(array.dtype.newbyteorder(">"))
            arrays["fortran/" + name] = numpy.asfortranarray(array.swapaxes(0, -1) if array.ndim
                                                             else array)
        return {**arrays, **{name: random_array("float32", (2,)) for name in UNUSUAL
                             if ".." not in name}}

    def test_every_dtype_and_order_comes_back_through_npz(self):
        arrays = self.arrays()
        for save in (numpy.savez, numpy.savez_compressed):
            for options in ([], ["--compress"]):
                with self.subTest(save=save.__name__, options=options):
                    original = self.folder / f"{save.__name__}.npz"
                    save(original, **arrays)
                    out = self.through(original, f"{save.__name__}{len(options)}.npz",
                                       exporting=options)
                    self.assertIsNone(zipfile.ZipFile(out).testzip())
                    with numpy.load(out) as found:
                        self.assert_same(dict(found), arrays)

    def test_every_dtype_comes_back_in_an_identical_npy(self):
        for dtype in NUMPY_DTYPES:
            for shape in ((), (0, 3), (4, 1, 5)):
                with self.subTest(dtype=dtype, shape=shape):
                    original = self.folder / "in.npy"
                    numpy.save(original, random_array(dtype, shape))
                    out = self.through(original, f"{dtype}{len(shape)}.npy")
                    self.assertEqual(out.read_bytes(), original.read_bytes())

    def test_a_large_array_in_fortran_order_is_gathered_from_its_file(self):
        array = random_array("float32", (3000, 6000))
        numpy.save(self.folder / "in.npy", numpy.asfortranarray(array))
        self.assert_same({"w": numpy.load(self.through("in.npy", "out.npy"))}, {"w": array})

    def test_pickles_and_structured_arrays_are_refused_by_name(self):
        structured = numpy.zeros(2, [("a", "<f4"), ("b", "<i4")])
        for array, words in ((numpy.array([1, None], object), "pickles"), (structured, "structured"),
                             (numpy.array(["a"]), "strings"),
                             (random_array("bfloat16", (2,)), "bfloat16")):
            numpy.savez(self.folder / "in.npz", w=array)
            said = self.ckptlite("import", "run.db", "in.npz", code=2)
            self.assertIn(words, said)
            self.assertIn("leaf w", said)
            self.assertFalse((self.folder / "run.db").exists())

    def test_a_damaged_archive_is_an_error(self):
        packed = io.BytesIO()
        numpy.savez(packed, w=random_array("uint8", (9000,)))
        damaged = bytearray(packed.getvalue())
        damaged[5000] ^= 1
        (self.folder / "in.npz").write_bytes(damaged)
        self.assertIn("CRC", self.ckptlite("import", "run.db", "in.npz", code=1))

    def test_small_floats_become_float32_only_on_request(self):
        array = random_array("bfloat16", (300,))
        safetensors.numpy.save_file({"w": array}, self.folder / "in.safetensors")
        self.ckptlite("import", "run.db", "in.safetensors")
        self.assertIn("bfloat16", self.ckptlite("export", "run.db", "latest", "out.npz", code=2))
        self.ckptlite("export", "run.db", "latest", "out.npz", "--convert")
        with numpy.load(self.folder / "out.npz") as found:
            self.assertEqual(found["w"].tobytes(), array.astype("float32").tobytes())


@flax.struct.dataclass
class State:
    params: dict
    moments: tuple
    step: int


class Flax(FormatTest):
    def restored(self, original):
        out = self.through(original, "out.msgpack")
        return flax.serialization.msgpack_restore(out.read_bytes())

    def write(self, tree):
        (self.folder / "in.msgpack").write_bytes(flax.serialization.msgpack_serialize(tree))
        return self.folder / "in.msgpack"

    def test_every_dtype_comes_back_in_an_identical_file(self):
        arrays = {**arrays_of(FLAX_DTYPES), **{name: numpy.ones(1) for name in UNUSUAL},
                  "int4": numpy.arange(-8, 8).astype("int4"),
                  "uint4": numpy.arange(16).astype("uint4")}
        original = self.write(arrays)
        out = self.through(original, "out.msgpack")
        self.assertEqual(out.read_bytes(), original.read_bytes())

    def test_plain_values_come_back_as_what_they_were(self):
        values = {"int": -5, "long": 2**62, "float": 0.1, "bool": True, "none": None,
                  "text": "\u00e9", "bytes": b"\x00\xff", "complex": 1 - 2j, "empty": {}}
        found = self.restored(self.write(values))
        self.assertEqual(found, values)
        self.assertEqual([type(found[name]) for name in values], [type(v) for v in values.values()])

    def test_integer_keys_come_back_as_the_text_that_flax_looks_up(self):
        packed = b"\x81\xa5count\x82\x03\x07\x0c\x08"  # {"count": {3: 7, 12: 8}}
        (self.folder / "in.msgpack").write_bytes(packed)
        self.assertEqual(self.restored("in.msgpack"), {"count": {"3": 7, "12": 8}})

    def test_a_template_restores_the_real_types(self):
        state = State({"w": random_array("float32", (3, 4))},
                      tuple({"mu": numpy.full(2, i)} for i in range(12)), 7)
        (self.folder / "in.msgpack").write_bytes(flax.serialization.to_bytes(state))
        out = self.through("in.msgpack", "out.msgpack")
        template = State({"w": numpy.zeros((3, 4), "float32")},
                         tuple({"mu": numpy.zeros(2, int)} for _ in range(12)), 0)
        found = flax.serialization.from_bytes(template, out.read_bytes())
        self.assertIsInstance(found.moments, tuple)
        self.assertEqual([int(moment["mu"][0]) for moment in found.moments], list(range(12)))
        self.assertEqual(found.step, 7)
        self.assertEqual(found.params["w"].tobytes(), state.params["w"].tobytes())

    def test_divided_arrays_are_one_tensor(self):
        most = flax.serialization.MAX_CHUNK_SIZE
        flax.serialization.MAX_CHUNK_SIZE = 1000
        arrays = {"w": random_array("float64", (20, 33)), "in": {"b": random_array("int16", (700,))}}
        original = self.write(arrays)
        flax.serialization.MAX_CHUNK_SIZE = most
        found = self.restored(original)
        self.assert_same({"w": found["w"], "b": found["in"]["b"]},
                         {"w": arrays["w"], "b": arrays["in"]["b"]})


@unittest.skipUnless(os.environ.get("CKPTLITE_LARGE"), "moves gigabytes: set CKPTLITE_LARGE=1")
class Large(FormatTest):
    """Over 2 GiB: all zero but for the ends, so the files are sparse or small."""

    def array(self):
        array = numpy.zeros(2**31 + 2**20, numpy.uint8)
        array[:3] = array[-3:] = (1, 2, 3)
        return array

    def check(self, found):
        self.assertEqual(found.shape, (2**31 + 2**20,))
        self.assertEqual([*found[:4], *found[-4:]], [1, 2, 3, 0, 0, 1, 2, 3])
        self.assertEqual(numpy.count_nonzero(found), 6)

    def test_safetensors(self):
        safetensors.numpy.save_file({"w": self.array()}, self.folder / "in.safetensors")
        with safetensors.safe_open(self.through("in.safetensors", "out.safetensors"), "np") as found:
            self.check(found.get_tensor("w"))

    def test_npz(self):
        numpy.savez(self.folder / "in.npz", w=self.array())
        for options in ([], ["--compress"]):
            with numpy.load(self.through("in.npz", f"{len(options)}.npz", exporting=options)) as found:
                self.check(found["w"])

    def test_msgpack(self):
        tree = {"w": self.array()}
        (self.folder / "in.msgpack").write_bytes(
            flax.serialization.msgpack_serialize(tree, in_place=True))
        found = self.through("in.msgpack", "out.msgpack").read_bytes()
        self.check(flax.serialization.msgpack_restore(found)["w"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
