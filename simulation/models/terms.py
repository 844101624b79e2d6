"""The terms of a plan: regime, timetable, posts and assumptions, in the words of the scenario file (TOML)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from simulation.graph import BOUNDARY_LAYER_M, SPECIFIC_FLOW_P_S_M
from simulation.models.notation import (
    DAY_S,
    WEEK,
    Clock,
    Days,
    End,
    Minutes,
    Seconds,
    Share,
    Uses,
    Weekday,
    Window,
    Words,
    clock_text,
)
from simulation.models.service_point import ServiceTime
from simulation.people import PRISONER_SPEED_M_S, STAFF_SPEED_M_S, STAIR_SPEED_M_S
from twin.model.vocabulary import SLEEPING, Provenance, SpaceUse


class About(Words):
    """What the scenario is, and where its figures come from. ``based_on``: the scenario beside it that it changes."""

    key: str
    title: str
    description: str = ""
    based_on: str = ""
    provenance: Provenance = Provenance.ASSUMED
    citation: str = ""


class CalendarTerms(Words):
    """How many days are played, and which weekday the first of them is."""

    days: Annotated[int, Field(ge=1, le=366)] = 1
    first: Weekday = Weekday.MONDAY

    def weekday(self, day: int) -> Weekday:
        """The weekday of a day counted from 0."""
        return WEEK[(WEEK.index(self.first) + day) % len(WEEK)]


class GroupTerms(Words):
    """People with one timetable.

    ``home``: uses of the spaces they sleep in; none: they come from outside. ``count``: how many; left out: the
    occupied share of the places. ``common``: use of the room they share by day, the nearest one to their home.
    """

    name: str
    home: tuple[SpaceUse, ...] = ()
    count: Annotated[int, Field(ge=1)] | None = None
    common: SpaceUse = SpaceUse.DAYROOM
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")] = "P"

    @model_validator(mode="after")
    def _can_be_counted(self) -> GroupTerms:
        if not self.home and self.count is None:
            raise ValueError(f"group {self.name!r} comes from outside: say how many (count)")
        return self


RESIDENTS = GroupTerms(name="residents", home=tuple(sorted(SLEEPING)))
"""Who there is where a scenario names no group: the occupied share of the certified places."""


class PeopleTerms(Words):
    """Share of the places that is occupied; speeds [m/s]; who stays away; how late people set out [s]."""

    occupancy: Share = 1.0
    speed_m_s: Annotated[float, Field(gt=0.2, le=2)] = PRISONER_SPEED_M_S
    stair_speed_m_s: Annotated[float, Field(gt=0.1, le=2)] = STAIR_SPEED_M_S
    speed_spread: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    absence: Share = 0.07
    set_out_within_s: Seconds = 60.0
    late_after_s: Seconds = 300.0


class DoorTerms(Words):
    """Door types by how they are used, and the times they cost [s]."""

    specific_flow_p_s_m: Annotated[float, Field(gt=0)] = SPECIFIC_FLOW_P_S_M
    boundary_layer_m: Annotated[float, Field(ge=0)] = BOUNDARY_LAYER_M
    gate_types: tuple[str, ...] = ()
    on_request_types: tuple[str, ...] = ()
    closed_types: tuple[str, ...] = ()
    request_cycle_s: Seconds = 4.0
    hold_s: Annotated[float, Field(gt=0)] = 20.0
    sally_port_cycle_s: Annotated[float, Field(gt=0)] = 20.0
    sally_port_gather_s: Seconds = 30.0


class SearchTerms(Words):
    """Search (or sign-in) of everybody who enters one of the `spaces`, by code; left out: all spaces of use SEARCH.

    Without `portals` nobody is searched.
    """

    spaces: tuple[str, ...] = ()
    portals: Annotated[int, Field(ge=0, le=100)] = 2
    mean_s: Seconds = 6.0
    alarm_rate: Share = 0.1
    hand_s: Seconds = 40.0


class UnlockTerms(Words):
    """How cells are unlocked and locked: one by one by officers, or by group release from control (unlock only)."""

    mode: Literal["officer", "group-release"] = "officer"
    unlock_cell_s: Annotated[float, Field(gt=0)] = 8.0
    lock_cell_s: Annotated[float, Field(gt=0)] = 6.0
    group_release_s: Seconds = 15.0
    doors_per_s: Annotated[float, Field(gt=0)] = 4.0
    recheck_s: Annotated[float, Field(gt=0)] = 60.0


def _within_the_day(at_s: float) -> float:
    if at_s >= DAY_S:
        raise ValueError("is the end of the day: a plan begins before it")
    return at_s


class Block(Words):
    """A stretch of the day of some groups (left out: of everybody). People set out `lead_s` before `start`.

    ``place``: ``cell`` or ``home`` (where one sleeps, or outside), ``dayroom`` (the common room), ``away`` (outside),
    ``session`` (the seat one is allocated; who has none goes `otherwise`). ``spread_min``: people come one by one over
    so many minutes. ``locked``: whoever is due in a cell is locked in.
    """

    name: str
    start: Clock
    end: End
    place: Literal["cell", "home", "dayroom", "session", "away"]
    session: int = 0
    otherwise: Literal["cell", "home", "dayroom", "away"] = "cell"
    locked: bool = False
    lead_s: Seconds = 0.0
    spread_min: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    groups: tuple[str, ...] = ()
    days: Days = WEEK

    @model_validator(mode="after")
    def _fits(self) -> Block:
        if self.spread_min * 60 > self.end - self.start:
            raise ValueError(f"spread_min {self.spread_min:g} is longer than the block {self.name!r}")
        return self


class ActivityTerms(Words):
    """Seats by use of space, of some groups and sessions (left out: of all).

    ``whole_day``: the same people in every session and on every day; otherwise a new group each session. ``seats``:
    of each space, where it states none or not all of them are used.
    """

    use: SpaceUse
    whole_day: bool = False
    seats: Annotated[int, Field(ge=1)] | None = None
    groups: tuple[str, ...] = ()
    sessions: tuple[int, ...] = ()
    days: Days = WEEK


class OpenAirTerms(Words):
    """Turns in the yards: windows in which yards are used, in order of the day, and the length of a turn."""

    windows: tuple[Window, ...] = ()
    turn_min: Annotated[float, Field(gt=0, validate_default=True)] = 60.0
    change_min: Annotated[float, Field(ge=0)] = 5.0

    @field_validator("windows")
    @classmethod
    def _apart(cls, windows: tuple[Window, ...]) -> tuple[Window, ...]:
        for before, after in pairwise(windows):
            if after[0] < before[1]:
                raise ValueError(f"the window at {clock_text(after[0])} opens before the one before it ends")
        return windows

    @field_validator("turn_min")
    @classmethod
    def _fits_every_window(cls, turn_min: float, info: ValidationInfo) -> float:
        for opens, closes in info.data.get("windows", ()):
            if turn_min * 60 > closes - opens:
                raise ValueError(f"a turn of {turn_min:g} min does not fit the window that opens {clock_text(opens)}")
        return turn_min


class ErrandTerms(Words):
    """Something people do in their free time: shower, telephone, kiosk, sick call, visit, worship, canteen.

    Booked by slots of `minutes`, or, with a ``service`` time, a service point where one queues (`servers`, `breaks`,
    `patience_min`, `balk_at` people waiting turn others away). ``seats`` or ``servers`` where the space states none.
    ``escorted``: an officer of a post that escorts takes them there and back.
    """

    name: str
    use: SpaceUse
    start: Clock
    end: End
    minutes: Minutes | None = None
    share: Share
    seats: Annotated[int, Field(ge=1)] = 1
    service: ServiceTime | None = None
    servers: Annotated[int, Field(ge=1)] | None = None
    breaks: tuple[Window, ...] = ()
    patience_min: Minutes | None = None
    balk_at: Annotated[int, Field(ge=1)] | None = None
    escorted: bool = False
    groups: tuple[str, ...] = ()
    days: Days = WEEK

    @field_validator("minutes")
    @classmethod
    def _slot_fits(cls, minutes: float | None, info: ValidationInfo) -> float | None:
        start, end = info.data.get("start"), info.data.get("end")
        if minutes is not None and start is not None and end is not None and minutes * 60 > end - start:
            raise ValueError(f"does not fit between {clock_text(start)} and {clock_text(end)}")
        return minutes

    @model_validator(mode="after")
    def _is_booked_or_queued(self) -> ErrandTerms:
        if (self.minutes is None) is (self.service is None):
            raise ValueError("needs either minutes (a booked slot) or service (a queue)")
        queues = self.servers, self.patience_min, self.balk_at, self.breaks or None
        if self.service is None and any(term is not None for term in queues):
            raise ValueError("servers, breaks, patience_min and balk_at are of a service point: give it a service time")
        if self.service is not None and self.service.mean_min * 60 > self.end - self.start:
            raise ValueError(f"a service does not fit between {clock_text(self.start)} and {clock_text(self.end)}")
        return self

    @property
    def length_min(self) -> float:
        """Minutes of a slot, or of a service on average."""
        return self.minutes if self.minutes is not None else self.service.mean_min if self.service else 0.0


class CountTerms(Words):
    """Roll counts: movement stops at each of the times `at` until the roll is correct.

    ``cell_s`` to look into a cell, ``out_count_s`` until posts outside the units have reported, ``compare_s`` to
    compare; ``error_rate``: chance that a unit's figure is one wrong (assumed).
    """

    at: tuple[Clock, ...] = ()
    cell_s: Annotated[float, Field(gt=0)] = 4.0
    out_count_s: Seconds = 120.0
    compare_s: Seconds = 60.0
    error_rate: Share = 0.01
    recounts: Annotated[int, Field(ge=0, le=5)] = 2
    days: Days = WEEK


class ToolTerms(Words):
    """Tool counts: nobody leaves a space of these uses after a session before its tools are counted (assumed times)."""

    uses: tuple[SpaceUse, ...] = ()
    count_min: Annotated[float, Field(ge=0)] = 5.0
    recount_rate: Share = 0.02
    recount_min: Annotated[float, Field(ge=0)] = 10.0


class StartTerms(Words):
    """Where a plan begins that does not begin at midnight: a snapshot of the roll and of doors, by GlobalId.

    ``counts``: people by space; ``unplaced``: more people, of whom nobody knows where they are.
    """

    at: Annotated[Clock, AfterValidator(_within_the_day)]
    counts: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    unplaced: Annotated[int, Field(ge=0)] = 0
    locked: tuple[str, ...] = ()
    unlocked: tuple[str, ...] = ()


class PostTerms(Words):
    """`count` posts of one name from `start` to `end`.

    They go round the spaces with these uses within their ``scope`` (the living unit, the storey, the site), staying
    `round_min` in each. ``unlocks``: they unlock and lock cells. ``control``: they answer doors on request.
    ``escorts``: they take people to escorted errands. ``absence``: chance that the post stays empty for its shift; left
    out: that of all posts.
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
    escorts: bool = False
    absence: Share | None = None
    days: Days = WEEK


