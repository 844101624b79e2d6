"""Event notifications and summaries of bacpypes3 as our facts: names, transitions, time stamps, harmless texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bacpypes3.basetypes import TimeStamp

from bms_connectors.bacnet.device_times import from_octets
from bms_connectors.device_events import NORMAL, TRANSITIONS, DeviceEvent
from twin.files.text import plain
from twin.model.ids import PointId

ToUtc = Callable[[datetime], datetime]
"""Aware UTC of a naive local time of the device."""
Key = tuple[str, int]

_FAULT = "fault"
ACK_NOTIFICATION = "ack-notification"


def transition_to(state: str) -> int:
    """Index in `TRANSITIONS` of what ends in this state; every state but normal and fault is off-normal (13.2)."""
    return {NORMAL: 2, _FAULT: 1}.get(state, 0)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a device lists of one object; ``stamps`` exactly as they came, empty where the service gives none."""

    key: Key
    state: str
    acked: tuple[bool, bool, bool]
    stamps: tuple[Any, ...] = ()
    notify_type: str = "alarm"
    priorities: tuple[int, ...] = ()

    @property
    def unacknowledged(self) -> tuple[str, ...]:
        return tuple(name for name, is_acked in zip(TRANSITIONS, self.acked, strict=True) if not is_acked)

    def stamp(self, transition: int) -> Any:
        """Time stamp of the last such transition, as it came; None if there is none."""
        return self.stamps[transition] if transition < len(self.stamps) else None


def summary_of(raw: Any) -> Summary:
    """A summary of GetEventInformation or GetAlarmSummary.

    Raises:
        ValueError: it lacks what every summary has.
    """
    state = getattr(raw, "eventState", None)
    acked = tuple(bool(bit) for bit in raw.acknowledgedTransitions or ())
    if len(acked) != len(TRANSITIONS):
        raise ValueError("acknowledged transitions are not three")
    return Summary(
        key=key_of(raw.objectIdentifier),
        state=name_of(state if state is not None else raw.alarmState),
        acked=(acked[0], acked[1], acked[2]),
        stamps=tuple(getattr(raw, "eventTimeStamps", None) or ()),
        notify_type=name_of(getattr(raw, "notifyType", None)) or "alarm",
        priorities=tuple(int(each) for each in getattr(raw, "eventPriorities", None) or ()),
    )


def event_of(summary: Summary, device: str, point: PointId | None, to_utc: ToUtc) -> DeviceEvent:
    """The event that a summary tells."""
    reached = transition_to(summary.state)
    has_priority = reached < len(summary.priorities)
    return DeviceEvent(
        device=device,
        object_type=summary.key[0],
        object_instance=summary.key[1],
        state=summary.state,
        point=point,
        notify_type=summary.notify_type,
        at=stamped(summary.stamp(reached), to_utc),
        priority=summary.priorities[reached] if has_priority else None,
        ack_required=bool(summary.unacknowledged),
        unacknowledged=summary.unacknowledged,
    )


def notified(apdu: Any, device: str, point: PointId | None, to_utc: ToUtc) -> DeviceEvent:
    """The event that a notification tells (clauses 13.8 and 13.9).

    Raises:
        ValueError: it lacks what every notification has.
    """
    kind, instance = key_of(apdu.eventObjectIdentifier)
    state = name_of(apdu.toState)
    if not state:
        raise ValueError("a notification without a state")
    notify_type = name_of(apdu.notifyType)
    is_wanted = bool(apdu.ackRequired) and notify_type != ACK_NOTIFICATION
    return DeviceEvent(
        device=device,
        object_type=kind,
        object_instance=instance,
        state=state,
        point=point,
        from_state=name_of(apdu.fromState),
        notify_type=notify_type,
        at=stamped(apdu.timeStamp, to_utc),
        priority=None if apdu.priority is None else int(apdu.priority),
        ack_required=is_wanted,
        unacknowledged=(TRANSITIONS[transition_to(state)],) if is_wanted else (),
        message=plain(str(apdu.messageText)) if apdu.messageText is not None else "",
        is_notified=True,
    )


def stamped(stamp: Any, to_utc: ToUtc) -> datetime | None:
    """Aware UTC of a BACnetTimeStamp; None for a time of day, a sequence number, or no date of the calendar."""
    if not isinstance(stamp, TimeStamp) or stamp.dateTime is None:
        return None
    try:
        local, _ = from_octets(stamp.dateTime.date, stamp.dateTime.time)
        return to_utc(local)
    except (ValueError, OverflowError, TypeError):
        return None


def key_of(identifier: Any) -> Key:
    """Type and instance; raises ValueError for what is no object identifier."""
    try:
        return plain(str(identifier[0])), int(identifier[1])
    except (TypeError, IndexError) as error:
        raise ValueError(f"{identifier!r} is no object") from error


def name_of(value: Any) -> str:
    """An enumeration's value as ASHRAE 135 spells it; the empty text for none."""
    return "" if value is None else plain(str(value))


def octets(stamp: Any) -> bytes:
    """A time stamp as it is on the wire, for comparing; empty for none, and for one that does not encode."""
    if stamp is None:
        return b""
    try:
        return bytes(stamp.encode().encode().pduData)
    except (ValueError, TypeError, AttributeError):
        return b""
