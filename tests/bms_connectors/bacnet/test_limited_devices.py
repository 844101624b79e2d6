"""Reads of real bacpypes3 devices that can do less than others."""

from __future__ import annotations

import pytest
from lone_device import analog_points, lone, serving, talking

from bms_connectors.bacnet.client import IN_FLIGHT
from bms_connectors.bacnet.reader import BacnetConnector
from twin.model.vocabulary import Quality

POINTS = analog_points(60)


def right(readings: list) -> bool:
    return [reading.value for reading in readings] == [float(n) for n in range(1, 61)]


@pytest.mark.parametrize("octets", [206, 480])
async def test_a_device_with_short_messages_and_no_segmentation_is_read_in_batches_that_fit(octets: int) -> None:
    device = lone()
    async with (
        talking(device) as talk,
        serving(device, 60, segments=False, octets=octets) as app,
    ):
        connector = BacnetConnector(talk)
        for _ in range(20):
            assert right(await connector.read(POINTS))
        tried = len(app.multiple)
        for _ in range(5):
            assert right(await connector.read(POINTS))
        size = connector.batch
        assert connector.presence.batch.refused > size  # what was refused is remembered and not asked again
        assert max(app.multiple[tried:]) <= size
        assert 8 <= size <= octets // 12
        assert app.singles == 0


async def test_a_device_that_overflows_is_halved_and_every_point_still_has_its_value() -> None:
    device = lone()
    async with talking(device) as talk, serving(device, 60, longest=7) as app:
        connector = BacnetConnector(talk)
        assert right(await connector.read(POINTS))
        for _ in range(20):
            assert right(await connector.read(POINTS))
        assert 5 <= connector.batch <= 7
        seen = len(app.multiple)
        await connector.read(POINTS)
        assert max(app.multiple[seen:]) <= 7


async def test_a_device_without_multiple_reads_is_asked_singly_and_again_after_a_restart() -> None:
    device = lone()
    async with talking(device) as talk:
        connector = BacnetConnector(talk)
        async with serving(device, 60, knows_multiple=False) as app:
            assert right(await connector.read(POINTS))
            assert right(await connector.read(POINTS))
            assert app.singles >= 120
            assert not connector.has_multiple
        async with serving(device, 60, revision=2) as app:
            connector.presence.silent()
            assert right(await connector.read(POINTS))
            assert connector.has_multiple
            assert app.multiple != []


async def test_no_more_than_four_requests_are_in_flight() -> None:
    device = lone()
    async with talking(device) as talk, serving(device, 60) as app:
        connector = BacnetConnector(talk)
        connector.presence.batch.size = 2
        await connector.read(POINTS)
        assert app.most_in_flight <= IN_FLIGHT


async def test_a_device_that_answers_every_second_request_only_gives_values_or_reasons() -> None:
    device = lone()
    async with talking(device) as talk, serving(device, 4, answers_every=2):
        readings = await BacnetConnector(talk).read(analog_points(4))
    assert {reading.quality for reading in readings} <= {Quality.GOOD, Quality.TIMEOUT}
