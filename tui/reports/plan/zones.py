"""Zones by choice: which zone a room belongs to, its tint and its key. The key carries it where the tint cannot."""

from __future__ import annotations

from dataclasses import dataclass

from tui.reports.plan.geometry import Box, Point, anchor_of, box_at, box_of, grid, holds
from tui.reports.plan.ink import INK, centred, rect, text_width
from tui.reports.plan.palette import ZONE_TINTS
from tui.reports.plan.sheet import Sheet
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.spaces import Space

PURPOSES = ("hvac", "smoke", "release", "regime")
SECRET = frozenset({"release", "smoke"})
"""Zones that a redacted plan refuses: release groups tell of locks, smoke compartments of the ways out."""
TITLES = {
    "hvac": "Air-handling zones",
    "smoke": "Smoke compartments",
    "release": "Release groups",
    "regime": "Regime zones",
}
_KEY_SIZE, _KEY_HEIGHT, _INSET = 6.5, 9.5, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneKey:
    """A zone of the level: its key in the rooms, its name in the legend."""

    key: str
    name: str
    tint: str


def zones_on(sheet: Sheet) -> dict[GlobalId, ZoneKey]:
    """Zone of each drawn room that has one; keys are numbered by name."""
    purpose = sheet.wish.zones
    if not purpose:
        return {}
    listed = _listed(sheet.facility, purpose)
    found = {room: _own(sheet.space(room), purpose) or listed.get(room, "") for room in sheet.rooms}
    names = sorted({name for name in found.values() if name})
    keys = {
        name: ZoneKey(key=str(number + 1), name=name, tint=ZONE_TINTS[number % len(ZONE_TINTS)])
        for number, name in enumerate(names)
    }
    return {room: keys[name] for room, name in found.items() if name}


def _own(space: Space, purpose: str) -> str:
    return {
        "hvac": space.hvac_zone,
        "smoke": space.smoke_compartment,
        "release": space.release_group,
        "regime": space.regime_zone,
    }[purpose]


def _listed(facility: Facility, purpose: str) -> dict[GlobalId, str]:
    """From the zones of the model; of nested zones the smallest."""
    zones = sorted(facility.zone_members(purpose).items(), key=lambda item: (-len(item[1]), item[0]))
    return {member: name for name, members in zones for member in members}


def key_parts(sheet: Sheet, zones: dict[GlobalId, ZoneKey]) -> list[str]:
    """A key in a corner of each room, before the labels take the middle."""
    parts = []
    for room, zone in zones.items():
        box = _corner(sheet, room, key_width(zone.key))
        if box is not None:
            parts.append(key_sign(box, zone))
    return parts


def key_width(key: str) -> float:
    """Width of a key's sign."""
    return max(_KEY_HEIGHT, text_width(key, _KEY_SIZE, bold=True) + 4)


def key_sign(box: Box, zone: ZoneKey) -> str:
    """The key as it stands in room and legend."""
    frame = rect(box, f'rx="2" fill="#ffffff" stroke="{INK}" stroke-width="0.7"')
    return frame + centred(box.centre, zone.key, _KEY_SIZE, f'font-weight="bold" fill="{INK}"')


def _corner(sheet: Sheet, room: GlobalId, width: float) -> Box | None:
    outline = sheet.rooms[room]
    round_it = box_of(outline)
    dx, dy = width / 2 + _INSET, _KEY_HEIGHT / 2 + _INSET
    corners: list[Point] = [
        (round_it.left + dx, round_it.top + dy),
        (round_it.right - dx, round_it.top + dy),
        (round_it.left + dx, round_it.bottom - dy),
        (round_it.right - dx, round_it.bottom - dy),
    ]
    places = [
        box_at(centre, width, _KEY_HEIGHT)
        for centre in (*corners, *grid(round_it.grown(-_INSET), 7), anchor_of(outline))
    ]
    inside = [place for place in places if holds(outline, place)]
    return sheet.take(inside) or next(iter(inside), None)
