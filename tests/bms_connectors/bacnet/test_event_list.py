"""What devices answer to the question what stands: the new service, the old one, neither, and lists without an end."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bacpypes3.apdu import (
    GetAlarmSummaryACK,
    GetAlarmSummaryRequest,
    GetEventInformationACK,
    GetEventInformationRequest,
)
from bacpypes3.basetypes import (
    EventState,
    EventTransitionBits,
    GetAlarmSummaryAlarmSummary,
    GetEventInformationEventSummary,
    NotifyType,
    TimeStamp,
)
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.constructeddata import ArrayOf
from bacpypes3.pdu import Address

from bms_connectors.bacnet.event_list import EventList
from bms_connectors.bacnet.event_words import event_of
from twin.model.errors import DeviceRefusedError

HERE = Address("127.0.91.2:48100")
Answer = Callable[[Any], Any]


class FakeTalk:
    """A conversation whose device answers with what `answer` makes of a request."""

    def __init__(self, answer: Answer, stamps: list[TimeStamp] | None = None) -> None:
        self.address = HERE
        self.device = SimpleNamespace(name="AHU")
        self.client = SimpleNamespace(ask=answer)
        self.asked_for: list[str] = []
        self._stamps = stamps

    async def asked(self, request: Callable[[], Any]) -> Any:
        return request()

    async def read_single(self, *_: Any) -> Any:
        if self._stamps is None:
            raise DeviceRefusedError("AHU", "refused", "error property unknown-property")
        return AnyValue(ArrayOf(TimeStamp)(self._stamps))


def summary(number: int, state: str = "offnormal") -> GetEventInformationEventSummary:
    return GetEventInformationEventSummary(
        objectIdentifier=("binary-input", number),
        eventState=EventState(state),
        acknowledgedTransitions=EventTransitionBits([0, 1, 1]),
        eventTimeStamps=[TimeStamp(sequenceNumber=number)] * 3,
        notifyType=NotifyType.alarm,
        eventEnable=EventTransitionBits([1, 1, 1]),
        eventPriorities=[10, 20, 30],
    )


def rejected(service: str = "unrecognized-service") -> DeviceRefusedError:
    return DeviceRefusedError("AHU", "rejected", f"reject {service}")


async def test_a_list_that_repeats_itself_ends() -> None:
    asked: list[Any] = []

    def answer(request: Any) -> Any:
        asked.append(request.lastReceivedObjectIdentifier)
        return GetEventInformationACK(listOfEventSummaries=[summary(1)], moreEvents=True)

    assert [each.key for each in await EventList(FakeTalk(answer)).ask()] == [("binary-input", 1)]  # type: ignore[arg-type]
    assert len(asked) == 2


async def test_the_list_goes_on_after_the_last_object_received() -> None:
    def answer(request: Any) -> Any:
        last = request.lastReceivedObjectIdentifier
        number = 1 if last is None else int(last[1]) + 1
        return GetEventInformationACK(listOfEventSummaries=[summary(number)], moreEvents=number < 5)

    found = await EventList(FakeTalk(answer)).ask()  # type: ignore[arg-type]
    assert [each.key[1] for each in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("has_stamps", [True, False])
async def test_a_device_without_event_information_is_asked_for_its_alarm_summary(has_stamps: bool) -> None:
    asked: list[type[Any]] = []

    def answer(request: Any) -> Any:
        asked.append(type(request))
        if isinstance(request, GetEventInformationRequest):
            raise rejected()
        alarm = GetAlarmSummaryAlarmSummary(
            objectIdentifier=("analog-input", 3),
            alarmState=EventState("high-limit"),
            acknowledgedTransitions=EventTransitionBits([0, 1, 1]),
        )
        return GetAlarmSummaryACK(listOfAlarmSummaries=[alarm])

    stamps = [TimeStamp(sequenceNumber=7)] * 3 if has_stamps else None
    events = EventList(FakeTalk(answer, stamps))  # type: ignore[arg-type]
    (found,) = await events.ask()
    event = event_of(found, "AHU", None, lambda at: at)
    assert (event.object_name, event.state, event.unacknowledged) == ("analog-input,3", "high-limit", ("to-offnormal",))
    assert event.at is None
    assert (found.stamp(0) is not None) == has_stamps
    await events.ask()
    assert asked == [GetEventInformationRequest, GetAlarmSummaryRequest, GetAlarmSummaryRequest]
    events.forget()
    await events.ask()
    assert asked[3] is GetEventInformationRequest, "after a restart it may be another firmware"


async def test_a_device_that_knows_neither_service_says_so() -> None:
    def answer(_request: Any) -> Any:
        raise rejected()

    with pytest.raises(DeviceRefusedError, match="does not list its alarms"):
        await EventList(FakeTalk(answer)).ask()  # type: ignore[arg-type]
