"""Doors as hardware: a leaf, a bolt, perhaps a deadlock and a hold-open magnet; everything takes time to move.

What a command asks for and what the door does are two things: a jammed, propped or powerless door accepts the order and
does not follow, and only its contacts tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin.model.doors import Door
from twin.model.vocabulary import FailMode

LOCK, UNLOCK, PULSE = 0.0, 1.0, 2.0
"""Command values, as BACnetDoorValue (ASHRAE 135, clause 21)."""
PULSE_S = 5.0
"""How long a pulse keeps the bolt back (assumption)."""
HAND_S = 1.5
"""Time a person takes to swing a leaf (assumption)."""
_DEADLOCK_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What a door type is made of; times [s] are assumptions in the range of detention hardware data sheets."""

    bolt_s: float
    has_deadlock: bool = False
    leaf_motor_s: float = 0.0  # 0: moved by hand
    holds_open: bool = False


HARDWARE: Mapping[str, Hardware] = {
    "D-CELL": Hardware(bolt_s=0.8, has_deadlock=True),
    "D-CELL-A": Hardware(bolt_s=0.8, has_deadlock=True),
    "D-GATE": Hardware(bolt_s=1.5, has_deadlock=True),
    "D-SP": Hardware(bolt_s=1.5, has_deadlock=True),
    "D-WS": Hardware(bolt_s=0.6),
    "D-FIRE": Hardware(bolt_s=0.6, holds_open=True),
    "D-EXIT": Hardware(bolt_s=0.6),
    "D-LOAD": Hardware(bolt_s=1.5, has_deadlock=True, leaf_motor_s=12.0),
    "D-LOAD-I": Hardware(bolt_s=1.5, has_deadlock=True, leaf_motor_s=12.0),
}
_OTHER = Hardware(bolt_s=0.5)


