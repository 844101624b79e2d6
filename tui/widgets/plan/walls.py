"""Walls that join themselves: outlines on the cell grid become box-drawing characters.

Every cell has 2 bits for each of its four directions (none, light, heavy), 8 bits in all; one 256-entry table turns
the mask into a character. A wall with building on one side only is the envelope and drawn heavy; a yard's fence and
a wall between two rooms are light.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

LIGHT, HEAVY = 1, 2
NORTH, EAST, SOUTH, WEST = 0, 2, 4, 6
"""Bit offsets of the directions in a mask."""

GridCorners = Sequence[tuple[int, int]]
"""Corners as (column, row)."""

_DIRECTIONS = {
    "UP": (NORTH,),
    "RIGHT": (EAST,),
    "DOWN": (SOUTH,),
    "LEFT": (WEST,),
    "VERTICAL": (NORTH, SOUTH),
    "HORIZONTAL": (EAST, WEST),
}
_WEIGHTS = {"LIGHT": LIGHT, "HEAVY": HEAVY}


def _mask_of(name: str) -> int | None:
    """The mask that a Unicode name describes, None for dashes, arcs, diagonals and double lines."""
    mask = 0
    inherited: int | None = None
    for part in name.removeprefix("BOX DRAWINGS ").split(" AND "):
        words = part.split()
        weights = [_WEIGHTS[word] for word in words if word in _WEIGHTS]
        weight = weights[0] if weights else inherited
        directions = [word for word in words if word not in _WEIGHTS]
        if weight is None or any(word not in _DIRECTIONS for word in directions):
            return None
        inherited = weight
        for word in directions:
            for shift in _DIRECTIONS[word]:
                mask |= weight << shift
    return mask


def _box_table() -> NDArray[np.uint32]:
    table = np.full(256, ord(" "), dtype=np.uint32)
    for code in range(0x2500, 0x2580):
        mask = _mask_of(unicodedata.name(chr(code)))
        if mask is not None:
            table[mask] = code
    return table


def _plain_table() -> NDArray[np.uint32]:
    table = np.full(256, ord("+"), dtype=np.uint32)
    table[0] = ord(" ")
    for weight_a in (0, LIGHT, HEAVY):
        for weight_b in (0, LIGHT, HEAVY):
            if weight_a or weight_b:
                table[weight_a << EAST | weight_b << WEST] = ord("-")
                table[weight_a << NORTH | weight_b << SOUTH] = ord("|")
    return table


BOX = _box_table()
"""Mask → code point."""
PLAIN = _plain_table()
"""The same in ASCII, for terminals without box drawing."""


def steps(corners: GridCorners) -> Iterator[tuple[int, int, int, int]]:
    """Unit steps (column, row, column, row) round a closed outline; a sloped edge becomes a staircase."""
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        x, y = x0, y0
        span_x, span_y = abs(x1 - x0), abs(y1 - y0)
        done_x = done_y = 0
        while done_x < span_x or done_y < span_y:
            # Step along the axis that lags behind the straight line.
            if done_y >= span_y or (done_x < span_x and (done_x + 0.5) * span_y <= (done_y + 0.5) * span_x):
                step = (x, y, x + (1 if x1 > x0 else -1), y)
                done_x += 1
            else:
                step = (x, y, x, y + (1 if y1 > y0 else -1))
                done_y += 1
            yield step
            x, y = step[2], step[3]


def wall_mask(rooms: Iterable[tuple[GridCorners, bool]], width: int, height: int) -> NDArray[np.uint8]:
    """Masks of all walls.

    Args:
        rooms: Corners of each room on the grid and whether it is outdoors.
        width: Columns of the grid.
        height: Rows of the grid.

    Returns:
        Array height × width of masks, 0 where there is no wall.
    """
    indoor = np.zeros((2, height, width), dtype=np.int16)  # [0]: step to the east, [1]: step to the south
    outdoor = np.zeros_like(indoor)
    for corners, is_outdoor in rooms:
        sides = {(0, y0, min(x0, x1)) if y0 == y1 else (1, min(y0, y1), x0) for x0, y0, x1, y1 in steps(corners)}
        if sides:
            axis, row, column = np.array(sorted(sides)).T
            (outdoor if is_outdoor else indoor)[axis, row, column] += 1
    weight = np.where(indoor == 1, HEAVY, np.where((indoor > 1) | (outdoor > 0), LIGHT, 0)).astype(np.uint8)
    mask = (weight[0] << EAST) | (weight[1] << SOUTH)
    mask[:, 1:] |= weight[0][:, :-1] << WEST
    mask[1:, :] |= weight[1][:-1, :] << NORTH
    return np.asarray(mask, dtype=np.uint8)


def fill(corners: GridCorners, walls: NDArray[np.uint8], ids: NDArray[np.int16], room: int) -> None:
    """Write ``room`` into every cell strictly inside the outline (scan lines, even-odd), never on a wall."""
    rows = [y for _, y in corners]
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    for row in range(min(rows) + 1, max(rows)):
        crossings = sorted(
            x0 + (row - y0) * (x1 - x0) / (y1 - y0) for (x0, y0), (x1, y1) in edges if min(y0, y1) <= row < max(y0, y1)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            first, last = int(np.ceil(left)), int(np.floor(right)) + 1
            free = walls[row, first:last] == 0
            ids[row, first:last][free] = room
