"""The roll: how many people are where, as counts. No names, no tracking of persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from twin.model.ids import GlobalId
from twin.model.vocabulary import DoorState, RollSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """People per space, with where the figure comes from and when it was true."""

    counts: Mapping[GlobalId, int]
    source: RollSource
    at: datetime

    @property
    def total(self) -> int:
        """Everybody on the roll."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The aggregate that a drill, an evacuation or a what-if starts from."""

    at: datetime
    regime: str
    roll: Roll
    door_states: Mapping[GlobalId, DoorState] = field(default_factory=dict)
