"""Ventilation: air handling units with what is built into them, fire dampers, branches and air terminals; exhaust fans.

A unit's main duct feeds one branch for every HVAC zone and smoke compartment, through a fire damper where it enters the
compartment; each branch feeds the terminals of its spaces. Sanitary annexes are exhausted by the fan that names their
zone, else by the unit of the zone; the unit also exhausts wet rooms, and in the hall of a branch what is left of its
supply, so that air goes from rooms to hall to extract.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from site_models.plant_files import AirHandlerEntry, ExhaustFanEntry
from site_models.programme import Room
from site_models.services import kinds
from site_models.services.assembly import Assembly, Medium
from twin.model.vocabulary import CIRCULATION, SpaceUse

ANNEX_L_S = 15.0
"""Exhaust of a sanitary annex [l/s] (assumption of the programme)."""

COIL = "HC"
"""Ending of the code of a unit's heating coil."""
_RECOVERY = "HR"

# Built into a unit in the direction of flow: ending of the code, kind, place along the casing [m].
_SUPPLY = (
    ("OD", kinds.OUTDOOR_DAMPER, -1.0),
    ("FL", kinds.FILTER, -0.6),
    (_RECOVERY, kinds.HEAT_RECOVERY, -0.2),
    (COIL, kinds.HEATING_COIL, 0.2),
    ("SF", kinds.SUPPLY_FAN, 0.6),
    ("SD", kinds.SUPPLY_DUCT, 1.0),
)


def add_air(assembly: Assembly) -> None:
    """All units and fans of the brief."""
    plant = assembly.brief.file.plant
    for fan in plant.exhaust_fans:
        _exhaust_fan(assembly, fan)
    by_fan = {zone for fan in plant.exhaust_fans for zone in fan.zones}
    for unit in plant.air_handlers:
        _air_handler(assembly, unit, by_fan)


def _air_handler(assembly: Assembly, unit: AirHandlerEntry, by_fan: set[str]) -> None:
    tag = assembly.add_placed(assembly.tag(unit.code), kinds.AIR_HANDLER, unit)
    members = [tag]
    for ending, kind, shift_m in _SUPPLY:
        members.append(assembly.add_placed(f"{tag}.{ending}", kind, unit, inside=tag, shift_m=shift_m))
    for source, sink in pairwise(members[1:]):
        assembly.feed(Medium.AIR, source, sink)
    extract = [
        assembly.add_placed(f"{tag}.{ending}", kind, unit, inside=tag, shift_m=shift_m)
        for ending, kind, shift_m in (("ED", kinds.EXTRACT_DUCT, 1.1), ("XF", kinds.EXTRACT_FAN, 0.7))
    ]
    assembly.feed(Medium.AIR, extract[0], f"{tag}.{_RECOVERY}")
    assembly.feed(Medium.AIR, f"{tag}.{_RECOVERY}", extract[1])
    rooms = [room for room in assembly.brief.spaces if room.hvac_zone in unit.zones]
    wet = [room for room in rooms if _is_exhausted(room, by_fan)]
    grilles = list(_grilles(assembly, extract[0], wet))
    branches = []
    for name, hall, members_of_branch in _branches(assembly, rooms):
        branches += _supply(assembly, f"{tag}.SD", name, hall, members_of_branch)
        grilles += _rest(assembly, extract[0], name, hall, members_of_branch)
    assembly.system(
        f"{tag} ventilation",
        "VENTILATION",
        [*members, *extract, *branches, *grilles],
        zones=unit.zones,
        served=[room.code for room in rooms],
    )


def _is_exhausted(room: Room, by_fan: set[str]) -> bool:
    """Whether a room has a grille of its own to the extract of the unit of its zone."""
    return room.use is SpaceUse.WET or (room.annex_m2 > 0 and room.hvac_zone not in by_fan)


