#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""import and export of the ckptlite command. usage: test_cli_formats.py CKPTLITE MAKE_FIXTURE"""
import json
import struct

from cli_case import CliTest, main, run


def safetensors(tensors, metadata=None):
    """Of uint8 tensors of one axis."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, values in tensors.items():
        header[name] = {"dtype": "U8", "shape": [len(values)],
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += bytes(values)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def npy(values, descr, form):
    """A .npy file of one axis; `form` is for struct what `descr` is for NumPy."""
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({len(values)},), }}\n".encode()
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head
            + b"".join(struct.pack(form, value) for value in values))


class Formats(CliTest):
    def write(self, name, content):
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def test_a_file_is_made_imported_into_and_exported_from(self):
        original = safetensors({"a.b": [1, 2], "a.c": [3]}, {"format": "pt"})
        model = self.write("m.safetensors", original)
        new = self.folder / "new.db"
        made = self.json_of("import", new, model, "--run", "r", "--step", 5, "--prefix", "p")
        self.assertEqual((made["checkpoint"]["run"], made["checkpoint"]["step"]), ("r", 5))
        self.assertEqual((made["changes"], made["inferred_lists"]), ([], []))
        out = self.folder / "out.safetensors"
        exported = self.json_of("export", new, "latest", out)
        self.assertEqual(list(exported),
                         ["out", "format", "checkpoint", "tensors", "nbytes", "changes"])
        self.assertEqual((exported["format"], exported["tensors"]), ("safetensors", 2))
        self.assertEqual(exported["nbytes"], len(original))
        self.assertEqual(out.read_bytes(), original)

    def test_metadata_can_be_left_out_and_names_kept_whole(self):
        model = self.write("m.safetensors", safetensors({"a.b": [1]}, {"format": "pt"}))
        run("import", self.folder / "new.db", model, "--no-metadata", "--separator", "")
        leaves = self.json_of("leaves", self.folder / "new.db")["leaves"]
        self.assertEqual([leaf["path"] for leaf in leaves], ["/a.b"])

    def test_shards_whose_metadata_differ_are_imported_without_them(self):
        self.write("1.safetensors", safetensors({"a": [1]}, {"format": "pt"}))
        self.write("2.safetensors", safetensors({"b": [2]}, {"format": "tf"}))
        index = self.write("m.safetensors.index.json", json.dumps(
            {"weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}).encode())
        new = self.folder / "new.db"
        self.assert_one_message(run("import", new, index), 2, "'format'", "--no-metadata")
        made = self.json_of("import", new, index, "--no-metadata")
        self.assertEqual(made["checkpoint"]["n_leaves"], 2)

    def test_an_option_that_the_format_does_not_take_is_refused_by_name(self):
        model = self.write("m.safetensors", safetensors({"w": [1]}))
        packed = self.write("m.msgpack", b"\x81\xa1w\x01")
        array = self.write("m.npy", npy([1], "|u1", "B"))
        new, out = self.folder / "new.db", self.folder / "out"
        for arguments, words in (
            (["import", new, packed, "--separator", "/"],
             "--separator is for safetensors and npz, not for msgpack"),
            (["import", new, array, "--separator", ""], "not for npy"),
            (["import", new, model, "--keep-dicts"],
             "--keep-dicts is for msgpack, not for safetensors"),
            (["export", self.file, "latest", f"{out}.msgpack", "--separator", "/"], "not for msgpack"),
            (["export", self.file, "latest", out, "--format", "safetensors", "--compress"],
             "--compress is for npz, not for safetensors"),
        ):
            with self.subTest(words=words):
                self.assert_one_message(run(*arguments), 2, words)
        self.assertFalse(new.exists())
        packed.write_bytes(b"\x81\xa1m\x81\xa10\x01")
        self.write("a.safetensors", safetensors({"b/w": [1]}))
        both = ("import", new, self.folder / "a.safetensors", packed, "--separator", "/", "--keep-dicts")
        self.assertEqual(self.json_of(*both)["checkpoint"]["n_leaves"], 2)
        leaves = self.json_of("leaves", new)["leaves"]
        self.assertEqual([leaf["path"] for leaf in leaves], ["/b/w", "/m/0"])

    def test_a_name_that_none_may_have_makes_no_file(self):
        array = self.write("m.npy", npy([1], "|u1", "B"))
        for option in ("--run", "--prefix"):
            for name, words in (("", "has no name"), ("x" * 1025, "is longer than 1024 bytes")):
                done = run("import", self.folder / "new.db", array, option, name)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "new.db").exists())

    def test_what_changed_is_said_once(self):
        array = self.write("m.npy", npy([1, 2], ">u2", ">H"))
        done = run("import", self.folder / "new.db", array, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        [change] = json.loads(done.stdout)["changes"]
        said = run("import", self.folder / "new.db", array, "--step", "1").stderr
        self.assertEqual(said, f"ckptlite: {change}\n")

    def test_a_deviation_that_the_statistics_do_not_hold_is_not_made_up(self):
        for name, values in (("same", [5.1] * 3), ("near", [1e8, 1e8 + 8]), ("far", [3, 4])):
            self.write(f"{name}.npy", npy(values, "<f4", "<f"))
        new = self.folder / "new.db"
        run("import", new, *self.folder.glob("*.npy"))
        rows = self.json_of("stats", new)
        self.assertEqual({row["path"]: row["std"] for row in rows},
                         {"/same": 0, "/near": None, "/far": 0.5})
        self.assertRegex(run("stats", new, "/near").stdout, r"\n/near +2 +1e\+08 +1e\+08 +1e\+08 +- ")
        query = "SELECT step, tensor_std(leaf_id) AS std FROM tensor WHERE path = '/near'"
        self.assertEqual(self.json_of("sql", new, query), [{"step": 0, "std": 4}])

    def test_a_wrong_file_makes_no_checkpoint_and_no_file(self):
        broken = self.write("m.safetensors", b"12345678{}")
        done = run("import", self.folder / "new.db", broken)
        self.assert_one_message(done, 1, "m.safetensors", "the format allows")
        self.assertFalse((self.folder / "new.db").exists())
        done = run("import", self.file, self.folder / "none.npy")
        self.assert_one_message(done, 1, "no such file")
        done = run("import", self.file, self.write("m.bin", b""))
        self.assert_one_message(done, 2, "there are: safetensors, npy, npz, msgpack")

    def test_a_step_that_is_stored_is_refused(self):
        model = self.write("m.safetensors", safetensors({"w": [1]}))
        self.assertEqual(run("import", self.file, model, "--run", "new").returncode, 0)
        self.assert_one_message(run("import", self.file, model, "--run", "new"), 1, "step 0")

    def test_what_would_be_lost_stands_on_lines_of_its_own(self):
        out = self.folder / "out.safetensors"
        done = run("export", self.file, "latest", out)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("ckptlite: /model_state: a tuple becomes names", done.stderr)
        self.assertIn("--convert", done.stderr.splitlines()[-1])
        self.assertFalse(out.exists())
        converted = self.json_of("export", self.file, "latest", out, "--convert")
        self.assertEqual(len(converted["changes"]), len(done.stderr.splitlines()) - 1)

    def test_an_export_to_msgpack_is_imported_again(self):
        out = self.folder / "out.msgpack"
        self.assertEqual(run("export", self.file, "latest", out).returncode, 0)
        lists = self.json_of("import", self.folder / "a.db", out)["inferred_lists"]
        self.assertIn("/model_state", lists)
        kept = self.json_of("import", self.folder / "b.db", out, "--keep-dicts")
        self.assertEqual(kept["inferred_lists"], [])

    def test_nothing_is_replaced(self):
        out = self.write("out.npz", b"mine")
        done = run("export", self.file, "latest", out, "--root", "/model_params")
        self.assert_one_message(done, 1, "something of this name")
        self.assertEqual(out.read_bytes(), b"mine")


if __name__ == "__main__":
    main()
