"""Packed samples come back exactly, and small where values are quantised."""

from __future__ import annotations

import random
import zlib
from array import array
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.store import packed
from twin.store.packed import Samples, decode, encode

START = 1_772_000_000_000
QUALITIES = st.integers(1, 8)
AS_SENT = st.floats(allow_nan=False, width=32)
DECIMALS = st.builds(lambda whole, scale: whole / scale, st.integers(-(10**7), 10**7), st.sampled_from([1, 10, 100]))
VALUES = st.floats(allow_nan=False) | AS_SENT | DECIMALS


def columns(rows: list[tuple[int, float | int]]) -> Samples:
    """From pairs of moment and value; an int is a bad quality."""
    return Samples(
        [ms for ms, _ in rows],
        [value if isinstance(value, float) else None for _, value in rows],
        [0 if isinstance(value, float) else value for _, value in rows],
    )


@given(
    st.one_of(
        st.dictionaries(st.integers(-(2**50), 2**50), values, max_size=60)
        for values in (VALUES | QUALITIES, VALUES, DECIMALS | QUALITIES, AS_SENT, QUALITIES)
    )
)
def test_what_is_packed_comes_back_bit_by_bit(found: dict[int, float | int]) -> None:
    samples = columns(sorted(found.items()))
    assert decode(encode(samples)).equals(samples)


def test_zero_and_minus_zero_are_not_mixed_up() -> None:
    samples = columns([(START, 0.0), (START + 1, -0.0)])
    assert decode(encode(samples)).equals(samples)
    assert not samples.equals(columns([(START, 0.0), (START + 1, 0.0)]))


def as_float32(value: float) -> float:
    return array("f", [value])[0]


@pytest.mark.parametrize("sent", [float, as_float32], ids=["float64", "float32"])
def test_an_hour_of_a_temperature_in_tenths_takes_less_than_two_bytes_a_sample(sent: type[float]) -> None:
    dice = random.Random(1)
    tenths, rows = 210, []
    for cycle in range(720):
        tenths += dice.choice((-1, 0, 0, 0, 1))
        rows.append((START + 5000 * cycle + dice.randint(-15, 15), sent(tenths / 10)))
    assert len(encode(columns(rows))) < 2 * len(rows)


def test_an_hour_of_a_state_on_a_steady_cycle_is_nearly_nothing() -> None:
    rows = [(START + 5000 * cycle, float(cycle > 400)) for cycle in range(720)]
    assert len(encode(columns(rows))) < 100


@pytest.mark.parametrize(
    "samples",
    [
        Samples([START], [None], [0]),
        Samples([START], [1.0], [3]),
        Samples([START], [None], [256]),
    ],
    ids=["good without a value", "bad with a value", "a quality beyond a byte"],
)
def test_samples_that_contradict_themselves_are_not_packed(samples: Samples) -> None:
    with pytest.raises(ValueError, match=r"contradict|bytes must be in range"):
        encode(samples)


@given(st.binary(max_size=200))
def test_bytes_that_nobody_packed_are_a_fault_and_not_a_crash(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"chunk"):
        decode(data)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_chunk_is_never_read_as_something_else(place: int, change: int) -> None:
    samples = columns([(START + 5000 * n, n / 10) for n in range(50)])
    data = bytearray(encode(samples))
    data[place % len(data)] ^= change
    with suppress(ValueError):  # some bits of zlib's header mean nothing
        assert decode(bytes(data)).equals(samples)


def test_a_false_count_takes_no_memory() -> None:
    head = packed._HEAD.pack(packed.VERSION, 2**32 - 1, 0, 0, 0, 1, 16, 1, True)
    with pytest.raises(ValueError, match="cut off"):
        decode(zlib.compress(head))


def test_a_chunk_that_unpacks_to_a_flood_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        decode(zlib.compress(bytes(65 * 2**20)))
