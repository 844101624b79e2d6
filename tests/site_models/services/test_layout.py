"""Building services of every site: what serves what, what feeds what, where it stands."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names
from site_models.layout import Layout, layout_of
from twin.model.equipment import Equipment
from twin.model.vocabulary import CELLS, SpaceUse


@pytest.fixture(scope="module", params=site_names())
def any_layout(request: pytest.FixtureRequest) -> Layout:
    return layout_of(read_brief(site_folder(request.param)))


def of_type(layout: Layout, name: str) -> list[Equipment]:
    return [item for item in layout.facility.equipment if item.type == name]


def test_every_space_with_a_supply_flow_has_a_terminal_fed_by_the_unit_of_its_zone(any_layout: Layout) -> None:
    feeds = {feed.sink: feed.source for feed in any_layout.services.feeds}
    units = {zone: unit.code for unit in any_layout.brief.file.plant.air_handlers for zone in unit.zones}
    rooms = [
        room
        for room in any_layout.brief.spaces
        if room.supply_l_s > 0 and room.use is not SpaceUse.WET and room.hvac_zone in units
    ]
    assert rooms
    for room in rooms:
        code = f"AT.{room.code}"
        assert any_layout.services.flows_l_s[code] == room.supply_l_s
        while code in feeds:
            code = feeds[code]
        stem, _, number = units[room.hvac_zone].partition("-")
        assert code == f"{stem}-{any_layout.brief.site}-{number}.OD", room.code


def test_between_a_unit_and_every_terminal_there_is_a_fire_damper_of_its_compartment(any_layout: Layout) -> None:
    facility = any_layout.facility
    feeds = {feed.sink: feed.source for feed in any_layout.services.feeds}
    spaces = {item.code: facility.space_by_id[item.space] for item in facility.equipment if item.space}
    for terminal in of_type(any_layout, "Supply air diffuser"):
        damper = feeds[feeds[terminal.code]]
        assert damper.startswith("FD.")
        assert spaces[damper].smoke_compartment == spaces[terminal.code].smoke_compartment


def test_every_wet_room_and_every_annex_of_a_cell_block_is_exhausted(layout: Layout) -> None:
    grilles = {item.code.removeprefix("XT.") for item in of_type(layout, "Exhaust air grille")}
    wanted = {room.code for room in layout.brief.spaces if room.use is SpaceUse.WET}
    wanted |= {room.code for room in layout.brief.spaces if room.use in CELLS and room.wing in {"A", "B"}}
    assert wanted <= grilles
    flows = layout.services.flows_l_s
    of_wing = [flows[f"XT.{room.code}"] for room in layout.brief.spaces if room.use in CELLS and room.wing == "A"]
    assert sum(of_wing) == 76 * 15


def test_every_heated_room_has_one_radiator_on_one_circuit(any_layout: Layout) -> None:
    radiators = [item.code for item in of_type(any_layout, "Radiator")]
    sources = Counter(feed.sink for feed in any_layout.services.feeds)
    assert len(radiators) == len(set(radiators)) > 20
    assert all(sources[code] == 1 for code in radiators)
    circuits = {system.name for system in any_layout.facility.systems if system.name.startswith("HC-")}
    assert len(circuits) == len(any_layout.brief.file.plant.heating.circuits)


def test_equipment_in_a_room_stands_within_it(any_layout: Layout) -> None:
    facility = any_layout.facility
    built_in = {code for codes in any_layout.services.wholes.values() for code in codes}
    for item in facility.equipment:
        if item.space is None or item.code in built_in:
            continue
        space = facility.space_by_id[item.space]
        (x0, y0), (x1, y1) = space.polygon[0], space.polygon[2]
        x, y, z = item.position
        assert x0 - 1e-6 <= x <= x1 + 1e-6, item.code
        assert y0 - 1e-6 <= y <= y1 + 1e-6, item.code
        assert space.floor_m - 1e-6 <= z <= space.floor_m + space.height_m + 1e-6, item.code


def test_a_unit_without_a_room_stands_on_the_roof_below_it(any_layout: Layout) -> None:
    entries = {f"{unit.code.split('-')[1]}": unit for unit in any_layout.brief.file.plant.air_handlers}
    for unit in of_type(any_layout, "Air handling unit"):
        entry = entries[unit.code.rsplit("-", 1)[1]]
        assert (unit.space is None) == (entry.roof is not None)
        if entry.roof is not None:
            tops = [room.floor_m + room.height_m for room in any_layout.brief.rooms if room.part == entry.roof.part]
            assert unit.position[2] > min(tops)


def test_every_cell_has_a_call_unit_and_no_camera(any_layout: Layout) -> None:
    standing = defaultdict(set)
    for item in any_layout.facility.equipment:
        standing[item.space].add(item.type)
    for space in any_layout.facility.spaces:
        if space.use in CELLS | {SpaceUse.CELL_PROTOTYPE}:
            assert "Cell call unit" in standing[space.global_id], space.code
            assert "Camera" not in standing[space.global_id], space.code


def test_nobody_is_watched_where_nobody_is_detained() -> None:
    layout = layout_of(read_brief(site_folder("olaine-open-prison")))
    assert of_type(layout, "Camera") == []
    assert of_type(layout, "Duress button") != []


def test_the_same_brief_gives_the_same_services(any_layout: Layout) -> None:
    assert layout_of(any_layout.brief).services == any_layout.services
