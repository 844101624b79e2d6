"""What devices themselves report as alarms (intrinsic reporting, ASHRAE 135, clause 13): facts without a library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from twin.model.ids import PointId
from twin.model.points import Point

NORMAL = "normal"
TRANSITIONS = ("to-offnormal", "to-fault", "to-normal")
"""In the order of BACnetEventTransitionBits and of the three time stamps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent:
    """The event state of one object, as its device notified it or listed it.

    ``state`` and ``from_state`` are spelled as ASHRAE 135 does (``high-limit``, ``life-safety-alarm``), empty where
    the device did not tell. ``at`` is when the state was reached, aware UTC, None where the device gave no date.
    ``priority``: 0 (highest) to 255. ``unacknowledged``: transitions that somebody still has to acknowledge.
    ``is_notified``: the device told it by itself; otherwise it was found by asking. ``message`` is harmless text.
    """

    device: str
    object_type: str
    object_instance: int
    state: str
    point: PointId | None = None
    from_state: str = ""
    notify_type: str = "alarm"
    at: datetime | None = None
    priority: int | None = None
    ack_required: bool = False
    unacknowledged: tuple[str, ...] = ()
    message: str = ""
    is_notified: bool = False

    @property
    def is_acknowledged(self) -> bool:
        """Whether nobody has to acknowledge anything of it."""
        return not self.unacknowledged

    @property
    def object_name(self) -> str:
        """Type and instance in one word: ``analog-input,3``."""
        return f"{self.object_type},{self.object_instance}"

    @property
    def subject(self) -> str:
        """Point id, or device and object where no point is bound to it."""
        return str(self.point) if self.point is not None else f"{self.device} {self.object_name}"


@dataclass(slots=True)
class EventCounts:
    """Counted since listening began.

    ``received``: notifications of this device; ``dropped``: those that nobody fetched in time; ``lost``: changes that
    should have been notified and were found by asking only. ``enrolled``: notification classes that list us. ``asked``:
    times that the device told what stands.
    """

    received: int = 0
    dropped: int = 0
    lost: int = 0
    enrolled: int = 0
    asked: int = 0


class EventSource(Protocol):
    """The alarms of one device. Works while its connector is entered."""

    def know(self, points: Iterable[Point], /) -> None:
        """Points by which objects are called from now on; those of other devices are passed over."""
        ...

    async def standing(self) -> Sequence[DeviceEvent]:
        """What is not normal or not acknowledged, asked now.

        Raises:
            ConnectorError: nobody answers, the device is not believed, or it tells no alarms.
        """
        ...

    async def acknowledge(self, event: DeviceEvent, /, *, source: str) -> str:
        """Acknowledge every outstanding transition of an event that `standing` gave, each with its own time stamp.

        `source` is who acknowledges: a role or post. The empty text if it was read back as acknowledged, otherwise
        what is not.

        Raises:
            DeviceRefusedError: the device says no; ``invalid-time-stamp`` if something newer happened meanwhile.
            ConnectorError: nobody answers.
        """
        ...

    async def open(self, *, may_enrol: bool) -> None:
        """Begin to listen and to ask now and then.

        `may_enrol` lets us write ourselves into the recipient lists of the device; `close` takes that back.
        """
        ...

    async def close(self) -> None:
        """Stop, and take our entry back as far as the device answers within a second."""
        ...

    def drain(self, most: int, /) -> Sequence[DeviceEvent]:
        """Events since the last call, oldest first, at most so many; the others wait."""
        ...

    def counts(self) -> EventCounts:
        """What became of the notifications."""
        ...

    def remark(self) -> str:
        """Why the device's own alarms may be late or missing; mostly the empty text."""
        ...
