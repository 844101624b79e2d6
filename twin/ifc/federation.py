"""Several models of one building, a discipline each, made into one facility.

The first model gives the rooms. Of the others come equipment, systems, zones and points, and rooms that the first has
not. What is in both (a storey, a room that services models carry along) is one thing; two different things that share
a GlobalId are kept apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import dist
from pathlib import PurePath
from typing import Any

import shapely

from twin.ifc.openings import ON_WALL_M
from twin.ifc.reader import Import
from twin.ifc.remarks import LISTED, Remark
from twin.ifc.report import counted
from twin.model.doors import Door
from twin.model.elements import Element
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.register import Register
from twin.model.spaces import Space, Storey

_LEVEL_M = 0.3
"""Storeys of two models whose floors differ by no more are one (assumption: finished and raw floor)."""
_SAME_ROOM = 0.5
"""Part of the area of two rooms together that lies in both, from which they are one."""
_ONE_PLACE_M = 1.0
"""Doors of two models with one GlobalId that stand nearer are one (assumption)."""
_BESIDE_M = 10.0
"""Equipment further than this from every room stands in another place: the models do not share an origin."""
_ANSWERED = {"no-equipment": "equipment", "no-points": "points", "no-zones": "zones"}
"""Remark on the first model → the count that makes it untrue."""


def federated(models: Sequence[Import]) -> Import:
    """One import of several; the first is the architect's. A single model comes back as it is.

    Raises:
        ModelError: the models together break the facility's rules.
    """
    whole = models[0]
    for model in models[1:]:
        whole = _joined(whole, model)
    return whole


@dataclass(slots=True, kw_only=True)
class _Names:
    """What the other model's GlobalIds and codes are in the whole."""

    taken: set[str]
    codes: set[str]
    ids: dict[GlobalId, GlobalId] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    def now(self, node: GlobalId) -> GlobalId:
        if is_outside(node) and "/" in node:
            return outside_id(self.now(GlobalId(node.split("/", 1)[1])))
        return self.ids.get(node, node)

    def take(self, node: GlobalId) -> GlobalId:
        """A GlobalId for something of the other model that is not in the whole."""
        free = next(name for name in _numbered(node) if name not in self.taken)
        if free != node:
            self.repeated.append(node)
        self.taken.add(free)
        self.ids[node] = GlobalId(free)
        return self.ids[node]

    def code(self, code: str) -> str:
        free = next(name for name in _numbered(code) if name not in self.codes)
        self.codes.add(free)
        return free


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}~{number}"
        number += 1


def _joined(whole: Import, model: Import) -> Import:
    ours, theirs = whole.facility, model.facility
    names = _Names(taken=_all_ids(ours), codes=_all_codes(ours))
    storeys = [*ours.storeys, *_new_storeys(ours, theirs, names)]
    spaces = [*ours.spaces, *_new_spaces(ours, theirs, names)]
    equipment = [*ours.equipment, *_new_equipment(theirs, spaces, names)]
    doors = [
        replace(
            door,
            global_id=names.take(door.global_id),
            code=names.code(door.code),
            storey=names.now(door.storey),
            joins=(names.now(door.joins[0]), names.now(door.joins[1])) if door.joins else None,
        )
        for door in theirs.doors
        if not _is_known(door, ours)
    ]
    known_links = {(link.global_id, link.kind) for link in ours.links}
    links = [
        replace(link, global_id=names.take(link.global_id), joins=(names.now(link.joins[0]), names.now(link.joins[1])))
        for link in theirs.links
        if (link.global_id, link.kind) not in known_links
    ]
    zones = [
        replace(zone, global_id=names.take(zone.global_id), members=tuple(map(names.now, zone.members)))
        for zone in theirs.zones
    ]
    systems = [
        replace(system, global_id=names.take(system.global_id), members=tuple(map(names.now, system.members)))
        for system in theirs.systems
    ]
    facility = replace(
        ours,
        storeys=tuple(storeys),
        spaces=tuple(spaces),
        doors=(*ours.doors, *doors),
        links=(*ours.links, *links),
        zones=(*ours.zones, *zones),
        equipment=tuple(equipment),
        systems=(*ours.systems, *systems),
    )
    register = _register(whole.register, model.register, names)
    return Import(
        facility=facility,
        register=register,
        elements=(*whole.elements, *_elements(whole.elements, model.elements, names)),
        report=_report(whole, model, facility, register, names),
    )


