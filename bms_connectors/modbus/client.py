"""The conversation with one Modbus device over its connection: one face reads, the other writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.pdu import ModbusPDU

from bms_connectors.modbus.codec import BIT_TABLES, WRITABLE_TABLES, decode, encode
from bms_connectors.modbus.connection import ModbusConnection
from bms_connectors.modbus.planner import Block, Memory, plan
from twin.model.errors import (
    ConnectError,
    ConnectorError,
    DecodeError,
    RefusedError,
    ResponseTimeoutError,
)
from twin.model.ids import PointId
from twin.model.points import Command, DataType, Device, ModbusBinding, Point, Reading, Table
from twin.model.vocabulary import Quality

SPLIT_REQUESTS = 64
"""Extra requests that one read may spend on finding what a device refuses; an assumption."""

_READERS = {
    Table.COIL: (1, AsyncModbusTcpClient.read_coils),
    Table.DISCRETE_INPUT: (2, AsyncModbusTcpClient.read_discrete_inputs),
    Table.HOLDING_REGISTER: (3, AsyncModbusTcpClient.read_holding_registers),
    Table.INPUT_REGISTER: (4, AsyncModbusTcpClient.read_input_registers),
}
_WRITE_COIL = 5
_WRITE_REGISTER = 6
_WRITE_REGISTERS = 16
"""Function codes (MODBUS Application Protocol V1.1b3, clause 6)."""


class ModbusLink:
    """Requests to one unit; `connection` is shared with the other units of its address."""

    def __init__(self, device: Device, connection: ModbusConnection | None = None) -> None:
        self.device = device
        self._connection = connection or ModbusConnection(device.host, device.port)
        self._connection.units += 1

    def open(self) -> None:
        """One more user of the connection; raises as `ModbusConnection.open`."""
        self._connection.open()

    def close(self) -> None:
        """One user less."""
        self._connection.close()

    async def read(self, block: Block) -> Sequence[int]:
        """Registers or bits of a block.

        Raises:
            ConnectError, ResponseTimeoutError: nobody answered.
            DeviceRefusedError: exception response; ``code`` is its number.
            DecodeError: not as many values as asked.
        """
        function, reader = _READERS[block.table]
        answer = await self._connection.ask(
            self.device.name,
            function,
            lambda client: reader(client, block.start, count=block.count, device_id=self.device.instance),
        )
        is_bits = block.table in BIT_TABLES
        values = [int(bit) for bit in answer.bits] if is_bits else answer.registers
        if len(values) != (-(-block.count // 8) * 8 if is_bits else block.count):  # bits come in whole octets
            raise DecodeError(self.device.name, f"{len(values)} values for {block.count} asked")
        return values[: block.count] if is_bits else values

    async def write(self, binding: ModbusBinding, raw: Sequence[int]) -> None:
        """Write a coil, a register or a pair of registers; errors as in `read`."""
        unit, address = self.device.instance, binding.address
        function = _WRITE_REGISTER if len(raw) == 1 else _WRITE_REGISTERS
        if binding.table is Table.COIL:
            function = _WRITE_COIL

        async def send(client: AsyncModbusTcpClient) -> ModbusPDU:
            if function == _WRITE_COIL:
                return await client.write_coil(address, bool(raw[0]), device_id=unit)
            if function == _WRITE_REGISTER:
                return await client.write_register(address, raw[0], device_id=unit)
            return await client.write_registers(address, list(raw), device_id=unit)

        await self._connection.ask(self.device.name, function, send)


class ModbusConnector:
    """Reads the points of one device."""

    def __init__(self, link: ModbusLink) -> None:
        self.device = link.device
        self.memory = Memory()
        self._link = link
        self._plans: dict[tuple[PointId, ...], tuple[int, list[Block]]] = {}

    async def __aenter__(self) -> Self:
        self._link.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._link.close()

    async def read(self, points: Sequence[Point], /) -> list[Reading]:
        """One reading for every point asked, in that order; a point without a Modbus binding is a DEVICE_ERROR."""
        job = _Job()
        lost: Quality | None = None
        for block in self._blocks(points):
            if lost is None:
                lost = await self._read_block(block, job)
        job.decode()
        rest = lost if lost is not None else Quality.DEVICE_ERROR
        now = datetime.now(UTC)
        return [job.found.get(point.id) or Reading(point.id, None, rest, now) for point in points]

    def _blocks(self, points: Sequence[Point]) -> list[Block]:
        key = tuple(point.id for point in points)
        revision, blocks = self._plans.get(key, (-1, []))
        if revision != self.memory.revision:
            blocks = plan(points, self.memory)
            self._plans[key] = (self.memory.revision, blocks)
        return blocks

    async def _read_block(self, block: Block, job: _Job) -> Quality | None:
        """Read it, in parts if it is refused as a whole; the quality for all that is left if nobody answers."""
        try:
            values = await self._ask(block, job)
        except ResponseTimeoutError:
            return Quality.TIMEOUT
        except ConnectError:
            return Quality.NOT_CONNECTED
        except ConnectorError as error:
            return await self._after_refusal(block, error, job)
        self.memory.restore(block.table, block.start)
        job.waiting.append((block, values, datetime.now(UTC)))
        return None

    async def _ask(self, block: Block, job: _Job) -> Sequence[int]:
        """The block's values; what the last request brought is decoded while the device works on this one."""
        asyncio.get_running_loop().call_soon(job.decode)  # its turn comes when the request has left
        return await self._link.read(block)

    async def _after_refusal(self, block: Block, error: ConnectorError, job: _Job) -> Quality | None:
        if block.is_divisible and job.splits >= 2:
            job.splits -= 2
            revision = self.memory.revision
            left, right = block.halves()
            for half in (left, right):
                lost = await self._read_block(half, job)
                if lost is not None:
                    return lost
            job.decode()
            # What a half taught in its own parts explains the refusal of the whole; nothing is left to conclude.
            if revision == self.memory.revision and all(
                job.found[slot.point.id].quality is Quality.GOOD for slot in block.slots if slot.point.id in job.found
            ):
                self.memory.remember_split(left, right)
            return None
        if not block.is_divisible:
            self.memory.isolate(block.table, block.start)
        quality = Quality.DECODE if isinstance(error, DecodeError) else Quality.DEVICE_ERROR
        now = datetime.now(UTC)
        for slot in block.slots:
            job.found[slot.point.id] = Reading(slot.point.id, None, quality, now)
        return None


