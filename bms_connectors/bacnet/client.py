"""The BACnet/IP client application of this process, and one conversation per device.

bacpypes3 answers for itself on its own port: a request to any 127.x.x.x address on the client's port comes back to
the client. The client therefore takes a port of its own, which no device of the register uses. It has no limit on
requests in flight and spins when 256 wait for one device; `Conversation` allows 4.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Self

from bacpypes3.apdu import (
    ErrorRejectAbortNack,
    IAmRequest,
    ReadPropertyACK,
    ReadPropertyMultipleACK,
    ReadPropertyMultipleRequest,
    ReadPropertyRequest,
    SimpleAckPDU,
    SubscribeCOVRequest,
    WhoIsRequest,
)
from bacpypes3.pdu import Address

from bms_connectors.bacnet.answers import decoded
from bms_connectors.bacnet.application import APDU_TIMEOUT_MS, RETRIES, CovTaker, EventTaker, start
from bms_connectors.bacnet.bbmd import bbmd_address
from bms_connectors.bacnet.foreign import TTL_S, Registration, checked_ttl
from bms_connectors.bacnet.lifetime import close_silently
from bms_connectors.bacnet.neighbours import Neighbours
from bms_connectors.bacnet.own_address import ALONE, LOOPBACK, own_address_towards
from bms_connectors.bacnet.read_ack import PlainAck
from bms_connectors.bacnet.refusals import translated
from bms_connectors.bacnet.request import Key, ReadyRead
from bms_connectors.exclusive import Claim, claim_first_free, probe_broadcast
from twin.model.errors import ConnectError, DecodeError, ResponseTimeoutError
from twin.model.points import Device, Protocol

FIRST_PORT = 47809
IN_FLIGHT = 4
ALL_IN_FLIGHT = 32
"""Reads under way to all devices together. What this process, or a busy router, cannot take in within a time-out must
not be asked at once, or the first second of a large site looks like a site of dead devices."""
MOST_PROCESSES = 2**22
"""Subscriber process identifiers that we use before beginning anew; the protocol has 32 bits (assumption)."""
_ANOTHER = "answers something that was not asked"
_GIVE_UP_S = 2.0 * (1 + RETRIES) * APDU_TIMEOUT_MS / 1000
"""Belt and braces should the library's own timers not fire; segmented answers may take longer than one time-out."""


