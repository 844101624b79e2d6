"""One level at one zoom and mode as arrays of cells: code point, foreground, background, emphasis, room.

The static layer (walls, fills, labels) is drawn once; doors are stamped over it. A stamp restores the static cells
under the last footprint, draws again every door that touches it (the loudest on top) and returns the dirty region.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tui.widgets.plan.floor import Floor, Zoom
from tui.widgets.plan.labels import URGENT, candidates, fire_candidates, place
from tui.widgets.plan.looks import FLAMES, FLASH, PLAIN_FLAMES, Ink, Look, burns, fill_of, look_of, value_lines
from tui.widgets.plan.walls import BOX, HEAVY, PLAIN, fill, wall_mask
from twin.model.doors import Door
from twin.model.ids import GlobalId
from twin.model.operation import DoorView, SpaceView
from twin.model.vocabulary import DoorState

WORD_COLUMNS = 10
"""Columns per module from which on a loud door is spelled out."""
SPELLED_COLUMNS = 8
"""Columns per module from which on a cell shows its wing: ``A-C07`` and a free column on each side."""
BOLD = 1
_LOUD_FILLS = frozenset({Ink.FIRE, Ink.COLD, Ink.WARM})


class PlanMode(StrEnum):
    """What the room fills tell."""

    PLAN = "plan"
    TEMPERATURE = "temperature"


@dataclass(slots=True)
class PlanState:
    """What all rasters of a plan draw from: views by id, the selection, the phase of the flash."""

    doors: dict[GlobalId, DoorView] = field(default_factory=dict)
    rooms: dict[GlobalId, SpaceView] = field(default_factory=dict)
    selected: GlobalId | None = None
    flash_on: bool = False
    ascii_only: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Dirty cells of one row: columns ``first`` up to, not including, ``last``."""

    row: int
    first: int
    last: int


@dataclass(slots=True)
class _Layer:
    """Cells as parallel arrays, rows × columns."""

    code: NDArray[np.uint32]
    fg: NDArray[np.uint8]
    bg: NDArray[np.uint8]
    attr: NDArray[np.uint8]

    @classmethod
    def blank(cls, height: int, width: int) -> _Layer:
        return cls(
            np.full((height, width), ord(" "), dtype=np.uint32),
            np.full((height, width), Ink.TEXT, dtype=np.uint8),
            np.full((height, width), Ink.GROUND, dtype=np.uint8),
            np.zeros((height, width), dtype=np.uint8),
        )

    def copy_from(self, other: _Layer, row: int, first: int, last: int) -> None:
        self.code[row, first:last] = other.code[row, first:last]
        self.fg[row, first:last] = other.fg[row, first:last]
        self.bg[row, first:last] = other.bg[row, first:last]
        self.attr[row, first:last] = other.attr[row, first:last]

    def write(self, row: int, column: int, text: str, fg: Ink, bg: Ink | None, attr: int) -> None:
        end = column + len(text)
        self.code[row, column:end] = [ord(character) for character in text]
        self.fg[row, column:end] = fg
        self.attr[row, column:end] = attr
        if bg is not None:
            self.bg[row, column:end] = bg


