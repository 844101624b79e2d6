"""Doors and links: the ways between spaces."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model.ids import GlobalId, is_outside
from twin.model.vocabulary import Confidence, FailMode, FireAction, JoinSource, LinkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One IfcDoor.

    ``joins`` are the two spaces (or an outside node); a door inside one space lists it twice: joined, never a route.
    ``along`` is the direction of its wall in plan (unit vector). ``clear_width_m`` is what people can pass through.
    """

    global_id: GlobalId
    code: str
    type: str
    storey: GlobalId
    joins: tuple[GlobalId, GlobalId] | None
    centre: tuple[float, float]
    along: tuple[float, float]
    clear_width_m: float
    clear_height_m: float
    lock_type: str = ""
    fail_mode: FailMode = FailMode.NONE
    fire_action: FireAction = FireAction.NONE
    interlock_group: str = ""
    release_group: str = ""
    is_smoke_boundary: bool = False
    source: JoinSource = JoinSource.GEOMETRY
    confidence: Confidence = Confidence.GUESS

    @property
    def is_route(self) -> bool:
        """Whether the door leads from one space to another."""
        return self.joins is not None and self.joins[0] != self.joins[1]

    @property
    def is_final_exit(self) -> bool:
        """Whether one side of the door is outdoors."""
        return self.joins is not None and any(is_outside(node) for node in self.joins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A stair, lift or opening between two spaces. Lengths in m; riser and tread in mm, 0 where unknown."""

    global_id: GlobalId
    code: str
    kind: LinkKind
    joins: tuple[GlobalId, GlobalId]
    width_m: float
    rise_m: float = 0.0
    riser_mm: float = 0.0
    tread_mm: float = 0.0
    length_m: float = 0.0