class DoorMechanism:
    """One door. Positions run from 0 (shut, bolt back) to 1 (open, bolt thrown); `advance` moves them on."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.hardware = HARDWARE.get(door.type, _OTHER)
        self.leaf = 0.0
        self.bolt = 1.0
        self.deadlock = 1.0
        self.is_locked = True  # the bolt contact: makes when fully thrown, breaks when fully back
        self.command = LOCK
        self.fault = self.tamper = self.key_override = self.night_lock = self.call = False
        self.powered = True
        self.open_s = 0.0  # since it was last opened; 0 while shut
        self.cycle_count = 0
        self.jammed = self.propped = self.false_secure = False
        self._leaf_goal = 0.0
        self._bolt_goal = 1.0
        self._pulse_left_s = 0.0
        self._travel_s = 0.0

    # --- contacts ------------------------------------------------------------------------------------------------

    @property
    def is_closed(self) -> bool:
        """The position contact."""
        return self.leaf <= 0.0

    @property
    def is_deadlocked(self) -> bool:
        """The deadlock contact."""
        return self.deadlock >= 1.0

    @property
    def is_secured(self) -> bool:
        """Shut, bolted and, where there is one, dead-locked: what the interlock counts."""
        return self.is_closed and self.is_locked and (self.is_deadlocked or not self.hardware.has_deadlock)

    @property
    def is_passable(self) -> bool:
        """Whether a person can go through now or push it open."""
        return not self.is_closed or not self.is_locked

    @property
    def contacts(self) -> tuple[object, ...]:
        """All that the controller sees of it: while this is equal, no point of the door has changed but its times."""
        return (
            self.leaf <= 0.0,
            self.is_locked,
            self.deadlock >= 1.0,
            self.tamper,
            self.fault,
            self.key_override,
            self.night_lock,
            self.call,
            self.command,
            self.cycle_count,
        )

    @property
    def mode(self) -> float:
        """Locking mode: 0 unlocked, 1 locked, 2 night (the second throw is out), 3 key."""
        if self.key_override:
            return 3.0
        return 2.0 if self.night_lock else float(self.is_locked)

    @property
    def at_rest(self) -> bool:
        """Whether nothing will move without a new cause."""
        return (
            self.leaf == self._leaf_goal
            and self.bolt == self._wanted_bolt()
            and self.deadlock == self._wanted_deadlock()
            and self._pulse_left_s <= 0
        )

    # --- causes --------------------------------------------------------------------------------------------------

    def settle(self, *, locked: bool, leaf_open: bool) -> None:
        """Put the door into a state at once: how the virtual building begins its day."""
        self.leaf = self._leaf_goal = 1.0 if leaf_open else 0.0
        self.bolt = self._bolt_goal = 1.0 if locked and not leaf_open else 0.0
        self.is_locked = self.bolt >= 1.0
        self.command = LOCK if locked else UNLOCK
        self.deadlock = self._wanted_deadlock()

    def order(self, value: float) -> None:
        """A command from the controller. Without power it is remembered by nobody."""
        self.command = value
        if not self.powered:
            return
        self._travel_s = 0.0
        self.fault = False
        self._bolt_goal = 1.0 if value == LOCK else 0.0
        self._pulse_left_s = PULSE_S if value == PULSE else 0.0
        if self.hardware.leaf_motor_s:
            self._leaf_goal = 0.0 if value == LOCK else 1.0

    def swing(self, *, open_it: bool) -> bool:
        """A person opens or shuts the leaf; False if the bolt or something in the way prevents it."""
        if self.jammed or (open_it and not self.is_passable) or (not open_it and self.propped):
            return False
        self._leaf_goal = 1.0 if open_it else 0.0
        return True

    def turn_key(self, *, unlock: bool) -> None:
        """A mechanical key in the lock body; it works without power and shows as key override."""
        self.key_override = unlock
        self._bolt_goal = 0.0 if unlock else 1.0

    def force(self) -> None:
        """Somebody breaks it open: the leaf moves, the bolt contact still says thrown."""
        self.cycle_count += self.is_closed
        self.leaf = self._leaf_goal = 1.0
        self.propped = True

    def repair(self) -> None:
        """Shut it again by hand and clear every fault that was put in."""
        self.jammed = self.propped = self.false_secure = self.fault = self.tamper = False
        self._leaf_goal = 0.0
        self._travel_s = 0.0

    def set_power(self, *, on: bool) -> None:
        """Loss of power: the bolt does what its fail mode says, orders are not followed, magnets let go."""
        self.powered = on
        self.fault = not on
        if not on:
            self._pulse_left_s = 0.0
            if self.door.fail_mode is FailMode.FAIL_SAFE:
                self._bolt_goal = 0.0
            self.let_go()

    def let_go(self) -> None:
        """The hold-open magnet releases; the closer shuts the leaf unless something is in the way."""
        if self.hardware.holds_open and not self.propped:
            self._leaf_goal = 0.0

    # --- time ----------------------------------------------------------------------------------------------------

    def advance(self, dt_s: float) -> None:
        """Move leaf, bolt and deadlock on by some seconds."""
        if self._pulse_left_s > 0:
            self._pulse_left_s -= dt_s
            if self._pulse_left_s <= 0:
                self._bolt_goal = 1.0
        bolt_goal = self._wanted_bolt()
        was_closed = self.is_closed
        if not self.jammed:
            self.leaf = _towards(self.leaf, self._leaf_goal, dt_s / (self.hardware.leaf_motor_s or HAND_S))
            self.bolt = _towards(self.bolt, bolt_goal, dt_s / self.hardware.bolt_s)
        elif self.bolt != bolt_goal:
            self._travel_s += dt_s
            if self._travel_s > 3 * self.hardware.bolt_s:
                self.fault = True  # the controller's own travel time-out
        if self.bolt >= 1.0 or self.bolt <= 0.0:
            self.is_locked = self.bolt >= 1.0
        self.deadlock = _towards(self.deadlock, self._wanted_deadlock(), dt_s / _DEADLOCK_S)
        self.cycle_count += was_closed and not self.is_closed
        self.open_s = 0.0 if self.is_closed else self.open_s + dt_s

    def _wanted_bolt(self) -> float:
        # A slam lock cannot throw its bolt into the air: it waits until the leaf is shut. A forced leaf keeps it out.
        if self._bolt_goal == 1.0 and not self.is_closed:
            return self.bolt
        return self._bolt_goal

    def _wanted_deadlock(self) -> float:
        return 1.0 if self.is_closed and self.bolt >= 1.0 and not self.false_secure else 0.0


def _towards(value: float, goal: float, step: float) -> float:
    if value < goal:
        return min(goal, value + step)
    return max(goal, value - step)
