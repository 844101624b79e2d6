"""Doors: the gap in the wall, leaf and swing, and the sign of the lock.

No model of ours tells the swing. It is drawn by convention: outdoors for final exits, out of a room in which prisoners
sleep (so that it cannot be barricaded), else into the room and not into the corridor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

from tui.reports.plan.geometry import Box, Point, box_at, box_of, is_inside, ray_length
from tui.reports.plan.ink import INK, PAPER, circle, group, line, num, path, path_of, rect
from tui.reports.plan.palette import LOCK_COLOURS, Lock, lock_of
from tui.reports.plan.sheet import UNITS_PER_M, Sheet
from twin.model.doors import Door
from twin.model.ids import GlobalId, is_outside
from twin.model.vocabulary import DETAINED, FailMode, FireAction, SpaceUse

DOUBLE_FROM_M = 1.4
USUAL_WIDTH_M = 0.9
"""Drawn where a model gives no width."""
_WALKWAYS = frozenset({SpaceUse.LANDING, SpaceUse.CORRIDOR, SpaceUse.LOBBY})
_REACH = 0.8 * UNITS_PER_M
_SIGN = 3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorShape:
    """A door on the sheet: `normal` points to the side it opens to, the two depths reach to the rooms' faces."""

    door: Door
    centre: Point
    along: Point
    normal: Point
    width: float
    depth_front: float
    depth_back: float

    def point(self, along: float, ahead: float) -> Point:
        """A point by its place along the wall and ahead of it, from the centre of the door."""
        return (
            self.centre[0] + along * self.along[0] + ahead * self.normal[0],
            self.centre[1] + along * self.along[1] + ahead * self.normal[1],
        )

    @property
    def leaf(self) -> float:
        """Width of one leaf."""
        return self.width / 2 if self.is_double else self.width

    @property
    def is_double(self) -> bool:
        """Whether it has two leaves."""
        return self.width >= DOUBLE_FROM_M * UNITS_PER_M - 0.01

    @property
    def swing(self) -> Box:
        """What the leaf takes ahead of the wall."""
        half, face = self.width / 2, self.depth_front
        return box_of([self.point(side * half, face + ahead) for side in (-1, 1) for ahead in (1, self.leaf)])

    def turned(self) -> DoorShape:
        """The same door opening to its other side."""
        normal = (-self.normal[0], -self.normal[1])
        return replace(self, normal=normal, depth_front=self.depth_back, depth_back=self.depth_front)

    @property
    def sweep(self) -> Box:
        """What gap and leaf take of the plan."""
        half = self.width / 2
        ahead = self.depth_front + self.leaf
        return box_of([self.point(side * half, depth) for side in (-1, 1) for depth in (-self.depth_back, ahead)])


def shapes_of(sheet: Sheet) -> list[DoorShape]:
    """Every door of the level as it lies on the sheet; its sweep and sign are taken."""
    shapes = {door.global_id: _shape(sheet, door) for door in sheet.doors}
    for door in sorted(sheet.doors, key=lambda door: _may_turn(sheet, door)):
        shape = shapes[door.global_id]
        turned = shape.turned()
        if _may_turn(sheet, door) and not sheet.is_free(shape.swing) and sheet.is_free(turned.swing):
            shape = shapes[door.global_id] = turned
        sheet.taken += [shape.sweep, box_at(shape.centre, 2 * _SIGN + 2, 2 * _SIGN + 2)]
    return list(shapes.values())


def _may_turn(sheet: Sheet, door: Door) -> bool:
    """Whether either side would do: between two walkways, or where the sides are not known."""
    uses = [sheet.space(node).use for node in door.joins or () if not is_outside(node)]
    return not door.is_final_exit and all(use in _WALKWAYS for use in uses)


