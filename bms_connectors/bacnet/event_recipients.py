"""Our entry in the recipient lists of a device's notification classes (ASHRAE 135, clauses 12.21, 15.1 and 15.2).

The list is somebody else's. Nothing is touched in it but the one entry that has our address and our process; a device
that cannot add and remove elements gets the list back as it was read, with or without that entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bacpypes3.apdu import AddListElementRequest, RemoveListElementRequest, WritePropertyRequest
from bacpypes3.basetypes import Destination, DeviceAddress, EventTransitionBits, PropertyIdentifier, Recipient
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.constructeddata import ArrayOf, ListOf
from bacpypes3.primitivedata import ObjectIdentifier, Unsigned

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.event_words import Key
from twin.model.errors import ConnectorError, DecodeError, DeviceRefusedError

EVENT_PROCESS = 4_671_567
"""Process identifier of our entries, the same for ever: an entry that a crash left behind is found again."""
MOST_CLASSES = 32
"""Notification classes of one device that we enrol in (assumption)."""
MOST_SAMPLES = 24
"""Objects that are asked for their class (assumption: a device reports few kinds of things)."""
_OBJECTS = PropertyIdentifier("object-list")
_LIST = PropertyIdentifier("recipient-list")
_Recipients = ListOf(Destination)
_CLASS = "notification-class"
_EVERY_DAY = (1, 1, 1, 1, 1, 1, 1)
_MIDNIGHT, _LAST_MOMENT = (0, 0, 0, 0), (23, 59, 59, 99)


class Enrolment:
    """Puts us into the recipient lists of one device, and takes us out again."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._entries: dict[int, Any] = {}

    @property
    def classes(self) -> int:
        """Notification classes that list us, as far as we know."""
        return len(self._entries)

    async def enrol(self, samples: Sequence[Key] = ()) -> str:
        """Add our entry wherever it is missing; the empty text, or why some classes do not list us.

        ``samples`` are objects that tell their class where the device's list of objects does not come whole.

        Raises:
            ConnectorError: nobody answers, or nobody tells what to write.
        """
        address = DeviceAddress(networkNumber=await self._own_network(), macAddress=self._talk.client.mac)
        entry = recipient(address)
        classes = (await self._classes(samples))[:MOST_CLASSES]
        self._entries = {number: old for number, old in self._entries.items() if number in classes}
        problems = []
        for number in classes:
            try:
                await self._add(number, entry)
            except (DeviceRefusedError, DecodeError) as error:
                problems.append(f"{_CLASS},{number}: {error}")
            else:
                self._entries[number] = entry
        return "; ".join(problems)

    async def withdraw(self) -> None:
        """Take our entry back from every list that has it.

        Raises:
            ConnectorError: nobody answers; what is left is tried again by the next call.
        """
        for number, entry in list(self._entries.items()):
            await self._remove(number, entry)
            del self._entries[number]

    async def _classes(self, samples: Sequence[Key]) -> list[int]:
        """Instances of the notification classes; of a device that cannot list its objects at once, those of samples.

        Element by element a list takes hundreds of requests, which a serial line behind a router would feel.
        """
        own = ObjectIdentifier(("device", self._talk.device.instance))
        try:
            raw = await self._talk.read_single(own, _OBJECTS)
        except DeviceRefusedError:
            told = [await self._class_of(key) for key in samples[:MOST_SAMPLES]]
            return sorted({number for number in told if number is not None})
        try:
            return [int(each[1]) for each in raw.cast_out(ArrayOf(ObjectIdentifier)) if str(each[0]) == _CLASS]
        except Exception as error:
            raise DecodeError(self._talk.device.name, "its object list does not decode") from error

    async def _class_of(self, key: Key) -> int | None:
        """Number of an object's notification class, which is also its instance (clause 12.21); None if it has none."""
        try:
            raw = await self._talk.read_single(ObjectIdentifier(key), PropertyIdentifier(_CLASS))
        except DeviceRefusedError:
            return None
        try:
            return int(raw.cast_out(Unsigned))
        except Exception:  # noqa: BLE001 -- a device may send anything; then this object tells no class
            return None

    async def _own_network(self) -> int:
        """Number of our network as the device must name it: 0 on its own network, else its router's other side.

        Raises:
            ConnectorError: the router does not tell, or joins more than two networks.
        """
        address = self._talk.address
        if not address.is_remotestation:
            return 0
        if address.addrRoute is None:
            raise ConnectorError(self._talk.device.name, "the way through its router is not known")
        networks = [each for each in await self._talk.client.networks_at(address.addrRoute) if each != address.addrNet]
        if len(networks) != 1:
            raise ConnectorError(self._talk.device.name, f"its router joins the networks {networks}: which is ours?")
        return networks[0]

    async def _add(self, number: int, entry: Any) -> None:
        try:
            await self._change(AddListElementRequest, number, entry)
        except DeviceRefusedError as error:
            if not error.code.startswith("reject"):
                raise
            old = await self._listed(number)
            if not any(_is_ours(each, entry) for each in old):
                await self._write(number, [*old, entry])

    async def _remove(self, number: int, entry: Any) -> None:
        try:
            await self._change(RemoveListElementRequest, number, entry)
        except DeviceRefusedError as error:
            if not error.code.startswith("reject"):
                return  # it is not in the list any more: that is what we want
            old = await self._listed(number)
            kept = [each for each in old if not _is_ours(each, entry)]
            if len(kept) < len(old):
                await self._write(number, kept)

    async def _change(self, kind: type[Any], number: int, entry: Any) -> None:
        await self._ask(kind(objectIdentifier=_object(number), propertyIdentifier=_LIST, listOfElements=_any([entry])))

    async def _listed(self, number: int) -> list[Any]:
        raw = await self._talk.read_single(_object(number), _LIST)
        try:
            return list(raw.cast_out(_Recipients))
        except Exception as error:
            raise DecodeError(self._talk.device.name, "its recipient list does not decode") from error

    async def _write(self, number: int, recipients: Sequence[Any]) -> None:
        await self._ask(
            WritePropertyRequest(
                objectIdentifier=_object(number), propertyIdentifier=_LIST, propertyValue=_any(recipients)
            )
        )
        written = await self._listed(number)
        if len(written) != len(recipients):
            raise DecodeError(
                self._talk.device.name, f"kept {len(written)} of {len(recipients)} recipients of {_CLASS},{number}"
            )

    async def _ask(self, request: Any) -> None:
        request.pduDestination = self._talk.address
        await self._talk.asked(lambda: self._talk.client.ask(request))


def recipient(address: Any, *, process: int = EVENT_PROCESS) -> Any:
    """A Destination for every transition on every day at every hour, confirmed."""
    return Destination(
        validDays=list(_EVERY_DAY),
        fromTime=_MIDNIGHT,
        toTime=_LAST_MOMENT,
        recipient=Recipient(address=address),
        processIdentifier=process,
        issueConfirmedNotifications=True,
        transitions=EventTransitionBits([1, 1, 1]),
    )


def _is_ours(one: Any, entry: Any) -> bool:
    where, mine = getattr(one.recipient, "address", None), entry.recipient.address
    return (
        where is not None
        and bytes(where.macAddress) == bytes(mine.macAddress)
        and int(where.networkNumber) == int(mine.networkNumber)
        and int(one.processIdentifier) == EVENT_PROCESS
    )


def _object(number: int) -> Any:
    return ObjectIdentifier((_CLASS, number))


def _any(recipients: Sequence[Any]) -> Any:
    return AnyValue(_Recipients(list(recipients)))
