"""What an event notification carries, in bacpypes3's types (ASHRAE 135, clauses 13.3 and 21)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bacpypes3.basetypes import (
    BinaryPV,
    DateTime,
    EventTransitionBits,
    EventType,
    LifeSafetyState,
    LimitEnable,
    NotificationParameters,
    NotificationParametersChangeOfLifeSafety,
    NotificationParametersChangeOfReliabilityType,
    NotificationParametersChangeOfState,
    NotificationParametersOutOfRange,
    NotifyType,
    PropertyStates,
    TimeStamp,
)
from bacpypes3.primitivedata import Date, Time

from bms_connectors.bacnet.codec import to_wire
from bms_connectors.virtual.bacnet_alarm_rules import LIFE_SAFETY_TYPES
from bms_connectors.virtual.bacnet_events import AlarmValues, Algorithm, Limits, State
from bms_connectors.virtual.bacnet_time import from_date_time, to_date_time
from twin.model.points import BacnetBinding

_ANY = (255, 255, 255, 255)


def to_time_stamp(at: datetime | None) -> TimeStamp:
    """BACnetTimeStamp; every octet X'FF' for what has never happened (clause 12.2.25)."""
    if at is None:
        return TimeStamp(dateTime=DateTime(date=Date(_ANY), time=Time(_ANY)))
    return TimeStamp(dateTime=to_date_time(at))


def from_time_stamp(value: Any) -> datetime | None:
    """Naive local time of a stamp; None for another form than a date and time, which this device never sends."""
    return from_date_time(value.dateTime) if value.dateTime is not None else None


def event_properties(binding: BacnetBinding, algorithm: Algorithm, notification_class: int) -> dict[str, Any]:
    """Properties that make intrinsic reporting visible to a reader of the object (clause 13.2)."""
    common = {
        "notificationClass": notification_class,
        "eventEnable": EventTransitionBits([1, 1, 1]),
        "ackedTransitions": EventTransitionBits([1, 1, 1]),
        "notifyType": NotifyType.alarm,
        "eventTimeStamps": [to_time_stamp(None)] * 3,
        "eventDetectionEnable": True,
        "timeDelay": 0,
    }
    if isinstance(algorithm, Limits):
        low, high = algorithm.low, algorithm.high
        return common | {
            "lowLimit": low if low is not None else 0.0,
            "highLimit": high if high is not None else 0.0,
            "deadband": algorithm.deadband,
            "limitEnable": LimitEnable([int(low is not None), int(high is not None)]),
        }
    return common | _alarm_values(binding, algorithm)


def _alarm_values(binding: BacnetBinding, algorithm: Algorithm) -> dict[str, Any]:
    if not isinstance(algorithm, AlarmValues):
        return {}
    raw = {int(to_wire(binding, value)): state for value, state in algorithm.states.items()}
    if binding.object_type in LIFE_SAFETY_TYPES:
        fires = [LifeSafetyState(each) for each, state in raw.items() if state is State.LIFE_SAFETY_ALARM]
        others = [LifeSafetyState(each) for each, state in raw.items() if state is not State.LIFE_SAFETY_ALARM]
        return {"lifeSafetyAlarmValues": fires, "alarmValues": others, "faultValues": []}
    if binding.object_type.startswith("binary"):
        return {"alarmValue": BinaryPV(next(iter(raw)))}
    return {"alarmValues": list(raw)}


def event_type(target: Any, before: State | None, after: State) -> EventType:
    """Reliability for whatever begins or ends in a fault (clause 13.4), otherwise the algorithm of the object type."""
    if State.FAULT in (before, after):
        return EventType.changeOfReliability
    kind = str(target.objectIdentifier[0])
    if kind.startswith("analog"):
        return EventType.outOfRange
    return EventType.changeOfLifeSafety if kind in LIFE_SAFETY_TYPES else EventType.changeOfState


def event_values(target: Any, algorithm: Algorithm, before: State, after: State) -> NotificationParameters:
    """The parameters that belong to `event_type`."""
    flags = target.statusFlags
    kind = event_type(target, before, after)
    if kind == EventType.changeOfReliability:
        return NotificationParameters(
            changeOfReliability=NotificationParametersChangeOfReliabilityType(
                reliability=target.reliability, statusFlags=flags, propertyValues=[]
            )
        )
    if isinstance(algorithm, Limits):
        is_low = State.LOW_LIMIT in (before, after) and after is not State.HIGH_LIMIT
        return NotificationParameters(
            outOfRange=NotificationParametersOutOfRange(
                exceedingValue=target.presentValue,
                statusFlags=flags,
                deadband=algorithm.deadband,
                exceededLimit=(algorithm.low if is_low else algorithm.high) or 0.0,
            )
        )
    if kind == EventType.changeOfLifeSafety:
        return NotificationParameters(
            changeOfLifeSafety=NotificationParametersChangeOfLifeSafety(
                newState=target.presentValue,
                newMode=target.mode,
                statusFlags=flags,
                operationExpected=target.operationExpected,
            )
        )
    return NotificationParameters(
        changeOfState=NotificationParametersChangeOfState(newState=_property_state(target), statusFlags=flags)
    )


def _property_state(target: Any) -> PropertyStates:
    if str(target.objectIdentifier[0]).startswith("binary"):
        return PropertyStates(binaryValue=target.presentValue)
    return PropertyStates(unsignedValue=target.presentValue)