def _is_known(door: Door, ours: Facility) -> bool:
    """Whether a door is one of ours: by GlobalId, and in its place."""
    own = ours.door_by_id.get(door.global_id)
    return own is not None and dist(own.centre, door.centre) <= _ONE_PLACE_M


def _all_ids(facility: Facility) -> set[str]:
    parts: Sequence[Sequence[Any]] = (
        facility.buildings, facility.storeys, facility.spaces, facility.doors, facility.links, facility.zones,
        facility.equipment, facility.systems,
    )  # fmt: skip
    return {element.global_id for part in parts for element in part}


def _all_codes(facility: Facility) -> set[str]:
    return {element.code for part in (facility.spaces, facility.doors, facility.equipment) for element in part}


def _new_storeys(ours: Facility, theirs: Facility, names: _Names) -> Iterator[Storey]:
    buildings = {building.global_id for building in ours.buildings}
    for building in theirs.buildings:
        names.ids[building.global_id] = (
            building.global_id if building.global_id in buildings else ours.buildings[0].global_id
        )
    for storey in theirs.storeys:
        same = _same_storey(storey, ours.storeys)
        if same is not None:
            names.ids[storey.global_id] = same.global_id
        else:
            yield replace(
                storey, global_id=names.take(storey.global_id), building=names.now(storey.building), is_ground=False
            )


def _same_storey(storey: Storey, among: Sequence[Storey]) -> Storey | None:
    """By GlobalId, else the nearest floor, of equals the one of the same name."""
    for other in among:
        if other.global_id == storey.global_id:
            return other
    near = [other for other in among if abs(other.elevation_m - storey.elevation_m) <= _LEVEL_M]
    return min(
        near,
        key=lambda other: (other.name != storey.name, abs(other.elevation_m - storey.elevation_m)),
        default=None,
    )


def _new_spaces(ours: Facility, theirs: Facility, names: _Names) -> Iterator[Space]:
    rooms = _Rooms(ours.spaces)
    for space in theirs.spaces:
        same = space.global_id if space.global_id in ours.space_by_id else rooms.same(space)
        if same is not None:
            names.ids[space.global_id] = same
        else:
            yield replace(
                space,
                global_id=names.take(space.global_id),
                code=names.code(space.code),
                storey=names.now(space.storey),
            )


def _new_equipment(theirs: Facility, spaces: Sequence[Space], names: _Names) -> Iterator[Equipment]:
    rooms = _Rooms(spaces)
    for item in theirs.equipment:
        space = rooms.at(item.position) or (names.now(item.space) if item.space is not None else None)
        yield replace(
            item,
            global_id=names.take(item.global_id),
            code=names.code(item.code),
            storey=names.now(item.storey),
            space=space,
        )


class _Rooms:
    """Finds rooms by place."""

    def __init__(self, spaces: Sequence[Space]) -> None:
        self._spaces = [space for space in spaces if len(space.polygon) >= 3]
        self._outlines = [shapely.Polygon(space.polygon).buffer(0) for space in self._spaces]
        self._tree = shapely.STRtree(self._outlines)

    def same(self, space: Space) -> GlobalId | None:
        """The room that another model's room is, by its outline and floor."""
        if len(space.polygon) < 3 or not self._spaces:
            return None
        outline = shapely.Polygon(space.polygon).buffer(0)
        shared = [
            (outline.intersection(self._outlines[index]).area / outline.union(self._outlines[index]).area, index)
            for index in self._tree.query(outline)
            if abs(self._spaces[index].floor_m - space.floor_m) <= _LEVEL_M
        ]
        share, index = max(shared, default=(0.0, -1))
        return self._spaces[index].global_id if share >= _SAME_ROOM else None

    def at(self, position: tuple[float, float, float]) -> GlobalId | None:
        """The room that holds a point, or whose wall it hangs on: the nearest, and the smallest of equals."""
        point, z = shapely.Point(position[:2]), position[2]
        near = [
            (round(self._outlines[index].distance(point), 2), space.area_m2, space.global_id)
            for index in (self._tree.query(point, predicate="dwithin", distance=ON_WALL_M) if self._spaces else ())
            if (space := self._spaces[index]).floor_m - _LEVEL_M <= z <= space.floor_m + space.height_m + _LEVEL_M
        ]
        return min(near)[2] if near else None

    def distance_m(self, position: tuple[float, float, float]) -> float:
        """From a point to the nearest room in plan [m]."""
        point = shapely.Point(position[:2])
        return float(self._outlines[self._tree.nearest(point)].distance(point)) if self._spaces else 0.0


