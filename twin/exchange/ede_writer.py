"""Writes the BACnet part of a register as EDE files; `twin.exchange.ede_points` reads the same part back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from twin.exchange.bacnet_codes import OBJECT_TYPE_CODES, UNIT_CODES
from twin.exchange.ede import COLUMNS, LAYOUT, MANDATORY, TITLES
from twin.exchange.ede_marks import Facts, marked
from twin.exchange.object_meanings import is_many_states, is_quantity
from twin.files.atomic import write_text
from twin.files.text import plain
from twin.model.equipment import Equipment, System
from twin.model.facility import Facility
from twin.model.points import BacnetBinding, Device, Point, Protocol
from twin.model.register import Register
from twin.model.spaces import Space, Zone
from twin.model.units import UNITS

_AUTHOR = "Gatehouse"
_PRESENT_VALUE = "present-value"
_Bound = tuple[Point, BacnetBinding]
_Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A point that cannot stand in an EDE file, and why."""

    point: Point
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdeFiles:
    """The files that were written (EDE, state texts, units), and what is not in them."""

    paths: tuple[Path, ...]
    left_out: tuple[LeftOut, ...] = ()


def write_ede(register: Register, facility: Facility, folder: Path | str, stem: str, *, at: datetime) -> EdeFiles:
    """Write ``STEM_EDE.csv``, ``STEM_StateTexts.csv`` and ``STEM_Units.csv``, each whole or not at all.

    Layout 2.3, semicolons, UTF-8, a row for each device and each BACnet object. Whether an object supports COV the
    register does not know, and that column stays empty.

    Args:
        register: Points and devices.
        facility: Gives the names of elements for the descriptions.
        folder: Where the files go; it must exist.
        stem: Begins the names of the files; no path.
        at: Time of the last change, aware.

    Raises:
        ValueError: the stem is no file name, the time is naive, a point is bound to a device that is not in the
            register, or two BACnet devices have one instance.
        OSError: the folder cannot be written.
    """
    if not stem or Path(stem).name != stem:
        raise ValueError(f"{stem!r} is no name of a file")
    if at.tzinfo is None:
        raise ValueError("the time of the last change has no time zone")
    left_out = tuple(LeftOut(point=point, reason=reason) for point in register.points if (reason := _obstacle(point)))
    texts, units = _Numbers(), set[str]()
    table = list(_rows(register, _labels(facility), texts, units))
    project = f"{facility.code} {facility.name}" if facility.name else facility.code
    contents = {  # companions first: who sees the EDE file finds them beside it
        "StateTexts": _state_text_lines(texts),
        "Units": _unit_lines(units),
        "EDE": [*_header_lines(plain(project), at), *([row.get(column) for column in COLUMNS] for row in table)],
    }
    paths = {kind: Path(folder) / f"{stem}_{kind}.csv" for kind in contents}
    for kind, lines in contents.items():
        write_text(paths[kind], _csv(lines))
    return EdeFiles(paths=(paths["EDE"], paths["StateTexts"], paths["Units"]), left_out=left_out)


class _Numbers:
    """State texts and their reference numbers, from 1 in order of first use."""

    def __init__(self) -> None:
        self.by_texts: dict[tuple[str, ...], int] = {}

    def of(self, point: Point) -> int | None:
        texts = point.states or point.meaning.states
        return self.by_texts.setdefault(texts, len(self.by_texts) + 1) if texts else None


def _obstacle(point: Point) -> str:
    match point.binding:
        case BacnetBinding(object_type=name):
            return "" if name in OBJECT_TYPE_CODES else f"{name} is no object type of ASHRAE 135"
        case None:
            return "is bound to no device"
        case _:
            return "is a Modbus point"


def _rows(register: Register, labels: Mapping[str, str], texts: _Numbers, units: set[str]) -> Iterator[_Row]:
    devices = {device.name: device for device in register.devices if device.protocol is Protocol.BACNET}
    if len({device.instance for device in devices.values()}) != len(devices):
        raise ValueError("two BACnet devices have one instance")
    objects: dict[str, dict[tuple[str, int], list[_Bound]]] = {name: {} for name in devices}
    for point in register.points:
        if isinstance(point.binding, BacnetBinding) and not _obstacle(point):
            if point.binding.device not in devices:
                raise ValueError(f"{point.id} is bound to {point.binding.device}, which the register has not")
            place = (point.binding.object_type, point.binding.object_instance)
            objects[point.binding.device].setdefault(place, []).append((point, point.binding))
    for device in devices.values():
        yield _device_row(device)
        for bound in objects[device.name].values():
            yield _object_row(device, bound, labels, texts, units)


