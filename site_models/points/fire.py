"""Points of the fire panel: its state, zones, detectors, dampers, mist, lifts, and what it enables for staff.

Numbers of objects: panel 1, zones from 1 (life-safety-zone), detectors from 1 (life-safety-point), dampers from 1001,
lifts from 2001, mist from 3001, release groups from 4001, interlock overrides from 5001.
"""

from __future__ import annotations

from collections.abc import Iterator

from site_models.cause_effect import lowest_lifts
from site_models.points.heartbeats import bacnet_heartbeat
from site_models.points.naming import (
    ANY,
    ascii_word,
    bacnet,
    equipment_stem,
    make_point,
    place_of,
    point_id,
    space_stem,
    split_code,
)
from site_models.services import kinds
from site_models.services.kinds import of_kind
from twin.model.facility import Facility
from twin.model.ids import PointId
from twin.model.points import Point
from twin.model.spaces import Space, Zone
from twin.model.vocabulary import CIRCULATION, DETAINED, SpaceUse

_NO_DETECTOR = frozenset({SpaceUse.YARD, SpaceUse.VOID, SpaceUse.WET})
"""Uses without a smoke detector (assumption)."""


def fire_points(facility: Facility, device: str) -> list[Point]:
    """Uptime and everything the panel knows."""
    return [
        bacnet_heartbeat(facility, device),
        *_panel(facility, device),
        *_zones(facility, device),
        *_detectors(facility, device),
        *_dampers(facility, device),
        *_lifts(facility, device),
        *_mist(facility, device),
        *_enabled(facility, device),
    ]


def _panel(facility: Facility, device: str) -> Iterator[Point]:
    for panel in of_kind(facility, kinds.FIRE_PANEL):
        name = point_id(equipment_stem(facility, panel), "STATE")
        binding = bacnet(device, "fire_panel", 1)
        yield make_point(facility, name, "fire_panel", panel.global_id, binding, device=panel.global_id)


def _zones(facility: Facility, device: str) -> Iterator[Point]:
    for number, zone in enumerate(_compartments(facility), start=1):
        binding = bacnet(device, "fire_zone", number)
        yield make_point(facility, _zone_name(facility, zone, "FIRE"), "fire_zone", zone.global_id, binding)


def _detectors(facility: Facility, device: str) -> Iterator[Point]:
    watched = [space for space in facility.spaces if space.use not in _NO_DETECTOR]
    for number, space in enumerate(watched, start=1):
        name = point_id(space_stem(facility, space), "DETECTOR", "SMOKE")
        binding = bacnet(device, "smoke_detector", number)
        yield make_point(facility, name, "smoke_detector", space.global_id, binding)


def _dampers(facility: Facility, device: str) -> Iterator[Point]:
    for number, damper in enumerate(of_kind(facility, kinds.FIRE_DAMPER), start=1001):
        name = point_id(equipment_stem(facility, damper), "POSITION")
        binding = bacnet(device, "damper_position", number)
        yield make_point(facility, name, "damper_position", damper.global_id, binding, device=damper.global_id)


def _lifts(facility: Facility, device: str) -> Iterator[Point]:
    for number, link in enumerate(lowest_lifts(facility), start=2001):
        space = facility.space_by_id[link.joins[0]]
        name = point_id(space_stem(facility, space), "LIFT", "RECALL")
        binding = bacnet(device, "lift_recall", number)
        yield make_point(facility, name, "lift_recall", link.global_id, binding)


def _mist(facility: Facility, device: str) -> Iterator[Point]:
    """One section for every compartment in which prisoners sleep, with its flow switch in the hall."""
    number = 3000
    for zone in _compartments(facility):
        members = [facility.space_by_id[member] for member in zone.members]
        if any(space.use in DETAINED for space in members):
            number += 1
            hall = max(members, key=_is_hall)
            name = point_id(space_stem(facility, hall), "MIST", "FLOW")
            binding = bacnet(device, "mist_flow", number)
            yield make_point(facility, name, "mist_flow", hall.global_id, binding)


def _is_hall(space: Space) -> tuple[bool, float]:
    return (space.use in CIRCULATION, space.area_m2)


def _enabled(facility: Facility, device: str) -> Iterator[Point]:
    releases = [zone for zone in facility.zones if zone.purpose == "release" and zone.members]
    for number, zone in enumerate(releases, start=4001):
        name = _zone_name(facility, zone, "RELEASE")
        binding = bacnet(device, "release_armed", number)
        yield make_point(facility, name, "release_armed", zone.global_id, binding)
    groups: dict[str, str] = {}
    for door in facility.doors:
        if door.interlock_group:
            groups.setdefault(door.interlock_group, door.global_id)
    for number, group in enumerate(sorted(groups), start=5001):
        first = facility.door(groups[group])
        level, wing, space, _ = place_of(facility, first)
        name = point_id(facility.code, level, wing, space, ascii_word(group), "OVERRIDE")
        binding = bacnet(device, "override_enabled", number)
        yield make_point(facility, name, "override_enabled", first.global_id, binding)


def _compartments(facility: Facility) -> list[Zone]:
    return [zone for zone in facility.zones if zone.purpose == "smoke" and zone.members]


def _zone_name(facility: Facility, zone: Zone, ending: str) -> PointId:
    first = facility.space_by_id[zone.members[0]]
    level, wing, _ = split_code(facility, first.code, facility.level_of(first))
    return point_id(facility.code, level, wing, ANY, ascii_word(zone.name), ending)
