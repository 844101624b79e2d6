"""The BACnet/IP client application of this process, and one conversation per device.

bacpypes3 answers for itself on its own port: a request to any 127.x.x.x address on the client's port comes back to
the client. The client therefore takes a port of its own, which no device of the register uses. It has no limit on
requests in flight and spins when 256 wait for one device; `Conversation` allows 4.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any, Self

from bacpypes3.apdu import (
    AbortPDU,
    ErrorRejectAbortNack,
    IAmRequest,
    ReadPropertyMultipleRequest,
    ReadPropertyRequest,
    RejectPDU,
    WhoIsRequest,
)
from bacpypes3.app import Application
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.pdu import Address

from bms_connectors.bacnet.lifetime import close_silently, give_up, until_bound
from bms_connectors.exclusive import Claim, claim_first_free, probe_broadcast
from twin.model.errors import ConnectError, ConnectorError, DeviceRefusedError, ResponseTimeoutError
from twin.model.points import Device, Protocol

FIRST_PORT = 47809
CLIENT_INSTANCE = 4_194_302
"""The highest instance that is not the wildcard (ASHRAE 135, clause 12.11.1)."""
APDU_TIMEOUT_MS = 1000
RETRIES = 1
IN_FLIGHT = 4
_GIVE_UP_S = 2.0 * (1 + RETRIES) * APDU_TIMEOUT_MS / 1000
"""Belt and braces should the library's own timers not fire; segmented answers may take longer than one time-out."""

logging.getLogger("bacpypes3").addHandler(logging.NullHandler())


