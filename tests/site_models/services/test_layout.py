"""Building services of every site: what serves what, what feeds what, where it stands."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names
from site_models.layout import Layout, layout_of
from site_models.services.assembly import Medium
from twin.model.equipment import Equipment
from twin.model.vocabulary import CELLS, SpaceUse


@pytest.fixture(scope="module", params=site_names())
def any_layout(request: pytest.FixtureRequest) -> Layout:
    return layout_of(read_brief(site_folder(request.param)))


def of_type(layout: Layout, name: str) -> list[Equipment]:
    return [item for item in layout.facility.equipment if item.type == name]


def upstream(layout: Layout, code: str, medium: Medium) -> set[str]:
    """What a medium comes from, through everything between."""
    sources = defaultdict(set)
    for feed in layout.services.feeds:
        if feed.medium is medium:
            sources[feed.sink].add(feed.source)
    found: set[str] = set()
    waiting = {code}
    while waiting:
        found |= waiting
        waiting = {source for sink in waiting for source in sources[sink]} - found
    return found


def unit_of_zone(layout: Layout) -> dict[str, str]:
    units = layout.brief.file.plant.air_handlers
    return {zone: unit.code.replace("-", f"-{layout.brief.site}-") for unit in units for zone in unit.zones}


def test_every_space_with_a_supply_flow_has_a_terminal_fed_by_the_unit_of_its_zone(any_layout: Layout) -> None:
    units = unit_of_zone(any_layout)
    rooms = [
        room
        for room in any_layout.brief.spaces
        if room.supply_l_s > 0 and room.use is not SpaceUse.WET and room.hvac_zone in units
    ]
    assert rooms
    for room in rooms:
        code = f"AT.{room.code}"
        assert any_layout.services.flows_l_s[code] == room.supply_l_s
        outdoors = {source for source in upstream(any_layout, code, Medium.AIR) if source.endswith(".OD")}
        assert outdoors == {f"{units[room.hvac_zone]}.OD"}, room.code


def test_extracted_air_of_a_unit_gives_its_heat_to_the_supply_and_the_header_feeds_its_coil(any_layout: Layout) -> None:
    for unit in set(unit_of_zone(any_layout).values()):
        fan = upstream(any_layout, f"{unit}.XF", Medium.AIR)
        assert {f"{unit}.HR", f"{unit}.ED"} <= fan
        assert any(code.startswith(("ET.", "XT.")) for code in fan)
        assert any(code.endswith(".HD") for code in upstream(any_layout, f"{unit}.HC", Medium.WATER))


def test_a_unit_and_the_fans_of_its_zones_take_out_what_it_blows_in(any_layout: Layout) -> None:
    flows = any_layout.services.flows_l_s
    supplied, exhausted = Counter[str](), Counter[str]()
    for space in any_layout.facility.spaces:
        branch = f"{space.smoke_compartment}.{space.hvac_zone}"
        supplied[branch] += flows.get(f"AT.{space.code}", 0.0)
        exhausted[branch] += flows.get(f"XT.{space.code}", 0.0)
    ducts = (item.code for item in any_layout.facility.equipment if item.code.startswith("BD."))
    branches = [code.removeprefix("BD.") for code in ducts]
    assert branches
    for branch in branches:
        rest = max(supplied[branch] - exhausted[branch], 0.0)
        assert flows.get(f"ET.{branch}", 0.0) == pytest.approx(rest), branch


def test_between_a_unit_and_every_terminal_there_is_a_fire_damper_of_its_compartment(any_layout: Layout) -> None:
    facility = any_layout.facility
    feeds = {feed.sink: feed.source for feed in any_layout.services.feeds}
    spaces = {item.code: facility.space_by_id[item.space] for item in facility.equipment if item.space}
    for terminal in of_type(any_layout, "Supply air diffuser"):
        damper = feeds[feeds[terminal.code]]
        assert damper.startswith("FD.")
        assert spaces[damper].smoke_compartment == spaces[terminal.code].smoke_compartment


def test_every_wet_room_and_every_annex_is_exhausted(any_layout: Layout) -> None:
    grilles = {item.code.removeprefix("XT.") for item in of_type(any_layout, "Exhaust air grille")}
    aired = unit_of_zone(any_layout)
    wanted = {
        room.code
        for room in any_layout.brief.spaces
        if room.hvac_zone in aired and (room.use is SpaceUse.WET or room.annex_m2 > 0)
    }
    assert wanted
    assert wanted <= grilles


def test_the_fan_of_a_wing_exhausts_the_annexes_of_its_cells_and_nothing_else(layout: Layout) -> None:
    into = [feed.source for feed in layout.services.feeds if feed.sink == "EF-VIL-A.ED"]
    assert sum(layout.services.flows_l_s[code] for code in into) == 76 * 15


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
