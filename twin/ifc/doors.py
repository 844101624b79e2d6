"""Doors: where they stand, how wide they are, which two spaces they join and how sure we are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import hypot
from typing import Any

from twin.files.text import plain
from twin.ifc.geometry import Shaper, pointing, thin_rectangle
from twin.ifc.identities import Identities
from twin.ifc.openings import Passage, Sides, SpaceFinder, consensus
from twin.ifc.properties import flag_of, number_of, property_set, text_of, word_of
from twin.ifc.spatial import Building3D, PlacedSpace, storey_of, world_position
from twin.model.doors import Door
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.vocabulary import Confidence, FailMode, FireAction, JoinSource

Entity = Any
_FRAME_M = 0.10
"""Taken off the overall width of a foreign door for its frame (assumption); own models say the clear width."""
_WIDTH_M, _HEIGHT_M = 0.9, 2.1
"""Of a door whose file gives neither size nor body (assumption)."""

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
    by_opening, by_placement = _passages(entity, building, shaper)
    passage = by_opening or by_placement
    storey = storey_of(entity, building) or building.at(passage.foot_m if passage else 0.0)
    outside = outside_id(storey.global_id)
    sides, agreed = consensus(
        finder.sides(by_opening) if by_opening else None,
        finder.sides(by_placement, (0.0,)) if by_placement else None,
    )
    joins, source, confidence = _join(code, sides, agreed, bounded, outside, identities)
    if joins:
        joins = _ordered(code, joins, codes)
        if outside in joins and property_set(entity, "Pset_DoorCommon").get("IsExternal") is False:
            # More likely the space behind it was never modelled than that the door is an exit.
            identities.warnings.append(f"door {code}: no space behind it, and the model says it is no external door")
            confidence = Confidence.GUESS
    if passage is None:
        identities.warnings.append(f"door {code} has neither body nor placement")
    width, height = _overall(entity, building.scale, passage)
    return Door(
        global_id=identities.global_id(entity.GlobalId, "IfcDoor"),
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


def _join(
    code: str, sides: Sides | None, agreed: bool, bounded: list[GlobalId], outside: GlobalId, identities: Identities
) -> Join:
    """Boundary and geometry together; boundary data is no gold, so every disagreement is reported."""
    geometry = (sides[0] or outside, sides[1] or outside) if sides else None
    likely = Confidence.SURE if agreed else Confidence.LIKELY
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
        case (1, _):
            if geometry is not None and set(geometry) == {bounded[0], outside}:
                return geometry, JoinSource.BOTH, Confidence.SURE
            identities.warnings.append(f"door {code}: boundaries list one space, geometry taken")
            return geometry, JoinSource.GEOMETRY, likely
        case (count, None):
            identities.warnings.append(f"door {code}: boundaries list {count} spaces and geometry none")
            return (bounded[0], bounded[1]), JoinSource.BOUNDARY, Confidence.GUESS
        case (count, _):
            identities.warnings.append(f"door {code}: boundaries list {count} spaces, geometry picks two")
            return geometry, JoinSource.GEOMETRY, likely


def _ordered(code: str, joins: tuple[GlobalId, GlobalId], codes: Mapping[GlobalId, str]) -> tuple[GlobalId, GlobalId]:
    """The space whose code the door carries first, then by code, the outdoors last."""

    def rank(node: GlobalId) -> tuple[bool, bool, str]:
        own = codes.get(node, "")
        return (is_outside(node), not (own and code.startswith(f"D.{own}.")), own)

    first, second = sorted(joins, key=rank)
    return (first, second)


def _passages(entity: Entity, building: Building3D, shaper: Shaper) -> tuple[Passage | None, Passage | None]:
    """The door by its opening (or its own body), and by its placement and overall width."""
    by_opening = passage_by_opening(entity, shaper)
    return by_opening, passage_by_placement(entity, building, by_opening)


def passage_by_opening(entity: Entity, shaper: Shaper) -> Passage | None:
    """A door or window by its opening, or by its own body where it fills none that has a shape."""
    for candidate in (*_openings(entity), entity):
        mesh = shaper.mesh(candidate)
        rectangle = thin_rectangle(mesh) if mesh else None
        if mesh and rectangle:
            return Passage(
                centre=rectangle.centre,
                along=rectangle.along,
                width_m=rectangle.length_m,
                foot_m=mesh.low_m,
                height_m=mesh.high_m - mesh.low_m,
            )
    return None


def _openings(entity: Entity) -> Iterator[Entity]:
    for relation in getattr(entity, "FillsVoids", None) or ():
        yield relation.RelatingOpeningElement


def passage_by_placement(entity: Entity, building: Building3D, by_opening: Passage | None = None) -> Passage | None:
    """By convention the local x of a door or window runs along the wall from one jamb, its y through the wall."""
    position = world_position(entity, building)
    if position is None:
        return None
    matrix, (x, y, z) = position
    ax, ay = float(matrix[0][0]), float(matrix[1][0])
    length = hypot(ax, ay)
    if length < 1e-6:
        return None
    ax, ay = ax / length, ay / length
    width, height = _overall(entity, building.scale, by_opening)
    foot = by_opening.foot_m if by_opening else z
    return Passage(
        centre=(x + ax * width / 2, y + ay * width / 2),
        along=pointing((ax, ay)),
        width_m=width,
        foot_m=foot,
        height_m=height,
    )


def _overall(entity: Entity, scale: float, passage: Passage | None) -> tuple[float, float]:
    width = float(entity.OverallWidth or 0.0) * scale or (passage.width_m if passage else _WIDTH_M)
    height = float(entity.OverallHeight or 0.0) * scale or (passage.height_m if passage else _HEIGHT_M)
    return width, height


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
