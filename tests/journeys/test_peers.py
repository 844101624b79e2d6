"""Programs of others read the virtual building of the site; tshark reads what all of them said."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from twin.model.points import BacnetBinding, ModbusBinding, Point, Table
from twin.model.vocabulary import Quality, Role
from twin.store.database import open_database
from twin.store.register import load_devices, load_points

sys.path.insert(0, str(Path(__file__).parents[1] / "bms_connectors" / "peers"))

from peer_programs import Capture, bacnet_js, mbpoll, mbpoll_values, missing

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(
        bool(missing("mbpoll", "tshark", "@bacnet-js/client")), reason=missing("mbpoll", "tshark", "@bacnet-js/client")
    ),
]
LANDING = "VIL/L02/A"
CLOSED, LOCKED, DEADLOCKED = 1, 2, 4


@pytest.fixture
def register(site: Site) -> tuple[list[Point], dict[str, object]]:
    with open_database(site.database) as store:
        return load_points(store), {device.name: device for device in load_devices(store)}


async def test_mbpoll_and_bacnet_js_read_doors_and_temperatures_and_tshark_finds_no_malformed_frame(
    site: Site, register, tmp_path: Path
):
    points, devices = register
    doors = [
        p
        for p in points
        if p.kind == "door_position"
        and p.id.startswith(LANDING)
        and isinstance(p.binding, ModbusBinding)
        and p.binding.table is Table.HOLDING_REGISTER  # doors with nothing but a contact are discrete inputs
    ]
    rooms = [
        p
        for p in points
        if p.kind == "temperature" and p.id.startswith(LANDING) and isinstance(p.binding, BacnetBinding)
    ]
    assert len(doors) > 19
    assert len(rooms) > 19
    network = site.file.network
    with Capture(tmp_path / "wire.pcapng", udp=[network.bacnet_port], tcp=[network.modbus_port]) as capture:
        async with (
            BuildingProcess(site.folder, start="2026-05-04T02:00:00"),
            OperatorDesk(site, role=Role.VIEWER) as desk,
        ):
            await desk.first_look(20)
            controller = devices[doors[0].binding.device]
            words = mbpoll_values(
                await asyncio.to_thread(
                    mbpoll, controller.host, controller.port, controller.instance, 4, 0, 2 * len(doors)
                )
            )
            for door in doors:
                word = words[door.binding.address]
                assert word & (CLOSED | LOCKED) == CLOSED | LOCKED, f"{door.id} at night: {word:#06b}"
                assert desk.reading(door.id).value == 0.0
            room = devices[rooms[0].binding.device]
            asked = [(p.binding.object_type, p.binding.object_instance, p.binding.property) for p in rooms]
            answer = await asyncio.to_thread(bacnet_js, f"{room.host}:{room.port}", 47990, asked)
            for point, value in zip(rooms, answer["read"], strict=True):
                assert desk.reading(point.id).quality is Quality.GOOD
                assert value == pytest.approx(desk.reading(point.id).value, abs=0.5)
    bacnet, modbus = capture.frames("bacapp"), capture.frames("mbtcp")
    malformed = capture.frames("_ws.malformed")
    print(f"frames: {bacnet} BACnet, {modbus} Modbus, {malformed} malformed")
    assert bacnet > 0
    assert modbus > 0
    assert malformed == 0
