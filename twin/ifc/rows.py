"""A facility and its register as JSON rows and back: how the child process hands over what it read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from twin.model.doors import Door, Link
from twin.model.elements import Element
from twin.model.equipment import Equipment, System
from twin.model.facility import Facility
from twin.model.points import BacnetBinding, Binding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.model.register import Register
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, FailMode, FireAction, JoinSource, LinkKind, SpaceUse, UseCondition

Row = Mapping[str, Any]

_PARTS = ("buildings", "storeys", "spaces", "doors", "links", "zones", "equipment", "systems")


def rows_of(facility: Facility) -> dict[str, Any]:
    """The facility as JSON-ready rows."""
    rows: dict[str, Any] = {part: [flat(item) for item in getattr(facility, part)] for part in _PARTS}
    return rows | {"code": facility.code, "name": facility.name, "site_id": facility.site_id}


def flat(item: Any) -> dict[str, Any]:
    """An item as a row. Its values are shared, not copied as by `dataclasses.asdict`: rows are written at once."""
    values = ((one.name, getattr(item, one.name)) for one in fields(item))
    return {name: flat(value) if is_dataclass(value) else value for name, value in values}


def elements_rows(elements: Sequence[Element]) -> list[dict[str, Any]]:
    """Elements as JSON-ready rows."""
    return [flat(element) for element in elements]


def elements_of(rows: Sequence[Row], model: str) -> tuple[Element, ...]:
    """The elements of `elements_rows`, as those of a model.

    Raises:
        KeyError, TypeError: the rows are not of `elements_rows`.
    """
    return tuple(
        Element(**{**row, "position": _triple(row["position"]) if row["position"] else None, "model": model})
        for row in rows
    )


def facility_of(rows: Row) -> Facility:
    """The facility of `rows_of`.

    Raises:
        ModelError: the rows break the facility's rules.
        KeyError, TypeError, ValueError: the rows are not of `rows_of`.
    """
    return Facility(
        code=rows["code"],
        name=rows["name"],
        site_id=rows["site_id"],
        buildings=tuple(Building(**row) for row in rows["buildings"]),
        storeys=tuple(Storey(**row) for row in rows["storeys"]),
        spaces=tuple(_space(row) for row in rows["spaces"]),
        doors=tuple(_door(row) for row in rows["doors"]),
        links=tuple(_link(row) for row in rows["links"]),
        zones=tuple(Zone(**{**row, "members": tuple(row["members"])}) for row in rows["zones"]),
        equipment=tuple(Equipment(**{**row, "position": _triple(row["position"])}) for row in rows["equipment"]),
        systems=tuple(
            System(**{**row, "members": tuple(row["members"]), "serves": tuple(row["serves"])})
            for row in rows["systems"]
        ),
    )


def register_rows(register: Register) -> dict[str, Any]:
    """The register as JSON-ready rows."""
    return {part: [flat(item) for item in getattr(register, part)] for part in ("points", "devices")}


def register_of(rows: Row) -> Register:
    """The register of `register_rows`.

    Raises:
        KeyError, TypeError, ValueError: the rows are not of `register_rows`.
    """
    return Register(
        points=tuple(
            Point(**{**row, "binding": _binding(row["binding"]), "states": tuple(row["states"])})
            for row in rows["points"]
        ),
        devices=tuple(Device(**{**row, "protocol": Protocol(row["protocol"])}) for row in rows["devices"]),
    )


def _binding(row: Row | None) -> Binding | None:
    if row is None:
        return None
    if "object_type" in row:
        return BacnetBinding(**row)
    return ModbusBinding(**{**row, "table": Table(row["table"]), "data_type": DataType(row["data_type"])})


def _space(row: Row) -> Space:
    return Space(
        **{
            **row,
            "use": SpaceUse(row["use"]),
            "polygon": tuple(_pair(corner) for corner in row["polygon"]),
            "use_condition": UseCondition(row["use_condition"]),
        }
    )


def _door(row: Row) -> Door:
    return Door(
        **{
            **row,
            "joins": tuple(row["joins"]) if row["joins"] else None,
            "centre": _pair(row["centre"]),
            "along": _pair(row["along"]),
            "fail_mode": FailMode(row["fail_mode"]),
            "fire_action": FireAction(row["fire_action"]),
            "source": JoinSource(row["source"]),
            "confidence": Confidence(row["confidence"]),
        }
    )


def _link(row: Row) -> Link:
    return Link(**{**row, "kind": LinkKind(row["kind"]), "joins": tuple(row["joins"])})


def _pair(values: Sequence[float]) -> tuple[float, float]:
    return (values[0], values[1])


def _triple(values: Sequence[float]) -> tuple[float, float, float]:
    return (values[0], values[1], values[2])
