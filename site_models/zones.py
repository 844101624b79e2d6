"""Zones of a declared building: smoke compartments, release groups, regime zones and HVAC zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from site_models.programme import Brief, Room
from twin.model.vocabulary import CELLS, SpaceUse

NO_COMPARTMENT = frozenset({SpaceUse.STAIR, SpaceUse.LIFT, SpaceUse.YARD})
"""Uses that belong to no smoke compartment: shafts are their own, yards are outdoors."""


def smoke_compartments(brief: Brief) -> dict[str, str]:
    """Space code → name of its smoke compartment.

    A compartment is the spaces of a storey joined by doors that are no smoke boundary; stairs, lifts, yards and the
    outdoors belong to none. It is named after the level and the wing with most of its area, counted from west to east.
    """
    rooms = {room.code: room for room in brief.spaces if room.use not in NO_COMPARTMENT}
    parent = {code: code for code in rooms}

    def root(code: str) -> str:
        while parent[code] != code:
            code = parent[code]
        return code

    for _, door in brief.doors:
        ends = (door.from_space, door.to_space)
        if door.smoke_boundary == "no" and all(end in rooms for end in ends):
            parent[root(ends[0])] = root(ends[1])
    groups: dict[str, list[Room]] = {}
    for code, room in rooms.items():
        groups.setdefault(root(code), []).append(room)
    return _named(brief.site, groups.values())


def _named(site: str, groups: Iterable[list[Room]]) -> dict[str, str]:
    by_wing: dict[str, list[list[Room]]] = {}
    for group in groups:
        area: Counter[str] = Counter()
        for room in group:
            area[room.wing] += round(room.area_m2 * 100)
        wing = min(area, key=lambda name: (-area[name], name))
        by_wing.setdefault(f"SC-{site}-{group[0].level}-{wing}", []).append(group)
    names: dict[str, str] = {}
    for stem, members in by_wing.items():
        members.sort(key=lambda group: min((room.x0, room.y0, room.code) for room in group))
        for number, group in enumerate(members, start=1):
            name = stem if len(members) == 1 else f"{stem}{number}"
            names.update((room.code, name) for room in group)
    return names


def release_groups(brief: Brief) -> dict[str, str]:
    """Cell code → release group of its door."""
    groups = {}
    for _, door in brief.doors:
        room = brief.room_by_code.get(door.from_space)
        if room and room.use in CELLS and door.release_group:
            groups[room.code] = door.release_group
    return groups


def zone_lists(
    brief: Brief, smoke: Mapping[str, str], release: Mapping[str, str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """(Purpose, zone name) → codes of its spaces, in the order of the programme.

    A release group whose name is another's with one more part (``RG-VIL-L01-A-N`` and ``-S``) also forms the wider
    group ``RG-VIL-L01-A``, the whole unit.
    """
    lists: dict[tuple[str, str], list[str]] = {}
    wider = Counter(name.rpartition("-")[0] for name in set(release.values()))
    for room in brief.spaces:
        names = [("hvac", room.hvac_zone), ("smoke", smoke.get(room.code, "")), ("regime", brief.regime_zone(room))]
        group = release.get(room.code, "")
        names.append(("release", group))
        stem = group.rpartition("-")[0]
        if wider[stem] > 1:
            names.append(("release", stem))
        for purpose, name in names:
            if name:
                lists.setdefault((purpose, name), []).append(room.code)
    return {key: tuple(codes) for key, codes in sorted(lists.items())}
