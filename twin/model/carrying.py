"""What hangs on elements and must follow them into the next revision: bindings of points and corrections.

What cannot follow is not dropped: it stays where it is, and waits with its reason until a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from twin.model.corrections import Correctable, Correction
from twin.model.elements import Element
from twin.model.ids import GlobalId, PointId, is_outside, outside_id
from twin.model.points import Device, Point
from twin.model.register import Register
from twin.model.revision import Revision

LOST = "lost/"
"""Before the GlobalId of what a waiting point or correction is about: something else may have it one day."""


class Hanging(StrEnum):
    """What may hang on an element."""

    POINT = "point"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """A point or correction that lost its element: it is kept, and a person decides.

    ``subject`` is the point's id, or ``FACT of GLOBALID`` of a correction; ``element`` the GlobalId that is gone,
    ``was`` what it was, and ``near`` the GlobalIds of new elements that it may have become.
    """

    hanging: Hanging
    subject: str
    element: GlobalId
    was: str
    reason: str
    near: tuple[GlobalId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The register and corrections of the new revision, how many came along, and everything that did not as it was.

    ``renamed``: points that the new model calls otherwise, old id and new; their history stays under the old id.
    ``rebound``: points and devices whose binding or address the new model gives otherwise, in words.
    """

    register: Register
    corrections: tuple[Correction, ...]
    points_carried: int
    corrections_carried: int
    unresolved: tuple[Unresolved, ...]
    renamed: tuple[tuple[PointId, PointId], ...] = ()
    rebound: tuple[str, ...] = ()


def carry(
    revision: Revision,
    old: Register,
    new: Register,
    corrections: Sequence[Correction],
    *,
    also: Iterable[GlobalId] = (),
    waiting: Sequence[Unresolved] = (),
) -> Carried:
    """Let points and corrections follow their elements.

    A point that the new model describes itself (by its id, its sensor or its place on a device) is taken as described,
    and its binding is kept where the new model gives none. Every other point of the old register is kept.

    Args:
        revision: Which element is which.
        old: The register that is in use.
        new: The register that the new model carries; empty for models of others.
        corrections: Of the old revision.
        also: GlobalIds of the new building that are no elements of its files: zones of people, outdoors, ways.
        waiting: What waited for a decision before; what still has no element goes on waiting.
    """
    follow = _Follow(revision, also, waiting)
    described = _Described(new)
    before = {point.id: point for point in old.points}
    kept = [point for point in old.points if described.as_what(point) is None]
    renamed = [
        (point.id, now) for point in old.points if (now := described.as_what(point)) is not None and now != point.id
    ]
    named_before = {now: before[id_] for id_, now in renamed} | before
    followed = [follow.point(point) for point in kept]
    taken = [_with_binding(point, named_before.get(point.id)) for point in new.points]
    corrected = [follow.correction(correction) for correction in corrections]
    return Carried(
        register=Register.of((*followed, *taken), _devices(old, new)),
        corrections=tuple(corrected),
        points_carried=len(old.points) - follow.count(Hanging.POINT),
        corrections_carried=len(corrected) - follow.count(Hanging.CORRECTION),
        unresolved=tuple(follow.unresolved),
        renamed=tuple(renamed),
        rebound=(*_rebound_points(taken, named_before), *_moved_devices(old, new)),
    )


def _with_binding(point: Point, before: Point | None) -> Point:
    return replace(point, binding=before.binding) if before is not None and point.binding is None else point


def _devices(old: Register, new: Register) -> Sequence[Device]:
    devices: Mapping[str, Device] = {device.name: device for device in (*old.devices, *new.devices)}
    return tuple(devices.values())


def _rebound_points(points: Iterable[Point], before: Mapping[PointId, Point]) -> Iterator[str]:
    for point in points:
        known = before.get(point.id)
        if known is not None and known.binding is not None and known.binding != point.binding:
            yield f"{point.id}: {known.binding} -> {point.binding}"


def _moved_devices(old: Register, new: Register) -> Iterator[str]:
    known = {device.name: device for device in old.devices}
    for device in new.devices:
        before = known.get(device.name)
        if before is not None and (before.instance, before.host, before.port) != (
            device.instance,
            device.host,
            device.port,
        ):
            then, now = (f"{one.instance} at {one.host}:{one.port}" for one in (before, device))
            yield f"device {device.name}: {then} -> {now}"


