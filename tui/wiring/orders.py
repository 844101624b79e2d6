"""Carries orders out: guard, write, read-back of the physical feedback, journal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bms_connectors.connectors import Line
from bms_connectors.poller import Poller
from twin.live.orders import Order
from twin.live.session import Session
from twin.model.errors import ConnectorError
from twin.model.operation import Changes, CommandOutcome, DeviceIntent, ReleaseIntent

LOOK_S = 0.05
"""Wall seconds between two looks at the feedback."""
RELEASE_SPACING_S = 0.25
"""Wall seconds between two locks of a group: 3–5 doors a second against inrush current (domain reference, 5.1)."""
LONGEST_TRAVEL_S = 30.0
"""Wall seconds after which a command has failed even in a paused exercise."""
READ_SLACK_S = 3.0
"""Wall seconds for transport on top of the travel time of a bolt."""


class Orders:
    """The way of an order from the session to the field and back; `changed` is told what readings changed."""

    def __init__(self, session: Session, poller: Poller, changed: Callable[[Changes], None]) -> None:
        self._session = session
        self._poller = poller
        self._changed = changed

    async def confirm(
        self, armed: str, /, *, typed: str = "", reason: str = "", second_person: str = ""
    ) -> CommandOutcome:
        """Carry an armed order out and wait for the physical feedback; see `Desk.confirm`."""
        order = self._session.confirm(armed, _now(), typed=typed, reason=reason, second_person=second_person)
        if isinstance(order, CommandOutcome):
            return order
        started = time.monotonic()
        try:
            problems = [await self._send(order), await self._followed(order)]
        except BaseException as error:
            # Whatever ends the order, the journal says how it stood; nobody knows what the door will do now.
            self._session.settle(order, _now(), failure=f"interrupted, outcome unknown ({type(error).__name__})")
            raise
        failure = "; ".join(filter(None, problems))
        readback_s = None if failure else time.monotonic() - started
        outcome = self._session.settle(order, _now(), readback_s=readback_s, failure=failure)
        self._changed(Changes(alarms=True))
        return outcome

    async def _send(self, order: Order) -> str:
        spacing_s = RELEASE_SPACING_S if isinstance(order.intent, ReleaseIntent) else 0.0
        problems = []
        for number, command in enumerate(order.commands):
            if number and spacing_s:
                await asyncio.sleep(spacing_s / max(self._session.clock.speed, 1.0))
            point = self._session.live.points[command.point]
            try:
                await self._poller.writer_for(point).write(point, command)
            except ConnectorError as error:
                # A release goes on with the other doors: one silent controller must not keep the rest locked.
                problems.append(str(error))
        return "; ".join(problems)

    async def _followed(self, order: Order) -> str:
        travel_s = min(order.deadline_s / self._session.clock.speed, LONGEST_TRAVEL_S) + READ_SLACK_S
        deadline = time.monotonic() + travel_s
        points = self._session.proof_points(order)
        while time.monotonic() < deadline:
            self._changed(self._session.ingest(await self._poller.read(points), _now()))
            if self._session.is_followed(order):
                return ""
            await asyncio.sleep(LOOK_S)
        missing = self._session.missing_proofs(order)
        return f"accepted, but not followed within {travel_s:.1f} s: {', '.join(missing[:5])}" if missing else ""

    async def order_device(
        self, intent: DeviceIntent, act: Callable[[Line], Awaitable[str]], *, reason: str
    ) -> CommandOutcome:
        """Write to a device what is no point's value, under role, policy and audit.

        ``act`` does it and reads it back: the empty text, or what is not as it was written.

        Raises:
            UnknownIdError: there is no such device.
        """
        line = self._poller.line(intent.device)
        refused = self._session.begin_device(intent, _now(), reason=reason)
        if refused is not None:
            return refused
        try:
            failure = await act(line)
        except ConnectorError as error:
            failure = str(error)
        except BaseException as error:
            text = f"interrupted, outcome unknown ({type(error).__name__})"
            self._session.settle_device(intent, _now(), failure=text)
            raise
        return self._session.settle_device(intent, _now(), failure=failure)


def _now() -> datetime:
    return datetime.now(tz=UTC)