def _device_row(device: Device) -> _Row:
    return {
        "key": _key(device.name),
        "device": device.instance,
        "name": device.name,
        "type": OBJECT_TYPE_CODES["device"],
        "instance": device.instance,
        "address": marked([{"sensor": device.global_id, "station": str(device.station or "")}]),
    }


def _object_row(
    device: Device, bound: Sequence[_Bound], labels: Mapping[str, str], texts: _Numbers, units: set[str]
) -> _Row:
    bound = sorted(bound, key=lambda one: one[1].property != _PRESENT_VALUE)
    point, binding = bound[0]
    key = _key(point.id)
    label = labels.get(point.element)
    reference = texts.of(point)
    row: dict[str, object] = {
        "key": key,
        "device": device.instance,
        "name": _object_name(bound),
        "type": OBJECT_TYPE_CODES[binding.object_type],
        "instance": binding.object_instance,
        "description": plain(f"{point.meaning.label}, {label}" if label else point.meaning.label),
        "settable": "Y" if any(one.is_writable for one, _ in bound) else "N",
        "high": _number(point.high),
        "low": _number(point.low),
        "state_reference": reference,
        "address": marked(_facts(one, at, key, texts, is_first=one is point) for one, at in bound),
    }
    if is_quantity(binding.object_type):
        units.add(unit := UNITS[point.meaning.unit].bacnet)
        row["unit"] = UNIT_CODES[unit]
    if reference and is_many_states(binding.object_type):
        row |= {"least": 1, "most": len(point.states or point.meaning.states)}
    return row


def _object_name(bound: Sequence[_Bound]) -> str:
    """As a device of the virtual building names it: a door, whose values are several points, by what they share."""
    point, binding = min(bound, key=lambda one: one[1].property)
    if len(bound) == 1:
        return point.id
    shared = point.id.rpartition("/")[0] or point.id
    return f"{shared} {binding.object_type} {binding.object_instance}"


def _facts(point: Point, binding: BacnetBinding, key: str, texts: _Numbers, *, is_first: bool) -> Facts:
    facts = {
        "id": "" if is_first and point.id == key else point.id,
        "property": "" if binding.property == _PRESENT_VALUE else binding.property,
        "kind": point.kind,
        "element": point.element,
        "sensor": point.global_id,
    }
    if is_first:
        return facts
    reference = texts.of(point) if point.states else None
    return facts | {"low": _number(point.low), "high": _number(point.high), "states": str(reference or "")}


def _key(name: str) -> str:
    """A keyname that cannot be taken for a comment."""
    return f"_{name}" if name.startswith("#") else name


def _number(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def _labels(facility: Facility) -> dict[str, str]:
    """What people call an element."""
    groups: list[Zone | System] = [*facility.zones, *facility.systems]
    things: list[Space | Equipment] = [*facility.spaces, *facility.equipment]
    labels: dict[str, str] = {door.global_id: door.code for door in facility.doors}
    labels |= {group.global_id: group.name for group in groups}
    labels |= {thing.global_id: f"{thing.code} {thing.name}" for thing in things}
    return labels


def _header_lines(project: str, at: datetime) -> list[list[object]]:
    return [
        ["# Engineering-Data-Exchange - B.I.G.-EU"],
        ["PROJECT_NAME", project],
        ["VERSION_OF_REFERENCEFILE", 1],
        ["TIMESTAMP_OF_LAST_CHANGE", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")],
        ["AUTHOR_OF_LAST_CHANGE", _AUTHOR],
        ["VERSION_OF_LAYOUT", LAYOUT],
        [f"{'#' if column == 'key' else ''}{'mandatory' if column in MANDATORY else 'optional'}" for column in COLUMNS],
        [f"# {title}" if column == "key" else title for column, title in TITLES.items()],
    ]


def _state_text_lines(texts: _Numbers) -> list[list[object]]:
    most = max((2, *map(len, texts.by_texts)))
    titles = ["#Reference Number", "Text 1 or Inactive-Text", "Text 2 or Active-Text"]
    titles += [f"Text {number}" for number in range(3, most + 1)]
    return [["#State Text Reference"], [*titles], *([number, *states] for states, number in texts.by_texts.items())]


def _unit_lines(units: Iterable[str]) -> list[list[object]]:
    codes = sorted((UNIT_CODES[unit], unit) for unit in units)
    return [["#Encoding of BACnet Engineering Units"], ["#Code", "Unit Text"], *([code, unit] for code, unit in codes)]


def _csv(lines: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return text.getvalue()
