"""Room data sheets: one printable HTML page with an index and a sheet for every room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tui.reports.pages import page_text
from tui.reports.room_facts import (
    Line,
    Surroundings,
    door_lines,
    equipment_lines,
    fact_lines,
    measured,
    point_lines,
    said,
    surroundings_of,
    use_text,
)
from tui.reports.room_outline import outline_svg
from twin.files.text import plain
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.register import Register
from twin.model.spaces import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSheet:
    """One room as the template shows it. ``outline`` is SVG of ours; everything else is text to be escaped."""

    code: str
    name: str
    use: str
    storey: str
    area: str
    facts: tuple[Line, ...]
    outline: str
    doors: tuple[Line, ...]
    equipment: tuple[Line, ...]
    points: tuple[Line, ...]


def room_sheets(
    facility: Facility,
    register: Register,
    *,
    at: datetime,
    model: str = "",
    title: str = "",
    spaces: Sequence[GlobalId] | None = None,
) -> str:
    """One self-contained HTML page: an index, then a data sheet for each room, which begins a new page when printed.

    Names are escaped. What the model does not give is said to be "not in the model", and is never 0. The points of a
    room are its own and those of its doors, its equipment and the zones it belongs to.

    Args:
        facility: the building.
        register: its points.
        at: when the page is written, an aware time.
        model: name of the model, for the head of the page.
        title: title of the page; the facility's name if empty.
        spaces: rooms by GlobalId, in the order wanted; all rooms, storey by storey and by code, if None.

    Raises:
        UnknownIdError: there is no such room.
        ValueError: ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a page needs a time zone")
    around = surroundings_of(facility, register.points)
    rooms = _in_order(facility) if spaces is None else [facility.space(key) for key in spaces]
    named = plain(title) or f"{said(facility.name or facility.code)}: room data sheets"
    rooms_shown = [_sheet(space, around) for space in rooms]
    return page_text("room_sheets.html", named, at, {"model": said(model), "rooms": rooms_shown})


def _in_order(facility: Facility) -> list[Space]:
    buildings = {building.global_id: place for place, building in enumerate(facility.buildings)}

    def place(space: Space) -> tuple[int, float, str]:
        storey = facility.storey_by_id[space.storey]
        return buildings[storey.building], storey.elevation_m, space.code

    return sorted(facility.spaces, key=place)


def _sheet(space: Space, around: Surroundings) -> RoomSheet:
    return RoomSheet(
        code=said(space.code),
        name=said(space.name),
        use=use_text(space),
        storey=said(around.facility.level_of(space)),
        area=measured(space.area_m2, "m²"),
        facts=tuple(fact_lines(space, around)),
        outline=outline_svg(space, around.doors(space)),
        doors=tuple(door_lines(space, around)),
        equipment=tuple(equipment_lines(space, around)),
        points=tuple(point_lines(space, around)),
    )
