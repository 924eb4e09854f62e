#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Python's zlib reads the streams of the encoder for byte planes.

usage: test_python_zlib.py MAKE_STREAMS
"""
import pathlib
import subprocess
import sys
import tempfile
import zlib


def pieces(data):
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "little")
        at += 4 + length
        yield data[at - length : at]


def main():
    with tempfile.TemporaryDirectory(prefix="ckptlite-") as folder:
        file = pathlib.Path(folder) / "streams.bin"
        subprocess.run([sys.argv[1], str(file)], check=True)
        found = list(pieces(file.read_bytes()))
    assert len(found) >= 100 and len(found) % 2 == 0, len(found)
    for plane, stream in zip(found[::2], found[1::2]):
        decoder = zlib.decompressobj()
        wrong = decoder.decompress(stream) != plane or not decoder.eof or decoder.unused_data
        assert not wrong, f"a plane of {len(plane)} bytes"


if len(sys.argv) != 2:
    sys.exit(__doc__)
main()
