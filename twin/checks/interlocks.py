"""Interlocked doors come in groups: a group of one door, or a door in no group, is locked against nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from twin.checks.findings import Breach, Judgements
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.vocabulary import SpaceUse

FEWEST_DOORS = 2
INTERLOCKED = "IL"
"""Part of a lock code (``MOT-IL``) that says that the lock is interlocked: the door catalogue of the sample sites."""


def is_interlocked(door: Door) -> bool:
    """Whether the lock of the door is made for an interlock group."""
    return INTERLOCKED in re.split(r"[^A-Z0-9]+", door.lock_type.upper())


def has_interlock_partners(facility: Facility) -> Judgements:
    """R10: at least two doors in every group, a group for every interlocked lock, a group on every sally port."""
    groups: dict[str, list[Door]] = defaultdict(list)
    for door in facility.doors:
        if door.interlock_group:
            groups[door.interlock_group].append(door)
    for name, doors in groups.items():
        yield None if len(doors) >= FEWEST_DOORS else _breach(doors[0], len(doors), f"interlock group {name} has")
    for door in facility.doors:
        if is_interlocked(door):
            grouped = bool(door.interlock_group)
            yield None if grouped else _breach(door, 0, f"lock {door.lock_type} is in no interlock group: it has")
    for space in facility.spaces:
        if space.use is SpaceUse.SALLY:
            doors_here = facility.doors_of.get(space.global_id, ())
            largest = max(
                Counter(door.interlock_group for door in doors_here if door.interlock_group).values(), default=0
            )
            if largest >= FEWEST_DOORS:
                yield None
                continue
            text = f"the doors of a sally port are one interlock group; of its largest group there are {largest} here"
            yield Breach(
                element=space.global_id, code=space.code, text=text, value=largest, limit=FEWEST_DOORS, unit="doors"
            )


def _breach(door: Door, count: int, what: str) -> Breach:
    doors = "door" if count == 1 else "doors"
    return Breach(
        element=door.global_id,
        code=door.code,
        text=f"{what} {count} {doors}, at least {FEWEST_DOORS} are asked",
        value=count,
        limit=FEWEST_DOORS,
        unit="doors",
    )
