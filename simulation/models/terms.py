"""The terms of a plan: regime, timetable, posts and assumptions, in the words of the scenario file (TOML)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from simulation.graph import BOUNDARY_LAYER_M, SPECIFIC_FLOW_P_S_M
from simulation.people import PRISONER_SPEED_M_S, STAFF_SPEED_M_S, STAIR_SPEED_M_S
from twin.model.vocabulary import Provenance, SpaceUse

DAY_S = 86_400.0
"""Length of the day that a scenario describes."""

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def _clock_s(text: object) -> float:
    if isinstance(text, int | float):
        return float(text)
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise ValueError('is no time of day: write "08:30" in quotes')
    hours, minutes = text.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


Clock = Annotated[float, BeforeValidator(_clock_s)]
"""Seconds after midnight, written ``"08:30"``."""
Share = Annotated[float, Field(ge=0, le=1)]


def _clock_text(at_s: float) -> str:
    return f"{int(at_s // 3600):02d}:{int(at_s % 3600 // 60):02d}"


def _after_start(end: float, info: ValidationInfo) -> float:
    start = info.data.get("start")
    if start is not None and end <= start:
        raise ValueError(f"is not after the start ({_clock_text(start)}): write what passes midnight as two")
    return end


End = Annotated[Clock, AfterValidator(_after_start)]
"""A `Clock` after the ``start`` beside it."""


def _in_order(window: tuple[float, float]) -> tuple[float, float]:
    if window[1] <= window[0]:
        raise ValueError(f"ends at {_clock_text(window[1])}, not after it opens ({_clock_text(window[0])})")
    return window


Window = Annotated[tuple[Clock, Clock], AfterValidator(_in_order)]


def _not_empty(items: tuple[SpaceUse, ...]) -> tuple[SpaceUse, ...]:
    if not items:
        raise ValueError("names no use of a space")
    return items


Uses = Annotated[tuple[SpaceUse, ...], AfterValidator(_not_empty)]


class _Words(BaseModel):
    """Files are read strictly: an unknown key is a fault, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class About(_Words):
    """What the scenario is, and where its figures come from."""

    key: str
    title: str
    description: str = ""
    provenance: Provenance = Provenance.ASSUMED
    citation: str = ""


class PeopleTerms(_Words):
    """Share of the certified places that is occupied; speeds [m/s]; who stays away; how late people set out [s]."""

    occupancy: Share = 1.0
    speed_m_s: Annotated[float, Field(gt=0.2, le=2)] = PRISONER_SPEED_M_S
    stair_speed_m_s: Annotated[float, Field(gt=0.1, le=2)] = STAIR_SPEED_M_S
    speed_spread: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    absence: Share = 0.07
    set_out_within_s: Annotated[float, Field(ge=0)] = 60.0
    late_after_s: Annotated[float, Field(ge=0)] = 300.0


class DoorTerms(_Words):
    """Door types by how they are used, and the times they cost [s]."""

    specific_flow_p_s_m: Annotated[float, Field(gt=0)] = SPECIFIC_FLOW_P_S_M
    boundary_layer_m: Annotated[float, Field(ge=0)] = BOUNDARY_LAYER_M
    gate_types: tuple[str, ...] = ()
    on_request_types: tuple[str, ...] = ()
    closed_types: tuple[str, ...] = ()
    request_cycle_s: Annotated[float, Field(ge=0)] = 4.0
    hold_s: Annotated[float, Field(gt=0)] = 20.0
    sally_port_cycle_s: Annotated[float, Field(gt=0)] = 20.0
    sally_port_gather_s: Annotated[float, Field(ge=0)] = 30.0


class SearchTerms(_Words):
    """Search of everybody who enters a SEARCH space."""

    portals: Annotated[int, Field(ge=0)] = 2
    mean_s: Annotated[float, Field(ge=0)] = 6.0
    alarm_rate: Share = 0.1
    hand_s: Annotated[float, Field(ge=0)] = 40.0


class UnlockTerms(_Words):
    """How cells are unlocked and locked: one by one by officers, or by group release from control (unlock only)."""

    mode: Literal["officer", "group-release"] = "officer"
    unlock_cell_s: Annotated[float, Field(gt=0)] = 8.0
    lock_cell_s: Annotated[float, Field(gt=0)] = 6.0
    group_release_s: Annotated[float, Field(ge=0)] = 15.0
    doors_per_s: Annotated[float, Field(gt=0)] = 4.0
    recheck_s: Annotated[float, Field(gt=0)] = 60.0