class _ClientApplication(Application):  # type: ignore[misc]  # bacpypes3 has no types
    """Hands every I-Am to whoever listens, and ends a request when its waiter gives up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listeners: list[Callable[[IAmRequest], None]] = []

    async def do_IAmRequest(self, apdu: IAmRequest) -> None:  # noqa: N802 -- bacpypes3 finds handlers by this name
        for listener in self.listeners:
            listener(apdu)

    def request(self, apdu: Any) -> Any:
        answer = super().request(apdu)
        answer.add_done_callback(lambda future: give_up(self, apdu) if future.cancelled() else None)
        return answer

    async def confirmation(self, apdu: Any) -> None:
        # bacpypes3 forgets a cancelled request one turn of the loop late; an answer in that turn is for nobody.
        with suppress(asyncio.InvalidStateError):
            await super().confirmation(apdu)


class BacnetClient:
    """One client application: entering binds the first free port, the last one to leave closes it.

    Several conversations may enter the same client. ``host`` is the local address with its prefix length.

    Raises:
        ConnectError: no port is free (on entering).
    """

    def __init__(
        self, *, host: str = "127.0.0.1", prefix: int = 8, first_port: int = FIRST_PORT, avoid: Collection[int] = ()
    ) -> None:
        self._host = host
        self._prefix = prefix
        self._first_port = first_port
        self._avoid = frozenset(avoid)
        self._users = 0
        self._claim: Claim | None = None
        self._app: Any = None
        self._gate = asyncio.Lock()

    @property
    def port(self) -> int:
        """UDP port of the client; 0 while closed."""
        return self._claim.port if self._claim is not None else 0

    async def __aenter__(self) -> Self:
        async with self._gate:
            if self._users == 0:
                await self._open()
            self._users += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._gate:
            self._users -= 1
            if self._users == 0:
                await self._close()

    async def _open(self) -> None:
        self._claim = claim_first_free(Protocol.BACNET, self._host, self._first_port, avoid=self._avoid)
        try:
            probe_broadcast(self._host, self._prefix, self._claim.port)
            self._app = await _start(self._host, self._prefix, self._claim.port)
        except ConnectError:
            await self._close()
            raise

    async def _close(self) -> None:
        if self._app is not None:
            close_silently(self._app)
            self._app = None
            await asyncio.sleep(0)  # the transports close in the next turn of the loop
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    async def ask(self, request: Any) -> Any:
        """Send a confirmed request and wait for its acknowledgement; bacpypes3 errors pass through."""
        if self._app is None:
            raise ConnectError("BACnet client", "is not open")
        async with asyncio.timeout(_GIVE_UP_S):
            return await self._app.request(request)

    async def write_property(self, address: Address, *where_what: Any) -> None:
        """WriteProperty as bacpypes3 has it: object identifier, property, value, array index, priority."""
        if self._app is None:
            raise ConnectError("BACnet client", "is not open")
        async with asyncio.timeout(_GIVE_UP_S):
            answer = await self._app.write_property(address, *where_what)
        if isinstance(answer, ErrorRejectAbortNack):
            raise answer

    async def who_is(self, address: str, listener: Callable[[IAmRequest], None], wait_s: float) -> None:
        """Broadcast a Who-Is to `address` (``host:port``) and hand every I-Am of the next `wait_s` to `listener`.

        Not bacpypes3's own ``who_is``: that broadcasts to the client's port, where no device listens.
        """
        if self._app is None:
            raise ConnectError("BACnet client", "is not open")
        self._app.listeners.append(listener)
        try:
            await self._app.request(WhoIsRequest(destination=Address(address)))
            await asyncio.sleep(wait_s)
        finally:
            self._app.listeners.remove(listener)


class Conversation:
    """Requests to one device: at most 4 in flight, bacpypes3's refusals turned into our errors."""

    def __init__(self, device: Device, client: BacnetClient) -> None:
        self.device = device
        self.client = client
        self.address = Address(f"{device.host}:{device.port}")
        self._slots = asyncio.Semaphore(IN_FLIGHT)

    async def read_multiple(self, specifications: Sequence[Any]) -> list[Any]:
        """ReadPropertyMultiple; the list of ReadAccessResults.

        Raises:
            ResponseTimeoutError: no answer.
            DeviceRefusedError: ``code`` begins with ``abort``, ``reject`` or ``error``.
        """
        answer = await self._asked(
            lambda: self.client.ask(
                ReadPropertyMultipleRequest(listOfReadAccessSpecs=list(specifications), destination=self.address)
            )
        )
        return list(answer.listOfReadAccessResults)

    async def read_single(self, object_identifier: Any, property_identifier: Any) -> Any:
        """ReadProperty; the value as bacpypes3's Any. Errors as in `read_multiple`."""
        answer = await self._asked(
            lambda: self.client.ask(
                ReadPropertyRequest(
                    objectIdentifier=object_identifier,
                    propertyIdentifier=property_identifier,
                    destination=self.address,
                )
            )
        )
        return answer.propertyValue

    async def write(self, object_identifier: str, name: str, value: Any, priority: int) -> None:
        """WriteProperty at a priority; errors as in `read_multiple`."""
        await self._asked(
            lambda: self.client.write_property(self.address, object_identifier, name, value, None, priority)
        )

    async def _asked(self, request: Callable[[], Any]) -> Any:
        async with self._slots:
            try:
                return await request()
            except ErrorRejectAbortNack as error:  # a BaseException in bacpypes3: it must not get past this line
                raise _translated(self.device.name, error) from None
            except TimeoutError as error:
                raise ResponseTimeoutError(self.device.name, "no answer in time") from error
            except OSError as error:
                raise ConnectError(self.device.name, str(error.strerror or error)) from error


def _translated(device: str, error: ErrorRejectAbortNack) -> ConnectorError:
    reason = str(error.reason)
    if isinstance(error, AbortPDU):
        if reason == "no-response":
            return ResponseTimeoutError(device, "no answer in time")
        return DeviceRefusedError(device, "aborted", f"abort {reason}")
    if isinstance(error, RejectPDU):
        return DeviceRefusedError(device, "rejected", f"reject {reason}")
    return DeviceRefusedError(device, "refused", f"error {getattr(error, 'errorClass', '')} {reason}")


async def _start(host: str, prefix: int, port: int) -> Any:
    own = DeviceObject(
        objectIdentifier=("device", CLIENT_INSTANCE),
        objectName=f"Gatehouse client {port}",
        vendorIdentifier=999,
        maxApduLengthAccepted=1476,
        maxSegmentsAccepted=64,
        apduTimeout=APDU_TIMEOUT_MS,
        apduSegmentTimeout=APDU_TIMEOUT_MS,
        numberOfApduRetries=RETRIES,
    )
    link = NetworkPortObject(f"{host}/{prefix}:{port}", objectIdentifier=("network-port", 1), objectName="port")
    app = _ClientApplication.from_object_list([own, link])
    await until_bound(app)
    return app
