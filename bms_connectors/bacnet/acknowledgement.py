"""Acknowledges one transition of one object (AcknowledgeAlarm, ASHRAE 135, clause 13.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bacpypes3.apdu import AcknowledgeAlarmRequest
from bacpypes3.basetypes import DateTime, EventState, TimeStamp
from bacpypes3.primitivedata import Date, ObjectIdentifier, Time

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.device_times import to_octets
from bms_connectors.bacnet.event_recipients import EVENT_PROCESS
from bms_connectors.bacnet.event_words import Summary, transition_to
from bms_connectors.device_events import NORMAL
from twin.model.errors import DeviceRefusedError

_OTHER_STATE = "invalid-event-state"
_OFF_NORMAL, _FAULT = 0, 1
_ALARMS = ("offnormal", "high-limit", "low-limit", "life-safety-alarm")


async def acknowledge_transition(
    talk: Conversation, summary: Summary, transition: int, source: str, now: datetime
) -> str:
    """Acknowledge the last such transition, with its time stamp exactly as the device gave it.

    `source` is who acknowledges; `now` is local time of the device. The empty text, or why it cannot be asked for.

    Raises:
        DeviceRefusedError: the device says no.
        ConnectorError: nobody answers.
    """
    stamp = summary.stamp(transition)
    if stamp is None:
        return "the device gives no time stamp, and without it nothing can be acknowledged"
    states = _states(summary, transition)
    for state in states:
        try:
            await _ask(talk, summary, state, stamp, source, now)
        except DeviceRefusedError as error:
            # An alarm that is over is listed without the state that it had: the device says which it was not.
            if _OTHER_STATE not in error.code or state == states[-1]:
                raise
        else:
            break
    return ""


async def _ask(talk: Conversation, summary: Summary, state: str, stamp: Any, source: str, now: datetime) -> None:
    date, clock = to_octets(now)
    request = AcknowledgeAlarmRequest(
        acknowledgingProcessIdentifier=EVENT_PROCESS,
        eventObjectIdentifier=ObjectIdentifier(summary.key),
        eventStateAcknowledged=EventState(int(state) if state.isdigit() else state),  # a vendor's own are numbers
        timeStamp=stamp,
        acknowledgmentSource=source,
        timeOfAcknowledgment=TimeStamp(dateTime=DateTime(date=Date(date), time=Time(clock))),
        destination=talk.address,
    )
    await talk.asked(lambda: talk.client.ask(request))


def _states(summary: Summary, transition: int) -> tuple[str, ...]:
    """States that the transition may have ended in, the likeliest first."""
    if transition == transition_to(summary.state):
        return (summary.state,)
    if transition != _OFF_NORMAL:
        return ("fault",) if transition == _FAULT else (NORMAL,)
    if summary.key[0].startswith("life-safety"):
        return ("life-safety-alarm", "offnormal")
    return _ALARMS[1:3] + _ALARMS[:1] if summary.key[0].startswith("analog") else _ALARMS
