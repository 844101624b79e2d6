"""What a virtual BACnet device does differently from bacpypes3's: it refuses, it says "unknown", it can fall silent.

* Inputs, device properties and life-safety objects refuse writes (property, write-access-denied); so do BACnet
  priorities 1 and 2. bacpypes3 alone would accept a write to a binary input.
* A value that the host does not know is answered with property, value-not-initialized, next to reliability
  unreliable-other and the fault flag; never with a number.
* What the host refuses is answered with services, service-request-denied; the reason goes to the log, since a BACnet
  error carries no text.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from bacpypes3.apdu import (
    ConfirmedServiceChoice,
    UnconfirmedServiceChoice,
    confirmed_request_types,
    unconfirmed_request_types,
)
from bacpypes3.app import Application
from bacpypes3.basetypes import PriorityValue, Reliability, ServicesSupported
from bacpypes3.errors import ObjectError, PropertyError, ServicesError
from bacpypes3.local.cmd import Commandable
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.primitivedata import Null

from bms_connectors.bacnet.codec import LIFE_SAFETY_PRIORITIES, from_wire, to_wire
from twin.model.points import BacnetBinding

log = logging.getLogger(__name__)

HostWrite = Callable[[float], str]
"""Hands a value to the host: the empty text, or the reason of the refusal."""

PULSE_UNLOCK = 2
"""BACnetDoorValue PULSE_UNLOCK; its slot is relinquished when the pulse ends (ASHRAE 135, clause 12.26)."""
_LOWEST_PRIORITY = 16


class Writable:
    """Marks the objects of which strangers may write a property; each says which in its ``write_property``."""


class GuardedApplication(Application):  # type: ignore[misc]  # bacpypes3 has no types
    """A device on the wire that can fall silent."""

    is_silent = False
    do_DeviceCommunicationControlRequest = None  # noqa: N815 -- anybody could switch the device off with it

    def request(self, apdu: Any) -> Any:
        if self.is_silent:
            nothing = asyncio.get_running_loop().create_future()
            nothing.set_result(None)
            return nothing
        return super().request(apdu)

    def get_services_supported(self) -> ServicesSupported:
        """Services with a handler; bacpypes3's own reads the numbers of unconfirmed services as confirmed ones."""
        supported = ServicesSupported([])
        for requests, choices in (
            (confirmed_request_types, ConfirmedServiceChoice),
            (unconfirmed_request_types, UnconfirmedServiceChoice),
        ):
            for number, kind in requests.items():
                bit = getattr(ServicesSupported, str(choices(number).attr), None)
                if bit is not None and callable(getattr(self, f"do_{kind.__name__}", None)):
                    supported[bit] = 1
        return supported

    async def indication(self, apdu: Any) -> None:
        if not self.is_silent:
            await super().indication(apdu)

    async def do_WritePropertyRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        self._check(apdu.objectIdentifier)
        await super().do_WritePropertyRequest(apdu)

    async def do_WritePropertyMultipleRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        for specification in apdu.listOfWriteAccessSpecs:
            self._check(specification.objectIdentifier)
        await super().do_WritePropertyMultipleRequest(apdu)

    def _check(self, identifier: Any) -> None:
        target = self.get_object_id(identifier)
        if target is None:
            raise ObjectError(errorCode="unknownObject")
        if not isinstance(target, Writable):
            raise PropertyError(errorCode="writeAccessDenied")


