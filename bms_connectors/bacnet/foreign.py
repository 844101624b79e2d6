"""Our registration as a foreign device with a BBMD (ASHRAE 135, annex J.5): made, renewed, given back.

bacpypes3 0.0.110 has one of its own, which is not used here. It takes a result from anybody for the end of its request
and then hears the BBMD never again; a refused or an expired renewal it does not mend; and it tells nobody.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from contextlib import suppress
from enum import Enum
from typing import Any

from bacpypes3.ipv4.bvll import DeleteForeignDeviceTableEntry, RegisterForeignDevice, Result
from bacpypes3.ipv4.link import ForeignLinkLayer
from bacpypes3.pdu import IPv4Address

from twin.model.errors import ConnectError

log = logging.getLogger(__name__)

TTL_S = 300
LONGEST_TTL_S = 65535
ANSWER_S = 1.0
TRIES = 3
"""Requests before entering fails: a single datagram may be lost."""
RETRY_S = 10.0
"""Pause after a renewal that failed, unless a quarter of the lifetime is shorter (assumption)."""
_JITTER = 0.1
"""Stations that were switched on together must not ask together for ever."""
_CALM_S = 1.0
"""A BBMD that refuses a broadcast right after it has registered us will not be persuaded by asking again at once."""

_DONE, _NO_REGISTRATION, _NO_DELETION, _NO_BROADCAST = 0x0000, 0x0030, 0x0050, 0x0060  # annex J.2.1


def checked_ttl(ttl_s: int) -> int:
    """The lifetime of a registration in seconds.

    Raises:
        ValueError: the protocol does not have it.
    """
    if not 1 <= ttl_s <= LONGEST_TTL_S:
        raise ValueError(f"a registration lasts 1 to {LONGEST_TTL_S} s, not {ttl_s}")
    return ttl_s


class Answer(Enum):
    """What became of the last request, or of the registration since then."""

    NONE = "not asked yet"
    REGISTERED = "registered"
    REFUSED = "refuses the registration"
    SILENT = "no answer to the registration"
    FORGOTTEN = "does not know us any more"


class ForeignLink(ForeignLinkLayer):  # type: ignore[misc]  # bacpypes3 has no types
    """A foreign device's way to the network: broadcasts through the BBMD, results of the BBMD only to `heard`."""

    def __init__(self, own: IPv4Address, bbmd: tuple[str, int]) -> None:
        super().__init__(own)
        self.own = own
        self.bbmdAddress = IPv4Address(bbmd)
        self.registration: Registration | None = None

    def may_broadcast(self, is_registered: bool) -> None:
        """Whether broadcasts go out, and forwarded ones of the BBMD come in."""
        self.bbmdRegistrationStatus = _DONE if is_registered else _NO_REGISTRATION
        if is_registered:
            self._registration_event.set()
        else:
            self._registration_event.clear()

    async def confirmation(self, lpdu: Any) -> None:
        if not isinstance(lpdu, Result):
            await super().confirmation(lpdu)
        elif lpdu.pduSource == self.bbmdAddress and self.registration is not None:
            self.registration.heard(int(lpdu.bvlciResultCode))


class Registration:
    """One registration for `ttl_s` seconds, renewed at half of them; ``failures`` counts requests without success."""

    def __init__(self, link: ForeignLink, ttl_s: int = TTL_S) -> None:
        self._link = link
        self._ttl_s = ttl_s
        self._name = "BBMD {}:{}".format(*link.bbmdAddress.addrTuple)
        self._state = Answer.NONE
        self._was_registered = False
        self._asked_at = 0.0
        self._result: asyncio.Future[int] | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.is_registered = False
        self.failures = 0
        link.registration = self
        link.may_broadcast(False)

    async def begin(self) -> None:
        """Register and keep it up.

        Raises:
            ConnectError: the BBMD refuses, or is silent for `TRIES` times `ANSWER_S`.
        """
        for _ in range(TRIES):
            await self._register()
            if self._state is not Answer.SILENT:
                break
        self.must_stand()
        self.keep()

    def keep(self) -> None:
        """Register in the background and keep it up; for those who can work without it."""
        self._task = asyncio.create_task(self._keep(), name=f"registration with {self._name}")

    def must_stand(self) -> None:
        """Raises: ConnectError: we are not registered, so no broadcast reaches anybody."""
        if not self.is_registered:
            raise ConnectError(self._name, self._state.value)

    async def end(self) -> None:
        """Stop renewing and take our entry out of the BBMD's table, if it answers within a second."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if self.is_registered:
            self._stands(False)
            await self._ask(DeleteForeignDeviceTableEntry(self._link.own, destination=self._link.bbmdAddress))

    def heard(self, code: int) -> None:
        """The BBMD sent a BVLC-Result."""
        if code == _NO_BROADCAST:
            if self.is_registered and time.monotonic() - self._asked_at > _CALM_S:
                self._stands(False)
                self._tell(Answer.FORGOTTEN)
                self._wake.set()
        elif code in (_DONE, _NO_REGISTRATION, _NO_DELETION) and self._result is not None and not self._result.done():
            self._result.set_result(code)

    async def _keep(self) -> None:
        while True:
            if self._state is not Answer.NONE:
                await self._pause()
            await self._register()

    async def _pause(self) -> None:
        base_s = self._ttl_s / 2 if self._state is Answer.REGISTERED else min(RETRY_S, self._ttl_s / 4)
        with suppress(TimeoutError):
            async with asyncio.timeout(base_s * random.uniform(1 - _JITTER, 1 + _JITTER)):
                await self._wake.wait()

    async def _register(self) -> None:
        """One request and what follows from it; silence ends a registration only when its lifetime is over."""
        self._wake.clear()
        asked_at = time.monotonic()
        code = await self._ask(RegisterForeignDevice(self._ttl_s, destination=self._link.bbmdAddress))
        if code == _DONE:
            self._asked_at = asked_at
            self._stands(True)
            self._tell(Answer.REGISTERED)
            return
        self.failures += 1
        if code is not None or time.monotonic() - self._asked_at >= self._ttl_s:
            self._stands(False)
        self._tell(Answer.SILENT if code is None else Answer.REFUSED)

    async def _ask(self, request: Any) -> int | None:
        """The code of the answer; None if there is none in time."""
        self._result = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._link.request(request)
                return await self._result
        except OSError:  # nobody answers in time, or there is no way to the BBMD at this moment
            return None
        finally:
            self._result = None

    def _stands(self, is_registered: bool) -> None:
        self.is_registered = is_registered
        self._link.may_broadcast(is_registered)

    def _tell(self, state: Answer) -> None:
        """One line for each change; what goes wrong on entering is told by the error."""
        if state is self._state:
            return
        self._state = state
        if self._task is None and state is not Answer.REGISTERED:
            return
        if state is not Answer.REGISTERED:
            log.warning("%s: %s", self._name, state.value)
        elif self._was_registered:
            log.info("%s: registered again", self._name)
        else:
            self._was_registered = True
            log.info("%s: registered as a foreign device, for %d s at a time", self._name, self._ttl_s)
