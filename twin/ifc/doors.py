"""Doors: where they stand, how wide they are, which two spaces they join and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twin.files.text import plain
from twin.ifc.geometry import Shaper
from twin.ifc.identities import Identities
from twin.ifc.openings import SpaceFinder, Verdict, judged
from twin.ifc.passages import (
    Passage,
    openings_of,
    overall_size,
    passage_by_opening,
    passage_by_placement,
    passage_by_wall,
    wall_of,
)
from twin.ifc.properties import flag_of, number_of, property_set, text_of, word_of
from twin.ifc.spatial import Building3D, PlacedSpace, storey_of
from twin.model.doors import Door
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.vocabulary import Confidence, FailMode, FireAction, JoinSource

Entity = Any
_FRAME_M = 0.10
"""Taken off the overall width of a foreign door for its frame (assumption); own models say the clear width."""

Join = tuple[tuple[GlobalId, GlobalId] | None, JoinSource, Confidence]


def read_doors(
    file: Any,
    building: Building3D,
    spaces: Mapping[int, PlacedSpace],
    finder: SpaceFinder,
    shaper: Shaper,
    identities: Identities,
    *,
    trust_boundaries: bool,
) -> list[Door]:
    """Every door. Without ``trust_boundaries`` the joins come from geometry alone."""
    bounded = _boundaries(file, spaces) if trust_boundaries else {}
    codes = {placed.space.global_id: placed.space.code for placed in spaces.values()}
    return [
        _door(entity, building, finder, shaper, identities, bounded.get(entity.id(), []), codes)
        for entity in file.by_type("IfcDoor")
    ]


def _door(
    entity: Entity,
    building: Building3D,
    finder: SpaceFinder,
    shaper: Shaper,
    identities: Identities,
    bounded: list[GlobalId],
    codes: Mapping[GlobalId, str],
) -> Door:
    own = property_set(entity, "GH_Door")
    code = identities.code(entity.Name, "door")
    ways = _ways(entity, building, shaper)
    passage = ways[0] if ways else None
    storey = storey_of(entity, building) or building.at(passage.foot_m if passage else 0.0)
    outside = outside_id(storey.global_id)
    verdict = judged([finder.sides(way) for way in ways])
    joins, source, confidence = _join(code, verdict, bounded, outside, identities)
    if joins:
        if outside in joins:
            confidence = _way_out(entity, code, verdict, ways, finder, confidence, identities)
        joins = _ordered(code, joins, codes)
    if passage is None:
        identities.warnings.append(f"door {code} has neither body nor placement")
    width, height = overall_size(entity, building.scale, passage)
    return Door(
        global_id=identities.of(entity),
        code=code,
        type=text_of(own, "DoorType") or plain(entity.ObjectType or ""),
        storey=storey.global_id,
        joins=joins,
        centre=(round(passage.centre[0], 4), round(passage.centre[1], 4)) if passage else (0.0, 0.0),
        along=passage.along if passage else (1.0, 0.0),
        clear_width_m=number_of(own, "ClearWidth", round(max(width - _FRAME_M, width / 2), 4)),
        clear_height_m=number_of(own, "ClearHeight", round(height, 4)),
        lock_type=text_of(own, "LockType"),
        fail_mode=word_of(own, "FailMode", FailMode.NONE),
        fire_action=word_of(own, "FireAlarmAction", FireAction.NONE),
        interlock_group=text_of(own, "InterlockGroup"),
        release_group=text_of(own, "ReleaseGroup"),
        is_smoke_boundary=flag_of(own, "SmokeBoundary"),
        source=source,
        confidence=confidence,
    )


def _ways(entity: Entity, building: Building3D, shaper: Shaper) -> list[Passage]:
    """The door as it is seen by its opening or body, by its placement, and by its wall; the ways that there are."""
    by_opening = passage_by_opening(entity, shaper)
    by_placement = passage_by_placement(entity, building, by_opening)
    by_wall = passage_by_wall(entity, building, by_opening or by_placement)
    return [way for way in (by_opening, by_placement, by_wall) if way is not None]


def _way_out(
    entity: Entity,
    code: str,
    verdict: Verdict,
    ways: Sequence[Passage],
    finder: SpaceFinder,
    confidence: Confidence,
    identities: Identities,
) -> Confidence:
    """How sure it is that a door without a space behind it leads outdoors: people are sent through such doors."""
    match is_external(entity):
        case False:
            # More likely the space behind it was never modelled than that the door is an exit.
            identities.warnings.append(f"door {code}: no space behind it, and the model says it is no external door")
            return Confidence.GUESS
        case None if verdict.sides and confidence is Confidence.SURE:
            is_hidden = finder.is_within_building(ways[verdict.way], 0 if verdict.sides[0] is None else 1)
            return Confidence.LIKELY if is_hidden else confidence
        case _:
            return confidence


def is_external(entity: Entity) -> bool | None:
    """What the model says of the door, else of the wall it stands in; None where it says nothing."""
    walls = [wall for wall in map(wall_of, openings_of(entity)) if wall is not None]
    said = [property_set(entity, "Pset_DoorCommon"), *(property_set(wall, "Pset_WallCommon") for wall in walls)]
    values = (values.get("IsExternal") for values in said)
    return next((value for value in values if isinstance(value, bool)), None)


def _join(code: str, verdict: Verdict, bounded: list[GlobalId], outside: GlobalId, identities: Identities) -> Join:
    """Boundary and geometry together; boundary data is no gold, so every disagreement is reported."""
    sides = verdict.sides
    geometry = (sides[0] or outside, sides[1] or outside) if sides else None
    likely = Confidence.SURE if verdict.is_sure else Confidence.LIKELY
    match (len(bounded), geometry):
        case (0, None):
            identities.warnings.append(f"door {code}: no space on either side")
            return None, JoinSource.GEOMETRY, Confidence.GUESS
        case (0, _):
            return geometry, JoinSource.GEOMETRY, likely
        case (2, None):
            return (bounded[0], bounded[1]), JoinSource.BOUNDARY, Confidence.LIKELY
        case (2, _):
            if geometry is not None and set(geometry) == set(bounded):
                return geometry, JoinSource.BOTH, Confidence.SURE
            identities.warnings.append(f"door {code}: boundaries and geometry disagree, boundaries taken")
            return (bounded[0], bounded[1]), JoinSource.BOUNDARY, Confidence.GUESS
        case (1, None):
            return (bounded[0], outside), JoinSource.BOUNDARY, Confidence.GUESS
        case (1, (one, other)):
            if {one, other} == {bounded[0], outside}:
                return geometry, JoinSource.BOTH, Confidence.SURE
            identities.warnings.append(f"door {code}: boundaries list one space, geometry taken")
            return geometry, JoinSource.GEOMETRY, likely if bounded[0] in (one, other) else Confidence.GUESS
        case (count, None):
            identities.warnings.append(f"door {code}: boundaries list {count} spaces and geometry none")
            return (bounded[0], bounded[1]), JoinSource.BOUNDARY, Confidence.GUESS
        case (count, (one, other)):
            identities.warnings.append(f"door {code}: boundaries list {count} spaces, geometry picks two")
            is_picked = {one, other} - {outside} <= set(bounded)
            return geometry, JoinSource.GEOMETRY, likely if is_picked else Confidence.GUESS


def _ordered(code: str, joins: tuple[GlobalId, GlobalId], codes: Mapping[GlobalId, str]) -> tuple[GlobalId, GlobalId]:
    """The space whose code the door carries first, then by code, the outdoors last."""

    def rank(node: GlobalId) -> tuple[bool, bool, str]:
        own = codes.get(node, "")
        return (is_outside(node), not (own and code.startswith(f"D.{own}.")), own)

    first, second = sorted(joins, key=rank)
    return (first, second)


def _boundaries(file: Any, spaces: Mapping[int, PlacedSpace]) -> dict[int, list[GlobalId]]:
    """Door (STEP id) → distinct spaces whose boundaries name it."""
    found: dict[int, list[GlobalId]] = {}
    for relation in file.by_type("IfcRelSpaceBoundary"):
        element, space = relation.RelatedBuildingElement, relation.RelatingSpace
        if element is None or space is None or not element.is_a("IfcDoor") or space.id() not in spaces:
            continue
        listed = found.setdefault(element.id(), [])
        key = spaces[space.id()].space.global_id
        if key not in listed:
            listed.append(key)
    return found