class Hosted:
    """Mixed into a bacpypes3 object: shows what the host knows, and that it does not know."""

    _unknown: frozenset[str] = frozenset()
    _binding: BacnetBinding
    _elements: Mapping[str, Any]
    _property_monitors: Mapping[str, Any]
    statusFlags: Any  # noqa: N815 -- bacpypes3's name
    presentValue: Any  # noqa: N815

    def __getattribute__(self, attr: str) -> Any:
        # bacpypes3 looks for a property with a coroutine behind it at every access, two fifths of the time of an answer
        # (measured: 10.4 ms for 30 points, 6.1 without). No object here has one; a test holds them to it.
        if attr.startswith("_") or attr not in self._elements:
            return object.__getattribute__(self, attr)
        return self._elements[attr].get_attribute(getter=partial(super(LocalObject, self).__getattribute__, attr))

    async def read_property(self, attr: int | str, index: int | None = None) -> Any:
        if self._unknown and _name(self, attr) in self._unknown:
            raise PropertyError(errorCode="valueNotInitialized")
        return await super().read_property(attr, index)  # type: ignore[misc]

    def show(self, attr: str, binding: BacnetBinding, value: float | None) -> None:
        """Take over a value of the host; None, and what the property cannot carry, becomes a fault."""
        try:
            raw = None if value is None else to_wire(binding, value)
        except ValueError:
            log.warning("%s: the host's value %r cannot be shown", binding, value)
            raw = None
        with self.flags_noticed():
            if raw is None:
                self._unknown |= {attr}
            else:
                self._unknown -= {attr}
                self._take(attr, raw)
            self.reliability = Reliability.unreliableOther if self._unknown else Reliability.noFaultDetected

    def known_value(self) -> float | None:
        """The present value as our readings count it, None while the host does not know it."""
        return None if self._unknown else from_wire(self._binding, self.presentValue)

    @contextmanager
    def flags_noticed(self) -> Iterator[None]:
        """Tell subscribers of changed status flags: bacpypes3 computes the flags and notices no change of them."""
        monitors = self._property_monitors.get("statusFlags")
        before = self.statusFlags if monitors else None
        yield
        if monitors:
            after = self.statusFlags
            if after != before:
                for monitor in monitors:
                    monitor(before, after)

    def _take(self, attr: str, raw: float) -> None:
        setattr(self, attr, raw)


class Commanded(Writable, Hosted, Commandable):  # type: ignore[misc]  # bacpypes3 has no types
    """A commandable object whose effective value is the host's.

    Without `Commandable` among the bases an access door could not be relinquished and would stay unlocked.
    """

    _host_write: HostWrite
    relinquishDefault: Any  # noqa: N815 -- bacpypes3's name

    async def write_property(
        self, attr: int | str, value: Any, index: int | None = None, priority: int | None = None
    ) -> None:
        """Ask the host first; only what it takes goes into the priority array."""
        if _name(self, attr) != "presentValue" or index is not None:
            raise PropertyError(errorCode="writeAccessDenied")
        rank = priority or _LOWEST_PRIORITY  # ASHRAE 135, clause 19.2.1: no priority means the lowest
        if rank in LIFE_SAFETY_PRIORITIES:
            raise PropertyError(errorCode="writeAccessDenied")
        slot = rank - 1
        entry = PriorityValue(value)
        slots = list(self.priorityArray)
        slots[slot] = entry
        holder, effective = _effective(slots, self.relinquishDefault)
        is_order = holder == slot and not isinstance(value, Null)
        if is_order or effective != self.presentValue:
            self._ask_host(effective)
        self.priorityArray[slot] = entry

    def _ask_host(self, raw: Any) -> None:
        try:
            value = from_wire(self._binding, raw)
        except ValueError as error:
            raise PropertyError(errorCode="valueOutOfRange") from error
        states = getattr(self, "numberOfStates", None)
        if states is not None and value >= states:
            raise PropertyError(errorCode="valueOutOfRange")
        reason = self._host_write(value)
        if reason:
            log.info("%s %s refused: %s", self.objectIdentifier, raw, reason)
            raise ServicesError(errorCode="serviceRequestDenied")

    def _take(self, attr: str, raw: float) -> None:
        """The device itself moved: the slot in command follows, so that the array never contradicts the value."""
        if attr != "presentValue":
            setattr(self, attr, raw)
            return
        if raw == self.presentValue:
            return
        holder, effective = _effective(list(self.priorityArray), self.relinquishDefault)
        if holder is not None and self._binding.object_type == "access-door" and effective == PULSE_UNLOCK:
            self.priorityArray[holder] = PriorityValue(Null(()))
            holder, effective = _effective(list(self.priorityArray), self.relinquishDefault)
            if raw == effective:
                return
        typed = self._elements["presentValue"](raw)
        if holder is None:
            self.relinquishDefault = typed
            self.recalculating()
        else:
            self.priorityArray[holder] = PriorityValue(typed)


def _effective(slots: list[Any], default: Any) -> tuple[int | None, Any]:
    """Index and value of the highest slot in command, or None and the relinquish default."""
    for index, entry in enumerate(slots):
        if entry.null is None:
            return index, getattr(entry, entry._choice)  # noqa: SLF001 -- as bacpypes3's own Commandable reads it
    return None, default


def _name(target: Any, attr: int | str) -> str:
    return str(target._property_identifier_class(attr).attr) if isinstance(attr, int) else attr  # noqa: SLF001
