"""A Snapshot as a JSON file, read strictly: what a drill, a site or a planner hands to an evacuation or a study.

The form is that of `twin.model.roll.Snapshot`, plus ``unplaced``: people of whom nobody knows where they are::

    {"kind": "snapshot", "at": "2026-01-15T02:10:00+02:00", "regime": "night lock-up",
     "roll": {"source": "counted", "at": "2026-01-15T02:00:00+02:00", "counts": {"<GlobalId>": 2}},
     "unplaced": 3, "door_states": {"<GlobalId>": "locked"}}

Spaces and doors may also be named by their codes. Of a roll whose source is ``unknown`` only the number of people is
believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from twin.files.toml import faults_of, read_text
from twin.model.errors import ConfigError, Fault, UnknownIdError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.roll import Roll, Snapshot
from twin.model.vocabulary import DoorState, RollSource

_Count = Annotated[int, Field(ge=0, strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _RollEntry(_Strict):
    source: RollSource
    at: AwareDatetime
    counts: dict[str, _Count]


class _SnapshotEntry(_Strict):
    kind: Literal["snapshot"]
    at: AwareDatetime
    regime: str = ""
    roll: _RollEntry
    unplaced: _Count = 0
    door_states: dict[str, DoorState] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSnapshot:
    """A snapshot, and how many more people there are whose place is not known."""

    snapshot: Snapshot
    unplaced: int = 0

    @property
    def placed(self) -> dict[GlobalId, int]:
        """People per space, as far as that is known."""
        roll = self.snapshot.roll
        return {} if roll.source is RollSource.UNKNOWN else {space: n for space, n in roll.counts.items() if n}

    @property
    def to_sample(self) -> int:
        """People whose place has to be drawn."""
        roll = self.snapshot.roll
        return self.unplaced + (roll.total if roll.source is RollSource.UNKNOWN else 0)

    @property
    def clock_s(self) -> float:
        """Seconds after midnight, by the clock of the snapshot."""
        at = self.snapshot.at
        return 3600.0 * at.hour + 60.0 * at.minute + at.second


def load_snapshot(path: Path | str, facility: Facility) -> PlacedSnapshot:
    """Read a snapshot of this building.

    Raises:
        ConfigError: every fault at once, with key; spaces and doors that are not in the building too.
    """
    where = str(path)
    try:
        entry = _SnapshotEntry.model_validate_json(read_text(path))
    except ValidationError as error:
        raise ConfigError(faults_of(error, where)) from error
    faults = list(_strangers(entry, facility, where))
    if faults:
        raise ConfigError(faults)
    roll = entry.roll
    counts: Counter[GlobalId] = Counter()
    for space, count in roll.counts.items():
        counts[facility.space(space).global_id] += count
    return PlacedSnapshot(
        snapshot=Snapshot(
            at=entry.at,
            regime=entry.regime,
            roll=Roll(counts=dict(counts), source=roll.source, at=roll.at),
            door_states={facility.door(door).global_id: state for door, state in entry.door_states.items()},
        ),
        unplaced=entry.unplaced,
    )


def snapshot_json(placed: PlacedSnapshot) -> str:
    """For `load_snapshot`."""
    snapshot = placed.snapshot
    roll = snapshot.roll
    counts = {str(space): count for space, count in roll.counts.items()}
    return _SnapshotEntry(
        kind="snapshot",
        at=snapshot.at,
        regime=snapshot.regime,
        roll=_RollEntry(source=roll.source, at=roll.at, counts=counts),
        unplaced=placed.unplaced,
        door_states={str(door): state for door, state in snapshot.door_states.items()},
    ).model_dump_json(indent=1)


def _strangers(entry: _SnapshotEntry, facility: Facility, where: str) -> Iterator[Fault]:
    for space in entry.roll.counts:
        if not _knows(facility.space, space):
            yield Fault(where, f"roll.counts.{space}", "there is no space with this GlobalId or code")
    for door in entry.door_states:
        if not _knows(facility.door, door):
            yield Fault(where, f"door_states.{door}", "there is no door with this GlobalId or code")


def _knows(element: Callable[[str], object], key: str) -> bool:
    try:
        element(key)
    except UnknownIdError:
        return False
    return True
