"""Clocks of devices: read, set by UTC or by local time, read back; what shows no time says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bms_town import Town

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.device_clock import DeviceClock
from bms_connectors.bacnet.device_times import DeviceZone, from_octets, to_octets
from bms_connectors.virtual import bacnet_time
from bms_connectors.virtual.bacnet_application import VirtualApplication
from bms_connectors.virtual.bacnet_devices import BacnetServer
from twin.model.errors import ConnectorError, DecodeError

HALF_A_DAY_MIN = 720


class _LocalOnly(VirtualApplication):
    do_UTCTimeSynchronizationRequest = None  # noqa: N815 -- bacpypes3's name


class _Unwilling(_LocalOnly):
    do_TimeSynchronizationRequest = None  # noqa: N815 -- bacpypes3's name


@asynccontextmanager
async def at_a_device(town: Town, clock: bacnet_time.DeviceClock) -> AsyncIterator[DeviceClock]:
    device = town.device("AHU")
    server = BacnetServer(
        device, [p for p in town.points if p.binding and p.binding.device == "AHU"], town.host, clock=clock
    )
    await server.open()
    try:
        async with BacnetClient(avoid={device.port}) as client:
            yield DeviceClock(Conversation(device, client))
    finally:
        await server.close()


@pytest.mark.parametrize("offset_min", [0, -120, 300])
@pytest.mark.parametrize("application", [VirtualApplication, _LocalOnly])
async def test_a_clock_is_read_set_and_read_back(
    town: Town, monkeypatch: pytest.MonkeyPatch, offset_min: int, application: Any
) -> None:
    monkeypatch.setattr(BacnetServer, "application", application)
    virtual = bacnet_time.DeviceClock(utc_offset_min=offset_min)
    virtual.offset = timedelta(minutes=7)
    async with at_a_device(town, virtual) as clock:
        reading = await clock.read()
        assert reading.deviation_s == pytest.approx(420.0, abs=1.0)
        assert reading.utc_offset_min == offset_min
        assert 0.0 < reading.uncertainty_s < 1.0
        assert await clock.set() == ""
        assert abs((await clock.read()).deviation_s) < 1.0
    assert abs(virtual.offset) < timedelta(seconds=1)


async def test_a_clock_that_cannot_be_set_is_reported_with_its_deviation(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BacnetServer, "application", _Unwilling)
    virtual = bacnet_time.DeviceClock()
    virtual.offset = timedelta(hours=-1)
    async with at_a_device(town, virtual) as clock:
        assert "still deviates by -3600" in await clock.set()


async def test_a_device_that_does_not_answer_is_an_error(town: Town) -> None:
    device = town.device("AHU")
    async with BacnetClient(avoid={device.port}) as client:
        with pytest.raises(ConnectorError):
            await DeviceClock(Conversation(device, client)).read()


async def test_a_clock_without_a_date_says_so_and_can_be_set_all_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = [True]
    real = bacnet_time.to_date_time

    def shown(at: datetime) -> Any:
        told = real(at)
        return bacnet_time.DateTime(date=bacnet_time.Date((255, 255, 255, 255)), time=told.time) if lost[0] else told

    class Clock(bacnet_time.DeviceClock):
        def set_utc(self, at: datetime) -> None:
            super().set_utc(at)
            lost[0] = False

    monkeypatch.setattr(bacnet_time, "to_date_time", shown)
    async with at_a_device(town, Clock()) as clock:
        with pytest.raises(DecodeError, match="shows no time"):
            await clock.read()
        assert await clock.set() == ""


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ((126, 2, 30, 1), (1, 2, 3, 4)),
        ((126, 13, 1, 1), (1, 2, 3, 4)),
        ((126, 1, 1, 255), (24, 0, 0, 0)),
        ((255, 255, 255, 255), (255, 255, 255, 255)),
        ((126, 1, 1), (1, 2, 3, 4)),
    ],
)
def test_what_is_no_date_is_no_time(date: tuple[int, ...], time: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"date|day|hour|month"):
        from_octets(date, time)


def test_hundredths_that_are_not_specified_widen_the_uncertainty() -> None:
    assert from_octets((126, 1, 1, 255), (1, 2, 3, 255))[1] == 0.5
    at = datetime(2026, 1, 1, 1, 2, 3, 40_000, tzinfo=UTC).replace(tzinfo=None)
    assert from_octets(*to_octets(at)) == (at, 0.005)


def test_local_time_is_utc_less_the_offset_and_an_hour_later_in_summer() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert DeviceZone(-120, is_daylight=True).local(noon).hour == 15
    assert DeviceZone(-120).utc(DeviceZone(-120).local(noon)) == noon
    with pytest.raises(ValueError, match="UTC offset"):
        DeviceZone(HALF_A_DAY_MIN + 61)
