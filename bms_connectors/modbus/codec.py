"""Registers and values: pure translation, no sockets.

Modbus defines a 16-bit big-endian register (MODBUS Application Protocol V1.1b3, clause 4.2) and nothing wider, so word
order (which register first) and byte order (inside a register) are facts of each device and stand in its binding.
value = raw × scale + offset. A bit is ``raw xor invert``; on the wire it can only say "state 0" or "not state 0".
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from twin.model.points import DataType, ModbusBinding, Table

_FORMATS = {
    DataType.UINT16: struct.Struct(">H"),
    DataType.INT16: struct.Struct(">h"),
    DataType.UINT32: struct.Struct(">I"),
    DataType.INT32: struct.Struct(">i"),
    DataType.FLOAT32: struct.Struct(">f"),
}
_WORDS = {1: struct.Struct(">H"), 2: struct.Struct(">HH")}
_WIDE = frozenset({DataType.UINT32, DataType.INT32, DataType.FLOAT32})
_RANGES = {
    DataType.UINT16: (0, 0xFFFF),
    DataType.INT16: (-0x8000, 0x7FFF),
    DataType.UINT32: (0, 0xFFFF_FFFF),
    DataType.INT32: (-0x8000_0000, 0x7FFF_FFFF),
}
BIT_TABLES = frozenset({Table.COIL, Table.DISCRETE_INPUT})
WRITABLE_TABLES = frozenset({Table.COIL, Table.HOLDING_REGISTER})


def width(binding: ModbusBinding) -> int:
    """How many addresses the point takes: 1, or 2 for 32 bits."""
    return 2 if binding.data_type in _WIDE else 1


def decode(binding: ModbusBinding, raw: Sequence[int]) -> float:
    """Value of the registers (or of the one coil) at the point's address.

    Raises:
        ValueError: too few registers, or NaN or infinity.
    """
    data_type = binding.data_type
    wide = 2 if data_type in _WIDE else 1
    if len(raw) < wide:
        raise ValueError(f"{len(raw)} registers for {data_type}")
    if data_type is DataType.BIT:
        shift = 0 if binding.table in BIT_TABLES else binding.bit
        return float(((int(raw[0]) >> shift) & 1) ^ int(binding.invert))
    words = raw if len(raw) == wide else raw[:wide]
    if binding.word_order != "big" or binding.byte_order != "big":
        words = _ordered(binding, words)
    (number,) = _FORMATS[data_type].unpack(_WORDS[wide].pack(*words))
    value = float(number) * binding.scale + binding.offset
    if not math.isfinite(value):
        raise ValueError(f"{data_type}: {value} is not finite")
    return value


def encode(binding: ModbusBinding, value: float) -> list[int]:
    """Registers (or the one coil) that carry the value; whole numbers are rounded to the nearest step of the scale.

    Raises:
        ValueError: not finite, or out of the range of the data type.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite")
    if binding.data_type is DataType.BIT:
        bit = int(value != 0) ^ int(binding.invert)
        return [bit if binding.table in BIT_TABLES else bit << binding.bit]
    number = (value - binding.offset) / binding.scale
    if binding.data_type is DataType.FLOAT32:
        packed = _pack_float(number)
    else:
        low, high = _RANGES[binding.data_type]
        whole = round(number)
        if not low <= whole <= high:
            raise ValueError(f"{value:g} does not fit {binding.data_type}")
        packed = _FORMATS[binding.data_type].pack(whole)
    words = [int.from_bytes(packed[at : at + 2], "big") for at in range(0, len(packed), 2)]
    return list(_ordered(binding, words))


def _pack_float(number: float) -> bytes:
    try:
        return _FORMATS[DataType.FLOAT32].pack(number)
    except OverflowError as error:
        raise ValueError(f"{number:g} does not fit {DataType.FLOAT32}") from error


def _ordered(binding: ModbusBinding, words: Sequence[int]) -> Sequence[int]:
    """Device order to big-endian order; the same swaps lead back."""
    ordered = words if binding.word_order == "big" else words[::-1]
    if binding.byte_order == "big":
        return ordered
    return [((word & 0xFF) << 8) | (word >> 8) for word in ordered]
