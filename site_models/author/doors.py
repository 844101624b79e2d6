"""Doors in openings in walls. A door's local x runs along its wall, its y to the side it swings to (IfcDoor).

Doors of cells and exits swing away from their room, all others into it (assumption: cell doors open to the landing
against barricades, exits in the direction of escape).

``OverallWidth`` and ``OverallHeight`` are the clear size plus the frame, as IFC defines them; what people can pass is
``ClearWidth`` and ``ClearHeight`` of GH_Door.
"""

from __future__ import annotations

from collections.abc import Mapping

from site_models.author.model import Entity, Model
from site_models.author.properties import Value, identifier, length_m, set_properties
from site_models.brief_files import DoorRow, DoorTypeRow
from site_models.declared import storey_id
from site_models.layout import Layout
from site_models.programme import OUTSIDE_CODE, Room
from site_models.services.security import WITH_CALL
from site_models.structure import Wall
from twin.model.ids import GlobalId
from twin.model.vocabulary import SpaceUse

_LEAF_M = 0.05
"""Thickness of a door leaf with its frame (assumption)."""
_EXITS = frozenset({"D-EXIT", "D-ENT", "D-ASM"})
_TWO_LEAVES_M = 1.4
"""Clear width from which a door has two leaves (assumption)."""


def make_doors(
    model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity], walls: Mapping[str, Entity]
) -> dict[str, Entity]:
    """Every door of the door list, with its opening, type and property sets; returns them by code."""
    made: dict[str, Entity] = {}
    brief = layout.brief
    on_storey: dict[GlobalId, list[Entity]] = {}
    of_type: dict[tuple[str, float, float], list[Entity]] = {}
    types: dict[tuple[str, float, float], tuple[Entity, Entity]] = {}
    frame = brief.file.doors.frame_m
    for _, row in brief.doors:
        key = (row.type, row.clear_width_m, row.clear_height_m)
        kind = brief.door_types[row.type]
        if key not in types:
            types[key] = _type(model, kind, row, frame)
        wall = layout.wall_of_door[row.code]
        room = brief.room_by_code[row.from_space]
        is_turned = not _swings_to_y(row, room, wall)
        door = _door(model, row, kind, wall, walls[wall.code], types[key][1], frame, is_turned=is_turned)
        other = brief.room_by_code.get(row.to_space)
        is_external = SpaceUse.YARD in {room.use, other.use if other else SpaceUse.YARD}
        _describe(
            model,
            door,
            row,
            kind,
            is_external=is_external,
            is_to_stair=SpaceUse.STAIR in {room.use, other and other.use},
        )
        made[row.code] = door
        of_type.setdefault(key, []).append(door)
        on_storey.setdefault(storey_id(brief, room.part, room.level), []).append(door)
    for key, doors in of_type.items():
        name = types[key][0].Name
        model.relate("IfcRelDefinesByType", name, "RelatingType", types[key][0], "RelatedObjects", doors)
    for storey, doors in on_storey.items():
        model.contain(f"{storey}/doors", storeys[storey], doors)
    return made


def _swings_to_y(row: DoorRow, room: Room, wall: Wall) -> bool:
    """Whether a door swings to the left of its wall's direction, which is the wall's local y."""
    if row.along == "x":
        room_is_left = (room.y0 + room.y1) / 2 > wall.run.middle
    else:
        room_is_left = (room.x0 + room.x1) / 2 < wall.run.middle
    swings_out = room.use in WITH_CALL or row.to_space == OUTSIDE_CODE
    return room_is_left != swings_out


def _operation(kind: DoorTypeRow, width_m: float) -> str:
    return kind.operation or ("DOUBLE_DOOR_SINGLE_SWING" if width_m >= _TWO_LEAVES_M else "SINGLE_SWING_LEFT")


