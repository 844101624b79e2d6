"""From an EDE file to the register: our own points come back as they were, all other objects are there to be bound."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from twin.exchange.ede import EdeFile, EdeObject
from twin.exchange.ede_cells import number_of, whole_of
from twin.exchange.ede_marks import Facts, facts_of
from twin.exchange.named_objects import NamedObject
from twin.exchange.object_meanings import DOOR_PROPERTIES, has_value
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS, PointKind
from twin.model.points import BacnetBinding, Device, Point, Protocol
from twin.model.register import Register

Address = tuple[str, int]
"""Host and port of a device: EDE does not tell them."""

UNKNOWN_ADDRESS: Address = ("", 0)
_LARGEST_STATION = 254
_PRESENT_VALUE = "present-value"
_WORD = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EdePoints:
    """What an EDE file holds.

    ``register``: points that Gatehouse wrote into it, and their devices. ``devices``: all devices, also those of
    ``foreign``, objects that carry no kind and element and can be bound by rules. ``passed_over``: objects that have
    no value, as schedules and trend logs.
    """

    register: Register
    devices: tuple[Device, ...] = ()
    foreign: tuple[NamedObject, ...] = ()
    passed_over: tuple[EdeObject, ...] = ()


def points_of_ede(
    ede: EdeFile,
    *,
    kinds: Mapping[str, PointKind] = POINT_KINDS,
    addresses: Mapping[int, Address] | None = None,
) -> EdePoints:
    """Points, devices and objects to be bound of an EDE file.

    Args:
        ede: What `twin.exchange.ede_reader.read_ede` read.
        kinds: Kinds of point that are known.
        addresses: Host and port by device instance; a device that is not in it gets `UNKNOWN_ADDRESS`.

    Raises:
        ConfigError: a mark of Gatehouse is broken, names an unknown kind or no element, or a point stands twice; all
            faults at once, with file and row.
    """
    faults: list[Fault] = []
    devices = _devices(ede.objects, addresses or {}, faults, ede.path)
    points: dict[PointId, Point] = {}
    foreign: list[NamedObject] = []
    passed_over: list[EdeObject] = []
    for row in ede.objects:
        if row.type == "device":
            continue
        name = devices[row.device].name
        try:
            facts = facts_of(row.address)
            for point in _points(row, name, facts or (), ede, kinds):
                if point.id in points:
                    raise ValueError(f"holds point {point.id}, which stands twice")
                points[point.id] = point
        except ValueError as error:
            faults.append(Fault(ede.path, f"row {row.row}, vendor-specific-address", str(error)))
            continue
        if facts is None and has_value(row.type):
            foreign += _named(row, name)
        elif facts is None:
            passed_over.append(row)
    if faults:
        raise ConfigError(faults)
    return EdePoints(
        register=Register.of(points.values(), devices.values()),
        devices=tuple(devices.values()),
        foreign=tuple(foreign),
        passed_over=tuple(passed_over),
    )


def _devices(
    rows: Iterable[EdeObject], addresses: Mapping[int, Address], faults: list[Fault], where: str
) -> dict[int, Device]:
    devices: dict[int, Device] = {}
    for row in rows:
        host, port = addresses.get(row.device, UNKNOWN_ADDRESS)
        unnamed = Device(
            name=f"device {row.device}", protocol=Protocol.BACNET, host=host, port=port, instance=row.device
        )
        devices.setdefault(row.device, unnamed)
        if row.type != "device":
            continue
        try:
            devices[row.device] = _told(replace(devices[row.device], name=row.name), row.address)
        except ValueError as error:
            faults.append(Fault(where, f"row {row.row}, vendor-specific-address", str(error)))
    names = Counter(device.name for device in devices.values())
    return {
        instance: replace(device, name=f"{device.name} {instance}") if names[device.name] > 1 else device
        for instance, device in devices.items()
    }


def _told(device: Device, address: str) -> Device:
    facts = facts_of(address)
    if not facts:
        return device
    station = whole_of(facts[0].get("station", "0"))
    if station > _LARGEST_STATION:
        raise ValueError(f"has station {station}, more than {_LARGEST_STATION}")
    return replace(device, station=station, global_id=GlobalId(plain(facts[0].get("sensor", ""))))


def _points(
    row: EdeObject, device: str, facts: Iterable[Facts], ede: EdeFile, kinds: Mapping[str, PointKind]
) -> Iterator[Point]:
    for place, fact in enumerate(facts):
        kind = kinds.get(fact.get("kind", ""))
        if kind is None:
            raise ValueError(f"names kind {plain(fact.get('kind', ''))}, which is not known")
        if not fact.get("element"):
            raise ValueError("names no element")
        name = fact.get("id") or (row.key if place == 0 else "")
        if not _WORD.fullmatch(name):
            raise ValueError(f"gives a point the id {plain(name)!r}")
        states = row.states if place == 0 else _states(fact, ede)
        yield Point(
            id=PointId(name),
            kind=kind.key,
            element=GlobalId(plain(fact["element"])),
            binding=_binding(row, device, fact.get("property", _PRESENT_VALUE)),
            low=row.low if place == 0 else _limit(fact, "low"),
            high=row.high if place == 0 else _limit(fact, "high"),
            states=() if states == kind.states else states,
            global_id=GlobalId(plain(fact.get("sensor", ""))),
        )


def _states(fact: Facts, ede: EdeFile) -> tuple[str, ...]:
    return ede.state_texts.get(whole_of(fact["states"]), ()) if "states" in fact else ()


def _limit(fact: Facts, key: str) -> float | None:
    return number_of(fact[key]) if key in fact else None


def _binding(row: EdeObject, device: str, property: str) -> BacnetBinding:
    if not _WORD.fullmatch(property):
        raise ValueError(f"names property {plain(property)!r}")
    return BacnetBinding(device=device, object_type=row.type, object_instance=row.instance, property=property)


def _named(row: EdeObject, device: str) -> Iterator[NamedObject]:
    """An access door is one object for each of its values; what the row tells belongs to its present value."""
    for value in DOOR_PROPERTIES if row.type == "access-door" else (_PRESENT_VALUE,):
        is_present = value == _PRESENT_VALUE
        yield NamedObject(
            name=row.name,
            description=row.description,
            binding=_binding(row, device, value),
            unit=row.unit if is_present else "",
            states=row.states if is_present else (),
            low=row.low if is_present else None,
            high=row.high if is_present else None,
        )
