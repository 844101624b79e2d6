"""One connection to one Modbus TCP device, and the two faces of it: one reads, the other writes.

A simple device serves one connection only, so reader and writer share it. pymodbus has two error channels, exceptions
that are raised and exception responses that are returned; here both become errors of `twin.model.errors`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.pdu import ExceptionResponse, ModbusPDU

from bms_connectors.modbus.codec import BIT_TABLES, WRITABLE_TABLES, decode, encode, width
from bms_connectors.modbus.planner import Block, Memory, plan
from twin.model.errors import (
    ConnectError,
    ConnectorError,
    DecodeError,
    DeviceRefusedError,
    RefusedError,
    ResponseTimeoutError,
)
from twin.model.ids import PointId
from twin.model.points import Command, DataType, Device, ModbusBinding, Point, Reading, Table
from twin.model.vocabulary import Quality

TIMEOUT_S = 1.0
RETRIES = 1
SPLIT_REQUESTS = 64
"""Extra requests that one read may spend on finding what a device refuses; an assumption."""
_EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "server device failure",
    5: "acknowledge",
    6: "server device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target failed to respond",
}
"""MODBUS Application Protocol V1.1b3, clause 7."""

# What the library logs belongs to whoever configures logging; without a handler Python would print it on stderr.
logging.getLogger("pymodbus").addHandler(logging.NullHandler())


class ModbusLink:
    """The connection. It reconnects when it is used after a failure; how often is the poller's business."""

    def __init__(self, device: Device, *, timeout_s: float = TIMEOUT_S, retries: int = RETRIES) -> None:
        self.device = device
        self._timeout_s = timeout_s
        self._retries = retries
        self._opened: AsyncModbusTcpClient | None = None
        self._users = 0

    def open(self) -> None:
        """One more user; the connection itself is made by the first request."""
        self._users += 1
        if self._opened is None:
            self._opened = AsyncModbusTcpClient(
                self.device.host,
                port=self.device.port,
                name=self.device.name,
                timeout=self._timeout_s,
                retries=self._retries,
                reconnect_delay=0,  # off: an idle reconnect loop of the library would run beside our own back-off
            )

    def close(self) -> None:
        """One user less; the last one closes."""
        self._users -= 1
        if self._users == 0 and self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def _client(self) -> AsyncModbusTcpClient:
        if self._opened is None:
            raise ConnectError(self.device.name, "the connection is not open")
        return self._opened

    async def read(self, block: Block) -> list[int]:
        """Registers or bits of a block.

        Raises:
            ConnectError, ResponseTimeoutError: nobody answered.
            DeviceRefusedError: exception response; ``code`` is its number.
            DecodeError: fewer values than asked.
        """
        ask = {
            Table.COIL: self._client.read_coils,
            Table.DISCRETE_INPUT: self._client.read_discrete_inputs,
            Table.INPUT_REGISTER: self._client.read_input_registers,
            Table.HOLDING_REGISTER: self._client.read_holding_registers,
        }[block.table]
        await self._connected()
        answer = await self._settled(ask(block.start, count=block.count, device_id=self.device.instance))
        values = [int(bit) for bit in answer.bits] if block.table in BIT_TABLES else list(answer.registers)
        if len(values) < block.count:
            raise DecodeError(self.device.name, f"{len(values)} values for {block.count} asked")
        return values[: block.count]

    async def write(self, binding: ModbusBinding, raw: Sequence[int]) -> None:
        """Write a coil, a register or a pair of registers; errors as in `read`."""
        unit = self.device.instance
        await self._connected()
        if binding.table is Table.COIL:
            answer = self._client.write_coil(binding.address, bool(raw[0]), device_id=unit)
        elif len(raw) == 1:
            answer = self._client.write_register(binding.address, raw[0], device_id=unit)
        else:
            answer = self._client.write_registers(binding.address, list(raw), device_id=unit)
        await self._settled(answer)

    async def _connected(self) -> None:
        if not self._client.connected and not await self._client.connect():
            raise ConnectError(self.device.name, f"no connection to {self.device.host}:{self.device.port}")

    async def _settled(self, request: object) -> ModbusPDU:
        name = self.device.name
        try:
            answer: ModbusPDU = await request  # type: ignore[misc]  # the mixin types its requests for sync and async
        except ConnectionException as error:
            raise ConnectError(name, f"no connection to {self.device.host}:{self.device.port}") from error
        except ModbusException as error:
            self._client.close()  # an answer that comes late must not meet the next request
            raise ResponseTimeoutError(name, "no answer in time") from error
        except OSError as error:
            self._client.close()
            raise ConnectError(name, str(error.strerror or error)) from error
        if isinstance(answer, ExceptionResponse):
            code = answer.exception_code
            raise DeviceRefusedError(name, _EXCEPTIONS.get(code, "exception"), str(code))
        if answer.isError():
            raise DecodeError(name, "error without an exception code")
        return answer


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
        found: dict[PointId, Reading] = {}
        budget = [SPLIT_REQUESTS]
        lost: Quality | None = None
        for block in self._blocks(points):
            if lost is None:
                lost = await self._read_block(block, found, budget)
        rest = lost if lost is not None else Quality.DEVICE_ERROR
        now = datetime.now(UTC)
        return [found.get(point.id) or Reading(point.id, None, rest, now) for point in points]

    def _blocks(self, points: Sequence[Point]) -> list[Block]:
        key = tuple(point.id for point in points)
        revision, blocks = self._plans.get(key, (-1, []))
        if revision != self.memory.revision:
            blocks = plan(points, self.memory)
            self._plans[key] = (self.memory.revision, blocks)
        return blocks

    async def _read_block(self, block: Block, found: dict[PointId, Reading], budget: list[int]) -> Quality | None:
        """Read it, in parts if it is refused as a whole; the quality for all that is left if nobody answers."""
        try:
            values = await self._link.read(block)
        except ResponseTimeoutError:
            return Quality.TIMEOUT
        except ConnectError:
            return Quality.NOT_CONNECTED
        except ConnectorError as error:
            return await self._after_refusal(block, error, found, budget)
        self.memory.restore(block.table, block.start)
        now = datetime.now(UTC)
        for slot in block.slots:
            found[slot.point.id] = _reading(slot.point, slot.binding, values[slot.start - block.start :], now)
        return None

    async def _after_refusal(
        self, block: Block, error: ConnectorError, found: dict[PointId, Reading], budget: list[int]
    ) -> Quality | None:
        if block.is_divisible and budget[0] >= 2:
            budget[0] -= 2
            left, right = block.halves()
            for half in (left, right):
                lost = await self._read_block(half, found, budget)
                if lost is not None:
                    return lost
            if all(found[slot.point.id].quality is Quality.GOOD for slot in block.slots if slot.point.id in found):
                self.memory.remember_split(left, right)
            return None
        if not block.is_divisible:
            self.memory.isolate(block.table, block.start)
        quality = Quality.DECODE if isinstance(error, DecodeError) else Quality.DEVICE_ERROR
        now = datetime.now(UTC)
        for slot in block.slots:
            found[slot.point.id] = Reading(slot.point.id, None, quality, now)
        return None


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


def _reading(point: Point, binding: ModbusBinding, raw: Sequence[int], at: datetime) -> Reading:
    try:
        return Reading(point.id, decode(binding, raw[: width(binding)]), Quality.GOOD, at)
    except ValueError:
        return Reading(point.id, None, Quality.DECODE, at)
