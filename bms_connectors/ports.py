"""The seams of this wing: structural protocols, so that what fits need not import them.

What reads cannot write: `Connector` and `PointWriter` are different types. `PointHost` is what the virtual servers put
on the wire; `simulation.plant` fits it without knowing it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self

from twin.model.ids import PointId
from twin.model.points import Command, Point, Reading


class Connector(Protocol):
    """Reads the points of one device. An async context manager: entering opens sockets, leaving closes them."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    async def read(self, points: Sequence[Point], /) -> list[Reading]:
        """One reading for every point asked, in that order; a failed read is a quality, never an exception or a 0."""
        ...


class PointWriter(Protocol):
    """Writes one point of one device."""

    async def write(self, point: Point, command: Command, /) -> None:
        """Send the value.

        Raises:
            DeviceRefusedError: the device answered no.
            ResponseTimeoutError, ConnectError: it did not answer.
        """
        ...


class ReadingSink(Protocol):
    """Where readings go: live state, history."""

    def append(self, readings: Iterable[Reading], /) -> int: ...


class PointHost(Protocol):
    """Something that has points: the virtual building, or a table in a test. Called from one event loop only."""

    def value(self, point: PointId, /) -> float | None:
        """Present value, None while the host does not know it (served as a fault, never as 0)."""
        ...

    def write(self, point: PointId, value: float, /) -> str:
        """Take a written value; the empty text if accepted, otherwise the reason of the refusal."""
        ...

    def drain_changed(self) -> Collection[PointId]:
        """Points whose value may have changed since the last call."""
        ...


class PointReleaser(Protocol):
    """Gives a command priority back (BACnet only; Modbus has no priorities)."""

    async def relinquish(self, point: Point, priority: int, /) -> None:
        """Relinquish the priority; raises as `PointWriter.write`."""
        ...
