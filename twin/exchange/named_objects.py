"""Objects that have a name and a place on a device, but no element of the model yet: what rules can bind."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model.points import Binding, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedObject:
    """A row of an EDE file, a line of a point list or an object that a device told of.

    ``unit``: key of `twin.model.units.UNITS` or BACnet name, empty where nobody tells. ``states``: names from our
    state 0. ``low``, ``high``: alarm limits in that unit. All texts may be a stranger's.
    """

    name: str
    description: str = ""
    binding: Binding | None = None
    unit: str = ""
    states: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


def named_point(point: Point) -> NamedObject:
    """A point of a register as an object to be bound anew, named by its id."""
    return NamedObject(
        name=point.id,
        description=point.meaning.label,
        binding=point.binding,
        unit=point.meaning.unit,
        states=point.states or point.meaning.states,
        low=point.low,
        high=point.high,
    )
