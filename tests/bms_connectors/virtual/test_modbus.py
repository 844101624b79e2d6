"""The virtual Modbus server, read by our client and by pyModbusTCP, which shares no line of code with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from bms_town import Town, command, point, register
from pyModbusTCP.client import ModbusClient

from bms_connectors.modbus.client import ModbusConnector, ModbusLink, ModbusWriter
from bms_connectors.modbus.codec import encode
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import ConfigError, ConnectError, DeviceRefusedError, RefusedError, ResponseTimeoutError
from twin.model.points import DataType, Device, Point, Table
from twin.model.vocabulary import Quality


class Stranger:
    """pyModbusTCP in a thread, since it blocks."""

    def __init__(self, device: Device) -> None:
        self.client = ModbusClient(host=device.host, port=device.port, unit_id=device.instance, timeout=2.0)

    async def __call__(self, name: str, *arguments: Any) -> Any:
        return await asyncio.to_thread(getattr(self.client, name), *arguments)

    @property
    def exception(self) -> int:
        return self.client.last_except


@asynccontextmanager
async def serving(town: Town) -> AsyncIterator[tuple[VirtualBuilding, Stranger]]:
    devices = [town.device("PLC")]
    points = [p for p in town.points if p.binding.device == "PLC"]
    stranger = Stranger(devices[0])
    async with VirtualBuilding(points, devices, town.host) as building:
        try:
            yield building, stranger
        finally:
            stranger.client.close()


@asynccontextmanager
async def reading(town: Town, *extra: Point) -> AsyncIterator[tuple[ModbusConnector, ModbusWriter, list[Point]]]:
    link = ModbusLink(town.device("PLC"))
    async with ModbusConnector(link) as reader:
        yield reader, ModbusWriter(link), [*(p for p in town.points if p.binding.device == "PLC"), *extra]


async def test_a_stranger_reads_what_the_host_knows(town: Town) -> None:
    async with serving(town) as (_, stranger):
        assert await stranger("read_holding_registers", 0, 2) == [0b0001, 0b0000]  # open; unlocked, inverted; no call
        assert await stranger("read_input_registers", 0, 2) == [70000 >> 16, 70000 & 0xFFFF]
        assert await stranger("read_input_registers", 10, 1) == [204]
        assert await stranger("read_discrete_inputs", 5, 1) == [False]
        town.host.set("PLC/FIRE", 1.0)
        town.host.set("C1/LOCK", 0.0)
        assert await stranger("read_discrete_inputs", 5, 1) == [True]
        assert await stranger("read_holding_registers", 0, 1) == [0b0011]


@pytest.mark.parametrize(("function", "address", "count"), [
    ("read_holding_registers", 2, 1),
    ("read_holding_registers", 0, 3),
    ("read_holding_registers", 99, 2),
    ("read_holding_registers", 100, 4),
    ("read_holding_registers", 5000, 1),
    ("read_input_registers", 2, 1),
    ("read_discrete_inputs", 6, 1),
    ("read_coils", 0, 1),
])  # fmt: skip
async def test_gaps_are_real(town: Town, function: str, address: int, count: int) -> None:
    async with serving(town) as (_, stranger):
        assert await stranger(function, address, count) is None
        assert stranger.exception == 2


async def test_a_value_that_the_host_does_not_know_is_an_exception_and_never_zero(town: Town) -> None:
    town.host.set("C1/POSITION", None)
    town.host.set("C1/TEMP", 1e6)  # more than its register can carry
    async with serving(town) as (_, stranger):
        assert await stranger("read_holding_registers", 0, 1) is None
        assert stranger.exception == 4
        assert await stranger("read_input_registers", 10, 1) is None
        assert stranger.exception == 4
        assert await stranger("read_holding_registers", 1, 1) == [0]


async def test_a_stranger_commands_what_is_a_command_and_nothing_else(town: Town) -> None:
    async with serving(town) as (_, stranger):
        assert await stranger("write_single_register", 100, 1)
        assert await stranger("write_multiple_registers", 103, [2])
        assert town.host.written == [("C1/COMMAND", 1.0), ("C2/COMMAND", 2.0)]
        for address in (0, 1, 101, 4000):
            assert not await stranger("write_single_register", address, 1)
            assert stranger.exception == 2
        assert not await stranger("write_multiple_registers", 100, [1, 1, 1, 1])
        assert len(town.host.written) == 2


async def test_a_refusal_of_the_host_is_illegal_data_value(town: Town) -> None:
    town.host.refusals["C1/COMMAND"] = "the interlock holds"
    async with serving(town) as (_, stranger):
        assert not await stranger("write_single_register", 100, 1)
        assert stranger.exception == 3
        assert await stranger("read_holding_registers", 100, 1) == [0]


async def test_our_client_reads_everything_in_few_requests(town: Town) -> None:
    async with serving(town), reading(town) as (reader, _, points):
        readings = await reader.read(points)
        assert [r.point for r in readings] == [p.id for p in points]
        assert {r.point: r.value for r in readings} == pytest.approx({p.id: town.host.value(p.id) for p in points})


async def test_our_client_learns_the_holes_and_goes_round_them(town: Town) -> None:
    async with serving(town), reading(town) as (reader, _, points):
        asked: list[tuple[str, int, int]] = []
        plain = reader._link.read

        async def counted(block: Any) -> list[int]:
            asked.append((block.table.value, block.start, block.count))
            return await plain(block)

        reader._link.read = counted  # type: ignore[method-assign]
        await reader.read(points)
        first = len(asked)
        asked.clear()
        assert {r.quality for r in await reader.read(points)} == {Quality.GOOD}
        assert sorted(asked) == [
            ("discrete-input", 5, 1),
            ("holding-register", 0, 2),
            ("holding-register", 100, 1),
            ("holding-register", 103, 1),
            ("input-register", 0, 2),
            ("input-register", 10, 1),
        ]
        assert first > len(asked)


async def test_an_unknown_value_spoils_its_register_and_no_other(town: Town) -> None:
    absent = point("GHOST", "co2", register("PLC", Table.INPUT_REGISTER, 11, DataType.UINT16))
    town.host.set("C1/CALL", None)
    async with serving(town), reading(town, absent) as (reader, _, points):
        for _attempt in range(2):
            found = {r.point: r.quality for r in await reader.read(points)}
            bad = {name for name, quality in found.items() if quality is not Quality.GOOD}
            assert bad == {"C1/CALL", "C1/POSITION", "C1/LOCK", "GHOST"}  # three bits of one word
        town.host.set("C1/CALL", 1.0)
        found = {r.point: r.quality for r in await reader.read(points)}
        assert found["C1/POSITION"] is Quality.GOOD
        assert found["GHOST"] is Quality.DEVICE_ERROR


async def test_our_writer_writes_commands_and_refuses_the_rest(town: Town) -> None:
    async with serving(town), reading(town) as (_, writer, _points):
        subject = town.point("C1/COMMAND")
        await writer.write(subject, command(subject, 1.0))
        assert town.host.written == [("C1/COMMAND", 1.0)]
        for name in ("C1/LOCK", "PLC/FIRE", "C1/TEMP"):
            with pytest.raises(RefusedError):
                await writer.write(town.point(name), command(town.point(name), 1.0))
        with pytest.raises(RefusedError, match="does not fit"):
            await writer.write(subject, command(subject, 70000.0))
        town.host.refusals["C1/COMMAND"] = "the interlock holds"
        with pytest.raises(DeviceRefusedError, match="illegal data value") as caught:
            await writer.write(subject, command(subject, 2.0))
        assert caught.value.code == "3"


async def test_a_frozen_device_times_out_takes_no_orders_and_recovers(town: Town) -> None:
    async with serving(town) as (building, _), reading(town) as (reader, writer, points):
        building.silence("PLC")
        assert {r.quality for r in await reader.read(points)} == {Quality.TIMEOUT}
        with pytest.raises(ResponseTimeoutError):
            await writer.write(town.point("C1/COMMAND"), command(town.point("C1/COMMAND"), 1.0))
        building.silence("PLC", False)
        assert {r.quality for r in await reader.read(points)} == {Quality.GOOD}
    assert town.host.written == []


async def test_a_device_that_is_not_there_is_not_connected_and_found_when_it_comes(town: Town) -> None:
    async with reading(town) as (reader, writer, points):
        assert {r.quality for r in await reader.read(points)} == {Quality.NOT_CONNECTED}
        with pytest.raises(ConnectError):
            await writer.write(town.point("C1/COMMAND"), command(town.point("C1/COMMAND"), 1.0))
        async with serving(town):
            assert {r.quality for r in await reader.read(points)} == {Quality.GOOD}


async def test_a_float_that_is_no_number_is_a_decode_error(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    import bms_connectors.virtual.modbus_servers as servers

    level = point("TANK", "static_pressure", register("PLC", Table.INPUT_REGISTER, 50, DataType.FLOAT32))
    town.points.append(level)
    town.host.set("TANK", 3.5)
    plain: Callable[..., list[int]] = encode
    monkeypatch.setattr(servers, "encode", lambda b, v: [0x7FC0, 0] if b.address == 50 else plain(b, v))
    async with serving(town), reading(town) as (reader, _, _points):
        (only,) = await reader.read([level])
        assert (only.value, only.quality) == (None, Quality.DECODE)


async def test_two_units_may_share_one_address(town: Town) -> None:
    plc = town.device("PLC")
    second = Device(name="PLC2", protocol=plc.protocol, host=plc.host, port=plc.port, instance=2)
    extra = point("C9/TEMP", "temperature", register("PLC2", Table.INPUT_REGISTER, 0, DataType.INT16))
    town.host.set("C9/TEMP", -4.0)
    points = [*(p for p in town.points if p.binding.device == "PLC"), extra]
    async with (
        VirtualBuilding(points, [plc, second], town.host) as building,
        ModbusConnector(ModbusLink(second)) as two,
    ):
        assert [r.value for r in await two.read([extra])] == [-4.0]
        building.silence("PLC2")
        assert [r.quality for r in await two.read([extra])] == [Quality.TIMEOUT]
        async with reading(town) as (one, _, all_points):
            assert {r.quality for r in await one.read(all_points)} == {Quality.GOOD}


async def test_two_points_at_one_address_are_told_at_once(town: Town) -> None:
    town.points.append(point("TWICE", "co2", register("PLC", Table.INPUT_REGISTER, 1, DataType.UINT16)))
    with pytest.raises(ConfigError, match="TWICE"):
        async with serving(town):
            pytest.fail("served two points at one address")


async def test_a_taken_port_is_refused_by_name(town: Town) -> None:
    plc = town.device("PLC")
    server = await asyncio.start_server(lambda _r, w: w.close(), plc.host, plc.port)
    async with server:
        with pytest.raises(ConnectError, match=f"{plc.host}:{plc.port}"):
            async with serving(town):
                pytest.fail("two servers at one address")


async def test_units_behind_a_gateway_answer_one_after_another(town: Town) -> None:
    plc = town.device("PLC")
    other = replace(plc, name="PLC2", instance=plc.instance + 1)
    points = [each for each in town.points if each.binding.device == "PLC"]
    points += [replace(each, id=f"{each.id}2", binding=replace(each.binding, device="PLC2")) for each in points]
    for each in points:
        town.host.values.setdefault(each.id, town.host.value(each.id.removesuffix("2")))
    strangers = [Stranger(device) for device in (plc, other) for _ in range(2)]
    async with VirtualBuilding(points, [plc, other], town.host, serial_s={plc.host: 0.1}):
        try:
            began = asyncio.get_running_loop().time()
            answers = await asyncio.gather(*(each("read_holding_registers", 0, 2) for each in strangers))
            assert asyncio.get_running_loop().time() - began >= 0.4
        finally:
            for each in strangers:
                each.client.close()
    assert answers == [[1, 0]] * 4