class BacnetClient:
    """One client application: entering binds the first free port, the last one to leave closes it.

    Several conversations may enter the same client. ``host`` is the local address with its prefix length; where
    ``towards`` names an address and port of another network, the one that leads there.

    Args:
        bbmd: ``host:port`` of a BBMD: register there as a foreign device, for ``ttl_s`` seconds at a time. Broadcasts
            go through it, and the local address is the one from which it is reached, in place of ``host``.
        needs_bbmd: False registers in the background: who only reads named devices can do without.

    Raises:
        ConnectError: no port is free, or the BBMD refuses or is silent (on entering).
        ValueError: no address of a BBMD, or no lifetime of a registration.
    """

    def __init__(
        self,
        *,
        host: str = LOOPBACK[0],
        prefix: int = LOOPBACK[1],
        towards: tuple[str, int] | None = None,
        first_port: int = FIRST_PORT,
        avoid: Collection[int] = (),
        bbmd: str = "",
        ttl_s: int = TTL_S,
        needs_bbmd: bool = True,
    ) -> None:
        self._host = host
        self._prefix = prefix
        self._towards = towards
        self._first_port = first_port
        self._bbmd = bbmd_address(bbmd) if bbmd else None
        self._ttl_s = checked_ttl(ttl_s)
        self._needs_bbmd = needs_bbmd
        self._avoid = frozenset(avoid) | ({self._bbmd[1]} if self._bbmd else set())
        self.registration: Registration | None = None
        self._users = 0
        self._claim: Claim | None = None
        self._app: Any = None
        self._gate = asyncio.Lock()
        self._room = asyncio.Semaphore(ALL_IN_FLIGHT)
        self._next_process = 1
        self.neighbours = Neighbours()

    @property
    def port(self) -> int:
        """UDP port of the client; 0 while closed."""
        return self._claim.port if self._claim is not None else 0

    @property
    def dropped_frames(self) -> int:
        """Frames that did not decode since the client was opened; 0 while closed."""
        return 0 if self._app is None or self._app.guard is None else int(self._app.guard.dropped)

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
        if self._bbmd is not None:
            self._host, self._prefix = own_address_towards(self._bbmd, "BBMD"), ALONE
        elif self._towards is not None and not ipaddress.ip_address(self._towards[0]).is_loopback:
            self._host, self._prefix = own_address_towards(self._towards), ALONE
        self._claim = claim_first_free(Protocol.BACNET, self._host, self._first_port, avoid=self._avoid)
        try:
            probe_broadcast(self._host, self._prefix, self._claim.port)
            self._app = await start(self._host, self._prefix, self._claim.port, self._bbmd)
            self._app.listeners.append(self._heard)
            if self._bbmd is not None:
                await self._register()
        except BaseException:
            await self._close()
            raise

    async def _register(self) -> None:
        (link,) = self._app.link_layers.values()
        self.registration = Registration(link, self._ttl_s)
        if self._needs_bbmd:
            await self.registration.begin()
        else:
            self.registration.keep()

    async def _close(self) -> None:
        if self.registration is not None:
            await self.registration.end()
        if self._app is not None:
            close_silently(self._app)
            self._app = None
            await asyncio.sleep(0)  # the transports close in the next turn of the loop
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    async def ask(self, request: Any) -> Any:
        """Send a confirmed request and wait for its acknowledgement; bacpypes3 errors pass through."""
        async with self._room:
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

    async def who_is(
        self,
        address: str,
        listener: Callable[[IAmRequest], None],
        wait_s: float,
        *,
        low: int | None = None,
        high: int | None = None,
    ) -> None:
        """Send a Who-Is to `address` and hand every I-Am of the next `wait_s` to `listener`.

        `address` is ``host:port`` (one device, or a broadcast address), ``net:*@host:port`` or ``*:*@host:port``
        (through a router). Not bacpypes3's own ``who_is``: that broadcasts to the client's port, where nobody listens.
        With a BBMD it is also ``*``, ``net:*`` or ``*:*``: what the BBMD reaches, one network behind it, all.

        Raises:
            ConnectError: the client is not open, or a broadcast is asked for and the BBMD does not know us.
        """
        if self._app is None:
            raise ConnectError("BACnet client", "is not open")
        if self.registration is not None and "@" not in address and "*" in address:
            self.registration.must_stand()
        limits = (
            {}
            if low is None or high is None
            else {
                "deviceInstanceRangeLowLimit": low,
                "deviceInstanceRangeHighLimit": high,
            }
        )
        self._app.listeners.append(listener)
        try:
            await self._app.request(WhoIsRequest(destination=Address(address), **limits))
            await asyncio.sleep(wait_s)
        finally:
            self._app.listeners.remove(listener)

    def listen(self, address: Address, taker: CovTaker) -> int:
        """A subscriber process identifier of its own, whose notifications from `address` go to `taker`."""
        if self._app is None:
            raise ConnectError("BACnet client", "is not open")
        process = self._next_process
        self._next_process = process % MOST_PROCESSES + 1
        self._app.cov_takers[address, process] = taker
        return process

    def forget(self, address: Address, process: int) -> None:
        """Notifications of this process are refused from now on, which also ends them at the device."""
        if self._app is not None:
            self._app.cov_takers.pop((address, process), None)

    def hear_events(self, address: Address, instance: int, taker: EventTaker | None) -> None:
        """Event notifications of the device `instance` at `address` go to `taker`; None refuses them from now on."""
        if self._app is None:
            if taker is not None:
                raise ConnectError("BACnet client", "is not open")
        elif taker is None:
            self._app.event_takers.pop((address, instance), None)
        else:
            self._app.event_takers[address, instance] = taker

    @property
    def mac(self) -> bytes:
        """Our own BACnet/IP address: four octets of IP and two of the port (ASHRAE 135, annex J)."""
        return ipaddress.IPv4Address(self._host).packed + self.port.to_bytes(2, "big")

    async def networks_at(self, router: Address) -> list[int]:
        """Numbers of the networks that a router joins: Initialize-Routing-Table that changes nothing (clause 6.4.7).

        Raises:
            ResponseTimeoutError: it does not tell.
        """
        if self._app is None:
            raise ConnectError("BACnet client", "is not open")
        try:
            async with asyncio.timeout(_GIVE_UP_S):
                answers = await self._app.nse.initialize_routing_table(destination=router)
        except TimeoutError as error:
            raise ResponseTimeoutError(str(router), "does not tell its networks") from error
        return sorted({int(entry.rtDNET) for _, answer in answers or () for entry in answer.irtaTable})

    def _heard(self, i_am: IAmRequest) -> None:
        self.neighbours.heard(int(i_am.iAmDeviceIdentifier[1]), str(i_am.pduSource))


