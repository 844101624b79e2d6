"""Rasters: doors on walls, stamps and what they restore, zoom steps."""

from __future__ import annotations

import numpy as np
import pytest
from block import block

from tui.widgets.plan.floor import COLUMNS_PER_MODULE, Floor, Zoom, fitting, floor_of, module_m, opening, zooms_for
from tui.widgets.plan.looks import Ink
from tui.widgets.plan.raster import PlanMode, PlanState, Raster
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.operation import DoorView, SpaceView
from twin.model.vocabulary import DoorState


@pytest.fixture(scope="module")
def facility() -> Facility:
    return block()


@pytest.fixture(scope="module")
def floor(facility: Facility) -> Floor:
    return floor_of(facility, "L00")


def zoom_of(floor: Floor, columns: int) -> Zoom:
    return zooms_for(module_m([floor]))[COLUMNS_PER_MODULE.index(columns)]


def raster_of(floor: Floor, columns: int = 5, state: PlanState | None = None, mode: PlanMode = PlanMode.PLAN) -> Raster:
    return Raster(floor, zoom_of(floor, columns), mode, state or PlanState())


def door(floor: Floor, code: str) -> GlobalId:
    return next(d.global_id for d in floor.doors if d.code == code)


def picture(raster: Raster) -> tuple[bytes, bytes, bytes, bytes]:
    cells = raster.cells
    return cells.code.tobytes(), cells.fg.tobytes(), cells.bg.tobytes(), cells.attr.tobytes()


def test_the_module_of_a_block_is_its_cell_with_one_wall(floor: Floor) -> None:
    assert module_m([floor]) == 2.8


@pytest.mark.parametrize("columns", [4, 5, 6, 8, 10])
def test_equal_cells_are_equally_wide_at_every_zoom(floor: Floor, columns: int) -> None:
    raster = raster_of(floor, columns)
    row = raster.floor.cell_of((1.3, 9.0), raster.zoom)[1]
    wing = raster.ids[row, : raster.floor.cell_of((44.7, 9.0), raster.zoom)[0]]
    _, widths = np.unique(wing[wing >= 0], return_counts=True)
    assert set(widths) == {columns - 1}


def test_every_door_lies_on_a_wall_and_none_hides_another(floor: Floor) -> None:
    raster = raster_of(floor)
    assert len(set(raster.door_cells.values())) == len(floor.doors)
    assert all(raster.ids[row, column] < 0 for column, row in raster.door_cells.values())


def test_the_whole_level_opens_at_once_where_it_can_be_read(floor: Floor) -> None:
    zooms = zooms_for(module_m([floor]))
    assert zooms[opening(floor, zooms, 200, 50)].columns_per_module == 5
    assert floor.size(zooms[fitting(floor, zooms, 100, 40)])[0] <= 100


def test_a_small_terminal_opens_at_the_first_readable_zoom(floor: Floor) -> None:
    zooms = zooms_for(module_m([floor]))
    assert zooms[opening(floor, zooms, 60, 20)].columns_per_module == 5


def test_a_door_that_comes_back_leaves_no_trace(floor: Floor) -> None:
    state = PlanState()
    raster = raster_of(floor, state=state)
    before = picture(raster)
    one = door(floor, "D.TST-L00-A-C07.1")
    state.doors[one] = DoorView(door=one, state=DoorState.FORCED, expected=False)
    raster.stale.add(one)
    [dirty] = raster.flush()
    assert dirty.last - dirty.first == 3
    assert picture(raster) != before
    state.doors[one] = DoorView(door=one, state=DoorState.UNMONITORED)
    raster.stale.add(one)
    assert raster.flush() == [dirty]
    assert picture(raster) == before


def test_a_change_touches_no_cell_outside_the_dirty_region(floor: Floor) -> None:
    state = PlanState()
    raster = raster_of(floor, state=state)
    before = raster.cells.code.copy()
    one = door(floor, "D.TST-L00-B-C03.1")
    state.doors[one] = DoorView(door=one, state=DoorState.HELD, expected=False)
    raster.stale.add(one)
    [dirty] = raster.flush()
    changed = np.argwhere(raster.cells.code != before)
    assert len(changed)
    assert all(row == dirty.row and dirty.first <= column < dirty.last for row, column in changed)


