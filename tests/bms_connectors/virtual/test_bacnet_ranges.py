"""Trend logs read over the wire with ReadRange, and what tshark makes of it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bacpypes3.apdu import ErrorPDU, ReadRangeRequest, RejectPDU, TimeSynchronizationRequest
from bacpypes3.basetypes import (
    LogRecord,
    Range,
    RangeByPosition,
    RangeBySequenceNumber,
    RangeByTime,
)
from bacpypes3.constructeddata import ListOf, SequenceOf
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import CharacterString, Unsigned
from bms_town import Town, bacnet, point
from wire_peer import WirePeer, local, talking

from bms_connectors.virtual.bacnet_devices import BacnetServer
from bms_connectors.virtual.bacnet_time import DeviceClock, from_date_time, to_date_time
from twin.model.points import Device

sys.path.insert(0, str(Path(__file__).parents[1] / "peers"))

from peer_programs import Capture, missing

FIRST, LAST, MORE = 0, 1, 2
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ROOM_LOG = "trend-log,1"
MINUTE = timedelta(minutes=1)
_CAPTURING = 3000
_ASKED_LAST = "virtual controller"


class Minutes:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START
        self.clock = DeviceClock(now=lambda: self.now)


@pytest.fixture
def minutes() -> Minutes:
    return Minutes()


def fill(town: Town, server: BacnetServer, minutes: Minutes, values: list[float | None]) -> None:
    """One record a minute; a purge record and the one of the start come before them."""
    for value in values:
        minutes.now += MINUTE
        town.host.set("AHU/TEMP", value)
        server.show(town.point("AHU/TEMP").id)
        server.sample()


async def ranged(peer: WirePeer, device: Device, asked: Range | None, where: str = ROOM_LOG, **more: Any) -> Any:
    more = {"propertyIdentifier": "log-buffer"} | more
    return await peer.ask(device, ReadRangeRequest(objectIdentifier=where, range=asked, **more))


def records(answer: Any) -> list[Any]:
    return list(answer.itemData.cast_out(SequenceOf(LogRecord)))


def numbers(answer: Any) -> list[float | None]:
    return [record.logDatum.realValue for record in records(answer)]


async def test_only_temperatures_and_power_of_inputs_are_logged(town: Town) -> None:
    town.points.append(point("M/POWER", "electrical_power", bacnet("AHU", "analog-input", 7)))
    town.points.append(point("C1/CO2", "co2", bacnet("AHU", "analog-input", 8)))
    async with talking(town) as (_, peer, device):
        assert await peer.read(device, "trend-log,1", "record-count", Unsigned) == 2
        assert await peer.read(device, "trend-log,7", "buffer-size", Unsigned) == 1000
        assert await peer.read(device, "trend-log,7", "log-interval", Unsigned) == 6000
        with pytest.raises(ErrorPDU, match="unknown-object"):
            await peer.read(device, "trend-log,8", "record-count", Unsigned)
        with pytest.raises(ErrorPDU, match="read-access-denied"):
            await peer.read(device, "trend-log,1", "log-buffer", ListOf(LogRecord))
        with pytest.raises(ErrorPDU, match="write-access-denied"):
            await peer.write(device, "trend-log,1", "record-count", Unsigned(0))


async def test_records_carry_time_value_and_status_flags(town: Town, minutes: Minutes) -> None:
    async with talking(town, clock=minutes.clock) as (server, peer, device):
        fill(town, server, minutes, [20.5, None, 21.0])
        answer = await ranged(peer, device, None)
    found = records(answer)
    assert [from_date_time(each.timestamp) for each in found[2:]] == [
        (START + n * MINUTE).replace(tzinfo=None) for n in (1, 2, 3)
    ]
    assert list(found[0].logDatum.logStatus) == [0, 1, 0]  # the buffer begins empty, and says so
    assert numbers(answer)[1:] == [19.5, 20.5, None, 21.0]
    assert str(found[3].logDatum.failure.errorCode) == "value-not-initialized"
    assert [list(each.statusFlags) for each in found[2:]] == [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert answer.firstSequenceNumber is None
    assert list(answer.resultFlags) == [1, 1, 0]


async def test_a_buffer_is_read_by_position_sequence_and_time(town: Town, minutes: Minutes) -> None:
    async with talking(town, clock=minutes.clock, log_size=10) as (server, peer, device):
        fill(town, server, minutes, [float(n) for n in range(1, 21)])  # records 3 to 22, the last ten of them kept
        position = await ranged(peer, device, Range(byPosition=RangeByPosition(referenceIndex=9, count=5)))
        assert numbers(position) == [19.0, 20.0]
        assert list(position.resultFlags) == [0, 1, 0]
        backwards = await ranged(peer, device, Range(byPosition=RangeByPosition(referenceIndex=2, count=-5)))
        assert numbers(backwards) == [11.0, 12.0]
        sequence = await ranged(
            peer, device, Range(bySequenceNumber=RangeBySequenceNumber(referenceSequenceNumber=15, count=3))
        )
        assert numbers(sequence) == [13.0, 14.0, 15.0]
        assert sequence.firstSequenceNumber == 15
        after = to_date_time((START + 17 * MINUTE).replace(tzinfo=None))
        newer = await ranged(peer, device, Range(byTime=RangeByTime(referenceTime=after, count=50)))
        assert numbers(newer) == [18.0, 19.0, 20.0]
        assert newer.firstSequenceNumber == 20
        older = await ranged(peer, device, Range(byTime=RangeByTime(referenceTime=after, count=-2)))
        assert numbers(older) == [15.0, 16.0]
        gone = await ranged(
            peer, device, Range(bySequenceNumber=RangeBySequenceNumber(referenceSequenceNumber=2, count=3))
        )
        assert gone.itemCount == 0
        assert list(gone.resultFlags) == [0, 0, 0]
        assert await peer.read(device, ROOM_LOG, "record-count", Unsigned) == 10
        assert await peer.read(device, ROOM_LOG, "total-record-count", Unsigned) == 22


async def test_a_thousand_records_come_in_parts_that_fit_one_message_each(town: Town, minutes: Minutes) -> None:
    async with talking(town, clock=minutes.clock) as (server, peer, device):
        fill(town, server, minutes, [float(n) for n in range(1100)])
        found: list[float | None] = []
        answer, next_one = None, 103
        while answer is None or answer.resultFlags[MORE]:
            asked = RangeBySequenceNumber(referenceSequenceNumber=next_one, count=1000)
            answer = await ranged(peer, device, Range(bySequenceNumber=asked))
            assert answer.firstSequenceNumber == next_one
            assert answer.resultFlags[FIRST] == (next_one == 103)
            found += numbers(answer)
            next_one += answer.itemCount
        assert answer.resultFlags[LAST]
    assert found == [float(n) for n in range(100, 1100)]


async def test_a_log_notes_that_the_clock_was_set(town: Town, minutes: Minutes) -> None:
    async with talking(town, clock=minutes.clock) as (_, peer, device):
        later = to_date_time((START + timedelta(seconds=90)).replace(tzinfo=None))
        await peer.request(TimeSynchronizationRequest(time=later, destination=Address(f"{device.host}:{device.port}")))
        assert records(await ranged(peer, device, None))[-1].logDatum.timeChange == 90.0


@pytest.mark.parametrize(
    ("where", "name", "asked", "error"),
    [
        ("trend-log,99", "log-buffer", None, "unknown-object"),
        ("analog-input,1", "present-value", None, "property-is-not-alist"),  # bacpypes3's spelling
        (
            "notification-class,2",
            "recipient-list",
            Range(bySequenceNumber=RangeBySequenceNumber(referenceSequenceNumber=1, count=1)),
            "list-item-not-numbered",
        ),
        (
            ROOM_LOG,
            "log-buffer",
            Range(byPosition=RangeByPosition(referenceIndex=1, count=0)),
            "parameter-out-of-range",
        ),
        (
            ROOM_LOG,
            "log-buffer",
            Range(byTime=RangeByTime(referenceTime=to_date_time(local(2155, 1, 1)), count=1)),
            "parameter-out-of-range",
        ),
    ],
)
async def test_a_range_that_cannot_be_is_refused(town: Town, where: str, name: str, asked: Any, error: str) -> None:
    town.points.append(point("C1/DURESS", "duress", bacnet("AHU", "binary-input", 5)))
    async with talking(town) as (_, peer, device):
        with pytest.raises((ErrorPDU, RejectPDU), match=error):
            await ranged(peer, device, asked, where, propertyIdentifier=name)


@pytest.mark.peer
@pytest.mark.skipif(bool(missing("tshark")), reason=missing("tshark"))
async def test_tshark_reads_the_ranges_as_we_mean_them(town: Town, minutes: Minutes, tmp_path: Path) -> None:
    port, file = town.device("AHU").port, tmp_path / "range.pcapng"

    def written() -> int:
        return file.stat().st_size

    with Capture(file, udp=[port]) as capture:
        async with talking(town, clock=minutes.clock) as (server, peer, device):
            fill(town, server, minutes, [20.5, None, 21.0])
            while written() < _CAPTURING:  # the first frames come before tshark looks
                await peer.read(device, ROOM_LOG, "record-count", Unsigned)
            await ranged(peer, device, None)
            await ranged(peer, device, Range(byPosition=RangeByPosition(referenceIndex=1, count=2)))
            asked = RangeBySequenceNumber(referenceSequenceNumber=1, count=2)
            await ranged(peer, device, Range(bySequenceNumber=asked))
            # tshark writes when it likes, but in order: with an answer on disk that was asked for after the ranges, so
            # are the ranges. How much is on disk says nothing, since what came before them may still be under way.
            while _ASKED_LAST.encode() not in file.read_bytes():
                await peer.read(device, f"device,{device.instance}", "model-name", CharacterString)
    answers = capture.frames("bacapp.type == 3 && bacapp.confirmed_service == 26")
    malformed = capture.frames("_ws.malformed")
    print(f"tshark: {answers} ReadRange acknowledgements, {malformed} malformed frames")
    assert answers == 3
    assert malformed == 0
