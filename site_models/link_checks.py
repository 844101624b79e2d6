"""Contradictions in the list of stairs and lifts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from site_models.brief_files import LinkRow
from site_models.programme import BRIEF_FILE, LINKS_FILE, OUTSIDE_CODE, Brief, Room
from site_models.stairs import stair_size_m
from twin.model.errors import Fault
from twin.model.vocabulary import LinkKind

_SAME_LEVEL_M = 0.005
_Say = Callable[[str, str], Fault]


def link_faults(brief: Brief) -> Iterator[Fault]:
    """Ends that are not there or not above one another, steps that do not fill the rise, stairs that fit nowhere."""
    for number, link in brief.links:
        yield from _faults_of(brief, number, link)
    listed = {link.code for _, link in brief.links if OUTSIDE_CODE in (link.space_from, link.space_to)}
    for entry in brief.file.external_stairs:
        if entry.code not in listed:
            text = f"{entry.code} is no stair of {LINKS_FILE} that ends outdoors"
            yield Fault(BRIEF_FILE, f"external_stairs.{entry.code}.code", text)
        if entry.part not in {part.code for part in brief.file.parts}:
            yield Fault(BRIEF_FILE, f"external_stairs.{entry.code}.part", f"there is no part {entry.part}")
        if entry.x1_m <= entry.x0_m or entry.y1_m <= entry.y0_m:
            yield Fault(BRIEF_FILE, f"external_stairs.{entry.code}.x1_m", "the rectangle has no area")


def _faults_of(brief: Brief, number: int, link: LinkRow) -> Iterator[Fault]:
    def fault(key: str, text: str) -> Fault:
        return Fault(LINKS_FILE, f"row {number}, {key}", text)

    if link.space_from == link.space_to == OUTSIDE_CODE:
        yield from _external_faults(brief, link, fault)
    else:
        yield from _indoor_faults(brief, link, fault)
    if link.kind is LinkKind.STAIR:
        yield from _step_faults(link, fault)


def _external_faults(brief: Brief, link: LinkRow, fault: _Say) -> Iterator[Fault]:
    place = brief.external_stair(link.code)
    if link.kind is not LinkKind.STAIR:
        yield fault("kind", "only a stair may stand outdoors")
    elif place is None:
        yield fault("code", f"{BRIEF_FILE} does not say where {link.code} stands: [[external_stairs]]")
    else:
        levels = [brief.storeys.get((place.part, name)) for name in (link.storey_from, link.storey_to)]
        lower, upper = levels
        if lower is None or upper is None:
            yield fault("storey_from", f"part {place.part} has no storeys {link.storey_from} and {link.storey_to}")
        else:
            yield from _rise_faults(upper.elevation_m - lower.elevation_m, link, fault)
            sides = (place.x1_m - place.x0_m, place.y1_m - place.y0_m)
            across_m, away_m = sides if link.flights == 3 else (min(sides), max(sides))
            yield from _size_faults(across_m, away_m, link, fault)


def _indoor_faults(brief: Brief, link: LinkRow, fault: _Say) -> Iterator[Fault]:
    ends = {"space_from": (link.space_from, link.storey_from), "space_to": (link.space_to, link.storey_to)}
    rooms: list[Room] = []
    for key, (code, level) in ends.items():
        room = brief.room_by_code.get(code)
        if code == OUTSIDE_CODE:
            yield fault(key, f"{link.code} has one end outdoors: a stair is indoors or outdoors")
        elif room is None:
            yield fault(key, f"there is no space {code}")
        if room and room.level != level:
            yield fault(key, f"{code} is on {room.level}, not on {level}")
        if room:
            rooms.append(room)
    if len(rooms) == 2:
        lower, upper = rooms
        yield from _rise_faults(upper.floor_m - lower.floor_m, link, fault)
        apart_x = min(lower.x1, upper.x1) <= max(lower.x0, upper.x0)
        if apart_x or min(lower.y1, upper.y1) <= max(lower.y0, upper.y0):
            yield fault("space_to", f"{upper.code} does not lie above {lower.code}")
        if link.kind is LinkKind.STAIR:
            sides = (lower.x1 - lower.x0, lower.y1 - lower.y0)
            across_m, away_m = sides if link.flights == 3 else (min(sides), max(sides))
            yield from _size_faults(across_m, away_m, link, fault)


def _rise_faults(rise_m: float, link: LinkRow, fault: _Say) -> Iterator[Fault]:
    if abs(rise_m - link.rise_m) > _SAME_LEVEL_M:
        yield fault("rise_m", f"the floors are {rise_m:.2f} m apart")


def _size_faults(across_m: float, away_m: float, link: LinkRow, fault: _Say) -> Iterator[Fault]:
    """A stair that does not fit its shaft; the flights of one round a well go along two sides of it and a third."""
    if not link.flights or link.riser_mm <= 0 or link.tread_mm <= 0:
        return
    width, length = stair_size_m(link, away_m)
    if width > across_m + _SAME_LEVEL_M or length > away_m + _SAME_LEVEL_M:
        text = f"{link.code} needs {width:.2f} × {length:.2f} m, its shaft has {across_m:.2f} × {away_m:.2f}"
        yield fault("width_m", text)


def _step_faults(link: LinkRow, fault: _Say) -> Iterator[Fault]:
    if link.flights < 1:
        yield fault("flights", "a stair has at least one flight")
    if link.riser_mm <= 0 or link.tread_mm <= 0:
        yield fault("riser_mm", "a stair has risers and treads")
        return
    risers = link.rise_m * 1000 / link.riser_mm
    if abs(risers - round(risers)) > 0.01:
        yield fault("riser_mm", f"{link.rise_m:g} m is no whole number of risers of {link.riser_mm:g} mm")
    step = 2 * link.riser_mm + link.tread_mm
    if not 590 <= step <= 660:
        yield fault("tread_mm", f"2 × riser + tread is {step:g} mm, not 590 to 660")
