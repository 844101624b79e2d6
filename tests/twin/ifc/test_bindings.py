"""What GH_Point says of a point's place on its device is taken whole or not at all."""

from __future__ import annotations

import pytest

from twin.ifc.bindings import binding_of
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Table

BACNET = {"Protocol": "bacnet", "Device": "FIRE", "ObjectType": "binary-input", "ObjectInstance": 7}
MODBUS = {"Protocol": "modbus", "Device": "DOOR", "Table": "input-register", "Address": 100, "DataType": "uint32"}


def test_a_bacnet_point_is_the_present_value_of_its_object():
    assert binding_of(BACNET) == BacnetBinding(
        device="FIRE", object_type="binary-input", object_instance=7, property="present-value"
    )


def test_a_modbus_point_has_plain_words_and_numbers_unless_told_otherwise():
    assert binding_of(MODBUS) == ModbusBinding(
        device="DOOR", table=Table.INPUT_REGISTER, address=100, data_type=DataType.UINT32
    )


def test_a_point_without_protocol_is_on_no_device():
    assert binding_of({"Point": "A/B"}) is None


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (BACNET | {"Protocol": "knx"}, "protocol"),
        (BACNET | {"Device": ""}, "device"),
        (BACNET | {"ObjectType": ""}, "type of object"),
        (BACNET | {"ObjectInstance": None}, "ObjectInstance"),
        (BACNET | {"ObjectInstance": 7.5}, "ObjectInstance"),
        (BACNET | {"ObjectInstance": -1}, "ObjectInstance"),
        (BACNET | {"ObjectInstance": 4_194_303}, "ObjectInstance"),
        (BACNET | {"ObjectInstance": True}, "ObjectInstance"),
        (BACNET | {"ObjectInstance": float("nan")}, "ObjectInstance"),
        (MODBUS | {"Table": "register"}, "Table"),
        (MODBUS | {"DataType": "float64"}, "DataType"),
        (MODBUS | {"Address": 65_536}, "Address"),
        (MODBUS | {"Address": "12"}, "Address"),
        (MODBUS | {"Bit": 16}, "Bit"),
        (MODBUS | {"Scale": 0.0}, "Scale"),
        (MODBUS | {"WordOrder": "middle"}, "WordOrder"),
    ],
)
def test_what_makes_no_sense_is_named(values: dict[str, object], word: str):
    with pytest.raises(ValueError, match=word):
        binding_of(values)