def _type(model: Model, kind: DoorTypeRow, row: DoorRow, frame: float) -> tuple[Entity, Entity]:
    """The door type of one size, and the map of its body that all its doors share."""
    width, height = row.clear_width_m + 2 * frame, row.clear_height_m + frame
    solid = model.extrusion(model.box_profile(0.0, -_LEAF_M / 2, width, _LEAF_M / 2), height)
    body_map = model.body_map(solid)
    name = f"{kind.type} {round(row.clear_width_m * 1000)} x {round(row.clear_height_m * 1000)}"
    entity = model.root(
        "IfcDoorType",
        "door-type",
        name,
        Name=name,
        Description=kind.use,
        RepresentationMaps=[body_map],
        ElementType=kind.type,
        PredefinedType="DOOR",
        OperationType=_operation(kind, row.clear_width_m),
    )
    return entity, body_map


def _door(
    model: Model,
    row: DoorRow,
    kind: DoorTypeRow,
    wall: Wall,
    wall_entity: Entity,
    body_map: Entity,
    frame: float,
    *,
    is_turned: bool,
) -> Entity:
    width, height = row.clear_width_m + 2 * frame, row.clear_height_m + frame
    lengthwise = row.centre_x_m if row.along == "x" else row.centre_y_m
    # A door that swings to the other side of the wall starts at the other jamb and looks back.
    turned = ((width, 0.0, 0.0), (-1.0, 0.0, 0.0)) if is_turned else ((0.0, 0.0, 0.0), None)
    place = model.placement(wall_entity.ObjectPlacement, (lengthwise - wall.run.start - width / 2, 0.0, 0.0))
    half = wall.run.thickness_m / 2
    hole = model.extrusion(model.box_profile(0.0, -half, width, half), height)
    opening = model.root(
        "IfcOpeningElement",
        "opening",
        row.code,
        Name=f"O.{row.code}",
        ObjectPlacement=place,
        Representation=model.shape(model.body_of(hole)),
        PredefinedType="OPENING",
    )
    door = model.root(
        "IfcDoor",
        "door",
        row.code,
        Name=row.code,
        Description=row.note or None,
        ObjectType=row.type,
        ObjectPlacement=model.placement(place, *turned),
        Representation=model.mapped_shape(body_map),
        Tag=row.code,
        OverallHeight=round(height, 6),
        OverallWidth=round(width, 6),
        PredefinedType="DOOR",
        OperationType=_operation(kind, row.clear_width_m),
    )
    void, fill = "RelatedOpeningElement", "RelatedBuildingElement"
    model.root("IfcRelVoidsElement", "void", row.code, RelatingBuildingElement=wall_entity, **{void: opening})
    model.root("IfcRelFillsElement", "fill", row.code, RelatingOpeningElement=opening, **{fill: door})
    return door


def _describe(
    model: Model, door: Entity, row: DoorRow, kind: DoorTypeRow, *, is_external: bool, is_to_stair: bool
) -> None:
    smoke, outside = row.smoke_boundary == "yes", row.to_space == OUTSIDE_CODE
    # The catalogue leaves gates unrated; in a smoke boundary they have a glazed leaf (note of the catalogue).
    rating = kind.fire_rating or ("EI30-S" if smoke and kind.type == "D-GATE" else "")
    common: dict[str, Value] = {
        "Reference": identifier(row.type),
        "FireRating": rating,
        "SecurityRating": _security(kind.lock_type),
        "FireExit": is_to_stair or (outside and row.type in _EXITS),
        "SelfClosing": kind.self_closing == "yes",
        "SmokeStop": smoke,
        "IsExternal": is_external,
    }
    set_properties(model, door, row.code, "Pset_DoorCommon", common)
    own: dict[str, Value] = {
        "DoorType": row.type,
        "ClearWidth": length_m(row.clear_width_m),
        "ClearHeight": length_m(row.clear_height_m),
        "LockType": kind.lock_type,
        "FailMode": kind.fail_mode.value,
        "FireAlarmAction": kind.fire_action.value,
        "InterlockGroup": row.interlock_group,
        "ReleaseGroup": row.release_group,
        "SmokeBoundary": smoke,
        "NormallyLockedByRegime": kind.normal_state.startswith(("locked", "by regime", "by timetable")),
    }
    set_properties(model, door, row.code, "GH_Door", own)


def _security(lock_type: str) -> str:
    """What the lock is for, in one word; resistance classes (EN 1627) are the designer's to give."""
    if lock_type.startswith(("EM-FS", "MOT")):
        return "detention"
    return "access" if lock_type.startswith("RFID") else ""