class StaffTerms(Words):
    """Chance that a post stays empty for its shift, speeds [m/s], and the posts."""

    absence: Share = 0.0
    speed_m_s: Annotated[float, Field(gt=0.2, le=3)] = STAFF_SPEED_M_S
    post: tuple[PostTerms, ...] = ()


class Scenario(Words):
    """One plan of one or more days of a regime."""

    about: About
    calendar: CalendarTerms = CalendarTerms()
    people: PeopleTerms = PeopleTerms()
    group: tuple[GroupTerms, ...] = (RESIDENTS,)
    doors: DoorTerms = DoorTerms()
    search: SearchTerms = SearchTerms()
    unlock: UnlockTerms = UnlockTerms()
    staff: StaffTerms = StaffTerms()
    block: tuple[Block, ...]
    activity: tuple[ActivityTerms, ...] = ()
    open_air: OpenAirTerms = OpenAirTerms()
    errand: tuple[ErrandTerms, ...] = ()
    count: CountTerms = CountTerms()
    tools: ToolTerms = ToolTerms()
    start: StartTerms | None = None

    @model_validator(mode="after")
    def _is_a_plan(self) -> Scenario:
        faults = [*self._unknown_groups(), *self._gaps_and_overlaps()]
        if faults:
            raise ValueError("; ".join(dict.fromkeys(faults)))
        return self

    @property
    def where(self) -> str:
        """How faults name it."""
        return f"scenario {self.about.key}"

    @property
    def horizon_s(self) -> float:
        """Length of the whole plan [s]."""
        return self.calendar.days * DAY_S

    @property
    def begins_s(self) -> float:
        """Where it begins [s]: at midnight, or at the time of its snapshot."""
        return self.start.at if self.start else 0.0

    @property
    def weekdays(self) -> tuple[Weekday, ...]:
        """The weekdays that are played, in order, each once."""
        return tuple(dict.fromkeys(self.calendar.weekday(day) for day in range(self.calendar.days)))

    def blocks(self, group: GroupTerms, weekday: Weekday) -> tuple[Block, ...]:
        """The blocks of a group on a weekday, in order of the day."""
        theirs = [
            block for block in self.block if weekday in block.days and (not block.groups or group.name in block.groups)
        ]
        return tuple(sorted(theirs, key=lambda block: block.start))

    def _unknown_groups(self) -> Iterator[str]:
        names = [group.name for group in self.group]
        yield from (f"group {name!r} is there twice" for name in names if names.count(name) > 1)
        named = [
            *((block.name, block.groups) for block in self.block),
            *((errand.name, errand.groups) for errand in self.errand),
            *((activity.use, activity.groups) for activity in self.activity),
        ]
        for what, groups in named:
            yield from (f"{what}: there is no group {name!r}" for name in groups if name not in names)

    def _gaps_and_overlaps(self) -> Iterator[str]:
        for group in self.group:
            for weekday in self.weekdays:
                blocks = self.blocks(group, weekday)
                if not blocks:
                    yield f"{group.name} have no place on {weekday.value}: a day needs at least one block"
                for before, after in pairwise(blocks):
                    if after.start < before.end:
                        yield f"block {after.name!r} overlaps the one before it ({before.name!r}, {weekday.value})"
                    elif after.start - after.lead_s < before.start:
                        yield f"people set out for block {after.name!r} before {before.name!r} begins ({weekday.value})"
