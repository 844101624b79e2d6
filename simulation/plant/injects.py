"""What a trainer may do to the building: words, what they are done to, and what then happens. No command path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulation.plant.doors import DoorMechanism
from simulation.plant.fire import ALARM, PRE_ALARM, QUIET
from simulation.plant.power import FAILED
from simulation.plant.services import Services
from simulation.plant.signals import problem_with, problem_with_state
from twin.model.errors import Fault, ScenarioError, UnknownIdError
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point

Details = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Inject:
    """One word: how its subject is found, and what is done to it. ``find`` raises UnknownIdError."""

    find: Callable[[Services, str], Any]
    do: Callable[[Services, Any, Details], object]

    def __call__(self, services: Services, subject: str, details: Details) -> None:
        """Do it to this subject."""
        self.do(services, self.find(services, subject), details)


def _door(services: Services, subject: str) -> DoorMechanism:
    return services.doors[services.facility.door(subject).global_id]


def _space(services: Services, subject: str) -> GlobalId:
    return services.facility.space(subject).global_id


def _building(services: Services, subject: str) -> GlobalId:
    for building in services.facility.buildings:
        if subject in (building.name, building.global_id):
            return building.global_id
    raise UnknownIdError("building", subject)


def _point(services: Services, subject: str) -> Point:
    try:
        return services.points[PointId(subject)]
    except KeyError:
        raise UnknownIdError("point", subject) from None


def _nothing(_services: Services, _subject: str) -> None:
    return None


def _is_on(details: Details) -> bool:
    return bool(details.get("on", 1.0))


def _on_door(action: Callable[[DoorMechanism, bool], object]) -> Inject:
    return Inject(_door, lambda _services, door, details: action(door, _is_on(details)))


def _flag(name: str) -> Inject:
    return _on_door(lambda door, on: setattr(door, name, on))


def _smoke(services: Services, space: GlobalId, details: Details) -> None:
    services.detect(space, PRE_ALARM if _is_on(details) else QUIET)


def _signal(services: Services, point: Point, details: Details) -> None:
    value = details.get("value", 1.0)
    special = _SPECIAL.get(point.kind)
    problem = problem_with_state(point, value) if special else problem_with(point, value)
    if problem:
        raise ScenarioError([Fault("inject", point.id, problem)])
    if special:
        special(services, point.element, value)
    else:
        services.signals.set(point.id, value)


def _start_or_fail(services: Services, generator: GlobalId, state: float) -> None:
    change = services.power.defects.add if state == FAILED else services.power.defects.discard
    change(generator)


def _two_points(services: Services, subject: str) -> tuple[Point, Point]:
    one, divider, other = subject.partition("|")
    if not divider:
        raise ScenarioError([Fault("inject", subject, "names one point, not two: ONE|OTHER")])
    return _point(services, one), _point(services, other)


def _controller(services: Services, subject: str) -> list[PointId]:
    found = [point.id for point in services.points.values() if point.binding and point.binding.device == subject]
    if not found:
        raise UnknownIdError("device", subject)
    return found


def _stick(services: Services, point: Point, details: Details) -> None:
    value = details.get("value", services.shown(point.id))
    services.faults.stick(point.id, value, on=_is_on(details))


def _drift(services: Services, point: Point, details: Details) -> None:
    if "per_hour" not in details and _is_on(details):
        raise ScenarioError([Fault("inject", point.id, "drifts by how much? per_hour is missing")])
    services.faults.drift(point.id, details.get("per_hour", 0.0), on=_is_on(details))


def _swap(services: Services, points: tuple[Point, Point], details: Details) -> None:
    one, other = points
    if one.kind != other.kind:
        raise ScenarioError([Fault("inject", one.id, f"is {one.kind}, {other.id} is {other.kind}: no such exchange")])
    services.faults.swap(one.id, other.id, on=_is_on(details))


def _silence(services: Services, points: list[PointId], details: Details) -> None:
    services.faults.silence(points, on=_is_on(details))


def _freeze(services: Services, points: list[PointId], details: Details) -> None:
    services.faults.freeze({point: services.shown(point) for point in points}, on=_is_on(details))


_SPECIAL: Mapping[str, Callable[[Services, GlobalId, float], None]] = {
    "smoke_detector": Services.detect,
    "generator": _start_or_fail,
}
"""Signals with consequences."""


INJECTS: Mapping[str, Inject] = {
    "force": _on_door(lambda door, _on: door.force()),
    "repair": _on_door(lambda door, _on: door.repair()),
    "swing": _on_door(lambda door, on: door.swing(open_it=on)),
    "prop": _flag("propped"),
    "jam": _flag("jammed"),
    "tamper": _flag("tamper"),
    "false-secure": _flag("false_secure"),
    "power": _on_door(lambda door, on: door.set_power(on=on)),
    "call": _flag("call"),
    "smoke": Inject(_space, _smoke),
    "fire": Inject(_space, lambda services, space, _details: services.detect(space, ALARM)),
    "fire-reset": Inject(_nothing, lambda services, _subject, _details: services.reset_fire()),
    "mains": Inject(_building, lambda services, building, details: services.fail_mains(building, on=_is_on(details))),
    "signal": Inject(_point, _signal),
    "stick": Inject(_point, _stick),
    "drift": Inject(_point, _drift),
    "swap": Inject(_two_points, _swap),
    "silence": Inject(_controller, _silence),
    "freeze": Inject(_controller, _freeze),
}
"""Subjects are door codes; for ``smoke`` and ``fire`` a space code, for ``mains`` a building, for ``signal``, ``stick``
and ``drift`` a point, for ``swap`` two points as ``ONE|OTHER``, for ``silence`` and ``freeze`` a controller's name.

``on=0`` takes a state back; ``signal`` takes a ``value`` (1 where it is left out): a simple signal, a detector's state,
or 3 for a generator that will not start. ``drift`` takes ``per_hour``, in the point's unit.
"""
