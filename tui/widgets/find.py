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
    tests = (
        lambda code, name: code == wanted,
        lambda code, name: code.endswith(wanted),
        lambda code, name: name.startswith(wanted),
        lambda code, name: wanted in code,
    )
    for test in tests:
        for code, name, element in elements:
            if test(code, name):
                return element
    return None
