"""Interlock groups, evaluated in the controller (rules I1, I2, I4, I6 of the domain reference, section 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulation.plant.doors import LOCK, DoorMechanism
from twin.model.ids import NO_ID, is_outside

IDLE, IN_USE, OVERRIDE, VIOLATION = 0.0, 1.0, 2.0, 3.0


class Interlock:
    """At most one door of the group not secured, unless the fire panel has enabled the override.

    An enabled override opens nothing; it lets the control post order a second door. ``chamber`` is the space that every
    door of the group opens on, `NO_ID` where there is none.
    """

    def __init__(self, name: str, doors: Sequence[DoorMechanism]) -> None:
        self.name = name
        self.doors = tuple(doors)
        self.override_enabled = False
        common = set.intersection(*(set(door.door.joins or ()) for door in self.doors))
        self.chamber = min((node for node in common if not is_outside(node)), default=NO_ID)

    def refusal(self, door: DoorMechanism, value: float) -> str:
        """Why the controller will not take this order; the empty text if it will. Locking is always allowed."""
        if value == LOCK or self.override_enabled:
            return ""
        for other in self.doors:
            if other is not door and (not other.is_secured or other.command != LOCK):
                return f"interlock {self.name}: {other.door.code} is not secured"
        return ""

    @property
    def state(self) -> float:
        """0 idle, 1 in use, 2 override, 3 violation (two or more doors not secured without an override)."""
        loose = sum(not door.is_secured for door in self.doors)
        if loose < 2:
            return IN_USE if loose else IDLE
        return OVERRIDE if self.override_enabled else VIOLATION


def interlocks_of(doors: Iterable[DoorMechanism]) -> dict[str, Interlock]:
    """The interlock groups of a building by name."""
    groups: dict[str, list[DoorMechanism]] = {}
    for mechanism in doors:
        if mechanism.door.interlock_group:
            groups.setdefault(mechanism.door.interlock_group, []).append(mechanism)
    return {name: Interlock(name, members) for name, members in groups.items()}
