"""Point lists into the register of a building: our own formats as they are, those of others by rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tui.wiring.register_file import addressing_of, known_elements, register_in, site_of, write_register_file
from twin.exchange.brick_reader import read_brick
from twin.exchange.ede_points import points_of_ede
from twin.exchange.ede_reader import read_ede
from twin.exchange.named_objects import NamedObject
from twin.exchange.points import read_point_list, read_points_csv
from twin.exchange.rules import bind, read_rules
from twin.model.carrying import Hanging, Unresolved
from twin.model.errors import ConfigError, Fault
from twin.model.journal import JournalEntry
from twin.model.points import Device, Point, Protocol
from twin.model.register import Register
from twin.model.vocabulary import Role
from twin.store.connection import Tables
from twin.store.corrections import load_unresolved, write_unresolved
from twin.store.database import Database, open_database
from twin.store.facilities import load_facility
from twin.store.journal import append_within
from twin.store.register import load_points, write_register

Address = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a list: points that are new or replaced, and every object that stayed out, with its reason.

    ``homeless``: points that name an element which the building has not. ``replaced``, ``removed``: points of the
    register that are otherwise now, or gone.
    """

    points: tuple[Point, ...]
    left_out: tuple[tuple[str, str], ...]
    total: int
    homeless: tuple[str, ...] = ()
    replaced: int = 0
    removed: int = 0


def take_register(database: Path, file: Path) -> Taken:
    """Replace the register by a points.csv or a Brick model (``.ttl``) of ours.

    Raises:
        ConfigError: every fault of the file.
        StoreError: the database cannot serve; the register is as it was.
    """
    left_out: tuple[tuple[str, str], ...] = ()
    if file.suffix.lower() == ".ttl":
        brick = read_brick(file)
        register = brick.register
        left_out = tuple((text.partition(":")[0], text.partition(":")[2].strip()) for text in brick.left_out)
    else:
        register = read_points_csv(file)
    if not register.points:
        raise ConfigError([Fault(str(file), "", "holds no point that is ours: the register stays as it is")])
    with open_database(database) as store, store.transaction() as tables:
        before = {point.id for point in load_points(store)}
        facility = load_facility(store)
        if not any(point.element in known_elements(facility) for point in register.points):
            text = "is of another building: none of its points is about anything in this one"
            raise ConfigError([Fault(str(file), "", text)])
        _save(store, tables, register, file)
    write_register_file(database, register)
    known = known_elements(facility)
    return Taken(
        points=register.points,
        left_out=left_out,
        total=len(register.points),
        homeless=tuple(point.id for point in register.points if point.element not in known),
        removed=len(before - {point.id for point in register.points}),
    )


def take_ede(database: Path, file: Path, rules: Path | None, addresses: Mapping[int, Address]) -> Taken:
    """Add the points of an EDE file to the register: ours as they say, those of others by rules.

    Raises:
        ConfigError: every fault of the file or of the rules.
        StoreError: the database cannot serve; the register is as it was.
    """
    read = points_of_ede(read_ede(file), addresses=addresses)
    return _added(database, file, read.register.points, read.foreign, read.devices, rules)


def take_list(database: Path, file: Path, rules: Path) -> Taken:
    """Add the rows of a point list to the register by rules.

    Raises:
        ConfigError: every fault of the file or of the rules.
        StoreError: the database cannot serve; the register is as it was.
    """
    read = read_point_list(file)
    return _added(database, file, (), read.objects, read.devices, rules)


def _added(
    database: Path,
    file: Path,
    ours: Sequence[Point],
    foreign: Sequence[NamedObject],
    devices: Sequence[Device],
    rules: Path | None,
) -> Taken:
    with open_database(database) as store, store.transaction() as tables:
        facility = load_facility(store)
        left_out = [(one.name, "no rules were given") for one in foreign if rules is None]
        points = list(ours)
        if rules is not None:
            bound = bind(foreign, facility, read_rules(rules))
            points += bound.points
            left_out += [(one.object.name, one.reason) for one in bound.unbound]
        before = register_in(store)
        joined, names = _joined(before.devices, devices, file)
        points = [_on(point, names) for point in points]
        known = {point.id: point for point in before.points}
        register = Register.of((known | {point.id: point for point in points}).values(), joined)
        register = register.addressed(addressing_of(site_of(database)))
        _save(store, tables, register, file)
    write_register_file(database, register)
    elements = known_elements(facility)
    return Taken(
        points=tuple(points),
        left_out=tuple(left_out),
        total=len(register.points),
        homeless=tuple(point.id for point in points if point.element not in elements),
        replaced=sum(point.id in known and known[point.id] != point for point in points),
    )


def _joined(known: Sequence[Device], named: Sequence[Device], file: Path) -> tuple[list[Device], Mapping[str, str]]:
    """The devices of the register with those of a list, and what the list's devices are called in the register.

    A device is known by its protocol and number; Modbus numbers count behind one address only. One that the list names
    without its address keeps the address that is known.

    Raises:
        ConfigError: the list calls one device as the register calls another.
    """
    found = {device.name: device for device in known}
    names: dict[str, str] = {}
    faults: list[Fault] = []
    for device in named:
        same = next((one for one in found.values() if _is_same(one, device)), None)
        if same is not None:
            names[device.name] = same.name
            if device.host:
                found[same.name] = replace(same, host=device.host, port=device.port)
        elif device.name in found:
            text = f"is {found[device.name].instance} in the register and {device.instance} in the list"
            faults.append(Fault(str(file), device.name, text))
        else:
            found[device.name] = device
    if faults:
        raise ConfigError(faults)
    return list(found.values()), names


def _is_same(known: Device, named: Device) -> bool:
    if (known.protocol, known.instance) != (named.protocol, named.instance):
        return False
    is_bacnet = known.protocol is Protocol.BACNET
    return is_bacnet or (known.host, known.port) == (named.host, named.port) or known.name == named.name


def _on(point: Point, names: Mapping[str, str]) -> Point:
    """The point on the device as the register calls it."""
    if point.binding is None or names.get(point.binding.device, point.binding.device) == point.binding.device:
        return point
    return replace(point, binding=replace(point.binding, device=names[point.binding.device]))


def _homeless(point: Point) -> Unresolved:
    return Unresolved(
        hanging=Hanging.POINT,
        subject=point.id,
        element=point.element,
        was="",
        reason="the building has no such element",
    )


def _save(store: Database, tables: Tables, register: Register, file: Path) -> None:
    """The register, with a line in the journal; what waited for a decision and is gone or at home waits no longer."""
    known = known_elements(load_facility(store))
    before = {one.subject: one for one in load_unresolved(store)}
    waiting = [one for one in before.values() if one.hanging is not Hanging.POINT]
    waiting += [before.get(point.id) or _homeless(point) for point in register.points if point.element not in known]
    write_register(tables, register.devices, register.points)
    write_unresolved(tables, waiting)
    entry = JournalEntry(
        at=datetime.now(tz=UTC),
        kind="twin.points-taken",
        subject=file.name,
        actor=Role.ENGINEER.value,
        source="twin",
        data={"points": len(register.points), "devices": len(register.devices)},
    )
    append_within(tables, [entry])
