"""The Attribute sheet: figures of spaces and doors that have no column, and the points of the register."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from twin.exchange.cobie_names import Names, cell_text
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Point, Table
from twin.model.register import Register
from twin.model.spaces import Space
from twin.model.vocabulary import FailMode, FireAction

Row = Mapping[str, object]
Owner = tuple[str, str]
"""Sheet and row that an attribute belongs to."""

Element = TypeVar("Element")


@dataclass(frozen=True, slots=True)
class _Fact(Generic[Element]):
    """A figure of an element; ``value`` gives nothing (empty, 0, False) where the model does not say."""

    name: str
    unit: str
    text: str
    value: Callable[[Element], float | str]


_SPACE_FACTS: tuple[_Fact[Space], ...] = (
    _Fact("Capacity", "persons", "people the room is meant for", lambda space: space.capacity),
    _Fact("CertifiedPlaces", "persons", "sleeping places that count", lambda space: space.certified_places),
    _Fact("AnnexArea", "square metres", "sanitary annex within the net area", lambda space: space.annex_m2),
    _Fact("WindowArea", "square metres", "area of the windows", lambda space: space.window_m2),
    _Fact("UseCondition", "n/a", "freedom of movement (NFPA 101)", lambda space: space.use_condition.value),
    _Fact("HvacZone", "n/a", "ventilation zone", lambda space: space.hvac_zone),
    _Fact("SmokeCompartment", "n/a", "smoke compartment", lambda space: space.smoke_compartment),
    _Fact("ReleaseGroup", "n/a", "locks that open together", lambda space: space.release_group),
    _Fact("RegimeZone", "n/a", "zone of the regime", lambda space: space.regime_zone),
)
_DOOR_FACTS: tuple[_Fact[Door], ...] = (
    _Fact("ClearWidth", "metres", "what people can pass through", lambda door: door.clear_width_m),
    _Fact("ClearHeight", "metres", "what people can pass through", lambda door: door.clear_height_m),
    _Fact("LockType", "n/a", "lock", lambda door: door.lock_type),
    _Fact("FailMode", "n/a", "lock without power", lambda door: _unless(door.fail_mode, FailMode.NONE)),
    _Fact("FireAction", "n/a", "what happens on fire alarm", lambda door: _unless(door.fire_action, FireAction.NONE)),
    _Fact("InterlockGroup", "n/a", "doors of which one may be open", lambda door: door.interlock_group),
    _Fact("ReleaseGroup", "n/a", "locks that open together", lambda door: door.release_group),
    _Fact("SmokeBoundary", "n/a", "door between smoke compartments", lambda door: "yes" * door.is_smoke_boundary),
    _Fact("JoinConfidence", "n/a", "how sure the two spaces are", lambda door: door.confidence.value),
)


def attribute_rows(facility: Facility, register: Register, names: Names) -> Iterator[Row]:
    """Rows of the Attribute sheet. A figure that the model does not give has no row."""
    owners = _owners(facility, names)
    for space in facility.spaces:
        yield from _fact_rows(space, _SPACE_FACTS, owners[space.global_id], "IfcSpace", space.global_id)
    for door in facility.doors:
        yield from _fact_rows(door, _DOOR_FACTS, owners[door.global_id], "IfcDoor", door.global_id)
    for point in register.points:
        yield _point_row(point, owners.get(point.element, ("Facility", names.facility)))


def _unless(word: FailMode | FireAction, nothing: FailMode | FireAction) -> str:
    return "" if word is nothing else word.value


def _owners(facility: Facility, names: Names) -> dict[GlobalId, Owner]:
    """Where a point's element stands in the workbook; a stair or lift, which has no row, by its lower end."""
    owners: dict[GlobalId, Owner] = {}
    for sheet, named in (
        ("Floor", names.floors),
        ("Space", names.spaces),
        ("Zone", names.zones),
        ("System", names.systems),
        ("Component", names.component_by_id),
    ):
        owners |= {element: (sheet, name) for element, name in named.items()}
    ends = {link.global_id: owners[link.joins[0]] for link in facility.links if link.joins[0] in owners}
    return ends | owners


def _fact_rows(
    element: Element, facts: tuple[_Fact[Element], ...], owner: Owner, ifc_class: str, global_id: GlobalId
) -> Iterator[Row]:
    for fact in facts:
        value = fact.value(element)
        if not value:
            continue
        yield {
            "Name": fact.name,
            "Category": "Model",
            "SheetName": owner[0],
            "RowName": owner[1],
            "Value": cell_text(value) if isinstance(value, str) else value,
            "Unit": fact.unit,
            "ExtObject": ifc_class,
            "ExtIdentifier": global_id,
            "Description": fact.text,
        }


def _point_row(point: Point, owner: Owner) -> Row:
    kind = point.meaning
    return {
        "Name": cell_text(point.id),
        "Category": "Point",
        "SheetName": owner[0],
        "RowName": owner[1],
        "Value": cell_text(_address(point)),
        "Unit": "n/a" if kind.unit == "none" else kind.unit,
        "ExtIdentifier": cell_text(point.global_id),
        "Description": f"{kind.label} ({kind.access.value})",
        "AllowedValues": cell_text(", ".join(point.states or kind.states) or _limits(point)),
    }


def _address(point: Point) -> str:
    match point.binding:
        case BacnetBinding() as at:
            return f"BACnet {at.device} {at.object_type},{at.object_instance} {at.property}"
        case ModbusBinding() as at:
            in_word = at.data_type is DataType.BIT and at.table in (Table.INPUT_REGISTER, Table.HOLDING_REGISTER)
            bit = f".{at.bit}" if in_word else ""
            return f"Modbus {at.device} {at.table.value} {at.address}{bit} {at.data_type.value}"
        case None:
            return ""


def _limits(point: Point) -> str:
    match point.low, point.high:
        case None, None:
            return ""
        case low, None:
            return f"from {low:g}"
        case None, high:
            return f"up to {high:g}"
        case low, high:
            return f"{low:g} to {high:g}"
