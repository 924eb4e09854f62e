# SPDX-License-Identifier: MIT
"""Where the state comes from: a model trained here and kept, or a safetensors or npz file."""
import ast
import json
import pathlib
import struct
import subprocess
import sys
import zipfile

HIDDEN = 2400  # with some 100 characters: 1.1 million parameters
STEPS = 1500

SAFETENSORS = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8",
    "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool",
    "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2",
}  # fmt: skip
NUMPY = {
    "<f8": "float64", "<f4": "float32", "<f2": "float16", "<i8": "int64", "<i4": "int32",
    "<i2": "int16", "|i1": "int8", "<u8": "uint64", "<u4": "uint32", "<u2": "uint16",
    "|u1": "uint8", "|b1": "bool", "<c8": "complex64", "<c16": "complex128",
}  # fmt: skip


def trained(programs, folder):
    """Trains the example, scaled up, unless that was done before; returns its file."""
    texts = [
        text
        for text in sorted(pathlib.Path("/usr/share/common-licenses").glob("*"))
        if text.is_file() and not text.is_symlink()
    ]
    if not texts:
        sys.exit("bench.py: no texts in /usr/share/common-licenses to learn from; give --state")
    file = folder / f"trained-{HIDDEN}-{STEPS}.db"
    command = [programs / "examples/train_char_lm", "--db", file, "--hidden", HIDDEN]
    command += ["--steps", STEPS, "--eval-every", STEPS // 3, "--", *texts]
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
    return file


def safetensors_leaves(data):
    """Name, dtype, shape and bytes of each tensor."""
    (size,) = struct.unpack_from("<Q", data)
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        tensor = data[8 + size + begin : 8 + size + end]
        yield name, SAFETENSORS[entry["dtype"]], entry["shape"], tensor


def npz_leaves(file):
    with zipfile.ZipFile(file) as members:
        for member in members.namelist():
            data = members.read(member)
            wide = data[6] > 1
            (size,) = struct.unpack_from("<I" if wide else "<H", data, 8)
            start = 12 if wide else 10
            header = ast.literal_eval(data[start : start + size].decode("latin-1"))
            # A transposed array has the same bytes in another order, which is good enough here.
            shape = header["shape"]
            yield member.removesuffix(".npy"), NUMPY[header["descr"]], shape, data[start + size :]


def path_of(name):
    """Names that are paths in a checkpoint already stay; others are parameters."""
    if name.strip("/").startswith(("model_params/", "optimizer_state/")):
        return "/" + name.strip("/")
    return "/model_params/" + name.replace("~", "~0").replace("/", "~1").replace(" ", "_")


def converted(file, folder):
    """Writes the tensors of `file` as a manifest (see base_state.hpp) and returns it."""
    is_npz = file.suffix == ".npz"
    leaves = npz_leaves(file) if is_npz else safetensors_leaves(file.read_bytes())
    manifest = folder / "given"
    offset = 0
    with open(manifest, "w", encoding="utf-8") as lines, open(f"{manifest}.bin", "wb") as out:
        for name, dtype, shape, data in leaves:
            extents = ",".join(map(str, shape)) or "-"
            lines.write(f"{dtype} {extents} {offset} {len(data)} {path_of(name)}\n")
            offset += out.write(data)
    return manifest
