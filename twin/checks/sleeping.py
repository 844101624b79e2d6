"""Rules for the rooms in which people sleep: area, width, height, annex, window, cell call.

Sources of the limits:
    [1] CPT, Living space per prisoner in prison establishments: CPT standards, CPT/Inf (2015) 44: 6 m² in a single
        cell, 4 m² per prisoner in a shared one, both without the sanitary annex, which is fully partitioned in a
        shared one; at least 2 m between walls, 2.5 m from floor to ceiling.
    [2] European Prison Rules (2006, revised 2020), 18.2: windows to read and work by, a means to call staff. The
        share of the floor area is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterator

from twin.checks.findings import Breach, Judgements
from twin.checks.widths import narrowest_width_m
from twin.model.facility import Facility
from twin.model.spaces import Space
from twin.model.vocabulary import CELLS, DETAINED, SLEEPING, SpaceUse

SINGLE_M2 = 6.0
SHARED_M2 = 4.0
WIDTH_M = 2.0
HEIGHT_M = 2.5
WINDOW_SHARE = 0.1
ROUNDING = 0.001
"""Outlines, heights and areas of imported models are rounded to 0.1 mm; a millimetre below a limit is no finding."""

_CALLS = frozenset({"IfcCommunicationsAppliance", "IfcAlarm"})


def has_living_area(facility: Facility) -> Judgements:
    """R1: living area per certified place [m²], in sleeping rooms with places."""
    for space in _spaces(facility, SLEEPING):
        if space.capacity < 1:
            continue
        each_m2 = space.living_m2 / space.capacity
        limit_m2 = SINGLE_M2 if space.capacity == 1 else SHARED_M2
        yield _below(space, each_m2, limit_m2, "m²", "living area per place without the annex")


def is_wide(facility: Facility) -> Judgements:
    """R2: width between walls [m]; of an outline that is no rectangle, that of its convex hull."""
    for space in _spaces(facility, DETAINED):
        yield _below(space, narrowest_width_m(space.polygon), WIDTH_M, "m", "width between walls")


def is_high(facility: Facility) -> Judgements:
    """R3: clear height [m]."""
    for space in _spaces(facility, DETAINED):
        yield _below(space, space.height_m, HEIGHT_M, "m", "height")


def has_partitioned_annex(facility: Facility) -> Judgements:
    """R4: a sanitary annex with a partition where more than one person sleeps."""
    for space in _spaces(facility, SLEEPING):
        if space.capacity < 2:
            continue
        kept = space.has_partitioned_annex and space.annex_m2 > 0
        text = f"{space.capacity} people sleep here and there is no partitioned sanitary annex"
        yield None if kept else Breach(element=space.global_id, code=space.code, text=text)


def has_window(facility: Facility) -> Judgements:
    """R5: window area against floor area [m²]."""
    for space in _spaces(facility, DETAINED | {SpaceUse.HOTEL}):
        yield _below(space, space.window_m2, WINDOW_SHARE * space.area_m2, "m²", "window area")


def has_cell_call(facility: Facility) -> Judgements:
    """R6: a device in every cell to call staff with; in rooms of an open prison people can walk to them."""
    calling = {thing.space for thing in facility.equipment if thing.ifc_class in _CALLS}
    for space in _spaces(facility, CELLS):
        kept = space.global_id in calling
        yield None if kept else Breach(element=space.global_id, code=space.code, text="there is no cell call")


def _spaces(facility: Facility, uses: frozenset[SpaceUse]) -> Iterator[Space]:
    return (space for space in facility.spaces if space.use in uses)


def _below(space: Space, value: float, limit: float, unit: str, what: str) -> Breach | None:
    if value >= limit - ROUNDING:
        return None
    return Breach(
        element=space.global_id,
        code=space.code,
        text=f"{what} is {value:.2f} {unit}, at least {limit:.2f} {unit} is asked",
        value=round(value, 3),
        limit=round(limit, 3),
        unit=unit,
    )
