"""From a brief to a building: the declared facility, its walls and slabs. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import dist

from shapely import set_precision, unary_union
from shapely.geometry import Polygon as Outline
from shapely.geometry import box

from site_models.brief_files import LinkRow
from site_models.declared import declared_building, storey_id
from site_models.points.doors import Catalogue
from site_models.points.heartbeats import controller_id
from site_models.points.register import controllers_of, register_for
from site_models.programme import OUTSIDE_CODE, Brief, Room
from site_models.services import kinds
from site_models.services.assembly import Position, Services
from site_models.services.layout import services_of
from site_models.stairs import Outdoors, Shaft, StairPlan, stair_plan
from site_models.structure import Wall, wall_of, walls_of
from site_models.windows import Window, windows_of
from twin.model.equipment import Equipment, System
from twin.model.facility import Facility
from twin.model.ids import GlobalId, global_id_for
from twin.model.register import Register
from twin.model.spaces import Storey
from twin.model.vocabulary import LinkKind, SpaceUse

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """A slab: outline with holes in plan, top level and thickness [m]; ``is_roof`` closes the topmost storey."""

    code: str
    part: str
    level: str
    outline: Ring
    holes: tuple[Ring, ...]
    top_m: float
    thickness_m: float
    is_roof: bool


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A brief laid out: what the author writes."""

    brief: Brief
    facility: Facility
    walls: tuple[Wall, ...]
    slabs: tuple[Slab, ...]
    stairs: dict[str, StairPlan]
    windows: tuple[Window, ...]
    services: Services
    register: Register

    @cached_property
    def wall_of_door(self) -> dict[str, Wall]:
        """Door code → the wall it sits in."""
        rooms = self.brief.room_by_code
        return {door.code: wall_of(door, rooms[door.from_space].part, self.walls) for _, door in self.brief.doors}


def layout_of(brief: Brief) -> Layout:
    """Lay out a checked brief."""
    stairs = {
        link.code: stair_plan(link, _shaft(brief, link), _shaft_doors(brief, link))
        for _, link in brief.links
        if link.kind is LinkKind.STAIR
    }
    walls = walls_of(brief)
    windows = windows_of(brief, walls)
    window_m2: dict[str, float] = {}
    for window in windows:
        window_m2[window.space] = window_m2.get(window.space, 0.0) + window.area_m2
    building = declared_building(brief, window_m2)
    services = services_of(brief, building.spaces, _storeys_by_level(brief, building), windows)
    serviced = replace(building, equipment=services.equipment, systems=services.systems)
    catalogue = {code: kind.monitoring for code, kind in brief.door_types.items()}
    controllers = tuple(_controllers(serviced, catalogue))
    systems = (*_with_panels(services.systems, controllers), *_control_systems(brief, controllers))
    return Layout(
        brief=brief,
        facility=replace(serviced, equipment=(*services.equipment, *controllers), systems=systems),
        walls=walls,
        slabs=tuple(_slabs(brief, stairs)),
        stairs=stairs,
        windows=windows,
        services=services,
        register=register_for(serviced, catalogue, first_instance=brief.file.first_device_instance),
    )


def declared_facility(brief: Brief) -> Facility:
    """The facility that a brief declares, with its services; what an import of its model gives back."""
    return layout_of(brief).facility


def _storeys_by_level(brief: Brief, building: Facility) -> dict[tuple[str, str], Storey]:
    return {
        (part.code, storey.name): building.storey_by_id[storey_id(brief, part.code, storey.name)]
        for part in brief.file.parts
        for storey in part.storeys
    }