def _branches(assembly: Assembly, rooms: list[Room]) -> Iterator[tuple[str, Room, list[Room]]]:
    """Name, hall and rooms of every part of a compartment and an HVAC zone that gets air."""
    groups: dict[tuple[str, str], list[Room]] = {}
    for room in rooms:
        compartment = assembly.spaces[room.code].smoke_compartment
        groups.setdefault((compartment, room.hvac_zone), []).append(room)
    for (compartment, zone), members in sorted(groups.items()):
        supplied = [room for room in members if _is_supplied(room)]
        if supplied:
            hall = max(supplied, key=lambda room: (room.use in CIRCULATION, room.area_m2))
            yield f"{compartment}.{zone}" if compartment else zone, hall, members


def _is_supplied(room: Room) -> bool:
    return room.supply_l_s > 0 and room.use is not SpaceUse.WET


def _supply(assembly: Assembly, duct: str, name: str, hall: Room, rooms: list[Room]) -> list[str]:
    """Fire damper, branch duct and terminals of one branch."""
    damper = assembly.add(f"FD.{name}", kinds.FIRE_DAMPER, hall, assembly.under_ceiling(hall, below_m=0.35))
    branch_at = assembly.under_ceiling(hall, north_m=0.5, below_m=0.35)
    branch = assembly.add(f"BD.{name}", kinds.SUPPLY_DUCT, hall, branch_at)
    terminals = []
    for room in rooms:
        if _is_supplied(room):
            at = assembly.under_ceiling(room, north_m=-0.3)
            terminals.append(assembly.add(f"AT.{room.code}", kinds.SUPPLY_TERMINAL, room, at))
            assembly.flows_l_s[terminals[-1]] = room.supply_l_s
    assembly.feed(Medium.AIR, duct, damper)
    assembly.feed(Medium.AIR, damper, branch)
    assembly.feed(Medium.AIR, branch, *terminals)
    return [damper, branch, *terminals]


def _rest(assembly: Assembly, duct: str, name: str, hall: Room, rooms: list[Room]) -> Iterator[str]:
    """The grille in the hall for what is supplied to a branch and not exhausted from its annexes and wet rooms."""
    supplied = sum(room.supply_l_s for room in rooms if _is_supplied(room))
    rest_l_s = supplied - sum(_exhaust_l_s(room) for room in rooms)
    if rest_l_s > 0:
        at = assembly.under_ceiling(hall, north_m=0.8)
        grille = assembly.add(f"ET.{name}", kinds.EXHAUST_TERMINAL, hall, at)
        assembly.flows_l_s[grille] = round(rest_l_s, 3)
        assembly.feed(Medium.AIR, grille, duct)
        yield grille


def _exhaust_l_s(room: Room) -> float:
    if room.use is SpaceUse.WET:
        return room.supply_l_s
    return ANNEX_L_S if room.annex_m2 > 0 else 0.0


def _grilles(assembly: Assembly, duct: str, rooms: list[Room]) -> Iterator[str]:
    for room in rooms:
        grille = assembly.add(
            f"XT.{room.code}", kinds.EXHAUST_TERMINAL, room, assembly.under_ceiling(room, north_m=0.3)
        )
        assembly.flows_l_s[grille] = _exhaust_l_s(room)
        assembly.feed(Medium.AIR, grille, duct)
        yield grille


def _exhaust_fan(assembly: Assembly, entry: ExhaustFanEntry) -> None:
    tag = assembly.add_placed(assembly.tag(entry.code), kinds.SANITARY_FAN, entry)
    duct = assembly.add_placed(f"{tag}.ED", kinds.EXTRACT_DUCT, entry, inside=tag, shift_m=0.5)
    assembly.feed(Medium.AIR, duct, tag)
    rooms = [room for room in assembly.brief.spaces if room.hvac_zone in entry.zones and room.annex_m2 > 0]
    grilles = list(_grilles(assembly, duct, rooms))
    assembly.system(
        f"{tag} sanitary exhaust",
        "EXHAUST",
        [tag, duct, *grilles],
        zones=[room.hvac_zone for room in rooms],
        served=[room.code for room in rooms],
    )
