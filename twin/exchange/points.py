"""The register as a CSV file for people and spreadsheets: one line a point, with the columns of its device."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from twin.exchange.named_objects import NamedObject
from twin.files.csv import read_rows, write_rows
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS, PointKind
from twin.model.points import BacnetBinding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.model.register import Register

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Flag = Literal["yes", "no"]
_ABSENT = ""


class PointRow(BaseModel):
    """A line of ``points.csv``. Cells that the protocol does not need stay empty; states are divided by ``|``.

    ``element``: GlobalId of what the value is about; ``global_id``: of the sensor that gives it; ``controller``: of the
    device. ``instance``: BACnet device instance or Modbus unit id; ``station``: number from which the site's settings
    make the host. ``low``, ``high``: alarm limits in the unit. ``unit``, ``access``, ``safety`` follow from the kind.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    point: Annotated[str, Field(pattern=r"^[!-~]+$")]
    kind: str
    unit: str = "none"
    access: str = ""
    safety: str = ""
    element: str
    global_id: str = ""
    low: _Number | None = None
    high: _Number | None = None
    states: str = ""
    device: str = ""
    station: Annotated[int, Field(ge=0, le=254)] = 0
    controller: str = ""
    protocol: Protocol | None = None
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    instance: Annotated[int, Field(ge=0, le=4_194_302)] | None = None
    object_type: str = ""
    object_instance: Annotated[int, Field(ge=0, le=4_194_302)] | None = None
    property: str = ""
    table: Table | None = None
    address: Annotated[int, Field(ge=0, le=65535)] | None = None
    data_type: DataType | None = None
    bit: Annotated[int, Field(ge=0, le=15)] | None = None
    invert: _Flag | None = None
    word_order: Literal["big", "little"] | None = None
    byte_order: Literal["big", "little"] | None = None
    scale: _Number | None = None
    offset: _Number | None = None


COLUMNS = tuple(PointRow.model_fields)


class ListRow(PointRow):
    """A line of a point list of others: columns as in `PointRow`, and most of them may be missing."""

    kind: str = ""
    element: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointList:
    """Objects of a point list that are to be bound by rules, and the devices they live on."""

    objects: tuple[NamedObject, ...]
    devices: tuple[Device, ...]


def read_point_list(path: Path | str) -> PointList:
    """Read a point list whose rows tell neither element nor kind.

    Raises:
        ConfigError: every fault at once: a point twice, a binding that lacks something, a device described in two ways.
    """
    where = str(path)
    faults: list[Fault] = []
    objects: dict[str, NamedObject] = {}
    devices: dict[str, Device] = {}
    for number, row in read_rows(path, ListRow):
        problems = [*_repeated(row, objects), *_binding_problems(row, devices)]
        faults += [Fault(where, f"row {number}, {key}", text) for key, text in problems]
        device = _device(row)
        if problems:
            continue
        objects[row.point] = NamedObject(
            name=row.point,
            description=plain(row.description),
            binding=_binding(row),
            unit=row.unit if row.unit != "none" else "",
            states=_split(row.states),
            low=row.low,
            high=row.high,
        )
        if device:
            devices[device.name] = device
    if faults:
        raise ConfigError(faults)
    return PointList(objects=tuple(objects.values()), devices=tuple(devices.values()))


def write_points_csv(register: Register, path: Path | str) -> None:
    """Write a register; `read_points_csv` gives the same register back.

    Raises:
        ValueError: a device has no point, or a point is bound to a device that is not in the register.
        OSError: the folder cannot be written.
    """
    devices = {device.name: device for device in register.devices}
    used = dict.fromkeys(point.binding.device for point in register.points if point.binding)
    if list(used) != [device.name for device in register.devices]:
        raise ValueError("the devices of a register are those of its points, in order of their first point")
    rows = ({key: _cell(value) for key, value in _row(point, devices).items()} for point in register.points)
    write_rows(path, COLUMNS, rows)


def read_points_csv(path: Path | str) -> Register:
    """Read a register.

    Raises:
        ConfigError: every fault at once: unknown kind, a point twice, a binding that lacks something, a device
            described in two ways.
    """
    where = str(path)
    faults: list[Fault] = []
    points: dict[str, Point] = {}
    devices: dict[str, Device] = {}
    for number, row in read_rows(path, PointRow):
        problems = list(_problems(row, points, devices))
        faults += [Fault(where, f"row {number}, {key}", text) for key, text in problems]
        if problems:
            continue
        point, device = _point(row), _device(row)
        points[point.id] = point
        if device:
            devices[device.name] = device
    if faults:
        raise ConfigError(faults)
    return Register(points=tuple(points.values()), devices=tuple(devices.values()))