def _controllers(facility: Facility, catalogue: Catalogue) -> Iterator[Equipment]:
    """The field controllers of the register, each beside what it serves."""
    places: dict[GlobalId, tuple[GlobalId, GlobalId | None, Position]] = {
        item.global_id: (item.storey, item.space, item.position) for item in facility.equipment
    }
    for space in facility.spaces:
        x, y = space.polygon[0]
        places[space.global_id] = (space.storey, space.global_id, (x + 0.3, y + 0.1, space.floor_m + 1.6))
    shift: Counter[GlobalId] = Counter()
    for controlled in controllers_of(facility, catalogue):
        beside = controlled.beside or facility.spaces[0].global_id
        storey, room, (x, y, z) = places[beside]
        at = (round(x + 0.5 * (shift[beside] % 4), 4), round(y, 4), round(z + 0.4 * (shift[beside] // 4), 4))
        shift[beside] += 1
        yield Equipment(
            global_id=controller_id(facility, controlled.name),
            code=controlled.name,
            ifc_class=kinds.CONTROLLER.ifc_class,
            name=f"{kinds.CONTROLLER.type} {controlled.name}",
            storey=storey,
            space=room,
            position=at,
            predefined_type=kinds.CONTROLLER.predefined_type,
            type=kinds.CONTROLLER.type,
        )


def _with_panels(systems: Iterable[System], controllers: Iterable[Equipment]) -> Iterator[System]:
    """The fire detection system with the gateway of its panel, and so with its detectors."""
    panels = tuple(controller.global_id for controller in controllers if controller.code.startswith("FIRE-"))
    for system in systems:
        is_fire = system.predefined_type == "FIREPROTECTION"
        yield replace(system, members=(*system.members, *panels)) if is_fire else system


def _control_systems(brief: Brief, controllers: Iterable[Equipment]) -> Iterator[System]:
    """Controllers of doors and access make the access control system, the others the building automation."""
    groups: dict[str, list[GlobalId]] = {}
    for controller in controllers:
        if controller.code.startswith("FIRE-"):
            continue
        is_access = controller.code.startswith(("DOOR-", "ACS-"))
        groups.setdefault("access control" if is_access else "building automation", []).append(controller.global_id)
    for name, members in groups.items():
        yield System(
            global_id=global_id_for(brief.site, "system", f"{brief.site} {name}"),
            name=f"{brief.site} {name}",
            predefined_type="SECURITY" if name == "access control" else "CONTROL",
            members=tuple(members),
        )


def _shaft(brief: Brief, link: LinkRow) -> Shaft:
    place = brief.external_stair(link.code)
    if place is None:
        return brief.room_by_code[link.space_from]
    foot_m = brief.storeys[place.part, link.storey_from].elevation_m
    return Outdoors(
        x0=place.x0_m, y0=place.y0_m, x1=place.x1_m, y1=place.y1_m, floor_m=foot_m, head_m=foot_m + link.rise_m
    )


def _shaft_doors(brief: Brief, link: LinkRow) -> list[tuple[float, float]]:
    """Centres of the doors that open on the stair's landings.

    Indoors those of all storeys that the shaft passes (spaces of the same use and place); outdoors the nearest exit of
    the storey at its head.
    """
    place = brief.external_stair(link.code)
    if place is not None:
        middle = ((place.x0_m + place.x1_m) / 2, (place.y0_m + place.y1_m) / 2)
        exits = [
            (row.centre_x_m, row.centre_y_m)
            for _, row in brief.doors
            if (row.storey, row.to_space) == (link.storey_to, OUTSIDE_CODE)
        ]
        return sorted(exits, key=lambda centre: dist(centre, middle))[:1]
    lower = brief.room_by_code[link.space_from]
    shaft = {room.code for room in brief.spaces if (room.x0, room.y0, room.use) == (lower.x0, lower.y0, lower.use)}
    return [(row.centre_x_m, row.centre_y_m) for _, row in brief.doors if row.from_space in shaft]


def _slabs(brief: Brief, stairs: dict[str, StairPlan]) -> Iterator[Slab]:
    thick, reach = brief.file.slabs.thickness_m, brief.file.walls.external_m
    for part in brief.file.parts:
        below: list[Room] = []
        for storey in part.storeys:
            rooms = [room for room in brief.rooms if (room.part, room.level) == (part.code, storey.name)]
            rooms = [room for room in rooms if room.use is not SpaceUse.YARD]
            holes = list(_holes(brief, stairs, {room.code for room in rooms}))
            plan = unary_union([_block(room, reach) for room in [*rooms, *below]]).difference(unary_union(holes))
            yield from _plates(plan, part.code, storey.name, storey.elevation_m, thick, is_roof=False)
            below = rooms
        top = part.storeys[-1]
        roof = unary_union([_block(room, reach) for room in below])
        yield from _plates(roof, part.code, top.name, top.elevation_m + top.height_m, thick, is_roof=True)


def _holes(brief: Brief, stairs: dict[str, StairPlan], codes: set[str]) -> Iterator[Outline]:
    for _, link in brief.links:
        if link.space_to in codes:  # the hole of a stair outdoors is in no slab
            room = brief.room_by_code[link.space_to]
            yield box(*(stairs[link.code].hole if link.code in stairs else (room.x0, room.y0, room.x1, room.y1)))
    for room in brief.rooms:
        if room.code in codes and room.use is SpaceUse.VOID:
            yield box(room.x0, room.y0, room.x1, room.y1)


def _block(room: Room, reach: float) -> Outline:
    return box(room.x0 - reach, room.y0 - reach, room.x1 + reach, room.y1 + reach)


def _plates(plan: Outline, part: str, level: str, top_m: float, thick: float, *, is_roof: bool) -> Iterator[Slab]:
    clean = set_precision(plan, 0.001).simplify(0.0)
    pieces = [piece for piece in getattr(clean, "geoms", [clean]) if not piece.is_empty]
    for number, piece in enumerate(sorted(pieces, key=lambda one: one.bounds), start=1):
        yield Slab(
            code=f"{'R' if is_roof else 'F'}.{part}-{level}.{number}",
            part=part,
            level=level,
            outline=_ring(piece.exterior.coords),
            holes=tuple(_ring(ring.coords) for ring in piece.interiors),
            top_m=round(top_m, 4),
            thickness_m=thick,
            is_roof=is_roof,
        )


def _ring(coordinates: object) -> Ring:
    return tuple((round(x, 4), round(y, 4)) for x, y in list(coordinates)[:-1])  # type: ignore[call-overload]
