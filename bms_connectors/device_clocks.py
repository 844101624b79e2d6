"""What a device's clock shows beside ours: facts without a library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """A device's clock, read once.

    ``at`` is what it showed, aware UTC; ``deviation_s`` how far it is ahead of ours (negative: behind), give or take
    ``uncertainty_s``: half the round trip and half of what the device resolves. ``utc_offset_min`` counts westwards as
    BACnet does (clause 12.11), None where the device does not tell and this machine's time zone is assumed.
    """

    at: datetime
    deviation_s: float
    uncertainty_s: float
    utc_offset_min: int | None = None


class ClockSetter(Protocol):
    """The clock of one device. Works while its connector is entered."""

    async def read(self) -> ClockReading:
        """What it shows now.

        Raises:
            DecodeError: the date or time is not fully specified, or no date of the calendar; or there is no clock.
            ConnectorError: nobody answers.
        """
        ...

    async def set(self) -> str:
        """Set it to ours and read it back; the empty text, or what is still wrong.

        Raises:
            ConnectorError: as `read`.
        """
        ...
