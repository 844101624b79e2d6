"""The evacuation plan: who leaves a real building, from where, by which doors, and who unlocks them; as TOML.

Where people are at the alarm is said in one of three ways: a scenario and a clock time, a table of people, or a
Snapshot file given beside the plan. Times are seconds after the alarm. What no standard gives carries a ``source`` of
its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulation.egress import sfpe
from simulation.models.notation import Clock
from twin.files.toml import read_toml
from twin.model.vocabulary import Provenance

_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Amount = Annotated[_Finite, Field(ge=0)]
_Measure = Annotated[_Finite, Field(gt=0)]
_Text = Annotated[str, Field(min_length=1)]
_Codes = tuple[_Text, ...]
UNLOCK_WITHIN_S = 120.0
"""Planning criterion: locks are released within two minutes with the least staff (after IBC 408.4.1)."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Strict):
    """What the plan is, and where its figures come from."""

    title: _Text
    description: str = ""
    provenance: Provenance = Provenance.ASSUMED


class Start(_Strict):
    """People and cell locks as a scenario has them at a time of day."""

    scenario: _Text
    clock: Clock


class People(_Strict):
    """So many people in a space."""

    space: _Text
    count: Annotated[int, Field(ge=1)]


class Evacuated(_Strict):
    """Whose evacuation it is: everybody in the building, or those in the spaces named in any of three ways.

    ``staff``: staff of the scenario leave as well (with keys). Crews are never evacuated.
    """

    release_groups: _Codes = ()
    smoke_compartments: _Codes = ()
    spaces: _Codes = ()
    staff: bool = False

    @property
    def is_everybody(self) -> bool:
        """Whether no part of the building is named."""
        return not (self.release_groups or self.smoke_compartments or self.spaces)


class Goal(_Strict):
    """Where to: the outdoors at ground level, or muster spaces by code, or both (``outdoors = true`` beside them)."""

    muster: _Codes = ()
    outdoors: bool | None = None

    @property
    def is_outdoors(self) -> bool:
        """Whether the outdoors is a goal."""
        return not self.muster if self.outdoors is None else self.outdoors

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Goal:
        if not (self.is_outdoors or self.muster):
            raise ValueError("outdoors = false without a muster space leaves no goal")
        return self


class Doors(_Strict):
    """``closed``: doors that nobody passes. ``released``: doors, or door types, that the alarm itself unlocks."""

    closed: _Codes = ()
    released: _Codes = ()


class Notification(_Strict):
    """When people learn of it."""

    after_s: _Amount = 0.0
    source: str = ""


class PreMovement(_Strict):
    """From the notice to the first step, drawn for each person: the time that ISO 16738 and SFPE call pre-movement.

    Lognormal by median and coefficient of variation, uniform between two times, or the same for everybody. A lognormal
    time has no end: ``most_s`` leaves out what is longer, since staff do not wait for ever beside somebody's bed.
    """

    distribution: Literal["fixed", "uniform", "lognormal"]
    source: _Text
    median_s: _Amount | None = None
    cv: _Measure | None = None
    low_s: _Amount | None = None
    high_s: _Amount | None = None
    most_s: _Measure | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> PreMovement:
        needed = {"fixed": {"median_s"}, "uniform": {"low_s", "high_s"}, "lognormal": {"median_s", "cv"}}
        given = {name for name in ("median_s", "cv", "low_s", "high_s") if getattr(self, name) is not None}
        if given != needed[self.distribution]:
            raise ValueError(f"{self.distribution} takes {' and '.join(sorted(needed[self.distribution]))}")
        if self.distribution == "uniform" and (self.high_s or 0.0) < (self.low_s or 0.0):
            raise ValueError("high_s is less than low_s")
        if self.distribution == "lognormal" and not self.median_s:
            raise ValueError("a lognormal median_s is more than 0")
        if self.most_s is not None and (self.distribution != "lognormal" or self.most_s <= (self.median_s or 0.0)):
            raise ValueError("most_s goes with a lognormal time and is more than its median_s")
        return self

    def draw_s(self, random: np.random.Generator) -> float:
        """One person's time [s]."""
        if self.distribution == "uniform":
            return float(random.uniform(self.low_s or 0.0, self.high_s or 0.0))
        if self.distribution == "lognormal":
            time_s = self._lognormal_s(random)
            while self.most_s is not None and time_s > self.most_s:
                time_s = self._lognormal_s(random)
            return time_s
        return self.median_s or 0.0

    def _lognormal_s(self, random: np.random.Generator) -> float:
        sigma = float(np.sqrt(np.log1p((self.cv or 0.0) ** 2)))
        return float(random.lognormal(np.log(self.median_s or 1.0), sigma))


class Movement(_Strict):
    """Speed of a person alone on the level [m/s], and how it varies; that of SFPE's low density where left out."""

    speed_m_s: Annotated[float, Field(gt=0.1, le=2.5)] = sfpe.speed_m_s(0.0)
    speed_spread: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    source: str = "speed: SFPE Handbook ch. 59, low density; spread between persons: assumed"


class Crew(_Strict):
    """Officers who unlock one door after the other, each going to one to which nobody else is on the way.

    ``unlocks``: release groups, cells (codes of spaces) and doors, in this order; within a group the nearest is next.
    Two who stay together are one officer here. ``cell_s`` left out: as the scenario has it. ``sets_out_s`` left out:
    when people learn of the alarm.
    """

    name: _Text
    officers: Annotated[int, Field(ge=1)]
    start: _Text
    unlocks: Annotated[_Codes, Field(min_length=1)]
    sets_out_s: _Amount | None = None
    cell_s: _Measure | None = None
    speed_m_s: Annotated[float, Field(gt=0.2, le=3)] | None = None


class Release(_Strict):
    """Doors unlocked from the control room: armed and confirmed, then so many a second. Left out: as the scenario."""

    unlocks: Annotated[_Codes, Field(min_length=1)]
    at_s: _Amount | None = None
    arm_s: _Amount | None = None
    doors_per_s: _Measure | None = None


class Sensitivity(_Strict):
    """Assumptions about staff against the stream that have no published value: every combination is played."""

    officer_priority: Annotated[tuple[bool, ...], Field(min_length=1)] = (False,)
    slowing: Annotated[tuple[Annotated[_Finite, Field(ge=1, le=10)], ...], Field(min_length=1)] = (1.0,)


class Storage(_Strict):
    """Most people whom a space holds; while it is full its doors let nobody in."""

    space: _Text
    people: Annotated[int, Field(ge=1)]


class Plan(_Strict):
    """A whole plan."""

    kind: Literal["evacuation"]
    about: About
    start: Start | None = None
    people: tuple[People, ...] = ()
    evacuated: Evacuated = Evacuated()
    goal: Goal = Goal()
    doors: Doors = Doors()
    notification: Notification = Notification()
    pre_movement: PreMovement
    movement: Movement = Movement()
    crew: tuple[Crew, ...] = ()
    release: tuple[Release, ...] = ()
    storage: tuple[Storage, ...] = ()
    sensitivity: Sensitivity = Sensitivity()

    @property
    def unlocks(self) -> tuple[_Codes, ...]:
        """What each crew and each release unlocks."""
        return (*(crew.unlocks for crew in self.crew), *(release.unlocks for release in self.release))


def load_plan(path: Path | str) -> Plan:
    """Read a plan file.

    Raises:
        ConfigError: every fault at once, with file and key.
    """
    return read_toml(path, Plan)