def _register(ours: Register, theirs: Register, names: _Names) -> Register:
    known = {point.id for point in ours.points}
    more = [
        replace(point, element=names.now(point.element), global_id=names.now(point.global_id))
        for point in theirs.points
        if point.id not in known
    ]
    devices = {device.name: device for device in (*theirs.devices, *ours.devices)}
    return Register.of((*ours.points, *more), devices.values())


def _elements(whole: Sequence[Element], elements: Sequence[Element], names: _Names) -> Iterator[Element]:
    """Those of the other model by their names in the whole, without what is there already."""
    known = {element.global_id for element in whole}
    for element in elements:
        now = names.now(element.global_id)
        if now not in known:
            yield replace(element, global_id=now, container=names.now(element.container))


def _report(whole: Import, model: Import, facility: Facility, register: Register, names: _Names) -> Any:
    name = model.report.file
    counts = counted(facility) | {"points": len(register.points)}
    kept = [row for row in whole.report.remarks if not counts.get(_ANSWERED.get(row.code, ""), 0)]
    warnings = [*whole.report.warnings, *(f"{name}: {text}" for text in model.report.warnings)]
    warnings += [f"{name}: GlobalId {one} is that of another element of the whole" for one in names.repeated]
    return replace(
        whole.report,
        **counts,
        file=f"{whole.report.file} + {name}",
        instances=whole.report.instances + model.report.instances,
        open_s=whole.report.open_s + model.report.open_s,
        total_s=whole.report.total_s + model.report.total_s,
        classes={key: count + model.report.classes.get(key, 0) for key, count in whole.report.classes.items()},
        warnings=tuple(warnings),
        remarks=(*kept, *_out_of_place(facility, model, names)),
    )


def _out_of_place(facility: Facility, model: Import, names: _Names) -> Iterator[Remark]:
    name = PurePath(model.report.file).name
    came = {names.now(item.global_id) for item in model.facility.equipment}
    items = [item for item in facility.equipment if item.global_id in came]
    rooms = _Rooms(facility.spaces)
    far = [item.code for item in items if rooms.distance_m(item.position) > _BESIDE_M]
    if items and len(far) > len(items) / 2:
        yield Remark(
            code="another-origin",
            text=f"equipment of {name} that stands more than {_BESIDE_M:g} m from every room",
            count=len(far),
            elements=tuple(far[:LISTED]),
            consequence="its rooms are not known",
            remedy="export all disciplines with one origin (shared coordinates)",
        )
    homeless = [item.code for item in items if item.space is None and item.code not in far]
    if len(homeless) > len(items) / 2:
        yield Remark(
            code="another-building",
            text=f"more than half of the equipment of {name} stands in no room",
            count=len(homeless),
            elements=tuple(homeless[:LISTED]),
            consequence="they may not be of one building, or not share origin and heights: rooms found are chance",
            remedy="look at the plan; export all disciplines with one origin (shared coordinates)",
        )
    elif homeless:
        yield Remark(
            code="equipment-without-room",
            text=f"equipment of {name} that stands in no room",
            count=len(homeless),
            elements=tuple(homeless[:LISTED]),
            consequence="it is known by its storey only",
            remedy="shafts and ceilings need no mending; else check heights and room outlines",
        )