def test_a_quiet_neighbour_never_hides_a_forced_door(floor: Floor) -> None:
    state = PlanState()
    raster = raster_of(floor, 2, state)
    loud, quiet = door(floor, "D.TST-L00-A-C07.1"), door(floor, "D.TST-L00-A-C08.1")
    for one, kind in ((loud, DoorState.FORCED), (quiet, DoorState.LOCKED)):
        state.doors[one] = DoorView(door=one, state=kind, expected=kind is DoorState.LOCKED)
        raster.stale.add(one)
        raster.flush()
    column, row = raster.door_cells[loud]
    assert "".join(map(chr, raster.cells.code[row, column - 1 : column + 2])) == "!▲!"


def test_the_state_is_a_word_when_zoomed_in_and_the_selection_has_brackets(floor: Floor) -> None:
    one = door(floor, "D.TST-L00-A-C07.1")
    state = PlanState(doors={one: DoorView(door=one, state=DoorState.FORCED, expected=False)}, selected=one)
    raster = raster_of(floor, 10, state)
    row = raster.door_cells[one][1]
    assert "[▲FORCED]" in "".join(map(chr, raster.cells.code[row]))


def test_an_expected_open_door_is_quiet_and_an_unexpected_one_loud(floor: Floor) -> None:
    one = door(floor, "D.TST-L00-A-C07.1")
    grounds = []
    for expected in (True, False):
        state = PlanState(doors={one: DoorView(door=one, state=DoorState.OPEN, expected=expected)})
        raster = raster_of(floor, state=state)
        column, row = raster.door_cells[one]
        grounds.append(raster.cells.bg[row, column])
    assert grounds == [Ink.GROUND, Ink.SKY]


def test_the_flash_is_inverse_white(floor: Floor) -> None:
    one = door(floor, "D.TST-L00-A-C07.1")
    view = DoorView(door=one, state=DoorState.FORCED, expected=False, alarm_unacknowledged=True)
    raster = raster_of(floor, state=PlanState(doors={one: view}, flash_on=True))
    column, row = raster.door_cells[one]
    assert (raster.cells.fg[row, column], raster.cells.bg[row, column]) == (Ink.VERMILLION, Ink.WHITE)


def test_temperature_mode_colours_only_deviating_rooms(facility: Facility, floor: Floor) -> None:
    warm = facility.space("TST-L00-A-C03").global_id
    views = {s.space.global_id: SpaceView(space=s.space.global_id, temp_c=21.0) for s in floor.outlines}
    views[warm] = SpaceView(space=warm, temp_c=26.0, temperature_deviation=1)
    raster = raster_of(floor, 10, PlanState(rooms=views), PlanMode.TEMPERATURE)
    rooms = {raster.floor.outlines[room].id for room in np.unique(raster.ids[raster.cells.bg == Ink.WARM]) if room >= 0}
    assert rooms == {warm}
    assert "↑26.0°" in "\n".join("".join(map(chr, row)) for row in raster.cells.code)


def test_the_room_under_a_cell_is_found_without_geometry(facility: Facility, floor: Floor) -> None:
    raster = raster_of(floor)
    room = facility.space("TST-L00-C-HALL")
    assert raster.room_at(*floor.cell_of(room.centre, raster.zoom)) == room.global_id
    assert raster.room_at(-1, 0) is None


def test_ascii_only_draws_no_character_beyond_ascii(floor: Floor) -> None:
    raster = raster_of(floor, state=PlanState(ascii_only=True))
    assert int(raster.cells.code.max()) < 128


def test_an_empty_level_is_a_single_cell() -> None:
    raster = Raster(Floor(name="", outlines=(), doors=()), Zoom(5, 1.8), PlanMode.PLAN, PlanState())
    assert (raster.width, raster.height) == (1, 1)
