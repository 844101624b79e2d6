"""The terms of a plan: regime, timetable, posts and assumptions, in the words of the scenario file (TOML)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from twin.model.vocabulary import Provenance, SpaceUse

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
    speed_m_s: Annotated[float, Field(gt=0.2, le=2)] = 0.8
    stair_speed_m_s: Annotated[float, Field(gt=0.1, le=2)] = 0.6
    speed_spread: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    absence: Share = 0.07
    set_out_within_s: Annotated[float, Field(ge=0)] = 60.0
    late_after_s: Annotated[float, Field(ge=0)] = 300.0


class DoorTerms(_Words):
    """Door types by how they are used, and the times they cost [s]."""

    specific_flow_p_s_m: Annotated[float, Field(gt=0)] = 1.3
    boundary_layer_m: Annotated[float, Field(ge=0)] = 0.15
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
    end: Clock
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
    """Turns in the yards: windows in which yards are used, and the length of a turn."""

    windows: tuple[tuple[Clock, Clock], ...] = ()
    turn_min: Annotated[float, Field(gt=0)] = 60.0
    change_min: Annotated[float, Field(ge=0)] = 5.0


class ErrandTerms(_Words):
    """Something people do in association: shower, telephone, kiosk, sport. ``seats`` where the space states none."""

    name: str
    use: SpaceUse
    start: Clock
    end: Clock
    minutes: Annotated[float, Field(gt=0)]
    share: Share
    seats: Annotated[int, Field(ge=1)] = 1


class PostTerms(_Words):
    """`count` posts of one name from `start` to `end`.

    They go round the spaces with these uses within their ``scope`` (the living unit, the storey, the site), staying
    `round_min` in each. ``unlocks``: they unlock and lock cells. ``control``: they answer doors on request.
    """

    name: str
    count: Annotated[int, Field(ge=1)]
    start: Clock
    end: Clock
    scope: Literal["unit", "storey", "site"]
    uses: Uses
    round_min: Annotated[float, Field(gt=0)] = 30.0
    unlocks: bool = False
    control: bool = False


class StaffTerms(_Words):
    """Chance that a post stays empty for its shift, speeds [m/s], and the posts."""

    absence: Share = 0.0
    speed_m_s: Annotated[float, Field(gt=0.2, le=3)] = 1.2
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

    @model_validator(mode="after")
    def _in_order(self) -> Scenario:
        if not self.block:
            raise ValueError("a day needs at least one block")
        at_s = 0.0
        for block in self.block:
            if block.start < at_s or block.end <= block.start:
                raise ValueError(f"block {block.name!r} overlaps the one before it, or ends before it starts")
            at_s = block.end
        for post in self.staff.post:
            if post.end <= post.start:
                raise ValueError(f"post {post.name!r} ends before it starts: write a night as two posts")
        return self

    @property
    def sessions(self) -> tuple[int, ...]:
        """Numbers of the sessions, in order of the day."""
        return tuple(dict.fromkeys(block.session for block in self.block if block.place == "session"))