class Raster:
    """A level drawn at one zoom and mode. ``cells`` is what is shown, ``ids`` the index of the room under each cell."""

    def __init__(self, floor: Floor, zoom: Zoom, mode: PlanMode, state: PlanState) -> None:
        self.floor, self.zoom, self.mode = floor, zoom, mode
        self._state = state
        self.width, self.height = floor.size(zoom)
        self.ids = np.full((self.height, self.width), -1, dtype=np.int16)
        self._corners = [[floor.cell_of(corner, zoom) for corner in outline.corners] for outline in floor.outlines]
        self._walls = wall_mask(
            ((corners, outline.is_outdoor) for corners, outline in zip(self._corners, floor.outlines, strict=True)),
            self.width,
            self.height,
        )
        for room, corners in enumerate(self._corners):
            fill(corners, self._walls, self.ids, room)
        self._ids_around = np.pad(self.ids, 1, constant_values=-1)
        self._static = _Layer.blank(self.height, self.width)
        self._draw_walls()
        self._wall_ink = self._static.fg.copy()
        self._has_burnt = False
        self._room_of = {outline.id: room for room, outline in enumerate(floor.outlines)}
        self._burning = np.zeros(len(floor.outlines) + 1, dtype=np.bool_)  # one more for "no room", index -1
        rooms = range(len(floor.outlines))
        self._note_fires(rooms)
        for room in rooms:
            self._paint_room(room)
        self.cells = _Layer.blank(self.height, self.width)
        self.door_cells = self._place_doors()
        self._doors_in_row: dict[int, list[GlobalId]] = {}
        self._footprints: dict[GlobalId, tuple[int, int]] = {}
        for door, (_, row) in self.door_cells.items():
            self._doors_in_row.setdefault(row, []).append(door)
            self._footprints[door] = self._footprint(door)
        self.stale: set[GlobalId] = set()
        for row in range(self.height):
            self._compose(row, 0, self.width)

    def flush(self) -> list[Span]:
        """Draw everything in ``stale`` (doors and rooms) and return what became dirty."""
        # All footprints first: a door is also drawn again where a changed neighbour touches it.
        dirty = [self._move_footprint(door) for door in self.stale if door in self.door_cells]
        for span in dirty:
            self._compose(span.row, span.first, span.last)
        rooms = [self._room_of[room] for room in self.stale & self._room_of.keys()]
        self._note_fires(rooms)
        for room in rooms:
            dirty.extend(self._repaint_room(room))
        self.stale.clear()
        return dirty

    def room_at(self, column: int, row: int) -> GlobalId | None:
        """GlobalId of the room under a cell."""
        if not (0 <= row < self.height and 0 <= column < self.width):
            return None
        room = int(self.ids[row, column])
        return None if room < 0 else self.floor.outlines[room].id

    def door_near(self, column: int, row: int) -> GlobalId | None:
        """The door nearest to a cell within 4 columns; a row counts as two columns."""
        distance = {
            door: abs(x - column) + 2 * abs(y - row)
            for door, (x, y) in self.door_cells.items()
            if abs(x - column) + 2 * abs(y - row) <= 4
        }
        return min(distance, key=lambda door: distance[door], default=None)

    def cell_of(self, element: GlobalId) -> tuple[int, int] | None:
        """(column, row) of a door or of the middle of a room."""
        if element in self.door_cells:
            return self.door_cells[element]
        if element in self._room_of:
            return self.floor.cell_of(self.floor.outlines[self._room_of[element]].space.centre, self.zoom)
        return None

    def _draw_walls(self) -> None:
        table = PLAIN if self._state.ascii_only else BOX
        is_wall = self._walls > 0
        heavy = np.zeros_like(is_wall)
        for shift in (0, 2, 4, 6):
            heavy |= (self._walls >> shift & 3) == HEAVY
        self._static.code[is_wall] = table[self._walls[is_wall]]
        self._static.fg[is_wall] = np.where(heavy[is_wall], Ink.ENVELOPE, Ink.WALL)

    def _box(self, room: int) -> tuple[int, int, int, int]:
        """First row, last row + 1, first column, last column + 1 of a room's outline."""
        columns, rows = [x for x, _ in self._corners[room]], [y for _, y in self._corners[room]]
        return min(rows), max(rows) + 1, min(columns), max(columns) + 1

    def _paint_room(self, room: int) -> None:
        space = self.floor.outlines[room].space
        view = self._state.rooms.get(space.global_id)
        top, bottom, left, right = self._box(room)
        inside = self.ids[top:bottom, left:right] == room
        ground = fill_of(space.use, view, shows_temperature=self.mode is PlanMode.TEMPERATURE)
        flames = PLAIN_FLAMES if self._state.ascii_only else FLAMES
        sign, ink = (flames, Ink.VERMILLION) if self._burning[room] else (" ", Ink.TEXT)
        static = self._static
        for layer, value in (
            (static.code, ord(sign)),
            (static.fg, int(ink)),
            (static.bg, int(ground)),
            (static.attr, 0),
        ):
            layer[top:bottom, left:right][inside] = value
        self._ink_walls(top, bottom, left, right)
        self._write_label(room, inside, (top, left), value_lines(view), is_loud=ground in _LOUD_FILLS)

    def _note_fires(self, rooms: Iterable[int]) -> None:
        """Before any of them is painted, since neighbours share walls."""
        for room in rooms:
            self._burning[room] = burns(self._state.rooms.get(self.floor.outlines[room].id))

    def _ink_walls(self, top: int, bottom: int, left: int, right: int) -> None:
        """Walls of a part of the plan: vermillion and bold round a room in fire alarm."""
        self._has_burnt |= bool(self._burning.any())
        if not self._has_burnt:
            return
        around = self._burning[self._ids_around[top : bottom + 2, left : right + 2]]
        height, width = bottom - top, right - left
        near = np.zeros((height, width), dtype=np.bool_)
        for down in (0, 1, 2):
            for across in (0, 1, 2):
                near |= around[down : down + height, across : across + width]
        part = np.s_[top:bottom, left:right]
        is_wall = self._walls[part] > 0
        self._static.fg[part][is_wall] = np.where(near, Ink.VERMILLION, self._wall_ink[part])[is_wall]
        self._static.attr[part][is_wall] = np.where(near, BOLD, 0)[is_wall]

    def _write_label(
        self, room: int, inside: NDArray[np.bool_], corner: tuple[int, int], values: tuple[str, ...], *, is_loud: bool
    ) -> None:
        space = self.floor.outlines[room].space
        short = self.floor.short_codes[space.global_id]
        spells = self.zoom.columns_per_module >= SPELLED_COLUMNS
        burning = bool(self._burning[room])
        if burning:
            tries = [(lines, 1, 1) for lines in fire_candidates(space, short, values)]
            tries += [((short, "FIRE"), 0, 0), (("FIRE",), 0, 0)]
        else:
            tries = [(lines, 1, 1) for lines in candidates(space, short, values, spells_cells=spells)]
        for lines, before, after in [*tries, ((short,), 1, 0)]:
            spot = place(inside, lines, left_margin=before, right_margin=after)
            if spot is not None:
                break
        else:
            return
        width = max(len(line) for line in lines)
        for offset, line in enumerate(lines):
            column = corner[1] + spot[1] + (width - len(line)) // 2
            urgent = line.startswith(URGENT)
            ink = Ink.CALL if urgent else Ink.BRIGHT if is_loud else Ink.DIM if line in values else Ink.TEXT
            ground = Ink.VERMILLION if burning and line.startswith("FIRE") else None
            if ground is not None:
                ink = Ink.WHITE
            emphasis = BOLD if urgent or is_loud else 0
            self._static.write(corner[0] + spot[0] + offset, column, line, ink, ground, emphasis)

    def _repaint_room(self, room: int) -> list[Span]:
        self._paint_room(room)
        top, bottom, left, right = self._box(room)
        for row in range(top, bottom):
            self._compose(row, left, right)
        return [Span(row, left, right) for row in range(top, bottom)]

    def _place_doors(self) -> dict[GlobalId, tuple[int, int]]:
        """Each door on the nearest free cell of a wall that runs its way; (column, row)."""
        taken: set[tuple[int, int]] = set()
        placed: dict[GlobalId, tuple[int, int]] = {}
        for door in self.floor.doors:
            spot = min(self._spots(door), key=lambda item: (item[1] in taken, item[0]))[1]
            taken.add(spot)
            placed[door.global_id] = spot
        return placed

    def _spots(self, door: Door) -> Iterable[tuple[float, tuple[int, int]]]:
        """Cells near a door with the price of drawing it there."""
        column, row = self.floor.cell_of(door.centre, self.zoom)
        runs_north = abs(door.along[1]) > abs(door.along[0])
        wanted = 0b00_11_00_11 if runs_north else 0b11_00_11_00
        for dy in (0, -1, 1, -2, 2) if runs_north else (0, -1, 1):
            for dx in (0, -1, 1) if runs_north else (0, -1, 1, -2, 2):
                x = min(max(column + dx, 0), self.width - 1)
                y = min(max(row + dy, 0), self.height - 1)
                mask = int(self._walls[y, x])
                straight = mask != 0 and mask & ~wanted == 0
                price = abs(dx) + 2 * abs(dy) + (0 if straight else 3 if mask else 8)
                yield price, (x, y)

    def _text(self, door: GlobalId) -> tuple[str, Look]:
        view = self._state.doors.get(door)
        look = look_of(view or DoorView(door=door, state=DoorState.UNMONITORED))
        symbol = look.plain if self._state.ascii_only else look.symbol
        if look.is_loud:
            spelled = self.zoom.columns_per_module >= WORD_COLUMNS
            symbol = f"{symbol}{look.word}" if spelled else f"!{symbol}!"
        return (f"[{symbol}]" if door == self._state.selected else symbol), look

    def _footprint(self, door: GlobalId) -> tuple[int, int]:
        """Columns a door takes now: first and last + 1."""
        column, _ = self.door_cells[door]
        length = len(self._text(door)[0])
        first = max(0, min(column - length // 2, self.width - length))
        return first, min(first + length, self.width)

    def _move_footprint(self, door: GlobalId) -> Span:
        """Take the door's new footprint; what it covers and what it covered is dirty."""
        _, row = self.door_cells[door]
        before, now = self._footprints[door], self._footprint(door)
        self._footprints[door] = now
        return Span(row, min(before[0], now[0]), max(before[1], now[1]))

    def _compose(self, row: int, first: int, last: int) -> None:
        """Restore the static cells and draw every door that touches them, the loudest and the selected last."""
        self.cells.copy_from(self._static, row, first, last)
        touching = [
            door
            for door in self._doors_in_row.get(row, ())
            if self._footprints[door][0] < last and self._footprints[door][1] > first
        ]
        drawn = [(door, *self._text(door)) for door in touching]
        drawn.sort(key=lambda item: (item[0] == self._state.selected, item[2].loudness))
        for door, text, look in drawn:
            self._draw_door(door, row, text, look, first, last)

    def _draw_door(self, door: GlobalId, row: int, text: str, look: Look, first: int, last: int) -> None:
        view = self._state.doors.get(door)
        flashes = self._state.flash_on and view is not None and view.alarm_unacknowledged
        fg, bg = (FLASH.fg, FLASH.bg) if flashes else (look.fg, look.bg)
        start = self._footprints[door][0]
        is_selected = door == self._state.selected
        for column in range(max(first, start), min(last, self._footprints[door][1])):
            position = column - start
            bracket = is_selected and position in {0, len(text) - 1}
            character = text[position]
            ink, ground = (Ink.WHITE, Ink.SELECT) if bracket else (fg, bg)
            if is_selected and ground is None and not bracket:
                ink = Ink.WHITE if ink is Ink.DIM else ink
            self.cells.write(row, column, character, ink, ground, BOLD if look.loudness or bracket else 0)
