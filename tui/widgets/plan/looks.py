"""What a door and a room look like: symbol, word and colour. One table each; colours after Okabe and Ito.

Report by exception: the deviation from the regime is loud, what is expected is quiet. Never colour alone: a symbol
and, zoomed in, a word carry the same news.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from twin.model.operation import DoorView, SpaceView
from twin.model.vocabulary import CELLS, CIRCULATION, DoorState, SpaceUse


class Ink(IntEnum):
    """Index into `PALETTE`."""

    GROUND = 0
    WALL = 1
    ENVELOPE = 2
    ROOM = 3
    CELL = 4
    PASSAGE = 5
    YARD = 6
    CONTROL = 7
    TEXT = 8
    DIM = 9
    BRIGHT = 10
    BLACK = 11
    WHITE = 12
    SKY = 13
    ORANGE = 14
    VERMILLION = 15
    PURPLE = 16
    COLD = 17
    WARM = 18
    FIRE = 19
    SELECT = 20
    CALL = 21
    GREEN = 22


PALETTE: tuple[str, ...] = (
    "#1b1e22",
    "#8b949e",
    "#c3cad3",
    "#272b31",
    "#30363e",
    "#22262b",
    "#1f2a24",
    "#38434f",
    "#c9d1d9",
    "#8b949e",
    "#f0f3f6",
    "#000000",
    "#ffffff",
    "#56b4e9",
    "#e69f00",
    "#d55e00",
    "#cc79a7",
    "#1f4a6b",
    "#6b3a17",
    "#7a2e00",
    "#0072b2",
    "#f0e442",
    "#009e73",
)
"""Greys for what is normal, the colours of Okabe and Ito for what is not."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is drawn. ``loudness``: 0 quiet … 4; ``plain`` stands in where only ASCII is safe."""

    symbol: str
    plain: str
    word: str
    fg: Ink
    bg: Ink | None
    loudness: int

    @property
    def is_loud(self) -> bool:
        """Whether the symbol is framed far out and spelled when zoomed in."""
        return self.loudness >= 3


_QUIET = {
    DoorState.LOCKED: Look("▪", "#", "locked", Ink.DIM, None, 0),
    DoorState.CLOSED: Look("◇", "o", "unlocked", Ink.DIM, None, 1),
    DoorState.OPEN: Look("╱", "/", "open", Ink.DIM, None, 1),
    DoorState.MOVING: Look("↔", "~", "moving", Ink.SKY, None, 1),
    DoorState.UNMONITORED: Look("·", ".", "no point", Ink.DIM, None, 0),
}
_LOUD = {
    DoorState.LOCKED: Look("▪", "#", "LOCKED", Ink.ORANGE, None, 2),
    DoorState.CLOSED: Look("◇", "o", "UNLOCKED", Ink.SKY, None, 2),
    DoorState.OPEN: Look("╱", "/", "OPEN", Ink.BLACK, Ink.SKY, 2),
    DoorState.MOVING: Look("↔", "~", "moving", Ink.SKY, None, 2),
    DoorState.HELD: Look("◆", "H", "HELD", Ink.BLACK, Ink.ORANGE, 3),
    DoorState.FORCED: Look("▲", "A", "FORCED", Ink.WHITE, Ink.VERMILLION, 4),
    DoorState.FAULT: Look("?", "?", "FAULT", Ink.BLACK, Ink.PURPLE, 3),
    DoorState.UNKNOWN: Look("?", "?", "NO DATA", Ink.BLACK, Ink.PURPLE, 2),
}
ISOLATED = Look("x", "x", "ISOLATED", Ink.PURPLE, None, 2)
FLASH = Look("▲", "A", "", Ink.VERMILLION, Ink.WHITE, 4)
"""Colours of the other half of an unacknowledged flash: inverse white."""

LEGEND: tuple[tuple[str, tuple[DoorState, ...]], ...] = (
    ("Forced", (DoorState.FORCED,)),
    ("Held", (DoorState.HELD,)),
    ("Fault", (DoorState.FAULT,)),
    ("No data", (DoorState.UNKNOWN,)),
    ("Open", (DoorState.OPEN,)),
    ("Moving", (DoorState.MOVING,)),
    ("Unlocked", (DoorState.CLOSED,)),
    ("Locked", (DoorState.LOCKED,)),
    ("No point", (DoorState.UNMONITORED,)),
)
"""Rows of the door counts: label, states."""


def look_of(view: DoorView) -> Look:
    """The look of a door: an isolated one is never loud, an expected state is quiet."""
    if view.isolated:
        return ISOLATED
    if view.expected and view.state in _QUIET:
        return _QUIET[view.state]
    return _LOUD.get(view.state) or _QUIET[view.state]


def legend_look(state: DoorState) -> Look:
    """The look of a state in the legend: as it is usually met."""
    return _QUIET[state] if state in {DoorState.LOCKED, DoorState.UNMONITORED} else _LOUD[state]


FIRE_ALARM = "alarm"
"""State of a fire zone in which its rooms burn (the words of the point kind ``fire_zone``)."""
FLAMES, PLAIN_FLAMES = "░", "^"
"""Pattern of a room in fire alarm, so that it is told by its shape too; the second where only ASCII is safe."""


def burns(view: SpaceView | None) -> bool:
    """Whether the room's compartment is in fire alarm."""
    return view is not None and view.fire == FIRE_ALARM


def fill_of(use: SpaceUse, view: SpaceView | None, *, shows_temperature: bool) -> Ink:
    """Background of a room; deviations only in temperature mode, fire in every mode."""
    if view is not None and view.fire:
        return Ink.FIRE
    if view is not None and shows_temperature and view.temperature_deviation:
        return Ink.COLD if view.temperature_deviation < 0 else Ink.WARM
    if use in CELLS:
        return Ink.CELL
    if use is SpaceUse.YARD:
        return Ink.YARD
    if use is SpaceUse.CONTROL:
        return Ink.CONTROL
    return Ink.PASSAGE if use in CIRCULATION else Ink.ROOM


def value_lines(view: SpaceView | None) -> tuple[str, ...]:
    """Short lines of what is known of a room: fire, call, temperature with its arrow, head count."""
    if view is None:
        return ()
    lines: list[str] = []
    if view.fire:
        lines.append(f"FIRE {view.fire}".upper())
    if view.calling:
        lines.append("CALL")
    if view.temp_c is not None:
        arrow = "↑" if view.temperature_deviation > 0 else "↓" if view.temperature_deviation < 0 else ""
        lines.append(f"{arrow}{view.temp_c:.1f}°")
    if view.occupancy is not None:
        lines.append(f"{view.occupancy} p")
    return tuple(lines)
