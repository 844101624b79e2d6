"""Asks a device which of its objects alarm: GetEventInformation, or GetAlarmSummary where that is all there is.

ASHRAE 135, clauses 13.12 and 13.10. The older service lists no event that is over and no time
stamps; those are read from the objects, because no acknowledgement is possible without them.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from bacpypes3.apdu import (
    GetAlarmSummaryACK,
    GetAlarmSummaryRequest,
    GetEventInformationACK,
    GetEventInformationRequest,
)
from bacpypes3.basetypes import PropertyIdentifier, TimeStamp
from bacpypes3.constructeddata import ArrayOf
from bacpypes3.primitivedata import ObjectIdentifier

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.event_words import Key, Summary, summary_of
from twin.model.errors import DecodeError, DeviceRefusedError

log = logging.getLogger("bms_connectors.bacnet")

MOST_PARTS = 500
"""Answers that one list may take; a list that goes on beyond that does not end (assumption)."""
MOST_STAMPED = 64
"""Objects whose time stamps are read one by one where no list gives them (assumption)."""
_STAMPS = PropertyIdentifier("event-time-stamps")


class EventList:
    """What stands at one device. Remembers which service it knows, until `forget`."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._has_information = True

    def forget(self) -> None:
        """The device was restarted, perhaps with other firmware."""
        self._has_information = True

    async def ask(self) -> list[Summary]:
        """Every object that is not normal or not acknowledged.

        Raises:
            DeviceRefusedError: it knows neither service.
            ConnectorError: nobody answers.
        """
        if self._has_information:
            try:
                return await self._information()
            except DeviceRefusedError as error:
                self._has_information = not error.code.startswith("reject")
        try:
            return await self._summaries()
        except DeviceRefusedError as error:
            raise DeviceRefusedError(self._talk.device.name, "does not list its alarms", error.code) from error

    async def _information(self) -> list[Summary]:
        found: dict[Key, Summary] = {}
        last: Any = None
        for _ in range(MOST_PARTS):
            request = GetEventInformationRequest(
                destination=self._talk.address, **({} if last is None else {"lastReceivedObjectIdentifier": last})
            )
            answer = await self._ask(request, GetEventInformationACK)
            part = list(answer.listOfEventSummaries or ())
            known = len(found)
            found.update((summary.key, summary) for summary in self._readable(part))
            if not answer.moreEvents or not part or len(found) == known:
                break
            last = part[-1].objectIdentifier
        return list(found.values())

    async def _summaries(self) -> list[Summary]:
        answer = await self._ask(GetAlarmSummaryRequest(destination=self._talk.address), GetAlarmSummaryACK)
        found = self._readable(answer.listOfAlarmSummaries or ())
        return [await self._stamped(each) for each in found[:MOST_STAMPED]] + found[MOST_STAMPED:]

    async def _ask(self, request: Any, kind: type[Any]) -> Any:
        answer = await self._talk.asked(lambda: self._talk.client.ask(request))
        if not isinstance(answer, kind):
            raise DecodeError(self._talk.device.name, "answers something that was not asked")
        return answer

    async def _stamped(self, summary: Summary) -> Summary:
        try:
            raw = await self._talk.read_single(ObjectIdentifier(summary.key), _STAMPS)
        except DeviceRefusedError:
            return summary
        try:
            stamps = tuple(raw.cast_out(ArrayOf(TimeStamp)))
        except Exception:  # noqa: BLE001 -- a device may send anything; without time stamps it is shown all the same
            return summary
        return replace(summary, stamps=stamps)

    def _readable(self, raw: Any) -> list[Summary]:
        readable = []
        for each in raw:
            try:
                readable.append(summary_of(each))
            except (ValueError, TypeError, AttributeError) as error:
                log.warning("%s: an event summary makes no sense: %s", self._talk.device.name, error)
        return readable
