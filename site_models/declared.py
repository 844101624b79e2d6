"""The facility that a brief declares: buildings, storeys, spaces, doors, links and zones with their GlobalIds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from site_models.brief_files import DoorRow, LinkRow
from site_models.programme import OUTSIDE_CODE, Brief, Room
from site_models.stairs import walking_length_m
from site_models.zones import release_groups, smoke_compartments, zone_lists
from twin.model.doors import Door, Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, global_id_for, outside_id
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, JoinSource, LinkKind


def declared_building(brief: Brief, window_m2: Mapping[str, float]) -> Facility:
    """The building that a brief declares, without its services, with the GlobalIds that its IFC model carries.

    Args:
        brief: A checked brief.
        window_m2: Space code → area of its windows [m²].
    """
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
        spaces=tuple(_space(brief, room, smoke, release, window_m2.get(room.code, 0.0)) for room in brief.spaces),
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


def _space(brief: Brief, room: Room, smoke: dict[str, str], release: dict[str, str], window_m2: float) -> Space:
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
        window_m2=round(window_m2, 4),
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