class Block(_Words):
    """A stretch of the day, the same for everybody. People set out `lead_s` before `start`.

    ``place``: ``cell``, ``dayroom``, or ``session`` (the seat one is allocated; who has none goes `otherwise`).
    ``locked``: whoever is due in a cell is locked in.
    """

    name: str
    start: Clock
    end: End
    place: Literal["cell", "dayroom", "session"]
    session: int = 0
    otherwise: Literal["cell", "dayroom"] = "cell"
    locked: bool = False
    lead_s: Annotated[float, Field(ge=0)] = 0.0


class ActivityTerms(_Words):
    """Seats by use of space. ``whole_day``: the same people in every session; otherwise a new group each session."""

    use: SpaceUse
    whole_day: bool = False


class OpenAirTerms(_Words):
    """Turns in the yards: windows in which yards are used, in order of the day, and the length of a turn."""

    windows: tuple[Window, ...] = ()
    turn_min: Annotated[float, Field(gt=0, validate_default=True)] = 60.0
    change_min: Annotated[float, Field(ge=0)] = 5.0

    @field_validator("windows")
    @classmethod
    def _apart(cls, windows: tuple[Window, ...]) -> tuple[Window, ...]:
        for before, after in pairwise(windows):
            if after[0] < before[1]:
                raise ValueError(f"the window at {_clock_text(after[0])} opens before the one before it ends")
        return windows

    @field_validator("turn_min")
    @classmethod
    def _fits_every_window(cls, turn_min: float, info: ValidationInfo) -> float:
        for opens, closes in info.data.get("windows", ()):
            if turn_min * 60 > closes - opens:
                raise ValueError(f"a turn of {turn_min:g} min does not fit the window that opens {_clock_text(opens)}")
        return turn_min


class ErrandTerms(_Words):
    """Something people do in association: shower, telephone, kiosk, sport. ``seats`` where the space states none."""

    name: str
    use: SpaceUse
    start: Clock
    end: End
    minutes: Annotated[float, Field(gt=0)]
    share: Share
    seats: Annotated[int, Field(ge=1)] = 1

    @field_validator("minutes")
    @classmethod
    def _fits(cls, minutes: float, info: ValidationInfo) -> float:
        start, end = info.data.get("start"), info.data.get("end")
        if start is not None and end is not None and minutes * 60 > end - start:
            raise ValueError(f"does not fit between {_clock_text(start)} and {_clock_text(end)}")
        return minutes


class PostTerms(_Words):
    """`count` posts of one name from `start` to `end`.

    They go round the spaces with these uses within their ``scope`` (the living unit, the storey, the site), staying
    `round_min` in each. ``unlocks``: they unlock and lock cells. ``control``: they answer doors on request.
    """

    name: str
    count: Annotated[int, Field(ge=1)]
    start: Clock
    end: End
    scope: Literal["unit", "storey", "site"]
    uses: Uses
    round_min: Annotated[float, Field(gt=0)] = 30.0
    unlocks: bool = False
    control: bool = False


class StaffTerms(_Words):
    """Chance that a post stays empty for its shift, speeds [m/s], and the posts."""

    absence: Share = 0.0
    speed_m_s: Annotated[float, Field(gt=0.2, le=3)] = STAFF_SPEED_M_S
    post: tuple[PostTerms, ...]


class Scenario(_Words):
    """One plan of one regime day."""

    about: About
    people: PeopleTerms = PeopleTerms()
    doors: DoorTerms = DoorTerms()
    search: SearchTerms = SearchTerms()
    unlock: UnlockTerms = UnlockTerms()
    staff: StaffTerms
    block: tuple[Block, ...]
    activity: tuple[ActivityTerms, ...] = ()
    open_air: OpenAirTerms = OpenAirTerms()
    errand: tuple[ErrandTerms, ...] = ()

    @field_validator("block")
    @classmethod
    def _follow_one_another(cls, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        if not blocks:
            raise ValueError("a day needs at least one block")
        for before, after in pairwise(blocks):
            if after.start < before.end:
                raise ValueError(f"block {after.name!r} overlaps the one before it")
        return blocks

    @property
    def sessions(self) -> tuple[int, ...]:
        """Numbers of the sessions, in order of the day."""
        return tuple(dict.fromkeys(block.session for block in self.block if block.place == "session"))
