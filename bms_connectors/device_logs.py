"""What a device logged itself and can be asked for afterwards: facts without a library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from twin.model.points import Point, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What a device's log holds of a point in a time, oldest first; a failure that it logged has no value.

    ``problem``: why there is nothing, empty where the log was read. ``is_silent``: nobody answered, so that asking
    again later may help.
    """

    readings: tuple[Reading, ...] = ()
    problem: str = ""
    is_silent: bool = False


class DeviceLogs(Protocol):
    """The logs of one device. Works while its connector is entered."""

    async def read(self, point: Point, since: datetime, until: datetime, /) -> Logged:
        """What was logged with ``since`` < time < ``until`` (aware, UTC); a device that cannot tell is a result."""
        ...

    def forget(self) -> None:
        """Look anew the next time; the device may be another one now."""
        ...
