# SPDX-License-Identifier: MIT
"""Reads TensorBoard event files with nothing but Python: what the documents of TFRecord, protocol
buffers and TensorFlow's event.proto say, and not what our writer does."""
import struct


def crc32c(data):
    """Bit by bit, as RFC 3720 has it."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = (remainder >> 1) ^ (0x82F63B78 if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        length, length_crc = struct.unpack_from("<QI", data, at)
        assert length_crc == masked(data[at:at + 8]), f"checksum of a length at {at}"
        record = data[at + 12:at + 12 + length]
        (crc,) = struct.unpack_from("<I", data, at + 12 + length)
        assert crc == masked(record), f"checksum of a record at {at}"
        yield record
        at += 12 + length + 4


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def fields(message):
    """{number: [value, ...]}"""
    found, at = {}, 0
    while at < len(message):
        key, at = varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(message, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", message, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<f", message, at)[0], at + 4
        else:
            assert kind == 2, f"wire type {kind}"
            length, at = varint(message, at)
            value, at = message[at:at + length], at + length
        found.setdefault(key >> 3, []).append(value)
    return found


def scalars(path):
    """[(tag, step, value, wall time), ...] after the event that names the version."""
    first, *events = [fields(record) for record in records(path.read_bytes())]
    assert first[3] == [b"brain.Event:2"], first
    found = []
    for event in events:
        assert set(event) == {1, 2, 5}, event
        ((value,),) = [fields(summary)[1] for summary in event[5]]
        value = fields(value)
        assert set(value) == {1, 2}, value
        step = event[2][0] - (1 << 64 if event[2][0] >> 63 else 0)
        found.append((value[1][0].decode(), step, value[2][0], event[1][0]))
    return first[1][0], found
