# SPDX-License-Identifier: MIT
"""What the functions of the extension have to say of bytes, in plain Python and nothing of ours:
elements by the definitions of their dtypes, and statistics by those of NumPy."""
import bisect
import cmath
import math
import struct

INTEGERS = {"bool": "B", "int4": "b", "int8": "b", "int16": "h", "int32": "i", "int64": "q",
            "uint4": "B", "uint8": "B", "uint16": "H", "uint32": "I", "uint64": "Q"}
FLOATS = {"float16": "e", "float32": "f", "float64": "d"}
COMPLEX = {"complex64": "f", "complex128": "d"}
# Mantissa bits, bias, and which codes are not numbers: those of IEEE 754, all ones, or minus zero.
FLOAT8 = {"float8_e4m3fn": (3, 7, "ones"), "float8_e5m2": (2, 15, "ieee"),
          "float8_e4m3fnuz": (3, 8, "zero"), "float8_e5m2fnuz": (2, 16, "zero"),
          "float8_e4m3b11fnuz": (3, 11, "zero")}
FLOAT_DTYPES = [*FLOATS, "bfloat16", *FLOAT8]


def float8(code, mantissa_bits, bias, special):
    sign = -1.0 if code & 0x80 else 1.0
    exponent, mantissa = divmod(code & 0x7F, 1 << mantissa_bits)
    if special == "zero" and code == 0x80 or special == "ones" and code & 0x7F == 0x7F:
        return math.nan
    if special == "ieee" and exponent == 31:
        return math.nan if mantissa else sign * math.inf
    fraction = mantissa / (1 << mantissa_bits)
    if exponent == 0:
        return sign * fraction * 2.0 ** (1 - bias)
    return sign * (1 + fraction) * 2.0 ** (exponent - bias)


def elements(dtype, data):
    """A list of ints, floats or complex numbers."""
    if dtype in FLOAT8:
        table = [float8(code, *FLOAT8[dtype]) for code in range(256)]
        return [table[code] for code in data]
    if dtype == "bfloat16":
        halves = struct.unpack(f"<{len(data) // 2}H", data)
        return list(struct.unpack(f"<{len(halves)}f", struct.pack(
            f"<{len(halves)}I", *(half << 16 for half in halves))))
    letter = {**INTEGERS, **FLOATS, **COMPLEX}[dtype]
    numbers = struct.unpack(f"<{len(data) // struct.calcsize(letter)}{letter}", data)
    if dtype in COMPLEX:
        return [complex(*pair) for pair in zip(numbers[::2], numbers[1::2])]
    return list(numbers)


def norm(values):
    return math.sqrt(math.fsum(abs(v) ** 2 for v in values if cmath.isfinite(v)))


def quantile(values, q):
    ranked = sorted(v for v in values if math.isfinite(v))
    position = q * (len(ranked) - 1)
    low = ranked[int(position)]
    high = ranked[min(int(position) + 1, len(ranked) - 1)]
    return low + (high - low) * (position - int(position))


def mean_and_std(values):
    finite = [float(v) for v in values if math.isfinite(v)]
    mean = math.fsum(finite) / len(finite)
    return mean, math.sqrt(math.fsum((v - mean) ** 2 for v in finite) / len(finite))


def both_finite(a, b):
    return [(x, y) for x, y in zip(a, b) if cmath.isfinite(x) and cmath.isfinite(y)]


def distance(a, b):
    return math.sqrt(math.fsum(abs(complex(x) - complex(y)) ** 2 for x, y in both_finite(a, b)))


def cosine(a, b):
    pairs = [(complex(x), complex(y)) for x, y in both_finite(a, b)]
    product = math.fsum((x * y.conjugate()).real for x, y in pairs)
    return product / (norm(x for x, _ in pairs) * norm(y for _, y in pairs))


def histogram(values, bins):
    """(low, high, count) of each bin."""
    finite = [float(v) for v in values if math.isfinite(v)]
    low, high = min(finite), max(finite)
    edges = [low + i * ((high - low) / bins) for i in range(bins)] + [high]
    counts = [0] * bins
    for value in finite:
        counts[min(bisect.bisect_right(edges, value) - 1, bins - 1)] += 1
    return list(zip(edges, edges[1:], counts))
