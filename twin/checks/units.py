"""Rules for what people of a unit share: day rooms and yards. Both limits are assumptions."""

from __future__ import annotations

from collections import defaultdict

from twin.checks.findings import Breach, Judgements
from twin.checks.sleeping import ROUNDING
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import SpaceUse

DAYROOM_M2 = 2.0
"""Day room per certified place of the unit (assumption)."""
YARD_M2 = 5.0
"""Yard per user (assumption)."""


def has_day_room(facility: Facility) -> Judgements:
    """R7: area of day rooms per certified place [m²], unit by unit.

    A unit is a regime zone with certified places. A unit without day rooms of its own shares, with others like it,
    those of its storey that belong to no unit.
    """
    units: dict[str, list[Space]] = defaultdict(list)
    for space in facility.spaces:
        if space.certified_places:
            units[space.regime_zone].append(space)
    rooms = [space for space in facility.spaces if space.use is SpaceUse.DAYROOM]
    own_m2 = {unit: sum(room.area_m2 for room in rooms if room.regime_zone == unit) if unit else 0.0 for unit in units}
    shared_m2: dict[GlobalId, float] = defaultdict(float)
    for room in rooms:
        if room.regime_zone not in units:
            shared_m2[room.storey] += room.area_m2
    sharing: dict[GlobalId, int] = defaultdict(int)
    for unit, members in units.items():
        if not own_m2[unit]:
            for space in members:
                sharing[space.storey] += space.certified_places
    zones = {zone.name: zone.global_id for zone in facility.zones if zone.purpose == "regime"}
    for unit, members in units.items():
        places = sum(space.certified_places for space in members)
        storeys = {space.storey for space in members}
        if own_m2[unit]:
            each_m2 = own_m2[unit] / places
        else:
            each_m2 = sum(shared_m2[storey] for storey in storeys) / sum(sharing[storey] for storey in storeys)
        if each_m2 >= DAYROOM_M2 - ROUNDING:
            yield None
            continue
        yield Breach(
            element=zones.get(unit, members[0].global_id),
            code=unit or members[0].code,
            text=f"{places} places and {each_m2:.2f} m² of day room for each, at least {DAYROOM_M2:.2f} m² is asked",
            value=round(each_m2, 3),
            limit=DAYROOM_M2,
            unit="m²",
        )


def has_yard_area(facility: Facility) -> Judgements:
    """R8: area of a yard per user [m²]; its capacity is the number of its users at a time."""
    for space in facility.spaces:
        if space.use is not SpaceUse.YARD or space.capacity < 1:
            continue
        each_m2 = space.area_m2 / space.capacity
        if each_m2 >= YARD_M2 - ROUNDING:
            yield None
            continue
        yield Breach(
            element=space.global_id,
            code=space.code,
            text=f"{each_m2:.2f} m² of yard for each of {space.capacity} users, at least {YARD_M2:.2f} m² is asked",
            value=round(each_m2, 3),
            limit=YARD_M2,
            unit="m²",
        )