def _shape(sheet: Sheet, door: Door) -> DoorShape:
    length = hypot(*door.along)
    along = (door.along[0] / length, -door.along[1] / length) if length > 1e-6 else (1.0, 0.0)
    centre = sheet.at(*door.centre)
    normal = (along[1], -along[0])
    if _opens_back(sheet, door, centre, normal):
        normal = (-normal[0], -normal[1])
    wanted = door.clear_width_m if door.clear_width_m > 0 else USUAL_WIDTH_M
    # Hinges at the end nearer to a corner of the room the door belongs to.
    owner = next((sheet.rooms[node] for node in door.joins or () if node in sheet.rooms), None)
    if owner is not None:
        ends = [
            ray_length(centre, (side * along[0], side * along[1]), _shifted(owner, centre), 1e4) for side in (1, -1)
        ]
        if ends[0] is not None and ends[1] is not None and ends[0] < ends[1] - 1:
            along = (-along[0], -along[1])
    return DoorShape(
        door=door,
        centre=centre,
        along=along,
        normal=normal,
        width=wanted * UNITS_PER_M,
        depth_front=_depth(sheet, door, centre, normal),
        depth_back=_depth(sheet, door, centre, (-normal[0], -normal[1])),
    )


def _shifted(outline: tuple[Point, ...], towards: Point) -> tuple[Point, ...]:
    """The outline's box about the door's line, so that a ray along the wall meets the room's sides."""
    box = box_of(outline)
    grown = box_of([*outline, towards]).grown(1.0)
    is_wide = grown.width - box.width < grown.height - box.height
    left, right = (box.left, box.right) if is_wide else (grown.left, grown.right)
    top, bottom = (grown.top, grown.bottom) if is_wide else (box.top, box.bottom)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _opens_back(sheet: Sheet, door: Door, centre: Point, normal: Point) -> bool:
    """Whether the door opens against the normal."""
    if door.joins is None or door.joins[0] == door.joins[1]:
        return False
    into = _opens_into(sheet, door.joins)
    other = door.joins[1] if into == door.joins[0] else door.joins[0]
    for node, sign in ((into, 1), (other, -1)):
        outline = sheet.rooms.get(node)
        if outline is None:
            continue
        for reach in (0.4, 0.7, 1.2):
            step = reach * UNITS_PER_M
            if is_inside((centre[0] + step * normal[0], centre[1] + step * normal[1]), outline):
                return sign < 0
            if is_inside((centre[0] - step * normal[0], centre[1] - step * normal[1]), outline):
                return sign > 0
    return False


def _opens_into(sheet: Sheet, joins: tuple[GlobalId, GlobalId]) -> GlobalId:
    for node in joins:
        if is_outside(node) or sheet.space(node).use is SpaceUse.YARD:
            return node
    a, b = (sheet.space(node) for node in joins)
    if (a.use in DETAINED) != (b.use in DETAINED):
        return joins[1] if a.use in DETAINED else joins[0]
    if (a.use in _WALKWAYS) != (b.use in _WALKWAYS):
        return joins[1] if a.use in _WALKWAYS else joins[0]
    return joins[0] if a.area_m2 <= b.area_m2 else joins[1]


def _depth(sheet: Sheet, door: Door, centre: Point, direction: Point) -> float:
    """How far the wall reaches from the door's line on one side."""
    faces = [sheet.rooms[node] for node in door.joins or () if node in sheet.rooms] or list(sheet.rooms.values())
    found = [ray_length(centre, direction, outline, _REACH) for outline in faces]
    return min((length for length in found if length is not None), default=sheet.wall / 2)


def door_parts(sheet: Sheet, shapes: list[DoorShape]) -> list[str]:
    """All doors; each is one group with what is known of it in its title."""
    return [
        group(_drawn(sheet, shape), title="" if sheet.wish.redact else door_title(sheet, shape.door))
        for shape in shapes
    ]


def _drawn(sheet: Sheet, shape: DoorShape) -> list[str]:
    door = shape.door
    lock = Lock.NONE if sheet.wish.redact else lock_of(door)
    mark = sheet.wish.marks.get(door.global_id)
    colour = mark or LOCK_COLOURS[lock]
    half, front, back = shape.width / 2, shape.depth_front + 0.5, shape.depth_back + 0.5
    gap = [shape.point(side, depth) for side, depth in ((-half, -back), (half, -back), (half, front), (-half, front))]
    parts = [path(path_of(gap), f'fill="{mark or PAPER}"')]
    parts += [
        line(shape.point(side, -back), shape.point(side, front), f'stroke="{INK}" stroke-width="0.8"')
        for side in (-half, half)
    ]
    parts += _sliding(shape, colour) if _slides(sheet, door) else _leaves(shape, colour)
    if not sheet.wish.redact and lock is not Lock.NONE:
        parts.append(lock_sign(shape.centre, lock))
        sheet.used.add(lock)
    return parts