def _row(point: Point, devices: dict[str, Device]) -> dict[str, object]:
    row: dict[str, object] = {
        "point": point.id,
        "kind": point.kind,
        "unit": point.meaning.unit,
        "access": point.meaning.access.value,
        "safety": point.meaning.safety.value,
        "element": point.element,
        "global_id": point.global_id,
        "low": point.low,
        "high": point.high,
        "states": _joined(point.states or point.meaning.states),
    }
    if point.binding is None:
        return row
    device = devices[point.binding.device]
    row |= {
        "device": device.name,
        "station": device.station,
        "controller": device.global_id,
        "protocol": device.protocol.value,
        "host": device.host,
        "port": device.port or None,
        "instance": device.instance,
    }
    match point.binding:
        case BacnetBinding() as binding:
            return row | {
                "object_type": binding.object_type,
                "object_instance": binding.object_instance,
                "property": binding.property,
            }
        case ModbusBinding() as binding:
            return row | {
                "table": binding.table.value,
                "address": binding.address,
                "data_type": binding.data_type.value,
                "bit": binding.bit,
                "invert": "yes" if binding.invert else "no",
                "word_order": binding.word_order,
                "byte_order": binding.byte_order,
                "scale": binding.scale,
                "offset": binding.offset,
            }


def _cell(value: object) -> object:
    return _ABSENT if value is None else repr(value) if isinstance(value, float) else value


def _problems(row: PointRow, points: dict[str, Point], devices: dict[str, Device]) -> Iterator[tuple[str, str]]:
    if row.kind not in POINT_KINDS:
        yield "kind", f"there is no kind of point {row.kind}"
    else:
        yield from _unlike_kind(row, POINT_KINDS[row.kind])
    yield from _repeated(row, points)
    yield from _binding_problems(row, devices)


def _repeated(row: PointRow, known: Container[str]) -> Iterator[tuple[str, str]]:
    if row.point in known:
        yield "point", f"{row.point} stands twice"


def _binding_problems(row: PointRow, devices: dict[str, Device]) -> Iterator[tuple[str, str]]:
    if not row.device:
        return
    missing = [key for key in _needed(row) if getattr(row, key) in (None, _ABSENT)]
    for key in missing:
        yield key, "is missing"
    if missing:
        return
    known = devices.get(row.device)
    if known and known != _device(row):
        yield "device", f"{row.device} has another protocol, host, port or instance in an earlier row"


def _unlike_kind(row: PointRow, kind: PointKind) -> Iterator[tuple[str, str]]:
    """Columns that follow from the kind and say something else; they may be left out."""
    if row.unit != kind.unit:
        yield "unit", f"a point of kind {row.kind} is in {kind.unit}, not {row.unit}"
    if row.access not in (_ABSENT, kind.access.value):
        yield "access", f"a point of kind {row.kind} is for {kind.access.value}, not {row.access}"
    if row.safety not in (_ABSENT, kind.safety.value):
        yield "safety", f"a point of kind {row.kind} is {kind.safety.value}, not {row.safety}"


def _needed(row: PointRow) -> Iterable[str]:
    common = ("protocol", "instance")
    match row.protocol:
        case Protocol.BACNET:
            return (*common, "object_type", "object_instance")
        case Protocol.MODBUS:
            return (*common, "table", "address", "data_type")
        case _:
            return common


def _device(row: PointRow) -> Device | None:
    if row.protocol is None or row.instance is None:
        return None
    return Device(
        name=row.device,
        protocol=row.protocol,
        host=row.host,
        port=row.port or 0,
        instance=row.instance,
        station=row.station,
        global_id=GlobalId(row.controller),
    )


def _point(row: PointRow) -> Point:
    return Point(
        id=PointId(row.point),
        kind=row.kind,
        element=GlobalId(row.element),
        binding=_binding(row),
        low=row.low,
        high=row.high,
        states=_own_states(row),
        global_id=GlobalId(row.global_id),
    )


def _binding(row: PointRow) -> BacnetBinding | ModbusBinding | None:
    if not row.device:
        return None
    if row.protocol is Protocol.BACNET and row.object_instance is not None:
        return BacnetBinding(
            device=row.device,
            object_type=row.object_type,
            object_instance=row.object_instance,
            property=row.property or "present-value",
        )
    if row.table is None or row.address is None or row.data_type is None:
        return None
    return ModbusBinding(
        device=row.device,
        table=row.table,
        address=row.address,
        data_type=row.data_type,
        bit=row.bit or 0,
        invert=row.invert == "yes",
        word_order=row.word_order or "big",
        byte_order=row.byte_order or "big",
        scale=1.0 if row.scale is None else row.scale,
        offset=0.0 if row.offset is None else row.offset,
    )


def _joined(states: tuple[str, ...]) -> str:
    return "|".join(re.sub(r"([\\|])", r"\\\1", state) for state in states)


def _own_states(row: PointRow) -> tuple[str, ...]:
    """A point whose states are those of its kind has none of its own."""
    states = _split(row.states)
    return () if states == POINT_KINDS[row.kind].states else states


def _split(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    states, escaped = [""], False
    for character in text:
        if escaped or character not in "\\|":
            states[-1] += character
            escaped = False
        elif character == "|":
            states.append("")
        else:
            escaped = True
    return tuple(states)
