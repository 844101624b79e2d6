"""Whether the device at an address may be believed: it is there, it is the one we asked for, and it is the only one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from bms_connectors.bacnet.answers import quality_of
from bms_connectors.bacnet.batches import BatchSize
from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.introduction import claims, introduce
from bms_connectors.bacnet.lifeline import Lifeline
from twin.model.errors import ConnectorError
from twin.model.vocabulary import Quality

log = logging.getLogger("bms_connectors.bacnet")

LOOK_EVERY_S = 60.0
"""Between two looks at a device that answers: one small request (assumption)."""
DOUBT_EVERY_S = 5.0
"""Between two looks at a device that may not be believed."""


class Presence:
    """Looks at a device now and then; `has_multiple` and `batch` are what it taught us, forgotten at a restart."""

    def __init__(self, talk: Conversation, clock: Callable[[], float] = time.monotonic) -> None:
        self.lifeline = Lifeline()
        self.batch = BatchSize()
        self.has_multiple = True
        self.on_restart: list[Callable[[], None]] = []
        self.doubt = ""
        self._talk = talk
        self._clock = clock
        self._due_s = 0.0
        self._was_silent = False
        talk.client.neighbours.on_call(talk.device.instance, str(talk.address), self._called)

    def heartbeat(self, uptime_s: float) -> None:
        """A reading of the device's own uptime."""
        if self.lifeline.beat(uptime_s):
            self._restarted("restarted: its uptime went back")

    def silent(self) -> None:
        """Nobody answered at all: look before anything else is asked; it may come back as another."""
        self._was_silent = True
        self._due_s = 0.0

    async def look(self) -> Quality | None:
        """The quality of every reading if the device is silent or not believed, otherwise None."""
        if not self.doubt and self._clock() < self._due_s and not self._rival():
            return None
        if self.doubt and self._clock() < self._due_s:
            return Quality.DEVICE_ERROR
        try:
            doubt = await self._meet() or await self._rivalry()
        except ConnectorError as error:
            return quality_of(error)
        self._say(doubt)
        self._due_s = self._clock() + (DOUBT_EVERY_S if doubt else LOOK_EVERY_S)
        return Quality.DEVICE_ERROR if doubt else None

    async def _meet(self) -> str:
        identity, self.has_multiple = await introduce(self._talk, has_multiple=self.has_multiple)
        wanted = self._talk.device.instance
        if identity.instance not in {None, wanted}:
            return f"somebody else answers at the address of device {wanted}"
        is_first = self.lifeline.known is None
        changes = self.lifeline.meet(identity)
        if changes:
            self._restarted("; ".join(changes))
        elif self._was_silent:
            self._tell()
        self._was_silent = False
        if is_first or changes:
            self.batch.begin(identity.max_apdu, identity.is_segmented)
        return ""

    def _rival(self) -> str:
        return self._talk.client.neighbours.rival_of(self._talk.device.instance, str(self._talk.address))

    async def _rivalry(self) -> str:
        instance, rival = self._talk.device.instance, self._rival()
        if not rival:
            return ""
        if await claims(self._talk, rival):
            return f"device instance {instance} is also claimed at {rival}"
        self._talk.client.neighbours.is_resolved(instance, rival)
        return ""

    def _say(self, doubt: str) -> None:
        if doubt != self.doubt:
            log.warning("%s: %s", self._talk.device.name, doubt or "believed again")
            self.doubt = doubt

    def _called(self) -> None:
        """The device said I-Am, unasked or not: it may have been restarted."""
        self._due_s = 0.0
        self._tell()

    def _restarted(self, why: str) -> None:
        log.info("%s: %s", self._talk.device.name, why)
        self.has_multiple = True
        self.batch = BatchSize()
        self._due_s = 0.0
        self._tell()

    def _tell(self) -> None:
        for listener in self.on_restart:
            listener()
