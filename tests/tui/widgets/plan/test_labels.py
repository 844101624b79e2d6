"""Labels by level of detail."""

from __future__ import annotations

import numpy as np
from block import block

from tui.widgets.plan.labels import candidates, long_code, place, short_codes, wrapped
from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import SpaceUse


def space(code: str, use: SpaceUse = SpaceUse.CELL_SINGLE, name: str = "Single cell") -> Space:
    return Space(
        global_id=GlobalId(code), code=code, name=name, use=use, storey=GlobalId("L"), polygon=(), floor_m=0.0,
        height_m=2.7, area_m2=10.0,
    )  # fmt: skip


def test_a_cell_is_two_digits_where_they_are_unique_in_its_wing() -> None:
    shorts = short_codes([space("X-A-C07"), space("X-B-C07"), space("X-A-C08")])
    assert list(shorts.values()) == ["07", "07", "08"]


def test_digits_that_occur_twice_in_a_wing_keep_their_letters() -> None:
    shorts = short_codes([space("X-A-C07"), space("X-A-R07"), space("X-A-C08")])
    assert list(shorts.values()) == ["C07", "R07", "08"]


def test_no_short_label_of_a_wing_occurs_twice() -> None:
    rooms = [room for room in block().spaces if room.code.startswith("TST-L00-")]
    shorts = short_codes(rooms)
    labels = [(room.code.rsplit("-", 1)[0], shorts[room.global_id]) for room in rooms]
    assert len(set(labels)) == len(labels)


def test_a_foreign_code_without_hyphens_is_its_own_label() -> None:
    assert long_code("A203") == "A203"
    assert short_codes([space("A203", SpaceUse.UNKNOWN)]) == {GlobalId("A203"): "A203"}


def test_control_characters_of_a_code_never_reach_a_label() -> None:
    assert "\x1b" not in long_code("X-\x1b[2J")


def test_a_call_outlives_the_temperature() -> None:
    tries = candidates(space("X-A-C07"), "07", ("CALL", "21.0°"), spells_cells=True)
    assert tries[:3] == [("A-C07", "CALL", "21.0°"), ("A-C07", "CALL"), ("A-C07",)]


def test_the_arrow_of_a_deviation_outlives_its_figures() -> None:
    tries = candidates(space("X-A-C07"), "07", ("↑25.5°", "1 p"), spells_cells=True)
    assert tries[:4] == [("A-C07", "↑25.5°", "1 p"), ("A-C07", "↑25.5°"), ("A-C07", "↑25°"), ("A-C07", "↑")]
    assert candidates(space("X-A-C07"), "07", ("↑25.5°",), spells_cells=False)[0] == ("07", "↑")


def test_a_name_is_broken_as_evenly_as_can_be() -> None:
    assert wrapped("Day room / kitchen A")[1] == ("Day room/", "kitchen A")


def test_a_label_keeps_a_free_column_on_each_side() -> None:
    inside = np.ones((2, 4), dtype=bool)
    assert place(inside, ("07",)) == (0, 1)
    assert place(inside, ("C07",)) is None
    assert place(inside, ("C07",), right_margin=0) == (0, 1)


def test_a_label_in_an_l_shaped_room_avoids_the_notch() -> None:
    inside = np.ones((4, 12), dtype=bool)
    inside[:2, 6:] = False
    row, column = place(inside, ("workshop",)) or (-1, -1)
    assert inside[row, column - 1 : column + 9].all()
