"""Three Modbus stacks of others: their clients ask our virtual device, our client asks their servers."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bms_town import Town, command, free_port, point, register

from bms_connectors.connectors import Line, open_connectors
from bms_connectors.modbus.client import ModbusConnector
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import DeviceRefusedError
from twin.model.points import DataType, Device, Point, Protocol, Table
from twin.model.vocabulary import Quality

sys.path.insert(0, str(Path(__file__).parent / "peers"))

from modbus_parties import PARTIES, Party, party
from peer_programs import Capture, missing

pytestmark = pytest.mark.peer

HIGH, LOW = 0x447D, 0x5000
"""1013.25 as an IEEE 754 float."""
HOST = "127.0.93.1"


@pytest.fixture(scope="module", params=PARTIES)
def stranger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Party:
    reason = missing(request.param)
    if reason:
        pytest.skip(reason)
    return party(request.param, tmp_path_factory.mktemp("peer"))


def bound(id: str, kind: str, table: Table, address: int, data_type: DataType, **more: object) -> Point:
    return point(id, kind, register("PLC", table, address, data_type, **more))


def plant() -> dict[Point, float]:
    """What the door controller of the small town lacks: coils, floats, and a set-point of two registers."""
    holding, inputs = Table.HOLDING_REGISTER, Table.INPUT_REGISTER
    return {
        bound("SAW/ENABLE", "machine_enable", Table.COIL, 0, DataType.BIT): 1.0,
        bound("LATHE/ENABLE", "machine_enable", Table.COIL, 1, DataType.BIT): 0.0,
        bound("FAN/RUN", "fan_run", Table.COIL, 2, DataType.BIT): 1.0,
        bound("DUCT/HIGH", "static_pressure", inputs, 50, DataType.FLOAT32): 1013.25,
        bound("DUCT/LOW", "static_pressure", inputs, 52, DataType.FLOAT32, word_order="little"): 1013.25,
        bound("AHU/HIGH", "supply_setpoint", holding, 200, DataType.FLOAT32): 21.0,
        bound("AHU/LOW", "supply_setpoint", holding, 202, DataType.FLOAT32, word_order="little"): 21.0,
    }


@asynccontextmanager
async def serving(town: Town) -> AsyncIterator[Device]:
    device = town.device("PLC")
    for each, value in plant().items():
        town.points.append(each)
        town.host.set(each.id, value)
    points = [p for p in town.points if p.binding is not None and p.binding.device == device.name]
    async with VirtualBuilding(points, [device], town.host):
        yield device


async def ask(stranger: Party, device: Device, action: str, table: Table, address: int, *numbers: int) -> str:
    return await asyncio.to_thread(stranger.ask, device, action, table.value, address, *numbers)


READS: list[tuple[Table, int, list[int]]] = [
    (Table.COIL, 0, [1, 0, 1]),
    (Table.DISCRETE_INPUT, 5, [1]),
    (Table.HOLDING_REGISTER, 0, [1, 0]),
    (Table.INPUT_REGISTER, 0, [70000 >> 16, 70000 & 0xFFFF]),
    (Table.INPUT_REGISTER, 10, [0x10000 - 52]),
    (Table.INPUT_REGISTER, 50, [HIGH, LOW, LOW, HIGH]),
]


async def test_a_stranger_reads_all_four_tables_of_ours(stranger: Party, town: Town) -> None:
    async with serving(town) as plc:
        town.host.set("PLC/FIRE", 1.0)
        town.host.set("C1/TEMP", -5.2)
        for table, address, values in READS:
            printed = await ask(stranger, plc, "read", table, address, len(values))
            assert [int(value) for value in printed.split()] == values, (table, address)


async def test_a_stranger_writes_coils_and_registers_of_ours(stranger: Party, town: Town) -> None:
    async with serving(town) as plc:
        assert await ask(stranger, plc, "write", Table.COIL, 1, 1) == "written"
        assert await ask(stranger, plc, "write", Table.COIL, 0, 0, 0) == "written"
        assert await ask(stranger, plc, "write", Table.HOLDING_REGISTER, 100, 2) == "written"
        assert await ask(stranger, plc, "write", Table.HOLDING_REGISTER, 200, HIGH, LOW, LOW, HIGH) == "written"
        assert await ask(stranger, plc, "read", Table.HOLDING_REGISTER, 200, 4) == f"{HIGH} {LOW} {LOW} {HIGH}"
    assert town.host.written == [
        ("LATHE/ENABLE", 1.0),
        ("SAW/ENABLE", 0.0),
        ("LATHE/ENABLE", 0.0),
        ("C1/COMMAND", 2.0),
        ("AHU/HIGH", 1013.25),
        ("AHU/LOW", 1013.25),
    ]


async def test_a_stranger_sees_each_of_our_exceptions_for_what_it_is(stranger: Party, town: Town) -> None:
    town.host.set("C1/POSITION", None)
    town.host.refusals["C1/COMMAND"] = "the interlock holds"
    async with serving(town) as plc:
        for table, address, count in (
            (Table.HOLDING_REGISTER, 99, 2),
            (Table.INPUT_REGISTER, 2, 1),
            (Table.DISCRETE_INPUT, 6, 1),
            (Table.COIL, 3, 1),
        ):
            assert await ask(stranger, plc, "read", table, address, count) == "exception 2", (table, address)
        assert await ask(stranger, plc, "read", Table.HOLDING_REGISTER, 0, 1) == "exception 4"
        assert await ask(stranger, plc, "write", Table.HOLDING_REGISTER, 100, 1) == "exception 3"
        assert await ask(stranger, plc, "write", Table.HOLDING_REGISTER, 200, HIGH) == "exception 2"  # half a float
        assert await ask(stranger, plc, "write", Table.HOLDING_REGISTER, 0, 1) == "exception 2"
        assert await ask(stranger, plc, "write", Table.COIL, 2, 1) == "exception 2"  # a state, no command
    assert town.host.written == []


@asynccontextmanager
async def visiting(stranger: Party) -> AsyncIterator[Device]:
    """The stranger's own device, as `modbus_parties` tells it."""
    port = free_port(socket.SOCK_STREAM, [HOST])
    device = Device(name="PLC", protocol=Protocol.MODBUS, host=HOST, port=port, instance=1)
    server = stranger.serving(device)
    await asyncio.to_thread(server.__enter__)
    try:
        yield device
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


