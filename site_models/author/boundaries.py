"""Second-level space boundaries of doors: one on each side of a door, which correspond to one another.

A boundary is the rectangle of the door's opening on the face of the space; outdoors there is no space and no boundary.
"""

from __future__ import annotations

from collections.abc import Mapping

from site_models.author.model import Entity, Model
from site_models.brief_files import DoorRow
from site_models.layout import Layout
from site_models.programme import Room
from twin.model.ids import GlobalId
from twin.model.vocabulary import SpaceUse


def make_boundaries(
    model: Model, layout: Layout, spaces: Mapping[GlobalId, Entity], doors: Mapping[str, Entity]
) -> None:
    """Boundaries of every door of the door list."""
    brief = layout.brief
    frame_m = brief.file.doors.frame_m
    by_code = {space.code: spaces[space.global_id] for space in layout.facility.spaces}
    for _, row in brief.doors:
        rooms = [brief.room_by_code[code] for code in (row.from_space, row.to_space) if code in by_code]
        is_external = len(rooms) == 1 or any(room.use is SpaceUse.YARD for room in rooms)
        sides = [
            _boundary(model, row, room, by_code[room.code], doors[row.code], number, frame_m, is_external=is_external)
            for number, room in enumerate(rooms, start=1)
        ]
        if len(sides) == 2:
            sides[0].CorrespondingBoundary = sides[1]
            sides[1].CorrespondingBoundary = sides[0]


def _boundary(
    model: Model,
    row: DoorRow,
    room: Room,
    space: Entity,
    door: Entity,
    number: int,
    frame_m: float,
    *,
    is_external: bool,
) -> Entity:
    return model.root(
        "IfcRelSpaceBoundary2ndLevel",
        "boundary",
        f"{row.code}/{number}",
        Name="2ndLevel",
        Description="2a",
        RelatingSpace=space,
        RelatedBuildingElement=door,
        ConnectionGeometry=_surface(model, row, room, space, frame_m),
        PhysicalOrVirtualBoundary="PHYSICAL",
        InternalOrExternalBoundary="EXTERNAL" if is_external else "INTERNAL",
    )


def _surface(model: Model, row: DoorRow, room: Room, space: Entity, frame_m: float) -> Entity:
    """The opening with its frame as a vertical rectangle on the face of the room; its normal points out of the room."""
    half, height_m = row.clear_width_m / 2 + frame_m, row.clear_height_m + frame_m
    floor_m = room.floor_m - _elevation_m(space)
    if row.along == "x":
        is_high = row.centre_y_m > (room.y0 + room.y1) / 2
        origin = (row.centre_x_m, room.y1 if is_high else room.y0, floor_m)
        x_axis, normal = (1.0, 0.0, 0.0), (0.0, 1.0 if is_high else -1.0, 0.0)
    else:
        is_high = row.centre_x_m > (room.x0 + room.x1) / 2
        origin = (room.x1 if is_high else room.x0, row.centre_y_m, floor_m)
        x_axis, normal = (0.0, 1.0, 0.0), (1.0 if is_high else -1.0, 0.0, 0.0)
    # Local y = normal × x is up or down, by the side that the normal points to.
    up = normal[0] * x_axis[1] - normal[1] * x_axis[0]
    low, high = sorted((0.0, up * height_m))
    corners = [(-half, low), (half, low), (half, high), (-half, high)]
    plane = model.make("IfcPlane", model.axes(origin, x_axis, normal))
    outline = model.outline(corners)
    bounded = model.make("IfcCurveBoundedPlane", plane, outline, ())
    return model.make("IfcConnectionSurfaceGeometry", bounded, None)


def _elevation_m(space: Entity) -> float:
    """Level of the storey whose placement the space's is relative to."""
    (relation,) = space.Decomposes
    return float(relation.RelatingObject.Elevation)
