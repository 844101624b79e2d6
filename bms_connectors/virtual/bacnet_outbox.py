"""Confirmed notifications on their way: one at a time to each recipient, bounded, the newest word of each object.

bacpypes3 sends every confirmed notification at once and spins for ever when 256 of them wait for one peer; a recipient
that is gone would get there in a minute. Here a letter about the same subject replaces the one that still waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable
from typing import Any

from bacpypes3.apdu import ErrorRejectAbortNack

log = logging.getLogger(__name__)

CAPACITY = 256
"""Letters that wait for one recipient; beyond it the oldest is lost and counted."""


class Outbox:
    """Queues confirmed requests for each address.

    Args:
        send: an application's ``request``; its future ends with the acknowledgement or bacpypes3's error.
    """

    def __init__(self, send: Callable[[Any], Any]) -> None:
        self.lost = 0
        self._send = send
        self._waiting: dict[Any, dict[Hashable, Any]] = {}
        self._couriers: dict[Any, asyncio.Task[None]] = {}

    def post(self, request: Any, subject: Hashable) -> None:
        """Queue a request to its ``pduDestination``; a waiting one of the same subject is replaced by it."""
        address = request.pduDestination
        letters = self._waiting.setdefault(address, {})
        letters.pop(subject, None)
        if len(letters) >= CAPACITY:
            letters.pop(next(iter(letters)))
            self.lost += 1
        letters[subject] = request
        if address not in self._couriers:
            self._couriers[address] = asyncio.create_task(self._deliver(address), name=f"notifications to {address}")

    async def close(self) -> None:
        """Stop; what waits is not sent."""
        couriers = list(self._couriers.values())
        for courier in couriers:
            courier.cancel()
        await asyncio.gather(*couriers, return_exceptions=True)
        self._waiting.clear()
        self._couriers.clear()

    async def _deliver(self, address: Any) -> None:
        letters = self._waiting[address]
        try:
            while letters:
                request = letters.pop(next(iter(letters)))
                try:
                    await self._send(request)
                except ErrorRejectAbortNack as error:
                    log.info("notification to %s not taken: %s", address, error)
        finally:
            del self._waiting[address], self._couriers[address]
