"""A device as it is found: facts without the library that found them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Told how much is done of how much."""


@dataclass(frozen=True, slots=True, order=True)
class FoundDevice:
    """One I-Am: device instance, where it came from, vendor identifier.

    Behind a router ``network`` is its network number and ``station`` its address there, and ``host`` and ``port`` are
    the router's; otherwise they are 0 and empty. ``max_apdu``: octets it takes.
    """

    instance: int
    host: str
    port: int
    vendor: int
    network: int = 0
    station: str = ""
    max_apdu: int = field(default=0, compare=False)
    is_segmented: bool = field(default=False, compare=False)

    @property
    def address(self) -> str:
        """What `Device.host` must be to talk to it: the host, behind a router ``network:station@host``."""
        return f"{self.network}:{self.station}@{self.host}" if self.network else self.host
