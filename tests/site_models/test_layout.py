from __future__ import annotations

from collections import Counter

import pytest

from site_models.layout import Layout
from site_models.programme import Brief
from site_models.zones import smoke_compartments
from twin.model.facility import Facility
from twin.model.ids import global_id_for, is_outside
from twin.model.vocabulary import CELLS, SLEEPING, SpaceUse


def test_the_building_has_the_numbers_of_its_programme(facility: Facility) -> None:
    yards = [space for space in facility.spaces if space.use is SpaceUse.YARD]
    assert (len(facility.spaces), len(facility.doors), len(facility.links)) == (294, 304, 15)
    assert facility.certified_places == 200
    assert sum(space.area_m2 for space in facility.spaces if space not in yards) == pytest.approx(6447, abs=0.5)


def test_identities_follow_from_kind_and_code(facility: Facility) -> None:
    cell = facility.space("VIL-L01-A-C07")
    assert cell.global_id == global_id_for("VIL", "space", "VIL-L01-A-C07")
    assert facility.door("D.VIL-L01-A-C07.1").global_id == global_id_for("VIL", "door", "D.VIL-L01-A-C07.1")


def test_both_buildings_share_the_names_of_their_levels(facility: Facility) -> None:
    assert facility.levels == ("L00", "L01", "L02", "L03", "L04")
    elevations = {(storey.building, storey.name): storey.elevation_m for storey in facility.storeys}
    assert sorted(value for (_, name), value in elevations.items() if name == "L01") == [3.3, 4.8]
    assert sum(storey.is_ground for storey in facility.storeys) == 2


def test_smoke_compartments_are_those_of_the_design(brief: Brief, facility: Facility) -> None:
    per_level = Counter(name.split("-")[2] for name in facility.zone_members("smoke"))
    assert per_level == {"L00": 6, "L01": 7, "L02": 5, "L03": 5, "L04": 1}
    names = smoke_compartments(brief)
    assert names["VIL-L00-LINK-LINK"] == names["VIL-L00-U-UENT"]
    assert names["VIL-L01-A-C01"] != names["VIL-L01-A-C10"]


def test_no_smoke_compartment_holds_a_shaft_or_a_yard_or_more_than_13_sleepers(facility: Facility) -> None:
    for members in facility.zone_members("smoke").values():
        spaces = [facility.space_by_id[member] for member in members]
        assert not {SpaceUse.STAIR, SpaceUse.LIFT, SpaceUse.YARD} & {space.use for space in spaces}
        assert sum(space.capacity for space in spaces if space.use in SLEEPING) <= 13


def test_a_unit_of_19_cells_is_one_release_group_with_two_halves(facility: Facility) -> None:
    groups = facility.zone_members("release")
    assert len(groups["RG-VIL-L01-A"]) == 19
    assert set(groups["RG-VIL-L01-A"]) == {*groups["RG-VIL-L01-A-N"], *groups["RG-VIL-L01-A-S"]}
    assert len(groups["RG-VIL-L00-C"]) == 3


def test_every_cell_has_a_release_group_and_every_space_a_regime_zone(facility: Facility) -> None:
    assert all(bool(space.release_group) == (space.use in CELLS) for space in facility.spaces)
    assert facility.space("VIL-L01-A-C07").regime_zone == "VIL-L01-A"
    assert all(space.regime_zone for space in facility.spaces)


def test_every_door_sits_in_the_middle_of_a_wall_that_is_long_enough(layout: Layout) -> None:
    assert len(layout.wall_of_door) == 304
    for _, door in layout.brief.doors:
        wall = layout.wall_of_door[door.code]
        lengthwise = door.centre_x_m if door.along == "x" else door.centre_y_m
        assert wall.run.start <= lengthwise - door.clear_width_m / 2
        assert lengthwise + door.clear_width_m / 2 <= wall.run.end
        assert wall.is_external == (door.to_space == "OUTSIDE")


def test_no_wall_stands_in_a_room(layout: Layout) -> None:
    for room in layout.brief.spaces:
        if room.use is SpaceUse.YARD:
            continue
        for wall in layout.walls:
            run = wall.run
            if (wall.part, wall.level) != (room.part, room.level):
                continue
            x0, x1, y0, y1 = (
                (run.start, run.end, run.low, run.high) if run.along == "x" else (run.low, run.high, run.start, run.end)
            )
            overlap = min(x1, room.x1) - max(x0, room.x0), min(y1, room.y1) - max(y0, room.y0)
            assert min(overlap) < 1e-3, (wall.code, room.code)


def test_doors_to_the_outdoors_lead_to_the_outside_of_their_storey(facility: Facility) -> None:
    finals = [door for door in facility.doors if door.is_final_exit]
    assert len(finals) == 7
    assert all(door.joins is not None and door.joins[1].endswith(door.storey) for door in finals)
    assert all(not is_outside(door.joins[0]) for door in finals if door.joins)


def test_stairs_rise_from_floor_to_floor_inside_their_space(layout: Layout) -> None:
    for _, link in layout.brief.links:
        plan = layout.stairs.get(link.code)
        if plan is None:
            continue
        room = layout.brief.room_by_code[link.space_from]
        assert sum(flight.risers * flight.riser_m for flight in plan.flights) == pytest.approx(link.rise_m)
        for flight in plan.flights:
            run = (flight.risers - 1) * flight.tread_m
            for step in (0.0, run):
                x, y = flight.x + flight.towards[0] * step, flight.y + flight.towards[1] * step
                assert room.x0 <= x <= room.x1
                assert room.y0 <= y <= room.y1
        for (x0, y0, x1, y1), _ in plan.landings:
            assert min(x1 - x0, y1 - y0) >= link.width_m - 1e-6
