"""Devices and points come back equal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin.model.errors import StoreError
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.store.connection import Database
from twin.store.register import load_devices, load_points, save_register

DEVICES = [
    Device(name="DDC1", protocol=Protocol.BACNET, host="127.0.0.1", port=47808, instance=1001),
    Device(name="PLC1", protocol=Protocol.MODBUS, host="127.0.0.1", port=5020, instance=1),
]
NUMBERS = st.integers(0, 2**22)
BINDINGS = st.none() | st.one_of(
    st.builds(BacnetBinding, device=st.just("DDC1"), object_type=st.text(), object_instance=NUMBERS),
    st.builds(
        ModbusBinding,
        device=st.just("PLC1"),
        table=st.sampled_from(Table),
        address=st.integers(0, 65535),
        data_type=st.sampled_from(DataType),
        bit=st.integers(0, 15),
        invert=st.booleans(),
        scale=st.floats(0.001, 100),
    ),
)
LIMITS = st.none() | st.floats(allow_nan=False)
POINTS = st.lists(
    st.builds(
        Point,
        id=st.text(min_size=1).map(PointId),
        kind=st.sampled_from(sorted(POINT_KINDS)),
        element=st.text().map(GlobalId),
        binding=BINDINGS,
        low=LIMITS,
        high=LIMITS,
        states=st.lists(st.text()).map(tuple),
    ),
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POINTS)
def test_points_and_their_bindings_come_back_equal_and_in_order(database: Database, points: list[Point]) -> None:
    save_register(database, DEVICES, points)
    assert load_devices(database) == DEVICES
    assert load_points(database) == points


def test_a_new_register_replaces_the_old_one(database: Database) -> None:
    save_register(database, DEVICES, [])
    moved = [replace(DEVICES[0], port=47809)]
    save_register(database, moved, [])
    assert load_devices(database) == moved


@pytest.mark.parametrize("binding", ['{"protocol": "pigeon"}', "{}", '{"protocol": "bacnet", "loft": 3}', "not json"])
def test_a_binding_that_makes_no_sense_is_a_store_error(database: Database, binding: str) -> None:
    point = Point(id=PointId("A/B"), kind="temperature", element=GlobalId("x"))
    save_register(database, DEVICES, [point])
    database.connection().execute("UPDATE point SET binding = ?", (binding,))
    with pytest.raises(StoreError, match="makes no sense"):
        load_points(database)
