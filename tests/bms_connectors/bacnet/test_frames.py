"""Frames that do not decode: the client drops and counts them, says so once, and reads on."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest
from lone_device import analog_points, lone, serving, talking

from bms_connectors.bacnet.reader import BacnetConnector

BROKEN = [
    bytes.fromhex(text) for text in ("810a0009010400", "81ff0004", "810a000601ff", "8104000a7f000001ba", "810a0004")
]


async def test_broken_frames_are_counted_by_the_client_and_told_once_without_a_traceback(
    caplog: pytest.LogCaptureFixture, wait_until: Callable[..., Any]
) -> None:
    device = lone()
    async with serving(device, 1), talking(device) as talk:
        with (
            caplog.at_level(logging.WARNING),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
        ):
            for frame in BROKEN * 20:
                stranger.sendto(frame, ("127.0.0.1", talk.client.port))
            (value,) = await BacnetConnector(talk).read(analog_points(1))
        dropped = talk.client.dropped_frames
    assert value.value == 1.0
    assert dropped >= 40
    told = [record for record in caplog.records if "cannot be decoded" in record.getMessage()]
    assert len(told) == 1
    assert [record.name for record in caplog.records if record.exc_info] == []
