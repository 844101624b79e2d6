"""A second smoke compartment within reach of every bed, without leaving the storey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from twin.checks.findings import Breach, Judgements
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import DETAINED, LinkKind, SpaceUse

_NO_REFUGE = frozenset({SpaceUse.STAIR, SpaceUse.LIFT, SpaceUse.YARD})
Ways = Mapping[GlobalId, set[GlobalId]]


def reaches_second_compartment(facility: Facility) -> Judgements:
    """R9: from every sleeping room a way through its own compartment to a door into another one on the same storey.

    Stairs, lifts, yards and the outdoors are no part of such a way: people are moved sideways first, which is what
    compartments are for. A room in no compartment has none to leave.

    Sources:
        NFPA 101, chapters 22 and 23: safety in custody rests on compartments; the rule itself is an assumption.
    """
    ways = _ways(facility)
    for space in facility.spaces:
        if space.use not in DETAINED and space.use is not SpaceUse.HOTEL:
            continue
        own = space.smoke_compartment
        if own and _leaves(facility, ways, space.global_id, own):
            yield None
            continue
        text = f"no second smoke compartment can be reached from {own} on this storey" if own else "in no compartment"
        count = 1.0 if own else 0.0
        yield Breach(
            element=space.global_id, code=space.code, text=text, value=count, limit=2.0, unit="smoke compartments"
        )


def _leaves(facility: Facility, ways: Ways, start: GlobalId, own: str) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        for node in ways.get(ahead.pop(), ()):
            compartment = facility.space_by_id[node].smoke_compartment
            if compartment and compartment != own:
                return True
            if compartment == own and node not in seen:
                seen.add(node)
                ahead.append(node)
    return False


def _ways(facility: Facility) -> Ways:
    """Spaces that a door or an opening joins on one storey, shafts and yards left out."""
    rooms = {space.global_id: space for space in facility.spaces if space.use not in _NO_REFUGE}
    pairs = [door.joins for door in facility.doors if door.joins is not None and door.is_route]
    pairs += [link.joins for link in facility.links if link.kind is LinkKind.OPENING]
    ways: dict[GlobalId, set[GlobalId]] = defaultdict(set)
    for one, other in pairs:
        if one in rooms and other in rooms and rooms[one].storey == rooms[other].storey:
            ways[one].add(other)
            ways[other].add(one)
    return ways
