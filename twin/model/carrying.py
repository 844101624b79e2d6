"""What hangs on elements and must follow them into the next revision: bindings of points and corrections.

What cannot follow is not dropped: it stays where it is, and waits with its reason until a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from twin.model.corrections import Correction
from twin.model.elements import Element
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.points import Device, Point
from twin.model.register import Register
from twin.model.revision import Revision


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
    """The register and corrections of the new revision, how many came along, and what did not."""

    register: Register
    corrections: tuple[Correction, ...]
    points_carried: int
    corrections_carried: int
    unresolved: tuple[Unresolved, ...]


def carry(
    revision: Revision, old: Register, new: Register, corrections: Sequence[Correction], still: Iterable[GlobalId] = ()
) -> Carried:
    """Let points and corrections follow their elements.

    A point that the new model describes itself is taken as described; its binding is kept where the new one has none.

    Args:
        revision: Which element is which.
        old: The register that is in use.
        new: The register that the new model carries; empty for models of others.
        corrections: Of the old revision.
        still: GlobalIds that points may name although they are no elements of the model (zones of ours, added storeys).
    """
    follow = _Follow(revision, still)
    described = {point.id: point for point in new.points}
    points = {point.id: follow.point(point) for point in old.points if point.id not in described}
    points |= {
        point.id: _with_binding(point, before)
        for point in new.points
        for before in [next((one for one in old.points if one.id == point.id), None)]
    }
    kept = [follow.correction(correction) for correction in corrections]
    return Carried(
        register=Register.of(points.values(), _devices(old, new)),
        corrections=tuple(kept),
        points_carried=len(points) - len(described.keys() - {point.id for point in old.points}) - follow.points_lost,
        corrections_carried=len(kept) - follow.corrections_lost,
        unresolved=tuple(follow.unresolved),
    )


def _with_binding(point: Point, before: Point | None) -> Point:
    return replace(point, binding=before.binding) if before is not None and point.binding is None else point


def _devices(old: Register, new: Register) -> Sequence[Device]:
    devices: Mapping[str, Device] = {device.name: device for device in (*old.devices, *new.devices)}
    return tuple(devices.values())


class _Follow:
    def __init__(self, revision: Revision, still: Iterable[GlobalId]) -> None:
        self._new_id = revision.new_id
        self._near = revision.near
        self._lost: Mapping[GlobalId, Element] = {element.global_id: element for element in revision.lost}
        self._still = frozenset(still)
        self.unresolved: list[Unresolved] = []
        self.points_lost = self.corrections_lost = 0

    def point(self, point: Point) -> Point:
        device = self._new_id.get(point.global_id, point.global_id)
        if point.element in self._lost:
            self.points_lost += 1
            self._wait(Hanging.POINT, point.id, point.element)
            return replace(point, global_id=device)
        return replace(point, element=self._followed(point.element), global_id=device)

    def correction(self, correction: Correction) -> Correction:
        nodes = [correction.element, *(GlobalId(node) for node in correction.value if GlobalId(node) in self._lost)]
        gone = next((node for node in nodes if node in self._lost), None)
        if gone is not None:
            self.corrections_lost += 1
            self._wait(Hanging.CORRECTION, f"{correction.fact} of {correction.element}", gone)
            return correction
        value = tuple(self._followed(GlobalId(node)) for node in correction.value)
        return replace(correction, element=self._followed(correction.element), value=value)

    def _followed(self, node: GlobalId) -> GlobalId:
        if is_outside(node) and "/" in node:
            storey = GlobalId(node.split("/", 1)[1])
            return outside_id(self._new_id.get(storey, storey))
        return self._new_id.get(node, node)

    def _wait(self, hanging: Hanging, subject: str, element: GlobalId) -> None:
        was = self._lost[element]
        self.unresolved.append(
            Unresolved(
                hanging=hanging,
                subject=subject,
                element=element,
                was=" ".join(filter(None, (was.ifc_class, was.name, was.tag))),
                reason="the new revision has no such element",
                near=tuple(other.global_id for other in self._near.get(element, ())),
            )
        )
