"""Interlock groups, evaluated in the controller (rules I1, I2, I6 of the domain reference, section 5.2)."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.plant.doors import LOCK, DoorMechanism

IDLE, IN_USE, OVERRIDE, VIOLATION = 0.0, 1.0, 2.0, 3.0


class Interlock:
    """At most one door of the group not secured."""

    def __init__(self, name: str, doors: Sequence[DoorMechanism]) -> None:
        self.name = name
        self.doors = tuple(doors)

    def refusal(self, door: DoorMechanism, value: float) -> str:
        """Why the controller will not take this order; the empty text if it will. Locking is always allowed."""
        if value == LOCK:
            return ""
        for other in self.doors:
            if other is not door and (not other.is_secured or other.command != LOCK):
                return f"interlock {self.name}: {other.door.code} is not secured"
        return ""

    @property
    def state(self) -> float:
        """0 idle, 1 in use, 3 violation (two or more doors not secured)."""
        loose = sum(not door.is_secured for door in self.doors)
        return IDLE if loose == 0 else IN_USE if loose == 1 else VIOLATION
