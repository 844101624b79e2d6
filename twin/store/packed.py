"""Samples of one point as a few bytes, and exactly those samples back: moments, values bit by bit, qualities.

Moments are kept as differences of differences (a steady cycle is zeros). Values are tried as whole numbers of tenths,
hundredths … of a float64 or of a float32 that a device sent (BACnet REAL), and their differences kept; values that are
no short decimals are kept as the XOR with the value before, as in T. Pelkonen et al., Gorilla, VLDB 2015. Numbers wider
than a byte are laid out plane by plane, so that equal high bytes stand together, and zlib does the rest.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub, xor

VERSION = 1
SCALES = (1.0, 10.0, 100.0, 1000.0, 10_000.0)
"""Parts of a unit that values are tried as; sensors and counters of building systems have at most four decimals."""
LARGEST = 64 * 2**20
"""Bytes that a chunk may unpack to: an hour of a sample every millisecond; more is damage."""
_HEAD = struct.Struct("<BIqqqBBBB")
"""Version, samples, first moment, first step, first whole value, step width, form, value width, whether all good."""
_CODES = {1: "b", 2: "h", 4: "i", 8: "q"}
_XOR, _FLOAT64, _FLOAT32 = 0, 16, 32
"""Forms of values; the last two plus the place of the scale."""
_PROBE = 8
"""Values that a scale must fit before all are tried."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one point, oldest first, as columns of one length.

    ``moments_ms`` since 1970-01-01 UTC; a value is None exactly where the quality (`Quality`, as a number) is not 0.
    """

    moments_ms: list[int]
    values: list[float | None]
    qualities: list[int]

    def __len__(self) -> int:
        return len(self.moments_ms)

    def equals(self, other: Samples) -> bool:
        """Whether all is the same, values bit by bit: -0.0 is not 0.0."""
        return (
            self.moments_ms == other.moments_ms
            and self.qualities == other.qualities
            and self.values == other.values
            and _bits(value for value in self.values if value is not None)
            == _bits(value for value in other.values if value is not None)
        )


def encode(samples: Samples) -> bytes:
    """Pack samples.

    Raises:
        ValueError: value and quality contradict each other, a value is no number, or a quality is not in 0–255.
    """
    values = [value for value in samples.values if value is not None]
    if [value is None for value in samples.values] != [quality != 0 for quality in samples.qualities]:
        raise ValueError("value and quality contradict each other")
    moments = samples.moments_ms
    steps = list(map(sub, moments[1:], moments))
    step_width, step_bytes = _narrow(list(map(sub, steps[1:], steps)))
    form, first, value_width, value_bytes = _pack_values(values)
    all_good = len(values) == len(moments)
    head = _HEAD.pack(
        VERSION,
        len(moments),
        moments[0] if moments else 0,
        steps[0] if steps else 0,
        first,
        step_width,
        form,
        value_width,
        all_good,
    )
    return zlib.compress(head + step_bytes + (b"" if all_good else bytes(samples.qualities)) + value_bytes)


def decode(data: bytes) -> Samples:
    """The samples that were packed.

    Raises:
        ValueError: these bytes are not what `encode` wrote.
    """
    try:
        return _decode(_unzipped(data))
    except (zlib.error, struct.error, KeyError, IndexError, OverflowError, ValueError) as error:
        raise ValueError(f"a chunk is damaged: {error}") from error


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj()
    plain = unzip.decompress(data, LARGEST)
    if not unzip.eof:
        raise ValueError("it is cut off or too large")
    return plain


def _decode(plain: bytes) -> Samples:
    version, count, moment, step, first, step_width, form, value_width, all_good = _HEAD.unpack_from(plain)
    if version != VERSION:
        raise ValueError(f"its form is {version}, this program knows {VERSION}")
    start = _HEAD.size
    end = start + max(count - 2, 0) * step_width
    if step_width not in _CODES or end > len(plain):  # before a false count takes all memory
        raise ValueError("it is cut off")
    steps = accumulate(_wide(step_width, plain[start:end]), initial=step)
    moments = [*accumulate(steps, initial=moment)][:count]
    qualities = [0] * count if all_good else list(plain[end : end + count])
    values = _unpack_values(form, first, value_width, plain[end if all_good else end + count :])
    good = qualities.count(0)
    if (len(moments), len(qualities)) != (count, count) or len(values) < good or len(values) > max(good, 1):
        raise ValueError("its columns differ in length")
    if good == count:
        return Samples(moments, [*values], qualities)
    rest = iter(values)
    return Samples(moments, [None if quality else next(rest) for quality in qualities], qualities)


def _bits(values: Iterable[float]) -> bytes:
    return array("d", values).tobytes()


def _pack_values(values: Sequence[float]) -> tuple[int, int, int, bytes]:
    """Form, first whole value, width and bytes of the values."""
    for kind in (_FLOAT64, _FLOAT32):
        for place, scale in enumerate(SCALES):
            wholes = _wholes(values[:_PROBE], kind, scale) and _wholes(values, kind, scale)
            if wholes:
                return kind + place, wholes[0], *_narrow(list(map(sub, wholes[1:], wholes)))
    bits = _ordered(array("Q", _bits(values)))
    return _XOR, 0, 8, _planes(8, _ordered(array("Q", [*bits[:1], *map(xor, bits[1:], bits)])).tobytes())


def _unpack_values(form: int, first: int, width: int, data: bytes) -> list[float]:
    if form == _XOR:
        bits = _ordered(array("Q", _unplaned(8, data)))
        return array("d", array("Q", accumulate(bits, xor)).tobytes()).tolist()
    kind = form & (_FLOAT64 | _FLOAT32)
    return _scaled(accumulate(_wide(width, data), initial=first), kind, SCALES[form - kind])


def _wholes(values: Sequence[float], kind: int, scale: float) -> list[int]:
    """Whole numbers of 1/``scale`` that give exactly these values back; none where there are no such numbers."""
    try:
        wholes = [round(value * scale) for value in values]
    except (OverflowError, ValueError):  # infinite
        return []
    if not wholes or max(map(abs, wholes)) >= 2**53:  # beyond which not every whole number is a float64
        return []
    return wholes if _bits(_scaled(wholes, kind, scale)) == _bits(values) else []


def _scaled(wholes: Iterable[int], kind: int, scale: float) -> list[float]:
    values = [whole / scale for whole in wholes]
    return values if kind == _FLOAT64 else array("f", values).tolist()


def _narrow(numbers: list[int]) -> tuple[int, bytes]:
    """The width [bytes] that holds all numbers, and the numbers in it, plane by plane."""
    high, low = max(numbers, default=0), min(numbers, default=0)
    largest = max(high, ~low)
    width = next(width for width in _CODES if largest < 1 << (8 * width - 1))
    return width, _planes(width, _ordered(array(_CODES[width], numbers)).tobytes())


def _wide(width: int, data: bytes) -> array[int]:
    return _ordered(array(_CODES[width], _unplaned(width, data)))


def _ordered(numbers: array[int]) -> array[int]:
    """Little-endian from and to whatever the machine has."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _planes(width: int, data: bytes) -> bytes:
    return data if width == 1 else b"".join(data[place::width] for place in range(width))


def _unplaned(width: int, data: bytes) -> bytes:
    if width == 1:
        return data
    planes = bytearray(len(data))
    count = len(data) // width
    for place in range(width):
        planes[place::width] = data[place * count : (place + 1) * count]
    return bytes(planes)