class _Described:
    """Which point of the new model an old one is."""

    def __init__(self, new: Register) -> None:
        self._ids = {point.id for point in new.points}
        self._sensors = {point.global_id: point.id for point in new.points if point.global_id}
        self._places = {point.binding: point.id for point in new.points if point.binding is not None}

    def as_what(self, point: Point) -> PointId | None:
        """The id of the same point in the new model; None if it does not describe it."""
        if point.id in self._ids:
            return point.id
        by_sensor = self._sensors.get(point.global_id) if point.global_id else None
        return by_sensor or (self._places.get(point.binding) if point.binding is not None else None)


class _Follow:
    def __init__(self, revision: Revision, also: Iterable[GlobalId], waiting: Sequence[Unresolved]) -> None:
        self._new_id = revision.new_id
        self._near = revision.near
        self._was: dict[GlobalId, Element] = {match.old.global_id: match.old for match in revision.matches}
        self._was |= {element.global_id: element for element in revision.lost}
        self._now: dict[GlobalId, str] = {match.new.global_id: _told(match.new) for match in revision.matches}
        self._now |= {element.global_id: _told(element) for element in revision.added}
        self._known = frozenset(self._now) | frozenset(also)
        self._waited = {(one.hanging, one.subject): one for one in waiting}
        self.unresolved: list[Unresolved] = []

    def count(self, hanging: Hanging) -> int:
        return sum(one.hanging is hanging for one in self.unresolved)

    def point(self, point: Point) -> Point:
        element = GlobalId(point.element.removeprefix(LOST))
        sensor = self._new_id.get(point.global_id, point.global_id)
        now = self._followed(element)
        if now is None or self._is_another(Hanging.POINT, point.id, element, now):
            self._wait(Hanging.POINT, point.id, element, "the new revision has no such element")
            return replace(point, element=GlobalId(LOST + element))
        if sensor and sensor not in self._known and point.global_id in self._was:
            self._wait(Hanging.POINT, point.id, point.global_id, "the new revision has not the sensor that gives it")
        return replace(point, element=now, global_id=sensor)

    def correction(self, correction: Correction) -> Correction:
        values = correction.value if correction.fact is Correctable.JOINS else ()
        nodes = [GlobalId(node.removeprefix(LOST)) for node in (correction.element, *values)]
        subject = f"{correction.fact} of {nodes[0]}"
        now = [self._followed(node) for node in nodes]
        now = [
            None if new is None or self._is_another(Hanging.CORRECTION, subject, node, new) else new
            for node, new in zip(nodes, now, strict=True)
        ]
        gone = next((node for node, new in zip(nodes, now, strict=True) if new is None), None)
        if gone is not None:
            self._wait(Hanging.CORRECTION, subject, gone, "the new revision has no such element")
        kept = [GlobalId(LOST + node) if new is None else new for node, new in zip(nodes, now, strict=True)]
        return replace(correction, element=kept[0], value=tuple(map(str, kept[1:])) or correction.value)

    def _followed(self, node: GlobalId) -> GlobalId | None:
        """What a GlobalId is in the new building; None if nothing."""
        if is_outside(node) and "/" in node:
            storey = GlobalId(node.split("/", 1)[1])
            now = outside_id(self._new_id.get(storey, storey))
        else:
            now = self._new_id.get(node, node)
        is_lost = node in self._was and node not in self._new_id
        return now if now in self._known and not is_lost else None

    def _is_another(self, hanging: Hanging, subject: str, element: GlobalId, now: GlobalId) -> bool:
        """Whether what waited for an element would find something else under its GlobalId, if that is back."""
        waited = self._waited.get((hanging, subject))
        return waited is not None and waited.element == element and waited.was != self._now.get(now, waited.was)

    def _wait(self, hanging: Hanging, subject: str, element: GlobalId, reason: str) -> None:
        was = self._was.get(element)
        waited = self._waited.get((hanging, subject))
        near = tuple(other.global_id for other in self._near.get(element, ()))
        if was is None and waited is not None:
            near = tuple(node for one in waited.near if (node := self._followed(one)) is not None)
        self.unresolved.append(
            Unresolved(
                hanging=hanging,
                subject=subject,
                element=element,
                was=_told(was) if was is not None else waited.was if waited is not None else "",
                reason=reason,
                near=near,
            )
        )


def _told(element: Element) -> str:
    return " ".join(filter(None, (element.ifc_class, element.name, element.tag)))
