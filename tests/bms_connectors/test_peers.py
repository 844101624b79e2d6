"""Independent peers read our virtual building, and tshark reads what everybody said."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from bms_town import Listing, Town, bacnet, free_port, point

from bms_connectors.poller import Poller
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.point_kinds import Freshness
from twin.model.points import BacnetBinding

sys.path.insert(0, str(Path(__file__).parent / "peers"))

from peer_programs import Capture, bacnet_js, bacnet_js_steps, item, mbpoll, mbpoll_values, missing

pytestmark = pytest.mark.peer

DOOR = 30
NULL, REAL, ENUMERATED = 0, 4, 9
"""Application tags (ASHRAE 135, clause 20.2.1.4)."""


def skip_without(*programs: str) -> None:
    reason = missing(*programs)
    if reason:
        pytest.skip(reason)


def address(town: Town, device: str) -> str:
    found = town.device(device)
    return f"{found.host}:{found.port}"


async def javascript(town: Town, device: str, *arguments: Any) -> dict[str, Any]:
    own_port = free_port(socket.SOCK_DGRAM, ["127.0.0.1"]) + 50
    return await asyncio.to_thread(bacnet_js, address(town, device), own_port, *arguments)


async def steps(town: Town, device: str, *wanted: dict[str, Any]) -> list[Any]:
    own_port = free_port(socket.SOCK_DGRAM, ["127.0.0.1"]) + 50
    return await asyncio.to_thread(bacnet_js_steps, address(town, device), own_port, wanted)


async def test_a_javascript_client_reads_every_bacnet_point(town: Town) -> None:
    skip_without("@bacnet-js/client")
    town.host.set("AHU/TEMP", -7.25)
    town.host.set("SALLY/INTERLOCK", 2.0)
    async with VirtualBuilding(town.points, town.devices, town.host):
        for device in ("ACS", "AHU"):
            points = [p for p in town.points if p.binding.device == device]
            places = [(p.binding.object_type, p.binding.object_instance, p.binding.property) for p in points]
            answer = await javascript(town, device, places)
            expected = [
                town.host.value(p.id) + (1 if p.binding.object_type.startswith("multi-state") else 0) for p in points
            ]
            assert answer["read"] == expected


async def test_a_javascript_client_commands_a_door_and_is_refused_where_ours_would_be(town: Town) -> None:
    skip_without("@bacnet-js/client")
    town.host.refusals["D2/COMMAND"] = "the interlock holds"
    orders = [
        {"type": DOOR, "instance": number, "property": 85, "tag": ENUMERATED, "value": 1, "priority": 8}
        for number in (1, 2)
    ]
    tamper = {"type": 3, "instance": 1, "property": 85, "tag": ENUMERATED, "value": 1, "priority": 8}
    async with VirtualBuilding(town.points, town.devices, town.host):
        answer = await javascript(town, "ACS", [("access-door", 1, "present-value")], [*orders, tamper])
    unlocked, refused, denied = answer["written"]
    assert unlocked == ""
    assert "29" in refused or "DENIED" in refused.upper()
    assert "40" in denied or "DENIED" in denied.upper()
    assert answer["read"] == [1]
    assert town.host.written == [("D1/COMMAND", 1.0)]


async def test_a_javascript_client_reads_single_properties(town: Town) -> None:
    skip_without("@bacnet-js/client")
    town.host.set("AHU/TEMP", -7.25)
    names = ["present-value", "object-name", "units", "status-flags", "priority-array"]
    async with VirtualBuilding(town.points, town.devices, town.host):
        answers = await steps(
            town,
            "AHU",
            *({"read": item("analog-input", 1, name)} for name in names),
            {"read": item("analog-input", 99)},
        )
    value, name, units, flags, no_property, no_object = answers
    assert (value, name, units) == ([-7.25], ["AHU/TEMP"], [62])  # degrees Celsius (clause 21)
    assert flags == [{"bitsUsed": 4, "value": [0]}]
    assert no_property == {"error": "BacnetError - Class:2 - Code:32"}  # property, unknown-property
    assert no_object == {"error": "BacnetError - Class:1 - Code:31"}  # object, unknown-object


async def test_a_javascript_client_commands_at_priorities_and_relinquishes_them(town: Town) -> None:
    skip_without("@bacnet-js/client")
    value, array = {"read": item("analog-value", 1)}, {"read": item("analog-value", 1, "priority-array")}

    def order(priority: int, wanted: float | None) -> dict[str, Any]:
        tag = NULL if wanted is None else REAL
        return {"write": {**item("analog-value", 1), "tag": tag, "value": wanted, "priority": priority}}

    async with VirtualBuilding(town.points, town.devices, town.host):
        # Priority 12 comes after 8 and stays behind it; then the array; then one after the other is given up.
        answers = await steps(
            town,
            "AHU",
            *(step for order_ in (order(16, 18.0), order(8, 25.0), order(12, 17.0)) for step in (order_, value)),
            array,
            *(step for priority in (8, 12, 16) for step in (order(priority, None), value)),
            array,
            {"read": item("analog-value", 1, "relinquish-default")},
            order(1, 30.0),
            value,
        )
    slots = [None] * 7 + [25.0] + [None] * 3 + [17.0] + [None] * 3 + [18.0]
    assert answers == [
        *("", [18.0], "", [25.0], "", [25.0]),
        slots,
        *("", [17.0], "", [18.0], "", [21.0]),
        [None] * 16,
        [21.0],
        "BacnetError - Class:2 - Code:40",  # write-access-denied: 1 is for life safety
        [21.0],
    ]
    assert [written for _, written in town.host.written] == [18.0, 25.0, 17.0, 18.0, 21.0]


async def test_a_javascript_client_sees_an_error_where_the_host_knows_nothing(town: Town) -> None:
    skip_without("@bacnet-js/client")
    town.host.set("AHU/TEMP", None)
    async with VirtualBuilding(town.points, town.devices, town.host):
        answer = await javascript(town, "AHU", [("analog-input", 1, "present-value")])
    assert "error" in answer["read"][0]


@pytest.fixture
def big_town(town: Town) -> Town:
    """The air handling unit has more objects than one message can list."""
    for instance in range(100, 1200):
        sensor = point(f"SENSOR/{instance}", "co2", bacnet("AHU", "analog-input", instance))
        town.points.append(sensor)
        town.host.set(sensor.id, float(instance))
    return town


async def read_big_object_list(big_town: Town) -> tuple[int, list[Any]]:
    listed = item("device", big_town.device("AHU").instance, "object-list")
    async with VirtualBuilding(big_town.points, big_town.devices, big_town.host):
        (count,), whole = await steps(big_town, "AHU", {"read": {**listed, "index": 0}}, {"read": listed})
    return count, whole


async def test_a_javascript_client_reads_an_object_list_in_segments(big_town: Town) -> None:
    skip_without("@bacnet-js/client")
    count, whole = await read_big_object_list(big_town)
    assert len(whole) == count > 1100  # of 5 octets each, and no message is longer than 1476
    bound = [p.binding for p in big_town.points if isinstance(p.binding, BacnetBinding) and p.binding.device == "AHU"]
    found = {(each["type"], each["instance"]) for each in whole}
    assert found >= {(item(each.object_type, 0)["type"], each.object_instance) for each in bound}
    assert len(found) == count


async def test_tshark_puts_the_segments_of_an_object_list_together(big_town: Town, tmp_path: Path) -> None:
    skip_without("@bacnet-js/client", "tshark")
    udp = big_town.device("AHU").port
    try:
        capture = await asyncio.to_thread(Capture(tmp_path / "lo.pcapng", udp=[udp]).__enter__)
    except PermissionError as error:
        pytest.skip(str(error))
    try:
        await read_big_object_list(big_town)
        await asyncio.sleep(0.5)  # tshark writes in batches
    finally:
        await asyncio.to_thread(capture.__exit__)
    bacnet, segments = capture.frames("bacapp"), capture.frames("bacapp.segmented_request == 1 and bacapp.type == 3")
    malformed = capture.frames("_ws.malformed")
    print(f"frames: {bacnet} BACnet, {segments} of them segments, {malformed} malformed")
    assert segments > 3
    assert malformed == 0


async def test_mbpoll_reads_and_commands_the_door_controller(town: Town) -> None:
    skip_without("mbpoll")
    plc = town.device("PLC")
    async with VirtualBuilding(town.points, town.devices, town.host):

        async def poll(*arguments: int) -> str:
            return await asyncio.to_thread(mbpoll, plc.host, plc.port, plc.instance, *arguments)

        assert mbpoll_values(await poll(4, 0, 2)) == {0: 1, 1: 0}
        assert mbpoll_values(await poll(3, 10, 1)) == {10: 204}
        assert "Illegal data address" in await poll(4, 0, 3)
        town.host.set("C1/POSITION", None)
        assert "Slave device or server failure" in await poll(4, 0, 1)
        assert "Written 1 references" in await poll(4, 100, 1, 1)
    assert town.host.written == [("C1/COMMAND", 1.0)]


async def test_tshark_understands_every_frame(town: Town, sink: Listing, tmp_path: Path, wait_until: Any) -> None:
    skip_without("tshark")
    udp, tcp = town.device("ACS").port, town.device("PLC").port
    try:
        capture = await asyncio.to_thread(Capture(tmp_path / "lo.pcapng", udp=[udp], tcp=[tcp]).__enter__)
    except PermissionError as error:
        pytest.skip(str(error))
    town.host.set("AHU/TEMP", None)
    town.host.set("C1/TEMP", None)
    cycles = {Freshness.SECURITY: 0.1, Freshness.PLANT: 0.1}
    try:
        async with (
            VirtualBuilding(town.points, town.devices, town.host),
            Poller(town.points, town.devices, sink, cycle_s=cycles) as poller,
        ):
            await wait_until(lambda: all(c.cycles > 5 for c in poller.counters().values()))
            await asyncio.sleep(0.5)  # tshark writes in batches
    finally:
        await asyncio.to_thread(capture.__exit__)
    bacnet, modbus = capture.frames("bacapp"), capture.frames("mbtcp")
    malformed = capture.frames("_ws.malformed")
    print(f"frames: {bacnet} BACnet, {modbus} Modbus, {malformed} malformed")
    assert bacnet > 20
    assert modbus > 20
    assert malformed == 0
    assert capture.frames(f"udp.port == {udp} and not bacapp and not bacnet") == 0
