"""Ventilation: air handling units with what is built into them, fire dampers, branches and air terminals; exhaust fans.

A unit's main duct feeds one branch for every HVAC zone and smoke compartment, through a fire damper where it enters the
compartment; each branch feeds the terminals of its spaces. Sanitary annexes and wet rooms are exhausted by the fan that
names their zone, else by the extract fan of the zone's unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from site_models.plant_files import AirHandlerEntry, ExhaustFanEntry
from site_models.programme import Room
from site_models.services import kinds
from site_models.services.assembly import Assembly
from twin.model.vocabulary import CIRCULATION, SpaceUse

ANNEX_L_S = 15.0
"""Exhaust of a sanitary annex [l/s] (assumption of the programme)."""

# Built into a unit in the direction of flow: ending of the code, kind, place along the casing [m].
_SUPPLY = (
    ("OD", kinds.OUTDOOR_DAMPER, -1.0),
    ("FL", kinds.FILTER, -0.6),
    ("HR", kinds.HEAT_RECOVERY, -0.2),
    ("HC", kinds.HEATING_COIL, 0.2),
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
        assembly.feed(source, sink)
    extract = [
        assembly.add_placed(f"{tag}.{ending}", kind, unit, inside=tag, shift_m=shift_m)
        for ending, kind, shift_m in (("ED", kinds.EXTRACT_DUCT, 1.1), ("XF", kinds.EXTRACT_FAN, 0.7))
    ]
    assembly.feed(*extract)
    rooms = [room for room in assembly.brief.spaces if room.hvac_zone in unit.zones and room.supply_l_s > 0]
    branches = list(_branches(assembly, f"{tag}.SD", [room for room in rooms if room.use is not SpaceUse.WET]))
    wet = [room for room in rooms if room.use is SpaceUse.WET and room.hvac_zone not in by_fan]
    grilles = list(_grilles(assembly, extract[0], wet))
    assembly.system(
        f"{tag} ventilation",
        "VENTILATION",
        [*members, *extract, *branches, *grilles],
        zones=unit.zones,
        served=[room.code for room in assembly.brief.spaces if room.hvac_zone in unit.zones],
    )


def _branches(assembly: Assembly, duct: str, rooms: list[Room]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Room]] = {}
    for room in rooms:
        compartment = assembly.spaces[room.code].smoke_compartment
        groups.setdefault((compartment, room.hvac_zone), []).append(room)
    for (compartment, zone), members in sorted(groups.items()):
        hall = max(members, key=lambda room: (room.use in CIRCULATION, room.area_m2))
        name = f"{compartment}.{zone}" if compartment else zone
        damper = assembly.add(f"FD.{name}", kinds.FIRE_DAMPER, hall, assembly.under_ceiling(hall, below_m=0.35))
        branch_at = assembly.under_ceiling(hall, north_m=0.5, below_m=0.35)
        branch = assembly.add(f"BD.{name}", kinds.SUPPLY_DUCT, hall, branch_at)
        terminals = [
            assembly.add(f"AT.{room.code}", kinds.SUPPLY_TERMINAL, room, assembly.under_ceiling(room, north_m=-0.3))
            for room in members
        ]
        assembly.flows_l_s.update((f"AT.{room.code}", room.supply_l_s) for room in members)
        assembly.feed(duct, damper)
        assembly.feed(damper, branch)
        assembly.feed(branch, *terminals)
        yield from (damper, branch, *terminals)


def _grilles(assembly: Assembly, duct: str, rooms: list[Room]) -> Iterator[str]:
    for room in rooms:
        grille = assembly.add(
            f"XT.{room.code}", kinds.EXHAUST_TERMINAL, room, assembly.under_ceiling(room, north_m=0.3)
        )
        assembly.flows_l_s[grille] = room.supply_l_s if room.use is SpaceUse.WET else ANNEX_L_S
        assembly.feed(grille, duct)
        yield grille


def _exhaust_fan(assembly: Assembly, entry: ExhaustFanEntry) -> None:
    tag = assembly.add_placed(assembly.tag(entry.code), kinds.SANITARY_FAN, entry)
    duct = assembly.add_placed(f"{tag}.ED", kinds.EXTRACT_DUCT, entry, inside=tag, shift_m=0.5)
    assembly.feed(duct, tag)
    rooms = [
        room
        for room in assembly.brief.spaces
        if room.hvac_zone in entry.zones and (room.annex_m2 > 0 or room.use is SpaceUse.WET)
    ]
    grilles = list(_grilles(assembly, duct, rooms))
    assembly.system(
        f"{tag} sanitary exhaust",
        "EXHAUST",
        [tag, duct, *grilles],
        zones=[room.hvac_zone for room in rooms],
        served=[room.code for room in rooms],
    )
