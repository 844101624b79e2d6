"""The register in the database: field devices and points with their bindings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from twin.model.errors import StoreError
from twin.model.ids import GlobalId, PointId
from twin.model.points import BacnetBinding, Binding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.store.columns import LIST, Form, Rows, choice
from twin.store.connection import Database, Tables


def _binding_text(binding: Binding) -> str:
    protocol = Protocol.BACNET if isinstance(binding, BacnetBinding) else Protocol.MODBUS
    return json.dumps({"protocol": protocol, **asdict(binding)}, separators=(",", ":"))


def _binding(text: str) -> Binding:
    data: dict[str, Any] = json.loads(text)
    match Protocol(data.pop("protocol")):
        case Protocol.BACNET:
            return BacnetBinding(**data)
        case Protocol.MODBUS:
            return ModbusBinding(
                **{**data, "table": Table(data["table"]), "data_type": DataType(data["data_type"])},
            )


_DEVICES = Rows(Device, {"protocol": choice(Protocol)})
_POINTS = Rows(Point, {"binding": Form(_binding_text, _binding), "states": LIST})


def save_register(database: Database, devices: Iterable[Device], points: Iterable[Point]) -> None:
    """Replace the database's register, all or nothing.

    Raises:
        StoreError: the database cannot serve; the previous register is still there.
    """
    with database.transaction() as tables:
        write_register(tables, devices, points)


def write_register(tables: Tables, devices: Iterable[Device], points: Iterable[Point]) -> None:
    """Replace the register within a transaction of the caller's."""
    utils = tables.utils
    for table, rows in (("device", _DEVICES.numbered(devices)), ("point", _POINTS.numbered(points))):
        utils.table(table).delete_where()
        utils.table(table).insert_all(rows)


def rehang_point(tables: Tables, point: PointId, element: GlobalId | None) -> bool:
    """Let a point be about another element, or take it out of the register, within a transaction of the caller's.

    Devices without a point are taken out too. False if there is no such point.
    """
    if element is not None:
        return tables.execute("UPDATE point SET element = ? WHERE id = ?", (element, point)) > 0
    is_gone = tables.execute("DELETE FROM point WHERE id = ?", (point,)) > 0
    used = "SELECT json_extract(binding, '$.device') FROM point WHERE binding IS NOT NULL"
    tables.execute(f"DELETE FROM device WHERE name NOT IN ({used})")  # noqa: S608
    return is_gone


def load_devices(database: Database) -> list[Device]:
    """Field devices, in the order saved.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    return _loaded(database, "device", _DEVICES)


def load_points(database: Database) -> list[Point]:
    """Points with their bindings, in the order saved.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    return _loaded(database, "point", _POINTS)


def _loaded(database: Database, table: str, rows: Rows[Any]) -> list[Any]:
    try:
        return [rows.item(row) for row in database.rows(f"SELECT {rows.selection} FROM {table} ORDER BY seq")]  # noqa: S608
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(str(database.path), f"a row of the register makes no sense: {error}") from error
