"""Cause and effect: which input makes panel, controllers and hardware do what, where and after how long.

The matrix of a fire detection system (EN 54-2 leaves it to the site): Gatehouse never carries it out, it shows it, the
virtual building follows it, and a commissioning test compares a real one with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.model.ids import GlobalId


class Cause(StrEnum):
    """What happens."""

    FIRE_ALARM = "fire-alarm"  # source: the zone of a smoke compartment, or a stair or lift outside them
    MAINS_FAILURE = "mains-failure"  # source: a building


class Effect(StrEnum):
    """What is done."""

    CLOSE_DOOR = "close-door"  # the hold-open magnet lets go
    UNLOCK_DOOR = "unlock-door"  # open zones: the bolt goes back by itself
    RELEASE_DOOR = "release-door"  # fails safe: without power the bolt goes back
    ARM_RELEASE = "arm-release"  # secure zones: the release group is enabled for staff, nothing opens by itself
    ENABLE_OVERRIDE = "enable-override"  # interlock override enabled for the control post, nothing opens by itself
    STOP_AIR = "stop-air"  # an air handling unit or fan
    CLOSE_DAMPER = "close-damper"
    RECALL_LIFT = "recall-lift"
    START_GENERATOR = "start-generator"
    CARRY_ON_BATTERY = "carry-on-battery"  # a UPS takes over


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseEffect:
    """One crossing of the matrix. ``target`` is empty where the effect is on a named group of doors.

    ``basis`` says which rule or figure the row comes from.
    """

    cause: Cause
    source: GlobalId
    source_code: str
    effect: Effect
    target: GlobalId
    target_code: str
    delay_s: float = 0.0
    basis: str = ""
