"""Trend logs on the wire: which inputs are logged, the log object, and ReadRange (ASHRAE 135, clauses 12.25, 15.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bacpypes3.apdu import ReadRangeACK
from bacpypes3.apdu import decode_max_apdu_length_accepted as length_of
from bacpypes3.basetypes import (
    DeviceObjectPropertyReference,
    ErrorType,
    EventState,
    LoggingType,
    LogRecord,
    LogRecordLogDatum,
    LogStatus,
    Reliability,
    ResultFlags,
    StatusFlags,
)
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.constructeddata import Array, List, ListOf
from bacpypes3.errors import ExecutionError, ObjectError, ParameterOutOfRange, PropertyError
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import TrendLogObject
from bacpypes3.primitivedata import Real, Unsigned

from bms_connectors.virtual.bacnet_services import Hosted
from bms_connectors.virtual.bacnet_time import DeviceClock, from_date_time, to_date_time
from bms_connectors.virtual.bacnet_trends import (
    Datum,
    Record,
    TrendBuffer,
    span_by_position,
    span_by_sequence,
    span_by_time,
)
from twin.model.points import BacnetBinding, Point

LOG_INTERVAL_S = 60.0
LOGGED_KINDS = frozenset({"temperature", "supply_temperature", "electrical_power"})
"""What a room, an air handling unit and a meter are asked about after a gap in communication."""
_ENVELOPE = 40
"""Octets of a ReadRange acknowledgement around its items, addresses and headers included; generous."""
_LogBuffer = ListOf(LogRecord)


def is_logged(point: Point, binding: BacnetBinding) -> bool:
    """Whether the device keeps a trend of this point: analog inputs of a few kinds."""
    return binding.object_type == "analog-input" and point.kind in LOGGED_KINDS


class TrendLog(Hosted, LocalObject, TrendLogObject):  # type: ignore[misc]  # bacpypes3 has no types
    """A log of one input's present value, polled; its buffer is read by ReadRange only (clause 12.25.14)."""

    _buffer: TrendBuffer
    _source: Any
    _clock: DeviceClock

    async def read_property(self, attr: int | str, index: int | None = None) -> Any:
        name = str(self._property_identifier_class(attr).attr) if isinstance(attr, int) else attr
        match name:
            case "logBuffer":
                raise PropertyError(errorCode="readAccessDenied")
            case "recordCount":
                return Unsigned(len(self._buffer.records))
            case "totalRecordCount":
                return Unsigned(self._buffer.total)
            case "enable":
                self.enable = self._buffer.is_enabled
        return await super().read_property(attr, index)

    def sample(self) -> None:
        """Log the source's value as it is now; an unknown one as a failure."""
        flags = tuple(int(bit) for bit in self._source.statusFlags)
        at = self._clock.local()
        if self._source._unknown:  # noqa: SLF001 -- underscored so that bacpypes3 takes it for no property
            self._buffer.add(at, Datum.FAILURE, 0.0, flags)  # type: ignore[arg-type]
        else:
            self._buffer.add(at, Datum.VALUE, float(self._source.presentValue), flags)  # type: ignore[arg-type]

    def note_time_change(self, seconds: float) -> None:
        """The device's clock was set (clause 12.25.14): a log that does not say so shows a gap that never was."""
        self._buffer.add(self._clock.local(), Datum.TIME_CHANGE, seconds)


def trend_log(name: str, source: Any, clock: DeviceClock, buffer: TrendBuffer) -> TrendLog:
    """The log of one input; it has the instance of that input."""
    log = TrendLog(
        objectIdentifier=("trend-log", source.objectIdentifier[1]),
        objectName=f"{name} trend",
        reliability=Reliability.noFaultDetected,
        eventState=EventState.normal,
        enable=True,
        stopWhenFull=buffer.stop_when_full,
        bufferSize=buffer.size,
        recordCount=0,
        totalRecordCount=0,
        loggingType=LoggingType.polled,
        logInterval=round(LOG_INTERVAL_S * 100),
        logDeviceObjectProperty=DeviceObjectPropertyReference(
            objectIdentifier=source.objectIdentifier, propertyIdentifier="present-value"
        ),
    )
    log._buffer, log._source, log._clock = buffer, source, clock  # noqa: SLF001
    buffer.purge(clock.local())
    return log


