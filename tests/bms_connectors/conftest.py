"""The small building of `bms_town`, fresh for every test, and a sink that remembers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bms_town import Listing, Town, small_town


@pytest.fixture
def town() -> Town:
    return small_town()


@pytest.fixture
def sink() -> Listing:
    return Listing()


@pytest.fixture
def wait_until() -> Callable[..., Coroutine[object, object, None]]:
    """Waits for a condition; the limit only ends a test that has failed already."""
    import asyncio

    async def wait(condition: Callable[[], bool], limit_s: float = 60.0) -> None:
        async with asyncio.timeout(limit_s):
            while not condition():
                await asyncio.sleep(0.02)

    return wait
