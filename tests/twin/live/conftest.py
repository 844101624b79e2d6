"""Two cells on a landing, a sally port of two doors, and the points of their doors.

┌─────┬─────┐
│ C1  │ C2  │        C1, C2: D-CELL to LAND
├──▪──┴──▪──┤        SP.1: LAND to SP, SP.2: SP to outside, interlock IL-1
│   LAND    ▪ SP ▪   outside
└───────────┴────┘
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time

import pytest

from twin.live.session import Session
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId, outside_id
from twin.model.journal import JournalEntry
from twin.model.points import BacnetBinding, Point, Reading
from twin.model.regime import Regime
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, FireAction, Quality, Role, SiteMode, SpaceUse

START = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
NIGHT = Regime(name="night", start=time(21), end=time(6))
DAY = Regime(name="day", start=time(6), end=time(21), unlocked=frozenset({"D-CELL"}))

_DOOR_KINDS = {
    "POSITION": "door_position",
    "LOCK": "lock_status",
    "DEADLOCK": "deadlock",
    "TAMPER": "tamper",
    "FAULT": "door_fault",
    "CALL": "cell_call",
    "COMMAND": "door_command",
}


def _space(code: str, use: SpaceUse, x0: float, y0: float, x1: float, y1: float) -> Space:
    return Space(
        global_id=GlobalId(code),
        code=code,
        name=code,
        use=use,
        storey=GlobalId("L00"),
        polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=(x1 - x0) * (y1 - y0),
        capacity=1 if use is SpaceUse.CELL_SINGLE else 0,
    )


def _door(code: str, kind: str, a: str, b: str, **more: object) -> Door:
    return Door(
        global_id=GlobalId(code),
        code=code,
        type=kind,
        storey=GlobalId("L00"),
        joins=(GlobalId(a), GlobalId(b)),
        centre=(0.0, 0.0),
        along=(1.0, 0.0),
        clear_width_m=0.9,
        clear_height_m=2.1,
        lock_type="EM-FS",
        fire_action=FireAction.STAYS_LOCKED,
        confidence=Confidence.SURE,
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def facility() -> Facility:
    spaces = (
        _space("C1", SpaceUse.CELL_SINGLE, 0, 3, 3, 7),
        _space("C2", SpaceUse.CELL_SINGLE, 3, 3, 6, 7),
        _space("LAND", SpaceUse.LANDING, 0, 0, 6, 3),
        _space("SP", SpaceUse.SALLY, 6, 0, 9, 3),
    )
    return Facility(
        code="TST",
        name="test block",
        buildings=(Building(global_id=GlobalId("B"), name="B"),),
        storeys=(
            Storey(global_id=GlobalId("L00"), name="L00", building=GlobalId("B"), elevation_m=0.0, is_ground=True),
        ),
        spaces=spaces,
        doors=(
            _door("D.C1", "D-CELL", "C1", "LAND", release_group="RG-N"),
            _door("D.C2", "D-CELL", "C2", "LAND", release_group="RG-N"),
            _door("D.SP.1", "D-SP", "SP", "LAND", interlock_group="IL-1"),
            _door("D.SP.2", "D-SP", "SP", outside_id("L00"), interlock_group="IL-1"),
        ),
        zones=(
            Zone(
                global_id=GlobalId("SC"),
                name="SC",
                purpose="smoke",
                members=(GlobalId("C1"), GlobalId("C2"), GlobalId("LAND")),
            ),
        ),
    )


def _point(name: str, kind: str, element: str, low: float | None = None, high: float | None = None) -> Point:
    return Point(
        id=PointId(name),
        kind=kind,
        element=GlobalId(element),
        low=low,
        high=high,
        binding=BacnetBinding(device="DC", object_type="analog-value", object_instance=1),
    )


@pytest.fixture
def points(facility: Facility) -> list[Point]:
    found = [_point(f"{door.code}/{n}", kind, door.code) for door in facility.doors for n, kind in _DOOR_KINDS.items()]
    return [
        *found,
        _point("C1/TEMP", "temperature", "C1", 18.0, 27.0),
        _point("SC/FIRE", "fire_zone", "SC"),
        _point("DC/HEARTBEAT", "heartbeat", "B"),
        _point("AHU/SP", "supply_setpoint", "B", 14.0, 28.0),
    ]


class ListJournal:
    """A journal that is a list."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []

    def append(self, entries: Sequence[JournalEntry], /) -> None:
        self.entries += entries

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries]


@pytest.fixture
def journal() -> ListJournal:
    return ListJournal()


class Desk:
    """A session with words for what tests do to it."""

    def __init__(self, session: Session, journal: ListJournal) -> None:
        self.session = session
        self.journal = journal
        self.now = START

    def later(self, seconds: float) -> datetime:
        self.now = datetime.fromtimestamp(self.now.timestamp() + seconds, tz=UTC)
        return self.now

    def read(self, **values: float) -> None:
        """``D_C1__LOCK=1``: door code with dots as ``_``, then the point."""
        readings = []
        for key, value in values.items():
            name = key.replace("__", "/").replace("D_", "D.").replace("SP_", "SP.")
            readings.append(Reading(PointId(name), value, Quality.GOOD, self.now))
        self.session.ingest(readings, self.now)

    def all_locked(self) -> None:
        readings = []
        for point in self.session.live.points.values():
            value = {"deadlock": 1.0, "temperature": 21.0}.get(point.kind, 0.0)
            readings.append(Reading(point.id, value, Quality.GOOD, self.now))
        self.session.ingest(readings, self.now)


@pytest.fixture
def desk_as(facility: Facility, points: list[Point], journal: ListJournal) -> Callable[..., Desk]:
    """Make a desk: ``desk_as(role=…, mode=…)``."""

    def make(role: Role = Role.OPERATOR, mode: SiteMode = SiteMode.VIRTUAL) -> Desk:
        session = Session(
            facility, points, journal, mode=mode, role=role, who="control-1", started_at=START, regimes=(NIGHT, DAY)
        )
        return Desk(session, journal)

    return make


@pytest.fixture
def desk(desk_as: Callable[..., Desk]) -> Desk:
    return desk_as()


@pytest.fixture
def start() -> datetime:
    return START