@dataclass(slots=True)
class _Job:
    """One read under way: what is found, what still waits to be decoded, how many more requests splitting may cost."""

    found: dict[PointId, Reading] = field(default_factory=dict)
    waiting: list[tuple[Block, Sequence[int], datetime]] = field(default_factory=list)
    splits: int = SPLIT_REQUESTS

    def decode(self) -> None:
        """Make readings of what has come."""
        found = self.found
        for block, values, at in self.waiting:
            first = block.start
            for slot in block.slots:
                name = slot.point.id
                try:
                    value = decode(slot.binding, values[slot.start - first : slot.stop - first])
                except ValueError:
                    found[name] = Reading(name, None, Quality.DECODE, at)
                else:
                    found[name] = Reading(name, value, Quality.GOOD, at)
        self.waiting.clear()


class ModbusWriter:
    """Writes single points of one device over the connection of its reader."""

    def __init__(self, link: ModbusLink) -> None:
        self._link = link

    async def write(self, point: Point, command: Command, /) -> None:
        """Send the value.

        Raises:
            RefusedError: the point is not writable, or the value does not fit its register.
            DeviceRefusedError, ResponseTimeoutError, ConnectError: as `PointWriter` says.
        """
        binding = point.binding
        if not point.is_writable or not isinstance(binding, ModbusBinding) or binding.table not in WRITABLE_TABLES:
            raise RefusedError(f"{point.id} is not writable")
        if binding.data_type is DataType.BIT and binding.table is Table.HOLDING_REGISTER:
            raise RefusedError(f"{point.id}: one bit of a register cannot be written without its neighbours")
        try:
            raw = encode(binding, command.value)
        except ValueError as error:
            raise RefusedError(f"{point.id}: {error}") from error
        await self._link.write(binding, raw)
