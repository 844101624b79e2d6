"""Finding a door or room by what a person types."""

from __future__ import annotations

from twin.model.facility import Facility
from twin.model.ids import GlobalId


def find_element(facility: Facility, text: str) -> GlobalId | None:
    """The room or door whose code is, ends in or holds the text, or whose name begins with it; rooms first."""
    wanted = text.strip().casefold()
    if not wanted:
        return None
    elements = [(space.code.casefold(), space.name.casefold(), space.global_id) for space in facility.spaces]
    elements += [(door.code.casefold(), "", door.global_id) for door in facility.doors]
    ranked = [(rank, element) for code, name, element in elements if (rank := _rank(wanted, code, name)) is not None]
    return min(ranked, key=lambda item: item[0])[1] if ranked else None


def _rank(wanted: str, code: str, name: str) -> int | None:
    """0 for the very code, then its end, the beginning of the name, a part of the code; None for no match."""
    hits = (code == wanted, code.endswith(wanted), name.startswith(wanted), wanted in code)
    return hits.index(True) if True in hits else None


def place_of(facility: Facility, element: GlobalId) -> GlobalId | None:
    """The door or room by which an element is shown: itself, the largest room of a zone, the room of equipment."""
    if element in facility.door_by_id or element in facility.space_by_id:
        return element
    members = [
        facility.space_by_id[member]
        for zone in facility.zones
        if zone.global_id == element
        for member in zone.members
        if member in facility.space_by_id
    ]
    if members:
        return max(members, key=lambda space: space.area_m2).global_id
    return next((thing.space for thing in facility.equipment if thing.global_id == element), None)
