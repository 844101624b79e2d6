"""Walls join themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.plan.walls import BOX, EAST, HEAVY, LIGHT, NORTH, PLAIN, SOUTH, WEST, fill, steps, wall_mask

LEFT = [(0, 2), (4, 2), (4, 0), (0, 0)]
RIGHT = [(4, 2), (8, 2), (8, 0), (4, 0)]


def drawn(mask: np.ndarray) -> list[str]:
    return ["".join(map(chr, row)) for row in BOX[mask]]


def test_two_rooms_share_one_light_wall_inside_a_heavy_envelope() -> None:
    assert drawn(wall_mask([(LEFT, False), (RIGHT, False)], 9, 3)) == ["┏━━━┯━━━┓", "┃   │   ┃", "┗━━━┷━━━┛"]


def test_a_yard_is_fenced_lightly_and_leaves_the_envelope_heavy() -> None:
    assert drawn(wall_mask([(LEFT, False), (RIGHT, True)], 9, 3)) == ["┏━━━┱───┐", "┃   ┃   │", "┗━━━┹───┘"]


def test_every_mix_of_weights_has_a_character() -> None:
    masks = [n << NORTH | e << EAST | s << SOUTH | w << WEST for n in (0, 1, 2) for e in (0, 1, 2) for s in (0, 1, 2)
             for w in (0, 1, 2)]  # fmt: skip
    assert len({chr(BOX[mask]) for mask in masks}) == 81
    assert all(chr(PLAIN[mask]) in " +-|" for mask in masks)


def test_known_characters_stand_at_their_masks() -> None:
    assert chr(BOX[LIGHT << EAST | LIGHT << WEST]) == "─"
    assert chr(BOX[HEAVY << NORTH | HEAVY << SOUTH | LIGHT << EAST]) == "┠"
    assert chr(BOX[HEAVY << EAST | LIGHT << NORTH | LIGHT << SOUTH]) == "┝"


corners = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=8)


@given(corners)
def test_a_closed_outline_is_walked_in_unit_steps_back_to_its_start(outline: list[tuple[int, int]]) -> None:
    at = outline[0]
    for x0, y0, x1, y1 in steps(outline):
        assert (x0, y0) == at
        assert abs(x1 - x0) + abs(y1 - y0) == 1
        at = (x1, y1)
    assert at == outline[0]


def test_fill_stays_strictly_inside_an_l_shaped_room() -> None:
    room = [(0, 0), (8, 0), (8, 2), (4, 2), (4, 4), (0, 4)]
    walls = wall_mask([(room, False)], 9, 5)
    ids = np.full(walls.shape, -1, dtype=np.int16)
    fill(room, walls, ids, 7)
    assert ["".join("#" if cell == 7 else " " for cell in row) for row in ids] == [
        "         ",
        " ####### ",
        " ###     ",
        " ###     ",
        "         ",
    ]
