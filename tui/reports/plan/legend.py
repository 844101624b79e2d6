"""The legend: the symbols that the plan really uses, in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tui.reports.plan import equipment, signs, stairs
from tui.reports.plan.doors import lock_sign
from tui.reports.plan.geometry import Box, Point, box_at
from tui.reports.plan.ink import INK, WALL, rect, text_width, words
from tui.reports.plan.palette import OTHER_EQUIPMENT, SECURITY_EQUIPMENT, USE_GROUPS, Lock, UseGroup
from tui.reports.plan.sheet import Sheet
from tui.reports.plan.zones import TITLES, ZoneKey, key_sign, key_width

ROW, SWATCH, SIZE = 13.0, 22.0, 7.5
_HEAD, _MAX_TEXT = 9.0, 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the legend: what is drawn in its swatch, and what it means; a heading has no swatch."""

    text: str
    draw: Callable[[Point], str] | None = None


def entries_of(sheet: Sheet, zones: list[ZoneKey]) -> list[list[Entry]]:
    """Blocks of the legend with their headings."""
    blocks = [
        list(_zone_entries(zones)),
        [Entry(text=group.name, draw=_swatch(group)) for group in USE_GROUPS if group.name in sheet.used],
        [Entry(text=lock.value, draw=_lock(lock)) for lock in Lock if lock in sheet.used],
        [Entry(text=name, draw=draw) for name, draw in _SIGNS.items() if name in sheet.used],
        [
            Entry(text=name, draw=_plate(letters))
            for letters, name in (*SECURITY_EQUIPMENT.values(), OTHER_EQUIPMENT)
            if name in sheet.used
        ],
    ]
    titles = (TITLES.get(sheet.wish.zones, ""), "Rooms by use", "Doors by lock", "Ways and boundaries", "Equipment")
    return [[Entry(text=title), *block] for title, block in zip(titles, blocks, strict=True) if block]


def columns_of(blocks: list[list[Entry]], rows: int) -> list[list[Entry]]:
    """Entries in columns of some rows; a block that fits in one column is not parted."""
    columns: list[list[Entry]] = [[]]
    for block in blocks:
        if columns[-1] and len(columns[-1]) + len(block) > rows:
            columns.append([])
        for entry in block:
            if len(columns[-1]) >= rows:
                columns.append([])
            columns[-1].append(entry)
    return columns


def column_width(column: list[Entry]) -> float:
    """Room that a column needs."""
    return SWATCH + 6 + max(text_width(entry.text, SIZE, bold=entry.draw is None) for entry in column) + 12


def legend_parts(columns: list[list[Entry]], left: float, top: float) -> list[str]:
    """The drawn legend from its upper left corner."""
    parts = []
    for column in columns:
        for row, entry in enumerate(column):
            middle = top + (row + 0.5) * ROW
            if entry.draw is None:
                parts.append(words((left, middle + 3), entry.text, SIZE, f'font-weight="bold" fill="{INK}"'))
                continue
            parts.append(entry.draw((left + SWATCH / 2, middle)))
            parts.append(words((left + SWATCH + 6, middle + 2.7), entry.text, SIZE, f'fill="{INK}"'))
        left += column_width(column)
    return parts


def _zone_entries(zones: list[ZoneKey]) -> Iterator[Entry]:
    for zone in zones:
        name = zone.name if len(zone.name) <= _MAX_TEXT else zone.name[: _MAX_TEXT - 1] + "…"
        yield Entry(text=name, draw=_zone(zone))


def _zone(zone: ZoneKey) -> Callable[[Point], str]:
    def draw(at: Point) -> str:
        plate = rect(_sample(at), f'fill="{zone.tint}" stroke="{WALL}" stroke-width="0.8"')
        return plate + key_sign(box_at(at, key_width(zone.key), 8.5), zone)

    return draw


def _swatch(group: UseGroup) -> Callable[[Point], str]:
    def draw(at: Point) -> str:
        texture = rect(_sample(at), f'fill="url(#plan-{group.texture})"') if group.texture else ""
        return rect(_sample(at), f'fill="{group.fill}" stroke="{WALL}" stroke-width="0.8"') + texture

    return draw


def _lock(lock: Lock) -> Callable[[Point], str]:
    return lambda at: lock_sign(at, lock)


def _plate(letters: str) -> Callable[[Point], str]:
    return lambda at: equipment.equipment_sign(box_at(at, equipment.WIDTH, equipment.HEIGHT), letters)


def _sample(at: Point) -> Box:
    return box_at(at, SWATCH, ROW - 3)


_SIGNS: dict[str, Callable[[Point], str]] = {
    signs.EXIT: lambda at: signs.exit_tag(box_at(at, SWATCH, 10)),
    signs.SMOKE: signs.smoke_sign,
    signs.INTERLOCK: lambda at: signs.interlock_tag(box_at(at, SWATCH, 8), "name"),
    stairs.STAIR: lambda at: "".join(stairs.stair_sign(box_at(at, SWATCH, ROW - 2))),
    stairs.LIFT: lambda at: "".join(stairs.lift_sign(box_at(at, ROW - 3, ROW - 3))),
}
