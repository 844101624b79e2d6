"""Groups and zones: what the lists name is declared in the brief, what is declared is used, and groups make sense.

A name that is mistyped in one row of a list would silently make a group of its own; a declared list catches it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from site_models.programme import BRIEF_FILE, DOORS_FILE, PROGRAMME_FILE, Brief
from site_models.zones import smoke_compartments
from twin.model.errors import Fault
from twin.model.vocabulary import CELLS, SpaceUse


def group_faults(brief: Brief) -> Iterator[Fault]:
    """Groups and zones that the tables name and the brief does not declare, and groups that make no sense."""
    file = brief.file
    yield from _undeclared(brief, "interlock_group", file.interlock_groups)
    yield from _undeclared(brief, "release_group", file.release_groups)
    sizes = Counter(door.interlock_group for _, door in brief.doors)
    for name in file.interlock_groups:
        if sizes[name] == 1:
            text = "an interlock group needs at least two doors: one door has nothing to wait for"
            yield Fault(BRIEF_FILE, f"interlock_groups.{name}", text)
    for number, door in brief.doors:
        room = brief.room_by_code.get(door.from_space)
        sleeps = room is None or room.use in CELLS or room.use is SpaceUse.CELL_PROTOTYPE
        if door.release_group and not sleeps:
            text = f"{door.code} belongs to no cell: a release group opens cells"
            yield Fault(DOORS_FILE, f"row {number}, release_group", text)
    for row, name in sorted({(room.row, room.hvac_zone) for room in brief.rooms if room.hvac_zone}):
        if name not in file.hvac_zones:
            yield Fault(PROGRAMME_FILE, f"row {row}, hvac_zone", f"there is no HVAC zone {name} in {BRIEF_FILE}")
    yield from _regime_zones(brief)
    yield from _shared_names(brief)


def _shared_names(brief: Brief) -> Iterator[Fault]:
    """A name stands for one zone: alarms, plans and points name zones without their kind."""
    file = brief.file
    tables: dict[str, Iterable[str]] = {
        "release_groups": file.release_groups,
        "smoke_compartments": file.smoke_compartments,
        "hvac_zones": file.hvac_zones,
        "regime_zones": (entry.name for entry in file.regime_zones),
    }
    first: dict[str, str] = {}
    for table, names in tables.items():
        for name in names:
            if name in first:
                yield Fault(BRIEF_FILE, f"{table}.{name}", f"the name is taken by {first[name]}.{name}")
            first.setdefault(name, table)


def _undeclared(brief: Brief, key: str, declared: Mapping[str, str]) -> Iterator[Fault]:
    for number, door in brief.doors:
        name = getattr(door, key)
        if name and name not in declared:
            yield Fault(DOORS_FILE, f"row {number}, {key}", f"there is no group {name} in {BRIEF_FILE}")


def unused_groups(brief: Brief) -> Iterator[Fault]:
    """Groups and zones that the brief declares and no table names."""
    file, doors = brief.file, [door for _, door in brief.doors]
    used: dict[str, tuple[Iterable[str], Iterable[str]]] = {
        "interlock_groups": (file.interlock_groups, (door.interlock_group for door in doors)),
        "release_groups": (file.release_groups, (door.release_group for door in doors)),
        "hvac_zones": (file.hvac_zones, (room.hvac_zone for room in brief.rooms)),
    }
    for table, (declared, named) in used.items():
        for name in sorted(set(declared) - set(named)):
            yield Fault(BRIEF_FILE, f"{table}.{name}", "is declared and used by nothing")


def compartment_faults(brief: Brief) -> Iterator[Fault]:
    """A door whose smoke boundary is wrong joins two compartments, or cuts one in two: the names no longer agree."""
    found: dict[str, list[str]] = {}
    for code, name in smoke_compartments(brief).items():
        found.setdefault(name, []).append(code)
    declared = brief.file.smoke_compartments
    for name in sorted(found.keys() - declared.keys()):
        members = f"{len(found[name])} spaces, {found[name][0]} among them"
        text = f"the doors make this compartment ({members}), it is not declared: check smoke_boundary in {DOORS_FILE}"
        yield Fault(BRIEF_FILE, f"smoke_compartments.{name}", text)
    for name in sorted(declared.keys() - found.keys()):
        text = f"the doors make no such compartment: check smoke_boundary in {DOORS_FILE}"
        yield Fault(BRIEF_FILE, f"smoke_compartments.{name}", text)


def _regime_zones(brief: Brief) -> Iterator[Fault]:
    times: Counter[str] = Counter()
    for entry in brief.file.regime_zones:
        for code in entry.spaces:
            times[code] += 1
            if code not in brief.room_by_code:
                yield Fault(BRIEF_FILE, f"regime_zones.{entry.name}.spaces", f"there is no space {code}")
    for code, count in times.items():
        if count > 1:
            yield Fault(BRIEF_FILE, "regime_zones", f"{code} stands in {count} regime zones")