class Conversation:
    """Requests to one device: at most 4 in flight, bacpypes3's refusals turned into our errors."""

    def __init__(self, device: Device, client: BacnetClient) -> None:
        self.device = device
        self.client = client
        self.address = Address(f"{device.host}:{device.port}")
        client.neighbours.expect(device.instance, str(self.address))
        self._slots = asyncio.Semaphore(IN_FLIGHT)

    async def read_multiple(self, specifications: Sequence[Any]) -> list[Any]:
        """ReadPropertyMultiple; the list of ReadAccessResults.

        Raises:
            ResponseTimeoutError: no answer.
            DeviceRefusedError: ``code`` begins with ``abort``, ``reject`` or ``error``.
            DecodeError: the answer does not decode, or answers something else.
        """
        answer = await self.asked(
            lambda: self.client.ask(
                ReadPropertyMultipleRequest(listOfReadAccessSpecs=list(specifications), destination=self.address)
            )
        )
        if not isinstance(answer, ReadPropertyMultipleACK):
            raise DecodeError(self.device.name, _ANOTHER)
        return list(answer.listOfReadAccessResults)

    async def read_values(self, parts: Sequence[bytes]) -> Iterable[tuple[Key, Any]]:
        """ReadPropertyMultiple of parts of `AskedObject`; keys and values as `answers.decoded` has them.

        Raises: as `read_multiple`.
        """
        answer = await self.asked(lambda: self.client.ask(ReadyRead.of(parts, self.address)))
        if isinstance(answer, PlainAck):
            return answer.values
        if not isinstance(answer, ReadPropertyMultipleACK):
            raise DecodeError(self.device.name, _ANOTHER)
        return decoded(answer.listOfReadAccessResults)

    async def read_single(
        self, object_identifier: Any, property_identifier: Any, *, index: int | None = None, address: str = ""
    ) -> Any:
        """ReadProperty; the value as bacpypes3's Any. Errors as in `read_multiple`.

        `index` is the array index, 0 the length of the array; `address` asks somebody else (a rival of this device).
        """
        at = {} if index is None else {"propertyArrayIndex": index}
        answer = await self.asked(
            lambda: self.client.ask(
                ReadPropertyRequest(
                    objectIdentifier=object_identifier,
                    propertyIdentifier=property_identifier,
                    destination=Address(address) if address else self.address,
                    **at,
                )
            )
        )
        asked = (object_identifier, property_identifier, index)
        if not isinstance(answer, ReadPropertyACK) or asked != (
            answer.objectIdentifier,
            answer.propertyIdentifier,
            answer.propertyArrayIndex,
        ):
            raise DecodeError(self.device.name, _ANOTHER)
        return answer.propertyValue

    async def subscribe(self, object_identifier: Any, process: int, lifetime_s: int, *, is_confirmed: bool) -> None:
        """SubscribeCOV for a finite lifetime (ASHRAE 135, clause 13.14); errors as in `read_multiple`."""
        answer = await self.asked(
            lambda: self.client.ask(
                SubscribeCOVRequest(
                    subscriberProcessIdentifier=process,
                    monitoredObjectIdentifier=object_identifier,
                    issueConfirmedNotifications=is_confirmed,
                    lifetime=lifetime_s,
                    destination=self.address,
                )
            )
        )
        if not isinstance(answer, SimpleAckPDU):
            raise DecodeError(self.device.name, _ANOTHER)

    async def unsubscribe(self, object_identifier: Any, process: int) -> None:
        """Cancel a subscription (clause 13.14.1.2: neither lifetime nor kind of notification)."""
        await self.asked(
            lambda: self.client.ask(
                SubscribeCOVRequest(
                    subscriberProcessIdentifier=process,
                    monitoredObjectIdentifier=object_identifier,
                    destination=self.address,
                )
            )
        )

    async def write(self, object_identifier: str, name: str, value: Any, priority: int) -> None:
        """WriteProperty at a priority; errors as in `read_multiple`."""
        await self.asked(
            lambda: self.client.write_property(self.address, object_identifier, name, value, None, priority)
        )

    async def asked(self, request: Callable[[], Any]) -> Any:
        """What a request answers, one of at most 4 at a time; errors as in `read_multiple`."""
        async with self._slots:
            try:
                return await request()
            except ErrorRejectAbortNack as error:  # a BaseException in bacpypes3: it must not get past this line
                raise translated(self.device.name, error) from None
            except TimeoutError as error:
                raise ResponseTimeoutError(self.device.name, "no answer in time") from error
            except OSError as error:
                raise ConnectError(self.device.name, str(error.strerror or error)) from error
