"""The bacpypes3 application behind the client: it listens, it takes notifications, it ends what nobody waits for.

It is a device on the wire as well and may be asked who it is, but nothing of it can be written: bacpypes3 alone would
let anybody on the network set its time-out to a millisecond, and every device would be lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bacpypes3.apdu import APCISequence, ComplexAckPDU, ConfirmedServiceChoice, ErrorPDU, IAmRequest, SimpleAckPDU
from bacpypes3.app import Application
from bacpypes3.comm import ServiceAccessPoint
from bacpypes3.errors import ServicesError
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.pdu import Address, IPv4Address
from bacpypes3.settings import settings

from bms_connectors.bacnet.error_types import complete_error_types
from bms_connectors.bacnet.foreign import ForeignLink
from bms_connectors.bacnet.frames import FrameGuard
from bms_connectors.bacnet.lifetime import give_up, until_bound
from bms_connectors.bacnet.read_ack import NotPlainError, plain_ack
from bms_connectors.bacnet.refusals import BrokenAnswer

CLIENT_INSTANCE = 4_194_302
"""The highest instance that is not the wildcard (ASHRAE 135, clause 12.11.1)."""
_PORT = ("network-port", 1)
_READ_MULTIPLE = int(ConfirmedServiceChoice.readPropertyMultiple)
SEGMENT_TIMEOUT_MS = 1000
APDU_TIMEOUT_MS = 650
RETRIES = 2
"""Together just below the 2 s that a dead device may cost. Three tries and not two: where one frame in fifty is lost,
two fail once in six hundred requests, three once in fifteen thousand."""

CovTaker = Callable[[Any], None]
"""Takes a COV notification; it must not wait, because the device may be waiting for the acknowledgement."""
EventTaker = Callable[[Any], bool]
"""Takes an event notification at once; False if it makes no sense."""

complete_error_types()
# Addresses name their router (``network:station@router``); nobody has to be asked for the way before a request.
settings.route_aware = True
logging.getLogger("bacpypes3").addHandler(logging.NullHandler())


class ClientApplication(Application):  # type: ignore[misc]  # bacpypes3 has no types
    """Hands every I-Am to whoever listens, every notification to its subscriber; ends a request with its waiter."""

    do_WritePropertyRequest = None  # noqa: N815 -- bacpypes3's names
    do_WritePropertyMultipleRequest = None  # noqa: N815
    do_SubscribeCOVRequest = None  # noqa: N815
    do_ReadRangeRequest = None  # noqa: N815

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listeners: list[Callable[[IAmRequest], None]] = []
        self.cov_takers: dict[tuple[Address, int], CovTaker] = {}
        self.event_takers: dict[tuple[Address, int], EventTaker] = {}
        self.guard: FrameGuard | None = None

    async def do_IAmRequest(self, apdu: IAmRequest) -> None:  # noqa: N802 -- bacpypes3 finds handlers by this name
        if apdu.iAmDeviceIdentifier is None or apdu.pduSource is None:
            return
        for listener in tuple(self.listeners):
            listener(apdu)

    async def do_ConfirmedCOVNotificationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        if not self._take(apdu):
            raise ServicesError(errorCode="unknownSubscription")  # the device may drop it (clause 13.1)
        await self.response(SimpleAckPDU(context=apdu))

    async def do_UnconfirmedCOVNotificationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        self._take(apdu)

    def _take(self, apdu: Any) -> bool:
        """Hand it to its subscriber; the source is part of the key, so that nobody speaks for another device."""
        taker = self.cov_takers.get((apdu.pduSource, apdu.subscriberProcessIdentifier))
        if taker is None:
            return False
        taker(apdu)
        return True

    async def do_ConfirmedEventNotificationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        if not self._take_event(apdu):
            raise ServicesError(errorCode="serviceRequestDenied")
        await self.response(SimpleAckPDU(context=apdu))

    async def do_UnconfirmedEventNotificationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        self._take_event(apdu)

    def _take_event(self, apdu: Any) -> bool:
        """Hand it to whoever listens to this device; where it comes from must fit who it says it is.

        Not the process identifier: whoever wrote a recipient list on site chose it.
        """
        initiator = apdu.initiatingDeviceIdentifier
        taker = self.event_takers.get((apdu.pduSource, int(initiator[1]))) if initiator is not None else None
        return taker is not None and taker(apdu)

    def request(self, apdu: Any) -> Any:
        answer = super().request(apdu)
        answer.add_done_callback(lambda future: give_up(self, apdu) if future.cancelled() else None)
        return answer

    async def confirmation(self, apdu: Any) -> None:
        # bacpypes3 forgets a cancelled request one turn of the loop late; an answer in that turn is for nobody.
        with suppress(asyncio.InvalidStateError):
            await super().confirmation(apdu)


async def start(host: str, prefix: int, port: int, bbmd: tuple[str, int] | None = None) -> ClientApplication:
    """A running application on ``host/prefix:port``; with a BBMD its link is a foreign device's, not yet registered.

    Raises:
        ConnectError: the address cannot be bound.
    """
    own = DeviceObject(
        objectIdentifier=("device", CLIENT_INSTANCE),
        objectName=f"Gatehouse client {port}",
        vendorIdentifier=999,
        maxApduLengthAccepted=1476,
        maxSegmentsAccepted=64,
        apduTimeout=APDU_TIMEOUT_MS,
        apduSegmentTimeout=SEGMENT_TIMEOUT_MS,
        numberOfApduRetries=RETRIES,
    )
    app: ClientApplication = ClientApplication.from_object_list([own])
    if bbmd is None:
        app.add_object(NetworkPortObject(f"{host}/{prefix}:{port}", objectIdentifier=_PORT, objectName="port"))
    else:
        at = IPv4Address(f"{host}/{prefix}:{port}")
        app.link_layers[_PORT] = ForeignLink(at, bbmd)
        app.nsap.bind(app.link_layers[_PORT], address=at)
    app.guard = FrameGuard(app)
    _end_with_what_does_not_decode(app.asap)
    await until_bound(app)
    return app


def _end_with_what_does_not_decode(asap: Any) -> None:
    """Let an answer that does not decode end its request.

    bacpypes3 makes an error of it that belongs to no request, and the request goes on waiting until its time is up.
    """

    async def answered(apdu: Any) -> None:
        decoded = apdu
        if isinstance(apdu, ComplexAckPDU | ErrorPDU):
            try:
                decoded = _plain(apdu) or APCISequence.decode(apdu)
            except Exception:  # noqa: BLE001 -- whatever a decoder stumbles over
                decoded = BrokenAnswer(apdu.apduService, apdu.apduInvokeID, source=apdu.pduSource)
        await ServiceAccessPoint.sap_response(asap, decoded)

    asap.sap_response = answered


def _plain(apdu: Any) -> Any:
    """The acknowledgement of a poll, decoded the short way; None for everything else."""
    if isinstance(apdu, ComplexAckPDU) and apdu.apduService == _READ_MULTIPLE:
        with suppress(NotPlainError):
            return plain_ack(apdu)
    return None
