"""Independent peers read our virtual building, and tshark reads what everybody said."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from bms_town import Listing, Town, free_port

from bms_connectors.poller import Poller
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.point_kinds import Freshness

sys.path.insert(0, str(Path(__file__).parent / "peers"))

from peer_programs import Capture, bacnet_js, mbpoll, mbpoll_values, missing

pytestmark = pytest.mark.peer

DOOR, ENUMERATED = 30, 9


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


async def test_a_javascript_client_sees_an_error_where_the_host_knows_nothing(town: Town) -> None:
    skip_without("@bacnet-js/client")
    town.host.set("AHU/TEMP", None)
    async with VirtualBuilding(town.points, town.devices, town.host):
        answer = await javascript(town, "AHU", [("analog-input", 1, "present-value")])
    assert "error" in answer["read"][0]


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
    assert capture.frames("bacapp") > 20
    assert capture.frames("mbtcp") > 20
    assert capture.frames("_ws.malformed") == 0
    assert capture.frames(f"udp.port == {udp} and not bacapp and not bacnet") == 0
