from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names
from site_models.layout import Layout, layout_of
from twin.model.vocabulary import DETAINED, SpaceUse


@pytest.fixture(scope="module", params=site_names())
def any_layout(request: pytest.FixtureRequest) -> Layout:
    return layout_of(read_brief(site_folder(request.param)))


def test_every_sleeping_room_has_windows_of_a_tenth_of_its_floor(any_layout: Layout) -> None:
    for space in any_layout.facility.spaces:
        if space.use in DETAINED or space.use is SpaceUse.HOTEL:
            assert space.window_m2 >= 0.1 * space.area_m2, space.code


def test_a_window_stands_within_its_wall_between_doors_and_other_windows(any_layout: Layout) -> None:
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, door in any_layout.brief.doors:
        at = door.centre_x_m if door.along == "x" else door.centre_y_m
        taken[any_layout.wall_of_door[door.code].code].append(
            (at - door.clear_width_m / 2 - 0.05, at + door.clear_width_m / 2 + 0.05)
        )
    for window in any_layout.windows:
        run, half = window.wall.run, window.width_m / 2
        assert run.start < window.lengthwise - half < window.lengthwise + half < run.end, window.code
        assert window.across == run.middle
        assert window.sill_m + window.height_m < window.wall.height_m
        taken[window.wall.code].append((window.lengthwise - half, window.lengthwise + half))
    for stretches in taken.values():
        ordered = sorted(stretches)
        assert all(one[1] <= other[0] + 1e-6 for one, other in pairwise(ordered))


def test_every_window_looks_outdoors(any_layout: Layout) -> None:
    yards = {room.code: room for room in any_layout.brief.spaces if room.use is SpaceUse.YARD}
    for window in any_layout.windows:
        beside_yard = any(
            min(abs(window.wall.run.high - yard.y0), abs(window.wall.run.low - yard.y1)) < 1e-6
            and yard.x0 < window.lengthwise < yard.x1
            for yard in yards.values()
        )
        assert window.wall.is_external or beside_yard, window.code


def test_a_room_within_the_building_has_none(layout: Layout) -> None:
    assert layout.facility.space("VIL-L00-A-LAND1").window_m2 == 0.0
