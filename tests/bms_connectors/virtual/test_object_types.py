"""Every object type that a register of rooms, air and fire needs, over real sockets."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bms_town import Town, bacnet, command, point, register

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.bacnet.writer import BacnetWriter
from bms_connectors.modbus.codec import decode
from bms_connectors.virtual import bacnet_objects, bacnet_ranges
from bms_connectors.virtual.bacnet_objects import engineering_units
from bms_connectors.virtual.modbus_servers import RegisterImage
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import ConfigError, DeviceRefusedError
from twin.model.points import DataType, Point, Table
from twin.model.units import UNITS
from twin.model.vocabulary import Quality

FIELD = (
    # id, kind, object type, instance, value
    ("C1/HUMIDITY", "humidity", "analog-input", 11, 42.5),
    ("C1/SMOKE", "smoke_detector", "life-safety-point", 11, 3.0),
    ("Z2/FIRE", "fire_zone", "life-safety-zone", 12, 1.0),
    ("FD/POSITION", "damper_position", "multi-state-input", 13, 2.0),
    ("RG/ARMED", "release_armed", "binary-value", 14, 1.0),
    ("C1/LIGHT", "light", "binary-value", 15, 0.0),
    ("C1/SOCKETS", "socket_power", "binary-output", 16, 1.0),
    ("SHOP/MACHINES", "machine_enable", "multi-state-output", 17, 0.0),
    ("AHU2/SETPOINT", "supply_setpoint", "analog-output", 18, 19.0),
)
COMMANDS = (("C1/LIGHT", 1.0), ("C1/SOCKETS", 0.0), ("SHOP/MACHINES", 1.0), ("AHU2/SETPOINT", 22.5))


@pytest.fixture
def field(town: Town) -> Town:
    for id_, kind, object_type, instance, value in FIELD:
        town.points.append(point(id_, kind, bacnet("AHU", object_type, instance)))
        town.host.set(id_, value)
    return town


class Caller:
    def __init__(self, town: Town, talk: Conversation, building: VirtualBuilding) -> None:
        self.talk, self.building = talk, building
        self._town, self._reader, self._writer = town, BacnetConnector(talk), BacnetWriter(talk)

    async def value(self, id_: str) -> tuple[float | None, Quality]:
        (reading,) = await self._reader.read([self._town.point(id_)])
        return reading.value, reading.quality

    async def write(self, id_: str, value: float, priority: int = 8) -> None:
        await self._writer.write(self._town.point(id_), command(self._town.point(id_), value, priority))

    async def relinquish(self, id_: str) -> None:
        await self._writer.relinquish(self._town.point(id_), 8)


@asynccontextmanager
async def calling(town: Town) -> AsyncIterator[Caller]:
    async with (
        VirtualBuilding(town.points, town.devices, town.host) as building,
        BacnetClient(avoid={device.port for device in town.devices}) as client,
    ):
        yield Caller(town, Conversation(town.device("AHU"), client), building)


async def test_every_type_shows_what_the_host_knows_and_follows_it(field: Town) -> None:
    async with calling(field) as caller:
        for id_, _kind, _type, _instance, value in FIELD:
            assert await caller.value(id_) == (value, Quality.GOOD), id_
        field.host.set("C1/SMOKE", 2.0)
        field.host.set("FD/POSITION", 1.0)
        field.host.set("C1/SOCKETS", 0.0)
        await caller.building.refresh()
        assert await caller.value("C1/SMOKE") == (2.0, Quality.GOOD)
        assert await caller.value("FD/POSITION") == (1.0, Quality.GOOD)
        assert await caller.value("C1/SOCKETS") == (0.0, Quality.GOOD)


@pytest.mark.parametrize(("id_", "value"), COMMANDS)
async def test_values_and_outputs_take_commands_and_give_them_back(field: Town, id_: str, value: float) -> None:
    before = field.host.value(field.point(id_).id)
    async with calling(field) as caller:
        await caller.write(id_, value)
        assert await caller.value(id_) == (value, Quality.GOOD)
        await caller.relinquish(id_)
        assert await caller.value(id_) == (before, Quality.GOOD)
    assert field.host.written == [(id_, value), (id_, before)]


@pytest.mark.parametrize(
    "where", ["life-safety-point,11", "life-safety-zone,12", "multi-state-input,13", "binary-value,14"]
)
async def test_life_safety_is_never_writable_whatever_object_carries_it(field: Town, where: str) -> None:
    async with calling(field) as caller:
        with pytest.raises(DeviceRefusedError, match="write-access-denied"):
            await caller.talk.write(where, "present-value", 1, 8)
    assert field.host.written == []


async def test_an_output_that_nobody_may_command_is_told_at_once(town: Town) -> None:
    wrong: list[Any] = [point("X/1", "temperature", bacnet("AHU", "analog-output", 5))]
    with pytest.raises(ConfigError, match="analog-output is for commands"):
        async with VirtualBuilding(wrong, town.devices, town.host):
            pytest.fail("served an output that is no output")


@pytest.mark.parametrize(
    ("data_type", "scale", "expected"), [(DataType.FLOAT32, 1.0, 123456.7), (DataType.UINT32, 0.1, 123456.7)]
)
def test_a_meter_fits_two_registers(town: Town, data_type: DataType, scale: float, expected: float) -> None:
    binding = register("PLC", Table.INPUT_REGISTER, 40, data_type, scale=scale)
    meter: Point = point("M/ENERGY", "electrical_energy", binding)
    town.host.set("M/ENERGY", 123456.7)
    words = RegisterImage([meter], town.host).read(Table.INPUT_REGISTER, 40, 2)
    assert isinstance(words, list)
    assert decode(binding, words) == pytest.approx(expected, rel=1e-6)


def test_every_unit_is_a_bacnet_unit() -> None:
    numbers = {unit: int(engineering_units(unit)) for unit in UNITS}
    known = {"degC": 62, "dB": 232, "kWh": 19, "ppm": 96, "Pa": 53, "bar": 55, "min": 72, "tools": 95}
    assert {unit: numbers[unit] for unit in known} == known


def test_no_served_object_has_a_property_with_a_coroutine_behind_it() -> None:
    served = [*bacnet_objects.READ.values(), *bacnet_objects.COMMAND.values(), bacnet_ranges.TrendLog]
    found = [
        (kind.__name__, name)
        for kind in served
        for name in kind._elements
        if isinstance(known := inspect.getattr_static(kind, name, None), property)
        and inspect.iscoroutinefunction(known.fget)
    ]
    assert found == []
