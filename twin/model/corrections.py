"""What a person knows better than the model: corrections of single facts, kept apart from what was read.

They are laid over the facility whenever it is loaded; a new import never touches them. One that no longer fits waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.spaces import Space, Zone
from twin.model.vocabulary import Confidence, JoinSource, Role, SpaceUse

MOST_PLACES = 10_000
"""Highest capacity of one space that is believed (assumption)."""


class Correctable(StrEnum):
    """Facts that may be corrected; the zones are named by their purpose."""

    JOINS = "joins"
    NAME = "name"
    USE = "use"
    CAPACITY = "capacity"
    HVAC = "hvac"
    SMOKE = "smoke"
    RELEASE = "release"
    REGIME = "regime"


_ZONE_FIELDS: Mapping[Correctable, str] = {
    Correctable.HVAC: "hvac_zone",
    Correctable.SMOKE: "smoke_compartment",
    Correctable.RELEASE: "release_group",
    Correctable.REGIME: "regime_zone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One fact of one element. ``value``: two GlobalIds (or outside nodes) for ``joins``, else one text."""

    element: GlobalId
    fact: Correctable
    value: tuple[str, ...]
    reason: str
    role: Role
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A correction that does not fit the facility, and why."""

    correction: Correction
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The facility with its corrections, and those that could not be applied."""

    facility: Facility
    waiting: tuple[Waiting, ...] = ()


def corrected(facility: Facility, corrections: Iterable[Correction]) -> Corrected:
    """Lay corrections over a facility; what does not fit is left out and told."""
    changed = _Changes(facility)
    waiting = [
        Waiting(correction=correction, reason=reason)
        for correction in corrections
        if (reason := changed.apply(correction))
    ]
    return Corrected(facility=changed.facility() if changed.has_any else facility, waiting=tuple(waiting))


def faults_of(facility: Facility, correction: Correction) -> str:
    """Why a correction does not fit a facility; empty if it does."""
    return _Changes(facility).apply(correction)


class _Changes:
    def __init__(self, facility: Facility) -> None:
        self._facility = facility
        self._spaces = dict(facility.space_by_id)
        self._doors = dict(facility.door_by_id)
        self._zones = list(facility.zones)
        self.has_any = False

    def facility(self) -> Facility:
        return replace(
            self._facility,
            spaces=tuple(self._spaces.values()),
            doors=tuple(self._doors.values()),
            zones=tuple(self._zones),
        )

    def apply(self, correction: Correction) -> str:
        """Apply one; why not, where it does not fit."""
        key, value = correction.element, correction.value
        try:
            if correction.fact is Correctable.JOINS:
                self._doors[key] = self._joined(self._doors[key], value)
            elif correction.fact in _ZONE_FIELDS:
                self._move(self._spaces[key], correction.fact, value[0])
            else:
                self._spaces[key] = _SPACE_FACTS[correction.fact](self._spaces[key], value[0])
        except KeyError as error:
            is_door = correction.fact is Correctable.JOINS and error.args[0] == key
            return f"there is no {'door' if is_door else 'space'} {error.args[0]}"
        except (ValueError, IndexError) as error:
            return str(error)
        self.has_any = True
        return ""

    def _joined(self, door: Door, value: Sequence[str]) -> Door:
        one, other = (GlobalId(node) for node in value)
        if one == other:
            raise ValueError("a door joins two spaces, or one and the outdoors")
        for node in (one, other):
            if node not in self._spaces and node not in self._facility.outside_nodes:
                raise KeyError(node)
        return replace(door, joins=(one, other), source=JoinSource.MANUAL, confidence=Confidence.SURE)

    def _move(self, space: Space, fact: Correctable, name: str) -> None:
        """Into a zone, out of all others of the same purpose; the empty name: into none."""
        field: dict[str, Any] = {_ZONE_FIELDS[fact]: name}
        self._spaces[space.global_id] = replace(space, **field)
        purpose, key = fact.value, space.global_id
        for place, zone in enumerate(self._zones):
            if zone.purpose == purpose:
                others = tuple(member for member in zone.members if member != key)
                self._zones[place] = replace(zone, members=(*others, key) if zone.name == name else others)
        if name and not any(zone.purpose == purpose and zone.name == name for zone in self._zones):
            made = GlobalId(f"{purpose}/{name}")
            self._zones.append(Zone(global_id=made, name=name, purpose=purpose, members=(key,)))


def _capacity(space: Space, value: str) -> Space:
    places = int(value) if value.isascii() and value.isdigit() else -1
    if not 0 <= places <= MOST_PLACES:
        raise ValueError(f"capacity is {value!r}, no whole number up to {MOST_PLACES}")
    return replace(space, capacity=places)


def _use(space: Space, value: str) -> Space:
    try:
        return replace(space, use=SpaceUse(value))
    except ValueError:
        raise ValueError(f"there is no use {value!r}: {', '.join(SpaceUse)}") from None


def _name(space: Space, value: str) -> Space:
    if not value:
        raise ValueError("the name is empty")
    return replace(space, name=value)


_SPACE_FACTS: Mapping[Correctable, Callable[[Space, str], Space]] = {
    Correctable.NAME: _name,
    Correctable.USE: _use,
    Correctable.CAPACITY: _capacity,
}