@asynccontextmanager
async def talking(device: Device) -> AsyncIterator[Line]:
    """Our connection; libmodbus serves one at a time, so whoever else asks must wait for its end."""
    line = open_connectors([device])[device.name]
    async with line.connector:
        yield line


def theirs() -> dict[Point, float]:
    """Points at the strangers' addresses and the values there."""
    coil, contact = Table.COIL, Table.DISCRETE_INPUT
    inputs, holding = Table.INPUT_REGISTER, Table.HOLDING_REGISTER
    bits = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]
    return {
        **{bound(f"COIL/{at}", "machine_enable", coil, at, DataType.BIT): bit for at, bit in enumerate(bits)},
        **{bound(f"INPUT/{at}", "fan_run", contact, at, DataType.BIT): 1.0 - bit for at, bit in enumerate(bits)},
        bound("UPTIME", "heartbeat", inputs, 0, DataType.UINT32): 70000.0,
        bound("OUTSIDE", "temperature", inputs, 2, DataType.INT16, scale=0.1): -5.2,
        bound("HIGH", "static_pressure", holding, 0, DataType.FLOAT32): 1013.25,
        bound("LOW", "static_pressure", holding, 2, DataType.FLOAT32, word_order="little"): 1013.25,
        bound("PLAIN", "co2", holding, 8, DataType.UINT16): 204.0,
    }


async def test_our_client_reads_every_table_of_a_stranger_and_learns_its_hole(stranger: Party) -> None:
    expected = theirs()
    async with visiting(stranger) as device, talking(device) as line:
        for _attempt in range(2):
            readings = await line.connector.read(list(expected))
            assert {reading.quality for reading in readings} == {Quality.GOOD}
            assert [reading.value for reading in readings] == pytest.approx(list(expected.values()))
        assert isinstance(line.connector, ModbusConnector)
        assert line.connector.memory.holes == {Table.HOLDING_REGISTER: {4, 5, 6, 7}}
        assert line.connector.memory.limits == {}  # a hole says nothing about how long a request may be


async def test_an_address_that_a_stranger_does_not_have_spoils_no_other(stranger: Party) -> None:
    inside = bound("GHOST/IN", "co2", Table.HOLDING_REGISTER, 5, DataType.UINT16)
    beyond = bound("GHOST/OUT", "co2", Table.INPUT_REGISTER, 3, DataType.UINT16)
    async with visiting(stranger) as device, talking(device) as line:
        for _attempt in range(2):
            readings = await line.connector.read([*theirs(), inside, beyond])
            bad = {reading.point: reading.quality for reading in readings if reading.quality is not Quality.GOOD}
            assert bad == {inside.id: Quality.DEVICE_ERROR, beyond.id: Quality.DEVICE_ERROR}


async def test_our_writer_writes_what_a_strangers_own_client_reads_back(stranger: Party) -> None:
    holding = Table.HOLDING_REGISTER
    orders = {
        bound("SAW", "machine_enable", Table.COIL, 1, DataType.BIT): 1.0,
        bound("LATHE", "machine_enable", Table.COIL, 0, DataType.BIT): 0.0,
        bound("DOOR", "door_command", holding, 10, DataType.UINT16): 2.0,
        bound("HIGH", "supply_setpoint", holding, 12, DataType.FLOAT32): 1013.25,
        bound("LOW", "supply_setpoint", holding, 14, DataType.FLOAT32, word_order="little"): 1013.25,
    }
    nowhere = bound("NOWHERE", "door_command", holding, 5, DataType.UINT16)
    async with visiting(stranger) as device:
        async with talking(device) as line:
            for each, value in orders.items():
                await line.writer.write(each, command(each, value))
            with pytest.raises(DeviceRefusedError, match="illegal data address") as caught:
                await line.writer.write(nowhere, command(nowhere, 1.0))
        assert caught.value.code == "2"
        assert await ask(stranger, device, "read", Table.COIL, 0, 3) == "0 1 1"
        assert await ask(stranger, device, "read", holding, 9, 7) == f"0 2 0 {HIGH} {LOW} {LOW} {HIGH}"


async def test_tshark_understands_a_strangers_answers(stranger: Party, tmp_path: Path) -> None:
    reason = missing("tshark")
    if reason:
        pytest.skip(reason)
    async with visiting(stranger) as device:
        try:
            capture = await asyncio.to_thread(Capture(tmp_path / "lo.pcapng", tcp=[device.port]).__enter__)
        except PermissionError as error:
            pytest.skip(str(error))
        try:
            async with talking(device) as line:
                for _attempt in range(5):
                    await line.connector.read(list(theirs()))
            await asyncio.sleep(0.5)  # tshark writes in batches
        finally:
            await asyncio.to_thread(capture.__exit__)
    modbus, malformed = capture.frames("mbtcp"), capture.frames("_ws.malformed")
    print(f"frames: {modbus} Modbus, {malformed} malformed")
    assert modbus >= 50  # five reads of five blocks, each asked and answered
    assert malformed == 0
