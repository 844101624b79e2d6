"""Who did not get out, where they are, and why: nobody is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simulation.egress.escape_ways import EscapeWays
from simulation.egress.parts import Out, locked_spells
from simulation.egress.playing import Played
from simulation.record import Kind


class Reason(StrEnum):
    """Why somebody stays."""

    LOCKED = "locked door"
    FULL = "no room behind the door"
    NO_WAY = "no way"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stay:
    """Somebody who stays: code of the space, reason, and code of the door (empty where there is none)."""

    space: str
    reason: Reason
    door: str


def stays_of(played: Played, out: Out, ways: EscapeWays) -> Iterator[Stay]:
    """One of everybody who was to leave and did not."""
    record = played.record
    gone = set(out.entity.tolist())
    placed = np.isin(record.kind, (Kind.SPAWN, Kind.PASS))
    where = dict(zip(record.entity[placed].tolist(), record.space[placed].tolist(), strict=True))
    waits = record.kind == Kind.WAIT
    waits_at = dict(zip(record.entity[waits].tolist(), record.way[waits].tolist(), strict=True))
    locked = {way for way, spells in locked_spells(record).items() if np.isinf(spells[-1][1])}
    for leaving in played.leaving:
        if leaving.person in gone:
            continue
        node = where[leaving.person]
        way = waits_at.get(leaving.person)
        if way is None:
            way = _first_locked(ways, node, locked)
            reason = Reason.NO_WAY if way is None else Reason.LOCKED
        else:
            reason = Reason.LOCKED if way in locked else Reason.FULL
        yield Stay(space=_code(ways, node), reason=reason, door="" if way is None else code_of_way(ways, way))


def code_of_way(ways: EscapeWays, way: int) -> str:
    """Code of a door or link."""
    key = ways.effective.ways[way]
    door = ways.facility.door_by_id.get(key)
    if door is not None:
        return door.code
    return next(link.code for link in ways.facility.links if link.global_id == key)


def _first_locked(ways: EscapeWays, node: int, locked: set[int]) -> int | None:
    """The first door, on the way that there would be, that stayed locked."""
    found = ways.if_unlocked.get(node)
    return None if found is None else next((way for way, *_ in found[1].hops if way in locked), None)


def _code(ways: EscapeWays, node: int) -> str:
    return ways.facility.node_label(ways.effective.nodes[node])