def _slides(sheet: Sheet, door: Door) -> bool:
    by_id = sheet.facility.space_by_id
    return not sheet.wish.redact and any(
        node in by_id and by_id[node].use is SpaceUse.LIFT for node in door.joins or ()
    )


def _sliding(shape: DoorShape, colour: str) -> list[str]:
    half = shape.width / 2
    return [
        line(shape.point(-half, -1), shape.point(0, -1), f'stroke="{colour}" stroke-width="1.6"'),
        line(shape.point(0, 1), shape.point(half, 1), f'stroke="{colour}" stroke-width="1.6"'),
    ]


def _leaves(shape: DoorShape, colour: str) -> list[str]:
    half, leaf, face = shape.width / 2, shape.leaf, shape.depth_front
    parts = []
    for hinge in (-half, half) if shape.is_double else (-half,):
        start, tip = shape.point(hinge, face), shape.point(hinge, face + leaf)
        end = shape.point(hinge + (leaf if hinge < 0 else -leaf), face)
        cross = (tip[0] - start[0]) * (end[1] - start[1]) - (tip[1] - start[1]) * (end[0] - start[0])
        arc = f"A{num(leaf)} {num(leaf)} 0 0 {1 if cross > 0 else 0} {num(end[0])} {num(end[1])}"
        parts.append(path(f"M{num(tip[0])} {num(tip[1])}{arc}", 'fill="none" stroke="#8d9298" stroke-width="0.6"'))
        parts.append(line(start, tip, f'stroke="{colour}" stroke-width="1.8"'))
    return parts


def lock_sign(at: Point, lock: Lock) -> str:
    """The sign of a lock: every kind has a shape of its own."""
    x, y = at
    r, colour = _SIGN, LOCK_COLOURS[lock]
    style = f'fill="{colour}" stroke="{PAPER}" stroke-width="0.9"'
    match lock:
        case Lock.SECURE:
            return rect(box_at(at, 1.8 * r, 1.8 * r), style)
        case Lock.SAFE:
            return circle(at, r, f'fill="{PAPER}" stroke="{colour}" stroke-width="1.6"')
        case Lock.MOTOR:
            return path(path_of([(x, y - 1.4 * r), (x + 1.4 * r, y), (x, y + 1.4 * r), (x - 1.4 * r, y)]), style)
        case Lock.HOLD_OPEN:
            return path(path_of([(x, y - 1.3 * r), (x + 1.3 * r, y + 0.95 * r), (x - 1.3 * r, y + 0.95 * r)]), style)
        case Lock.MECHANICAL:
            return circle(at, 0.75 * r, style)
        case _:
            return ""


def door_title(sheet: Sheet, door: Door) -> str:
    """Everything that is known of a door, in a line."""
    lock = ", ".join(filter(None, (door.lock_type, "" if door.fail_mode is FailMode.NONE else door.fail_mode.value)))
    width = f"{door.clear_width_m:.2f} m clear" if door.clear_width_m > 0 else ""
    joins = " – ".join(sheet.facility.node_label(node) for node in door.joins) if door.joins else "joins unknown"
    parts = (
        f"{door.code} {door.type}".strip(),
        joins,
        width,
        f"lock {lock}" if lock else "",
        f"on fire alarm: {door.fire_action.value}" if door.fire_action is not FireAction.NONE else "",
        f"interlock {door.interlock_group}" if door.interlock_group else "",
        f"release group {door.release_group}" if door.release_group else "",
        "smoke boundary" if door.is_smoke_boundary else "",
    )
    return " · ".join(filter(None, parts))
