"""Where the flights of a stair lie in its space: half-turn stairs of two flights, stairs of three flights round a well.

Half and quarter landings are as deep as the flight is wide. The storey landing lies where the doors are, so that the
same landing serves every storey.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Protocol

from site_models.brief_files import LinkRow

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 [m]."""


class Shaft(Protocol):
    """Where a stair stands: a rectangle in plan and the level of its foot [m]."""

    @property
    def x0(self) -> float: ...
    @property
    def y0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def y1(self) -> float: ...
    @property
    def floor_m(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdoors:
    """The shaft of a stair outside the building, with the level [m] of the platform at its head."""

    x0: float
    y0: float
    x1: float
    y1: float
    floor_m: float
    head_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One flight: centre of its first riser at floor level, direction of ascent, and its steps [m]."""

    x: float
    y: float
    z: float
    towards: tuple[float, float]
    width_m: float
    risers: int
    riser_m: float
    tread_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StairPlan:
    """Flights, intermediate landings (box and level [m]) and the hole they need in the slab above."""

    flights: tuple[Flight, ...]
    landings: tuple[tuple[Box, float], ...]
    hole: Box


def walking_length_m(link: LinkRow) -> float:
    """Length of the walking line: slopes of the flights plus one flight width for every landing between them."""
    risers = round(link.rise_m * 1000 / link.riser_mm) if link.riser_mm else 0
    slope = hypot(link.rise_m, (risers - link.flights) * link.tread_mm / 1000)
    return round(slope + max(link.flights - 1, 0) * link.width_m, 3)


def stair_plan(link: LinkRow, room: Shaft, doors: list[tuple[float, float]]) -> StairPlan:
    """Lay a stair out in its shaft; one outdoors ends on a platform.

    Args:
        link: The stair: rise, riser, tread, width, number of flights.
        room: The space at its lower end, or its place outdoors.
        doors: Centres of the doors of the shaft [m]; the storey landing lies at their side.
    """
    turned = link.flights != 3 and room.x1 - room.x0 > room.y1 - room.y0
    frame = _Frame.of(room, doors, turned=turned)
    risers = round(link.rise_m * 1000 / link.riser_mm)
    if link.flights == 3:
        return _round_a_well(link, frame, room.floor_m, risers)
    return _half_turn(link, frame, room.floor_m, risers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The space seen from its storey landing: u across, v away from the landing."""

    room: Shaft
    turned: bool
    flipped: bool

    @classmethod
    def of(cls, room: Shaft, doors: list[tuple[float, float]], *, turned: bool) -> _Frame:
        low, high = (room.x0, room.x1) if turned else (room.y0, room.y1)
        along = [x if turned else y for x, y in doors]
        mean = sum(along) / len(along) if along else low
        return cls(room=room, turned=turned, flipped=mean > (low + high) / 2)

    @property
    def across(self) -> float:
        return self.room.y1 - self.room.y0 if self.turned else self.room.x1 - self.room.x0

    @property
    def away(self) -> float:
        return self.room.x1 - self.room.x0 if self.turned else self.room.y1 - self.room.y0

    def point(self, u: float, v: float) -> tuple[float, float]:
        v = self.away - v if self.flipped else v
        x, y = (v, u) if self.turned else (u, v)
        return (round(self.room.x0 + x, 4), round(self.room.y0 + y, 4))

    def direction(self, u: float, v: float) -> tuple[float, float]:
        v = -v if self.flipped else v
        return (v, u) if self.turned else (u, v)

    def box(self, u0: float, v0: float, u1: float, v1: float) -> Box:
        (xa, ya), (xb, yb) = self.point(u0, v0), self.point(u1, v1)
        return (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def _flight(frame: _Frame, link: LinkRow, u: float, v: float, du: float, dv: float, z: float, risers: int) -> Flight:
    x, y = frame.point(u, v)
    return Flight(
        x=x,
        y=y,
        z=round(z, 4),
        towards=frame.direction(du, dv),
        width_m=link.width_m,
        risers=risers,
        riser_m=link.riser_mm / 1000,
        tread_m=link.tread_mm / 1000,
    )


def _half_turn(link: LinkRow, frame: _Frame, floor_m: float, risers: int) -> StairPlan:
    width, riser, tread = link.width_m, link.riser_mm / 1000, link.tread_mm / 1000
    counts = [risers] if link.flights == 1 else [risers - risers // 2, risers // 2]
    start = frame.away - width - (max(counts) - 1) * tread
    end = start + (counts[0] - 1) * tread
    flights = [_flight(frame, link, width / 2, start, 0.0, 1.0, floor_m, counts[0])]
    landings = []
    if link.flights == 2:
        middle_m = floor_m + counts[0] * riser
        flights.append(_flight(frame, link, frame.across - width / 2, end, 0.0, -1.0, middle_m, counts[1]))
        landings.append((frame.box(0.0, end, frame.across, end + width), round(middle_m, 4)))
    if isinstance(frame.room, Outdoors):
        landings.append((frame.box(0.0, 0.0, frame.across, start), frame.room.head_m))
    hole = frame.box(0.0, start, frame.across, frame.away)
    return StairPlan(flights=tuple(flights), landings=tuple(landings), hole=hole)


def stair_size_m(link: LinkRow, away_m: float) -> tuple[float, float]:
    """The least width and length [m] of the shaft of a stair, with a landing at both ends.

    Args:
        link: The stair.
        away_m: Length of the shaft; one round a well takes along its sides as many steps as fit it.
    """
    width, tread = link.width_m, link.tread_mm / 1000
    risers = round(link.rise_m * 1000 / link.riser_mm)
    if link.flights == 3:
        middle = risers - 2 * _steps_at_side(link, away_m, risers)
        return 2 * width + (middle - 1) * tread, 2 * width
    steps = risers if link.flights == 1 else risers - risers // 2
    return link.flights * width, (steps - 1) * tread + 2 * width


def _steps_at_side(link: LinkRow, away_m: float, risers: int) -> int:
    return min(int((away_m - 2 * link.width_m) / (link.tread_mm / 1000) + 1e-6) + 1, (risers - 1) // 2)


def _round_a_well(link: LinkRow, frame: _Frame, floor_m: float, risers: int) -> StairPlan:
    width, riser, tread = link.width_m, link.riser_mm / 1000, link.tread_mm / 1000
    side = _steps_at_side(link, frame.away, risers)
    middle = risers - 2 * side
    far = frame.away - width
    near = far - (side - 1) * tread
    first_m, second_m = floor_m + side * riser, floor_m + (side + middle) * riser
    flights = (
        _flight(frame, link, width / 2, near, 0.0, 1.0, floor_m, side),
        _flight(frame, link, width, far + width / 2, 1.0, 0.0, first_m, middle),
        _flight(frame, link, frame.across - width / 2, far, 0.0, -1.0, second_m, side),
    )
    run_end = width + (middle - 1) * tread
    landings = (
        (frame.box(0.0, far, width, frame.away), round(first_m, 4)),
        (frame.box(run_end, far, frame.across, frame.away), round(second_m, 4)),
    )
    return StairPlan(flights=flights, landings=landings, hole=frame.box(0.0, near, frame.across, frame.away))
