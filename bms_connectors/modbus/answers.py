"""Answers that pymodbus takes too easily, or stumbles over: lengths that lie, frames that nobody can decode."""

from __future__ import annotations

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusIOException
from pymodbus.pdu.bit_message import ReadCoilsResponse, ReadDiscreteInputsResponse
from pymodbus.pdu.register_message import ReadHoldingRegistersResponse, ReadInputRegistersResponse


class BrokenFrameError(Exception):
    """The answer cannot be decoded."""


class _Coils(ReadCoilsResponse):
    def decode(self, data: bytes) -> None:
        _check_length(data)
        super().decode(data)


class _DiscreteInputs(ReadDiscreteInputsResponse):
    def decode(self, data: bytes) -> None:
        _check_length(data)
        super().decode(data)


class _HoldingRegisters(ReadHoldingRegistersResponse):
    def decode(self, data: bytes) -> None:
        _check_length(data, step=2)
        super().decode(data)


class _InputRegisters(ReadInputRegistersResponse):
    def decode(self, data: bytes) -> None:
        _check_length(data, step=2)
        super().decode(data)


def guard(client: AsyncModbusTcpClient) -> None:
    """Let the client take answers of true length only; one that does not decode ends its request at once.

    pymodbus raises such an answer into the event loop, which logs a traceback and closes the connection, while the
    request goes on waiting for its time-out. Ends with `BrokenFrameError` instead.
    """
    for answer in (_Coils, _DiscreteInputs, _HoldingRegisters, _InputRegisters):
        client.register(answer)
    transactions = client.ctx
    transactions.response_future.cancel()  # nobody waits before the first request
    take = transactions.callback_data

    def guarded(data: bytes, addr: tuple[str, int] | None = None) -> int:
        try:
            return take(data, addr)
        except Exception as error:  # noqa: BLE001 -- whatever a decoder stumbles over
            if not transactions.response_future.done():
                transactions.response_future.set_exception(BrokenFrameError(str(error)))
            return len(data)

    transactions.callback_data = guarded  # type: ignore[method-assign]


def _check_length(data: bytes, step: int = 1) -> None:
    """The byte count says how many octets follow (MODBUS Application Protocol V1.1b3, clauses 6.1 to 6.4)."""
    if not data or data[0] != len(data) - 1 or data[0] % step:
        raise ModbusIOException("the byte count is not the length of the answer")
