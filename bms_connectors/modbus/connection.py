"""One connection to one Modbus TCP address, shared by the units behind it.

A simple device serves one connection only, and a gateway to a serial line serves one request at a time (MODBUS
Messaging on TCP/IP, clause 4.2.1): several units of one address share one connection and take turns. pymodbus has two
error channels, exceptions that are raised and exception responses that are returned; here both become ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pymodbus.client import AsyncModbusTcpClient, AsyncModbusTlsClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.pdu import ExceptionResponse, ModbusPDU

from bms_connectors.modbus.answers import BrokenFrameError, guard
from bms_connectors.modbus.tls import TlsFiles
from twin.model.errors import ConnectError, DecodeError, DeviceRefusedError, ResponseTimeoutError

TIMEOUT_S = 1.0
RETRIES = 1
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
_GATEWAY_PATH = 10
_GATEWAY_TARGET = 11

Ask = Callable[[AsyncModbusTcpClient], Awaitable[ModbusPDU]]

# The library logs every lost answer with the octets of the last frames; the poller says the same in one line a change.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
logging.getLogger("pymodbus").addHandler(logging.NullHandler())


class ModbusConnection:
    """The connection. It reconnects when it is used after a failure; how often is the poller's business.

    A request that times out closes it, because the late answer must not meet the next request. ``units`` is how many
    devices share it: with several a silent one is asked once only, so that it costs the others no more than one
    time-out. An open connection proves nothing (a server that refuses our certificate may say so only now): health is
    the first read.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        timeout_s: float = TIMEOUT_S,
        retries: int = RETRIES,
        tls: TlsFiles | None = None,
    ) -> None:
        self.address = f"{host}:{port}"
        self.units = 0
        self._host = host
        self._port = port
        self._timeout_s = timeout_s
        self._retries = retries
        self._tls = tls
        self._opened: AsyncModbusTcpClient | None = None
        self._users = 0
        self._turn = asyncio.Lock()

    def open(self) -> None:
        """One more user; the connection itself is made by the first request.

        Raises:
            ConfigError: certificates that cannot be used.
        """
        if self._opened is None:
            self._opened = self._client()
            guard(self._opened)
        self._users += 1

    def close(self) -> None:
        """One user less; the last one closes."""
        self._users -= 1
        if self._users == 0 and self._opened is not None:
            self._opened.close()
            self._opened = None

    async def ask(self, device: str, function: int, request: Ask) -> ModbusPDU:
        """Send one request when it is its turn; `device` is whose name the errors carry, `function` its code.

        Raises:
            ConnectError, ResponseTimeoutError: nobody answered, or the gateway found nobody behind it.
            DeviceRefusedError: exception response; ``code`` is its number.
            DecodeError: the answer is neither, or answers another function (which pymodbus does not mind), or does not
                decode; then the connection is closed, because nobody knows where the next answer begins.
        """
        async with self._turn:
            client = self._opened
            if client is None:
                raise ConnectError(device, "the connection is not open")
            try:
                if not client.connected and not await client.connect():
                    raise ConnectError(device, f"no connection to {self.address}")
                answer = await request(client)
            except ConnectionException as error:
                raise ConnectError(device, f"no connection to {self.address}") from error
            except BrokenFrameError as error:
                client.close()
                raise DecodeError(device, str(error)) from error
            except ModbusException as error:
                client.close()
                raise ResponseTimeoutError(device, "no answer in time") from error
            except OSError as error:
                client.close()
                raise ConnectError(device, str(error.strerror or error)) from error
        return _judged(device, function, answer)

    def _client(self) -> AsyncModbusTcpClient:
        retries = 0 if self.units > 1 else self._retries
        if self._tls is None:
            return AsyncModbusTcpClient(
                self._host,
                port=self._port,
                name=self.address,
                timeout=self._timeout_s,
                retries=retries,
                reconnect_delay=0,  # off: an idle reconnect loop of the library would run beside our own back-off
            )
        return AsyncModbusTlsClient(
            self._host,
            port=self._port,
            sslctx=self._tls.context(),
            name=self.address,
            timeout=self._timeout_s,
            retries=retries,
            reconnect_delay=0,
        )


def _judged(device: str, function: int, answer: ModbusPDU) -> ModbusPDU:
    if isinstance(answer, ExceptionResponse):
        code = answer.exception_code
        if code == _GATEWAY_TARGET:
            raise ResponseTimeoutError(device, _EXCEPTIONS[code])
        if code == _GATEWAY_PATH:
            raise ConnectError(device, _EXCEPTIONS[code])
        raise DeviceRefusedError(device, _EXCEPTIONS.get(code, "exception"), str(code))
    if answer.isError():
        raise DecodeError(device, "error without an exception code")
    if answer.function_code != function:
        raise DecodeError(device, f"function {answer.function_code} answers function {function}")
    return answer
