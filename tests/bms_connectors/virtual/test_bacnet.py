"""The virtual BACnet devices, spoken to over real sockets."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bacpypes3.apdu import AbortPDU
from bacpypes3.basetypes import PropertyIdentifier, Reliability, StatusFlags
from bacpypes3.errors import UnrecognizedService
from bacpypes3.primitivedata import Null, ObjectIdentifier
from bms_town import Town, bacnet, command, point

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.bacnet.writer import BacnetWriter
from bms_connectors.virtual import bacnet_reads
from bms_connectors.virtual.bacnet_services import GuardedApplication
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import ConfigError, ConnectError, DeviceRefusedError, RefusedError, ResponseTimeoutError
from twin.model.vocabulary import Quality


class Caller:
    """The client side of one test."""

    def __init__(self, town: Town, building: VirtualBuilding, client: BacnetClient) -> None:
        self.town = town
        self.building = building
        self.talks = {d.name: Conversation(d, client) for d in town.devices if d.protocol == "bacnet"}
        self.readers = {name: BacnetConnector(talk) for name, talk in self.talks.items()}
        self.writers = {name: BacnetWriter(talk) for name, talk in self.talks.items()}
        self.client = client

    async def value(self, id: str) -> tuple[float | None, Quality]:
        subject = self.town.point(id)
        (reading,) = await self.readers[subject.binding.device].read([subject])
        return reading.value, reading.quality

    async def write(self, id: str, value: float, priority: int = 8) -> None:
        subject = self.town.point(id)
        await self.writers[subject.binding.device].write(subject, command(subject, value, priority))

    async def relinquish(self, id: str, priority: int = 8) -> None:
        subject = self.town.point(id)
        await self.writers[subject.binding.device].relinquish(subject, priority)

    async def write_raw(self, device: str, where: str, name: str, value: Any, priority: int | None = None) -> None:
        """Past our own policy, as a stranger would."""
        await self.talks[device].write(where, name, value, priority)


@asynccontextmanager
async def calling(town: Town) -> AsyncIterator[Caller]:
    async with (
        VirtualBuilding(town.points, town.devices, town.host) as building,
        BacnetClient(avoid={d.port for d in town.devices}) as client,
    ):
        yield Caller(town, building, client)


async def test_every_object_type_is_read_back(town: Town) -> None:
    async with calling(town) as caller:
        for name, reader in caller.readers.items():
            points = [p for p in town.points if p.binding.device == name]
            readings = await reader.read(points)
            assert [r.point for r in readings] == [p.id for p in points]
            assert {r.point: r.value for r in readings} == {p.id: town.host.value(p.id) for p in points}


async def test_a_change_of_the_host_is_seen_after_a_refresh(town: Town) -> None:
    async with calling(town) as caller:
        town.host.set("D1/POSITION", 1.0)
        town.host.set("SALLY/INTERLOCK", 3.0)
        await caller.building.refresh()
        assert await caller.value("D1/POSITION") == (1.0, Quality.GOOD)
        assert await caller.value("SALLY/INTERLOCK") == (3.0, Quality.GOOD)


async def test_a_value_that_the_host_does_not_know_is_a_fault_and_never_a_number(town: Town) -> None:
    async with calling(town) as caller:
        for name in ("AHU/TEMP", "AHU/FAN", "SALLY/INTERLOCK", "FIRE/Z1", "D1/LOCK"):
            town.host.set(name, None)
        await caller.building.refresh()
        for name in ("AHU/TEMP", "AHU/FAN", "SALLY/INTERLOCK", "FIRE/Z1", "D1/LOCK"):
            assert await caller.value(name) == (None, Quality.DEVICE_ERROR)
        assert await caller.value("D1/POSITION") == (0.0, Quality.GOOD)
        town.host.set("AHU/TEMP", 18.0)
        await caller.building.refresh()
        assert await caller.value("AHU/TEMP") == (18.0, Quality.GOOD)


async def test_an_unknown_value_shows_in_status_flags_and_reliability(town: Town) -> None:
    async with calling(town) as caller:
        town.host.set("AHU/TEMP", None)
        await caller.building.refresh()
        where = ObjectIdentifier("analog-input,1")
        flags = await caller.talks["AHU"].read_single(where, PropertyIdentifier("status-flags"))
        reliability = await caller.talks["AHU"].read_single(where, PropertyIdentifier("reliability"))
        assert list(flags.cast_out(StatusFlags)) == [0, 1, 0, 0]
        assert reliability.cast_out(Reliability) == Reliability.unreliableOther


@pytest.mark.parametrize(
    ("device", "where", "name", "value"),
    [
        ("AHU", "analog-input,1", "present-value", 99.0),
        ("AHU", "binary-input,1", "present-value", 1),
        ("ACS", "multi-state-input,1", "present-value", 2),
        ("AHU", "life-safety-zone,1", "present-value", 2),
        ("ACS", "access-door,1", "door-status", 1),
        ("ACS", "access-door,1", "relinquish-default", 1),
        ("ACS", "device,9101", "object-name", "renamed"),
    ],
)
async def test_nothing_but_commands_can_be_written_by_strangers(
    town: Town, device: str, where: str, name: str, value: Any
) -> None:
    async with calling(town) as caller:
        with pytest.raises(DeviceRefusedError, match="write-access-denied"):
            await caller.write_raw(device, where, name, value, 8)
    assert town.host.written == []


async def test_life_safety_priorities_are_refused_on_both_sides(town: Town) -> None:
    async with calling(town) as caller:
        for priority in (1, 2):
            with pytest.raises(RefusedError):
                await caller.write("AHU/SETPOINT", 22.0, priority)
            with pytest.raises(DeviceRefusedError, match="write-access-denied"):
                await caller.write_raw("AHU", "analog-value,1", "present-value", 22.0, priority)
    assert town.host.written == []


async def test_our_writer_refuses_what_is_no_command_point(town: Town) -> None:
    async with calling(town) as caller:
        for name in ("AHU/TEMP", "FIRE/Z1", "D1/POSITION"):
            with pytest.raises(RefusedError):
                await caller.write(name, 1.0)


async def test_commands_reach_the_host_counted_from_zero(town: Town) -> None:
    async with calling(town) as caller:
        await caller.write("D2/COMMAND", 1.0)
        await caller.write("AHU/SETPOINT", 22.5)
        await caller.write("TEAM/DISPATCH", 4.0)
        assert town.host.written == [("D2/COMMAND", 1.0), ("AHU/SETPOINT", 22.5), ("TEAM/DISPATCH", 4.0)]
        assert await caller.value("TEAM/DISPATCH") == (4.0, Quality.GOOD)


async def test_the_highest_priority_rules_and_relinquishing_falls_back(town: Town) -> None:
    async with calling(town) as caller:
        await caller.write("AHU/SETPOINT", 18.0, 16)
        await caller.write("AHU/SETPOINT", 25.0, 8)
        await caller.write("AHU/SETPOINT", 17.0, 12)  # below the one in command: kept, not passed on
        assert town.host.value("AHU/SETPOINT") == 25.0
        await caller.relinquish("AHU/SETPOINT", 8)
        assert town.host.value("AHU/SETPOINT") == 17.0
        await caller.relinquish("AHU/SETPOINT", 12)
        await caller.relinquish("AHU/SETPOINT", 16)
        assert town.host.value("AHU/SETPOINT") == 21.0  # where the host stood at the start
        assert [value for _, value in town.host.written] == [18.0, 25.0, 17.0, 18.0, 21.0]


async def test_a_relinquished_door_does_not_stay_unlocked(town: Town) -> None:
    async with calling(town) as caller:
        await caller.write("D1/COMMAND", 1.0)
        await caller.relinquish("D1/COMMAND")
        await caller.building.refresh()
        assert town.host.value("D1/COMMAND") == 0.0
        assert await caller.value("D1/COMMAND") == (0.0, Quality.GOOD)


async def test_a_pulse_that_ended_gives_its_priority_back(town: Town) -> None:
    async with calling(town) as caller:
        await caller.write("D1/COMMAND", 2.0, 8)
        town.host.set("D1/COMMAND", 0.0)  # the lock fell shut again
        await caller.building.refresh()
        assert await caller.value("D1/COMMAND") == (0.0, Quality.GOOD)
        await caller.write("D1/COMMAND", 1.0, 10)  # the slot at 8 no longer stands in the way
        assert town.host.value("D1/COMMAND") == 1.0


async def test_a_set_point_that_the_host_limits_is_shown_as_limited(town: Town) -> None:
    async with calling(town) as caller:
        await caller.write("AHU/SETPOINT", 35.0)
        town.host.set("AHU/SETPOINT", 26.0)
        await caller.building.refresh()
        assert await caller.value("AHU/SETPOINT") == (26.0, Quality.GOOD)


async def test_a_refusal_of_the_host_is_an_error_and_leaves_no_trace(town: Town) -> None:
    town.host.refusals["D1/COMMAND"] = "the interlock holds"
    async with calling(town) as caller:
        with pytest.raises(DeviceRefusedError, match="service-request-denied"):
            await caller.write("D1/COMMAND", 1.0)
        assert await caller.value("D1/COMMAND") == (0.0, Quality.GOOD)
        town.host.refusals.clear()
        await caller.relinquish("D1/COMMAND")
    assert town.host.written == []


async def test_states_that_do_not_exist_are_refused(town: Town) -> None:
    async with calling(town) as caller:
        with pytest.raises(DeviceRefusedError, match="value-out-of-range"):
            await caller.write_raw("AHU", "multi-state-value,1", "present-value", 0, 8)
        with pytest.raises(DeviceRefusedError, match="value-out-of-range"):
            await caller.write_raw("AHU", "analog-value,1", "present-value", float("nan"), 8)
        with pytest.raises(DeviceRefusedError):
            await caller.write_raw("AHU", "analog-value,1", "present-value", Null(()), 2)


async def test_an_object_that_is_not_there_spoils_only_its_own_point(town: Town) -> None:
    absent = point("GHOST", "temperature", bacnet("AHU", "analog-input", 77))
    async with calling(town) as caller:
        readings = await caller.readers["AHU"].read([town.point("AHU/TEMP"), absent, town.point("AHU/FAN")])
    assert [(r.value, r.quality) for r in readings] == [
        (19.5, Quality.GOOD),
        (None, Quality.DEVICE_ERROR),
        (1.0, Quality.GOOD),
    ]


async def test_a_device_without_read_property_multiple_is_read_singly(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(self: object, apdu: object) -> None:
        raise UnrecognizedService

    monkeypatch.setattr(bacnet_reads, "plain_parts", lambda _octets: None)
    monkeypatch.setattr(GuardedApplication, "do_ReadPropertyMultipleRequest", unknown)
    async with calling(town) as caller:
        reader = caller.readers["ACS"]
        points = [p for p in town.points if p.binding.device == "ACS"]
        readings = await reader.read(points)
        assert {r.quality for r in readings} == {Quality.GOOD}
        assert not reader.has_multiple


async def test_batches_shrink_when_the_device_cannot_answer_them_and_grow_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = GuardedApplication.do_ReadPropertyMultipleRequest

    async def small(self: Any, apdu: Any) -> None:
        if sum(len(s.listOfPropertyReferences) for s in apdu.listOfReadAccessSpecs) > 6:
            # not bacpypes3's AbortException: that forgets to say that the server aborts, and no client listens
            await self.response(AbortPDU(True, apdu.apduInvokeID, "bufferOverflow", context=apdu))
            return
        await plain(self, apdu)

    monkeypatch.setattr(bacnet_reads, "plain_parts", lambda _octets: None)
    monkeypatch.setattr(GuardedApplication, "do_ReadPropertyMultipleRequest", small)
    async with calling(town) as caller:
        reader = caller.readers["ACS"]
        points = [p for p in town.points if p.binding.device == "ACS"]
        assert {r.quality for r in await reader.read(points)} == {Quality.GOOD}
        assert reader.batch == 10
        monkeypatch.setattr(GuardedApplication, "do_ReadPropertyMultipleRequest", plain)
        for _ in range(6):
            await reader.read(points)
        assert reader.batch == 50


async def test_a_frozen_device_times_out_and_takes_no_orders(town: Town) -> None:
    async with calling(town) as caller:
        caller.building.silence("ACS")
        assert await caller.value("D1/LOCK") == (None, Quality.TIMEOUT)
        with pytest.raises(ResponseTimeoutError):
            await caller.write("D1/COMMAND", 1.0)
        assert await caller.value("AHU/TEMP") == (19.5, Quality.GOOD)
        caller.building.silence("ACS", False)
        assert await caller.value("D1/LOCK") == (0.0, Quality.GOOD)
    assert town.host.written == []


async def test_a_second_building_on_the_same_address_is_refused_by_name(town: Town) -> None:
    async with VirtualBuilding(town.points, town.devices, town.host):
        with pytest.raises(ConnectError, match=f"127.0.91.1:{town.device('ACS').port}"):
            async with VirtualBuilding(town.points, town.devices, town.host):
                pytest.fail("two buildings on one address")
    async with VirtualBuilding(town.points, town.devices, town.host):
        pass  # the address is free again


async def test_addresses_beyond_loopback_must_be_asked_for(town: Town) -> None:
    open_air = [dataclasses.replace(device, host="0.0.0.0") for device in town.devices]
    with pytest.raises(ConnectError, match=r"0\.0\.0\.0"):
        async with VirtualBuilding(town.points, open_air, town.host):
            pytest.fail("bound beyond loopback")


async def test_a_host_that_fails_silences_its_building(town: Town, wait_until: Any) -> None:
    async with calling(town) as caller:

        def broken() -> set[Any]:
            raise RuntimeError("the simulation fell over")

        town.host.drain_changed = broken  # type: ignore[method-assign]
        await wait_until(lambda: caller.building._ticker.done())
        assert await caller.value("AHU/TEMP") == (None, Quality.TIMEOUT)


def test_what_no_object_can_carry_is_told_at_once(town: Town) -> None:
    wrong = [
        point("X/1", "temperature", bacnet("AHU", "analog-input", 5, "door-status")),
        point("X/2", "temperature", bacnet("NOBODY", "analog-input", 6)),
    ]
    with pytest.raises(ConfigError, match="NOBODY"):
        VirtualBuilding(wrong, town.devices, town.host)


async def test_a_binding_to_a_foreign_object_type_is_refused(town: Town) -> None:
    wrong = [point("X/1", "temperature", bacnet("AHU", "trend-log", 5))]
    with pytest.raises(ConfigError, match="trend-log"):
        async with VirtualBuilding(wrong, town.devices, town.host):
            pytest.fail("served a trend log")
