from __future__ import annotations

import math
import struct

import pytest
from bms_town import register
from hypothesis import given
from hypothesis import strategies as st

from bms_connectors.modbus.codec import decode, encode, width
from twin.model.points import DataType, Table

ORDERS = st.sampled_from(["big", "little"])
RANGES = {
    DataType.UINT16: (0, 65535),
    DataType.INT16: (-32768, 32767),
    DataType.UINT32: (0, 2**32 - 1),
    DataType.INT32: (-(2**31), 2**31 - 1),
}
WHOLE = st.sampled_from(list(RANGES)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.integers(RANGES[kind][0], RANGES[kind][1]))
)


@given(WHOLE, ORDERS, ORDERS)
def test_every_whole_number_comes_back_in_every_order(case: tuple[DataType, int], words: str, order: str) -> None:
    kind, number = case
    binding = register("PLC", Table.HOLDING_REGISTER, 0, kind, word_order=words, byte_order=order)
    raw = encode(binding, float(number))
    assert len(raw) == width(binding)
    assert all(0 <= word <= 0xFFFF for word in raw)
    assert decode(binding, raw) == number


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), ORDERS, ORDERS)
def test_every_float_comes_back(number: float, words: str, order: str) -> None:
    binding = register("PLC", Table.INPUT_REGISTER, 0, DataType.FLOAT32, word_order=words, byte_order=order)
    assert decode(binding, encode(binding, number)) == number


@given(
    st.integers(-32768, 32767),
    st.sampled_from([0.001, 0.01, 0.1, 0.5, 1.0, 2.0, 10.0]),
    st.floats(-100, 100, allow_nan=False),
)
def test_scale_and_offset_come_back_within_half_a_step(number: int, scale: float, offset: float) -> None:
    binding = register("PLC", Table.INPUT_REGISTER, 0, DataType.INT16, scale=scale, offset=offset)
    value = number * scale + offset
    assert decode(binding, encode(binding, value)) == pytest.approx(value, abs=scale / 2 + 1e-9)


@given(st.integers(0, 0xFFFF), st.integers(0, 15), st.booleans())
def test_a_bit_is_cut_out_of_its_word(word: int, bit: int, invert: bool) -> None:
    binding = register("PLC", Table.HOLDING_REGISTER, 0, DataType.BIT, bit=bit, invert=invert)
    assert decode(binding, [word]) == (((word >> bit) & 1) != invert)
    assert decode(binding, encode(binding, 1.0)) == 1.0
    assert decode(binding, encode(binding, 0.0)) == 0.0


def test_orders_are_those_that_devices_speak_of() -> None:
    packed = struct.pack(">f", 25.0)  # ABCD
    expected = {
        ("big", "big"): "ABCD",
        ("little", "big"): "CDAB",
        ("big", "little"): "BADC",
        ("little", "little"): "DCBA",
    }
    for (words, order), letters in expected.items():
        binding = register("PLC", Table.INPUT_REGISTER, 0, DataType.FLOAT32, word_order=words, byte_order=order)
        wire = b"".join(word.to_bytes(2, "big") for word in encode(binding, 25.0))
        assert wire == bytes(packed["ABCD".index(letter)] for letter in letters)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_no_value(number: float) -> None:
    binding = register("PLC", Table.INPUT_REGISTER, 0, DataType.FLOAT32)
    packed = struct.pack(">f", number)
    words = [int.from_bytes(packed[:2], "big"), int.from_bytes(packed[2:], "big")]
    with pytest.raises(ValueError, match="finite"):
        decode(binding, words)
    with pytest.raises(ValueError, match="finite"):
        encode(binding, number)


@pytest.mark.parametrize(
    ("kind", "value"), [(DataType.UINT16, -1.0), (DataType.UINT16, 65536.0), (DataType.FLOAT32, 1e39)]
)
def test_what_does_not_fit_is_refused(kind: DataType, value: float) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(register("PLC", Table.HOLDING_REGISTER, 0, kind), value)


def test_half_a_number_is_no_number() -> None:
    with pytest.raises(ValueError, match="1 registers"):
        decode(register("PLC", Table.INPUT_REGISTER, 0, DataType.UINT32), [1])