class RangeServices:
    """Mixed into an application: ReadRange of log buffers, and by position of every other list."""

    get_object_id: Any
    response: Any
    device_object: Any

    async def do_ReadRangeRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        target = self.get_object_id(apdu.objectIdentifier)
        if target is None:
            raise ObjectError(errorCode="unknownObject")
        name = str(target._property_identifier_class(apdu.propertyIdentifier).attr)  # noqa: SLF001
        if isinstance(target, TrendLog) and name == "logBuffer":
            if apdu.propertyArrayIndex is not None:
                raise PropertyError(errorCode="propertyIsNotAnArray")
            records = list(target._buffer.records)  # noqa: SLF001
            span = _span_of_log(apdu.range, records)
            await self._answer(apdu, span, len(records), _LogBuffer, [_encode(records[n]) for n in span], records)
            return
        kind, items = await _other_list(target, apdu.propertyIdentifier)
        await self._answer(apdu, _span_of_list(apdu.range, len(items)), len(items), kind, items, [])

    async def _answer(
        self, apdu: Any, span: range, length: int, kind: Any, items: list[Any], records: Sequence[Record]
    ) -> None:
        """As many items of the span as one unsegmented answer holds, with the flags that say so."""
        wanted = items if records else [items[n] for n in span]
        room = min(length_of(apdu.apduMaxResp), int(self.device_object.maxApduLengthAccepted)) - _ENVELOPE
        sent = _fitting(kind, wanted, room)
        is_numbered = apdu.range is not None and (apdu.range.bySequenceNumber or apdu.range.byTime) is not None
        first = {"firstSequenceNumber": records[span[0]].sequence} if is_numbered and sent else {}
        await self.response(
            ReadRangeACK(
                objectIdentifier=apdu.objectIdentifier,
                propertyIdentifier=apdu.propertyIdentifier,
                propertyArrayIndex=apdu.propertyArrayIndex,
                resultFlags=ResultFlags(
                    [
                        int(bool(sent) and span[0] == 0),
                        int(bool(sent) and span[len(sent) - 1] == length - 1),
                        int(len(sent) < len(wanted)),
                    ]
                ),
                itemCount=len(sent),
                itemData=AnyValue(kind(sent)),
                context=apdu,
                **first,
            )
        )


def _fitting(kind: Any, items: list[Any], room: int) -> list[Any]:
    used = 0
    for count, item in enumerate(items):
        used += len(kind([item]).encode().encode().pduData)
        if used > room:
            return items[:count]
    return items


def _span_of_log(asked: Any, records: Sequence[Record]) -> range:
    if asked is None:
        return range(len(records))
    if asked.bySequenceNumber is not None:
        part = asked.bySequenceNumber
        return span_by_sequence(records, int(part.referenceSequenceNumber), _count(part))
    if asked.byTime is not None:
        return span_by_time(records, _reference(asked.byTime.referenceTime), _count(asked.byTime))
    return _span_of_list(asked, len(records))


def _span_of_list(asked: Any, length: int) -> range:
    if asked is None:
        return range(length)
    if asked.byPosition is None:
        code = "listItemNotNumbered" if asked.bySequenceNumber is not None else "listItemNotTimestamped"
        raise ExecutionError(errorClass="property", errorCode=code)
    return span_by_position(length, int(asked.byPosition.referenceIndex), _count(asked.byPosition))


def _count(part: Any) -> int:
    if part.count == 0:
        raise ParameterOutOfRange
    return int(part.count)


def _reference(value: Any) -> datetime:
    try:
        return from_date_time(value)
    except ValueError as error:
        raise ParameterOutOfRange from error


async def _other_list(target: Any, identifier: Any) -> tuple[Any, list[Any]]:
    kind = target.get_property_type(identifier)
    if kind is None:
        raise PropertyError(errorCode="unknownProperty")
    if not issubclass(kind, List) or issubclass(kind, Array):
        raise ExecutionError(errorClass="services", errorCode="propertyIsNotAList")
    value = await target.read_property(identifier)
    if value is None:
        raise PropertyError(errorCode="unknownProperty")
    return kind, list(value)


def _encode(record: Record) -> LogRecord:
    match record.datum:
        case Datum.VALUE:
            datum = LogRecordLogDatum(realValue=Real(record.value))
        case Datum.FAILURE:
            datum = LogRecordLogDatum(failure=ErrorType(errorClass="property", errorCode="valueNotInitialized"))
        case Datum.TIME_CHANGE:
            datum = LogRecordLogDatum(timeChange=Real(record.value))
        case Datum.PURGED:
            datum = LogRecordLogDatum(logStatus=LogStatus([0, 1, 0]))
        case Datum.DISABLED:
            datum = LogRecordLogDatum(logStatus=LogStatus([1, 0, 0]))
    return LogRecord(timestamp=to_date_time(record.at), logDatum=datum, statusFlags=StatusFlags(list(record.flags)))
