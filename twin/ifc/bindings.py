"""Where a point of a model lives on its device: the binding that GH_Point describes, or what is wrong with it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from twin.ifc.properties import Values, flag_of, number_of, text_of
from twin.model.points import BacnetBinding, Binding, DataType, ModbusBinding, Protocol, Table

W = TypeVar("W", bound=StrEnum)

_ORDERS = ("big", "little")
MAX_INSTANCE = 4_194_302
"""Highest number of a BACnet object or device (ASHRAE 135, clause 12: 22 bits, the last reserved)."""
_MAX_ADDRESS, _MAX_BIT = 65_535, 15


def binding_of(values: Values) -> Binding | None:
    """The binding of a point; None where it names no protocol: the point is on no device yet.

    Raises:
        ValueError: which property is missing or makes no sense.
    """
    protocol = text_of(values, "Protocol")
    if not protocol:
        return None
    device = text_of(values, "Device")
    if not device:
        raise ValueError("it names no device")
    match protocol:
        case Protocol.BACNET:
            return _bacnet(values, device)
        case Protocol.MODBUS:
            return _modbus(values, device)
        case _:
            raise ValueError(f"there is no protocol {protocol!r}")


def whole_number(values: Values, key: str, highest: int, default: int | None = None) -> int:
    """A whole number from 0 to ``highest``.

    Raises:
        ValueError: it is something else, or absent and without default.
    """
    value = values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise ValueError(f"{key} is {value!r}, no whole number")
    if not 0 <= value <= highest:
        raise ValueError(f"{key} is {value!r}, not from 0 to {highest}")
    return int(value)


def _bacnet(values: Values, device: str) -> BacnetBinding:
    object_type = text_of(values, "ObjectType")
    if not object_type:
        raise ValueError("it names no type of object")
    return BacnetBinding(
        device=device,
        object_type=object_type,
        object_instance=whole_number(values, "ObjectInstance", MAX_INSTANCE),
        property=text_of(values, "Property") or "present-value",
    )


def _modbus(values: Values, device: str) -> ModbusBinding:
    scale = number_of(values, "Scale", 1.0)
    if scale == 0:
        raise ValueError("Scale is 0")
    return ModbusBinding(
        device=device,
        table=_word(values, "Table", Table),
        address=whole_number(values, "Address", _MAX_ADDRESS),
        data_type=_word(values, "DataType", DataType),
        bit=whole_number(values, "Bit", _MAX_BIT, 0),
        invert=flag_of(values, "Invert"),
        word_order=_order(values, "WordOrder"),
        byte_order=_order(values, "ByteOrder"),
        scale=scale,
        offset=number_of(values, "Offset"),
    )


def _word(values: Values, key: str, words: type[W]) -> W:
    text = text_of(values, key)
    try:
        return words(text)
    except ValueError:
        raise ValueError(f"{key} is {text!r}, not one of {', '.join(words)}") from None


def _order(values: Values, key: str) -> str:
    text = text_of(values, key) or "big"
    if text not in _ORDERS:
        raise ValueError(f"{key} is {text!r}, not big or little")
    return text
