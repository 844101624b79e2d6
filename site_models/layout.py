"""From a brief to a building: the declared facility, its walls and slabs. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import dist

from shapely import set_precision, unary_union
from shapely.geometry import Polygon as Outline
from shapely.geometry import box

from site_models.brief_files import DoorRow, LinkRow
from site_models.programme import OUTSIDE_CODE, Brief, Room
from site_models.stairs import Outdoors, Shaft, StairPlan, stair_plan, walking_length_m
from site_models.structure import Wall, wall_of, walls_of
from site_models.zones import release_groups, smoke_compartments, zone_lists
from twin.model.doors import Door, Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, global_id_for, outside_id
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, JoinSource, LinkKind, SpaceUse

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
    return Layout(
        brief=brief,
        facility=declared_facility(brief),
        walls=walls_of(brief),
        slabs=tuple(_slabs(brief, stairs)),
        stairs=stairs,
    )


def declared_facility(brief: Brief) -> Facility:
    """The facility that a brief declares, with the GlobalIds that its IFC model carries."""
    site = brief.site
    smoke, release = smoke_compartments(brief), release_groups(brief)
    lists = zone_lists(brief, smoke, release)
    return Facility(
        code=site,
        name=brief.file.name,
        site_id=global_id_for(site, "site", site),
        buildings=tuple(
            Building(global_id=global_id_for(site, "building", part.code), name=part.code) for part in brief.file.parts
        ),
        storeys=tuple(_storeys(brief)),
        spaces=tuple(_space(brief, room, smoke, release) for room in brief.spaces),
        doors=tuple(_door(brief, door) for _, door in brief.doors),
        links=tuple(_link(brief, link) for _, link in brief.links),
        zones=tuple(
            Zone(
                global_id=global_id_for(site, "zone", name),
                name=name,
                purpose=purpose,
                members=tuple(global_id_for(site, "space", code) for code in codes),
            )
            for (purpose, name), codes in lists.items()
        ),
    )


def storey_id(brief: Brief, part: str, level: str) -> GlobalId:
    """GlobalId of a storey; levels of the same name in two parts are two storeys."""
    return global_id_for(brief.site, "storey", f"{part}-{level}")


def _storeys(brief: Brief) -> Iterator[Storey]:
    for part in brief.file.parts:
        ground = min(part.storeys, key=lambda storey: abs(storey.elevation_m))
        for storey in part.storeys:
            yield Storey(
                global_id=storey_id(brief, part.code, storey.name),
                name=storey.name,
                building=global_id_for(brief.site, "building", part.code),
                elevation_m=storey.elevation_m,
                is_ground=storey is ground,
            )


def _space(brief: Brief, room: Room, smoke: dict[str, str], release: dict[str, str]) -> Space:
    return Space(
        global_id=global_id_for(brief.site, "space", room.code),
        code=room.code,
        name=room.name,
        use=room.use,
        storey=storey_id(brief, room.part, room.level),
        polygon=((room.x0, room.y0), (room.x1, room.y0), (room.x1, room.y1), (room.x0, room.y1)),
        floor_m=room.floor_m,
        height_m=room.height_m,
        area_m2=round(room.area_m2, 4),
        capacity=room.capacity,
        hvac_zone=room.hvac_zone,
        smoke_compartment=smoke.get(room.code, ""),
        release_group=release.get(room.code, ""),
        regime_zone=brief.regime_zone(room),
        annex_m2=room.annex_m2,
        has_partitioned_annex=room.has_partitioned_annex,
        use_condition=brief.use_condition(room),
    )


def _node(brief: Brief, code: str, storey: GlobalId) -> GlobalId:
    return outside_id(storey) if code == OUTSIDE_CODE else global_id_for(brief.site, "space", code)


def _door(brief: Brief, row: DoorRow) -> Door:
    room = brief.room_by_code[row.from_space]
    storey = storey_id(brief, room.part, room.level)
    kind = brief.door_types[row.type]
    return Door(
        global_id=global_id_for(brief.site, "door", row.code),
        code=row.code,
        type=row.type,
        storey=storey,
        joins=(_node(brief, row.from_space, storey), _node(brief, row.to_space, storey)),
        centre=(row.centre_x_m, row.centre_y_m),
        along=(1.0, 0.0) if row.along == "x" else (0.0, 1.0),
        clear_width_m=row.clear_width_m,
        clear_height_m=row.clear_height_m,
        lock_type=kind.lock_type,
        fail_mode=kind.fail_mode,
        fire_action=kind.fire_action,
        interlock_group=row.interlock_group,
        release_group=row.release_group,
        is_smoke_boundary=row.smoke_boundary == "yes",
        source=JoinSource.MANUAL,
        confidence=Confidence.SURE,
    )


def _link(brief: Brief, row: LinkRow) -> Link:
    is_stair = row.kind is LinkKind.STAIR
    return Link(
        global_id=global_id_for(brief.site, "link", row.code),
        code=row.code,
        kind=row.kind,
        joins=(
            _node(brief, row.space_from, link_storey(brief, row, row.storey_from)),
            _node(brief, row.space_to, link_storey(brief, row, row.storey_to)),
        ),
        width_m=row.width_m,
        rise_m=row.rise_m,
        riser_mm=row.riser_mm,
        tread_mm=row.tread_mm,
        length_m=walking_length_m(row) if is_stair else row.rise_m,
    )


def link_storey(brief: Brief, link: LinkRow, level: str) -> GlobalId:
    """The storey of one end of a link; the ends of a stair outdoors are storeys of the part it stands beside."""
    place = brief.external_stair(link.code)
    part = place.part if place else brief.room_by_code[link.space_from].part
    return storey_id(brief, part, level)


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
