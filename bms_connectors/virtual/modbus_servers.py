"""Puts Modbus points on real Modbus TCP: registers are computed from the host when they are read, nothing is kept.

Answers that are ours to choose (MODBUS Application Protocol V1.1b3, clause 7):

* an address where no point lives: exception 2, illegal data address. Real gaps, as real devices have;
* a value that the host does not know, or that its register cannot carry: exception 4, server device failure, for the
  whole request. Never 0;
* a write to a point that is not commandable: exception 2, as devices do that have no such register for writing;
* a write that the host refuses: exception 3, illegal data value. Not 6 (busy), which invites the client to try again,
  and nobody should repeat a refused door command unasked. The reason goes to the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType as SimType
from pymodbus.simulator import SimData, SimDevice

from bms_connectors.exclusive import Claim
from bms_connectors.modbus.codec import BIT_TABLES, WRITABLE_TABLES, decode, encode, width
from bms_connectors.ports import PointHost
from twin.model.errors import ConfigError, ConnectError, Fault
from twin.model.points import DataType, Device, ModbusBinding, Point, Protocol, Table

log = logging.getLogger(__name__)

_TABLES = (Table.COIL, Table.DISCRETE_INPUT, Table.HOLDING_REGISTER, Table.INPUT_REGISTER)
"""In the order in which pymodbus takes the blocks of a device."""
_TABLE_OF_FUNCTION = {
    **dict.fromkeys((1, 5, 15), Table.COIL),
    2: Table.DISCRETE_INPUT,
    **dict.fromkeys((3, 6, 16, 22, 23), Table.HOLDING_REGISTER),
    4: Table.INPUT_REGISTER,
}
_UNIT_BYTE = 6
"""Where the unit id stands in the MBAP header (MODBUS Messaging on TCP/IP, clause 3.1.3)."""

Bound = tuple[Point, ModbusBinding]


class RegisterImage:
    """The registers of one unit, as a function of the host."""

    def __init__(self, points: Iterable[Point], host: PointHost) -> None:
        self._host = host
        self.cells: dict[Table, dict[int, list[Bound]]] = {table: {} for table in _TABLES}
        for point in points:
            if isinstance(point.binding, ModbusBinding):
                for address in range(point.binding.address, point.binding.address + width(point.binding)):
                    self.cells[point.binding.table].setdefault(address, []).append((point, point.binding))
        _check_overlaps(self.cells)

    def read(self, table: Table, address: int, count: int) -> list[int] | ExcCodes:
        """Registers or bits, or the exception that answers the request."""
        cells = self.cells[table]
        words = []
        for at in range(address, address + count):
            if at not in cells:
                return ExcCodes.ILLEGAL_ADDRESS
            word = self._word(cells[at], at)
            if word is None:
                return ExcCodes.DEVICE_FAILURE
            words.append(word)
        return words

    def write(self, table: Table, address: int, values: Sequence[int]) -> ExcCodes | None:
        """Hand the values to the host, point by point; all or none of the points must be there and commandable."""
        orders: list[tuple[Point, float]] = []
        at, stop = address, address + len(values)
        while at < stop:
            cell = self.cells[table].get(at)
            if table not in WRITABLE_TABLES or cell is None:
                return ExcCodes.ILLEGAL_ADDRESS
            point, binding = cell[0]
            is_bit_of_word = binding.data_type is DataType.BIT and table not in BIT_TABLES
            if not point.is_writable or is_bit_of_word or binding.address != at or at + width(binding) > stop:
                return ExcCodes.ILLEGAL_ADDRESS
            try:
                orders.append((point, decode(binding, values[at - address : at - address + width(binding)])))
            except ValueError:
                return ExcCodes.ILLEGAL_VALUE
            at += width(binding)
        for point, value in orders:
            reason = self._host.write(point.id, value)
            if reason:
                log.info("%s = %g refused: %s", point.id, value, reason)
                return ExcCodes.ILLEGAL_VALUE
        return None

    def _word(self, cell: Sequence[Bound], at: int) -> int | None:
        word = 0
        for point, binding in cell:
            value = self._host.value(point.id)
            if value is None:
                return None
            try:
                word |= encode(binding, value)[at - binding.address]
            except ValueError:
                log.warning("%s: the host's value %r does not fit its register", point.id, value)
                return None
        return word


class ModbusServer:
    """One Modbus TCP address with its units (several Devices may share it, as behind a gateway).

    Args:
        serial_s: seconds that a request takes on the serial line behind a gateway, one after another; None without one.

    Raises:
        ConfigError: two points share an address, or two devices a unit id.
    """

    def __init__(
        self, devices: Sequence[Device], points: Iterable[Point], host: PointHost, *, serial_s: float | None = None
    ) -> None:
        self.address = (devices[0].host, devices[0].port)
        self._units = {device.instance: device.name for device in devices}
        if len(self._units) < len(devices):
            text = f"unit id used twice at {self.address[0]}:{self.address[1]}"
            raise ConfigError([Fault("devices", device.name, text) for device in devices])
        by_device: dict[str, list[Point]] = {device.name: [] for device in devices}
        for point in points:
            if isinstance(point.binding, ModbusBinding) and point.binding.device in by_device:
                by_device[point.binding.device].append(point)
        self._images = {unit: RegisterImage(by_device[name], host) for unit, name in self._units.items()}
        self._silent: set[int] = set()
        self._line = _Line(serial_s)
        self._server: ModbusTcpServer | None = None
        self._claim: Claim | None = None

    async def open(self) -> None:
        """Listen.

        Raises:
            ConnectError: the address is taken.
        """
        self._claim = Claim(Protocol.MODBUS, *self.address)
        units = [_sim_device(unit, image, self._silent, self._line) for unit, image in self._images.items()]
        self._server = ModbusTcpServer(units, address=self.address, trace_packet=self._pass)
        try:
            await self._server.serve_forever(background=True)
        except RuntimeError as error:
            await self.close()
            raise ConnectError(f"{self.address[0]}:{self.address[1]}", "cannot be listened on") from error

    async def close(self) -> None:
        if self._server is not None:
            await self._server.shutdown()  # type: ignore[no-untyped-call]  # so it is in pymodbus
            self._server = None
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def silence(self, device: str, is_silent: bool) -> None:
        """Stop answering, as a frozen controller does; writes that arrive meanwhile are lost."""
        for unit, name in self._units.items():
            if name == device:
                (self._silent.add if is_silent else self._silent.discard)(unit)

    def _pass(self, sending: bool, packet: bytes) -> bytes:
        """Swallow the answers of silent units."""
        if sending and len(packet) > _UNIT_BYTE and packet[_UNIT_BYTE] in self._silent:
            return b""
        return packet


class _Line:
    """The serial line behind a gateway: one request at a time."""

    def __init__(self, serial_s: float | None) -> None:
        self._serial_s = serial_s
        self._turn = asyncio.Lock()

    async def carry(self) -> None:
        """Wait for the line and take its time; at once where there is none."""
        if self._serial_s is not None:
            async with self._turn:
                await asyncio.sleep(self._serial_s)


def _sim_device(unit: int, image: RegisterImage, silent: set[int], line: _Line) -> SimDevice:
    blocks = [_block(table, image.cells[table]) for table in _TABLES]
    return SimDevice(
        id=unit,
        simdata=(blocks[0], blocks[1], blocks[2], blocks[3]),
        action=partial(_serve, unit, image, silent, line),
    )


def _block(table: Table, cells: Mapping[int, object]) -> list[SimData]:
    """One span from the first to the last address; the gaps inside are refused by the image."""
    if table in BIT_TABLES:
        first = min(cells, default=0) // 16 * 16
        words = (max(cells, default=0) - first) // 16 + 1
        return [SimData(first, values=[False] * (16 * words), datatype=SimType.BITS)]
    first = min(cells, default=0)
    return [SimData(first, count=max(cells, default=0) - first + 1, values=0, datatype=SimType.REGISTERS)]


async def _serve(
    unit: int,
    image: RegisterImage,
    silent: set[int],
    line: _Line,
    function: int,
    block_start: int,
    address: int,
    count: int,
    registers: list[int],
    new_values: list[int] | list[bool] | None,
) -> ExcCodes | None:
    """Pymodbus calls this on every access: fill the registers it is about to send, or pass on what was written."""
    await line.carry()
    if unit in silent:
        return ExcCodes.DEVICE_FAILURE  # never sent, and above all: never executed
    table = _TABLE_OF_FUNCTION[function]
    if new_values is not None:
        return image.write(table, address, [int(value) for value in new_values])
    if table in BIT_TABLES:
        return _fill_bits(image, table, address, block_start, registers, count)
    words = image.read(table, address, count)
    if isinstance(words, ExcCodes):
        return words
    registers[address - block_start : address - block_start + count] = words
    return None


def _fill_bits(
    image: RegisterImage, table: Table, address: int, block_start: int, registers: list[int], words: int
) -> ExcCodes | None:
    """Bits come as whole words (``words`` of them from the one that holds `address`); gaps show as 0 inside a word.

    pymodbus does not say how many bits were asked, so only the first one can be refused as undefined.
    """
    if address not in image.cells[table]:
        return ExcCodes.ILLEGAL_ADDRESS
    first_word = address // 16
    for word in range(first_word, first_word + words):
        value = 0
        for bit in range(16):
            at = word * 16 + bit
            if at not in image.cells[table]:
                continue
            answer = image.read(table, at, 1)
            if isinstance(answer, ExcCodes):
                return answer
            value |= answer[0] << bit
        registers[word - block_start] = value
    return None


def _check_overlaps(cells: Mapping[Table, Mapping[int, Sequence[Bound]]]) -> None:
    faults = []
    for table, addresses in cells.items():
        for address, bound in addresses.items():
            bits = {binding.bit for _, binding in bound if binding.data_type is DataType.BIT}
            may_share = table not in BIT_TABLES and len(bits) == len(bound)
            if len(bound) > 1 and not may_share:
                names = ", ".join(point.id for point, _ in bound)
                faults.append(Fault("points", f"{table} {address}", f"shared by {names}"))
    if faults:
        raise ConfigError(faults)
