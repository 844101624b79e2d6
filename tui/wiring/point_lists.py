"""Point lists into the register of a building: our own formats as they are, those of others by rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tui.settings import SITE_FILE, load_site
from twin.exchange.brick_reader import read_brick
from twin.exchange.ede_points import points_of_ede
from twin.exchange.ede_reader import read_ede
from twin.exchange.named_objects import NamedObject
from twin.exchange.points import read_point_list, read_points_csv, write_points_csv
from twin.exchange.rules import bind, read_rules
from twin.model.errors import ConfigError, Fault
from twin.model.facility import Facility
from twin.model.points import Device, Point
from twin.model.register import Register
from twin.store.database import open_database
from twin.store.facilities import load_facility
from twin.store.register import load_devices, load_points, save_register

Address = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a list: points that are new or replaced, and every object that stayed out, with its reason."""

    points: tuple[Point, ...]
    left_out: tuple[tuple[str, str], ...]
    total: int
    homeless: tuple[str, ...] = ()


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
    with open_database(database) as store:
        facility = load_facility(store)
        save_register(store, register.devices, register.points)
    _write_csv(database, register)
    return Taken(
        points=register.points,
        left_out=left_out,
        total=len(register.points),
        homeless=tuple(point.id for point in register.points if point.element not in known_elements(facility)),
    )


def take_ede(database: Path, file: Path, rules: Path | None, addresses: Mapping[int, Address]) -> Taken:
    """Add the points of an EDE file to the register: ours as they say, those of others by rules.

    Raises:
        ConfigError: every fault of the file or of the rules.
        StoreError: the database cannot serve; the register is as it was.
    """
    read = points_of_ede(read_ede(file), addresses=addresses)
    return _added(database, read.register.points, read.foreign, read.devices, rules)


def take_list(database: Path, file: Path, rules: Path) -> Taken:
    """Add the rows of a point list to the register by rules.

    Raises:
        ConfigError: every fault of the file or of the rules.
        StoreError: the database cannot serve; the register is as it was.
    """
    read = read_point_list(file)
    return _added(database, (), read.objects, read.devices, rules)


def known_elements(facility: Facility) -> frozenset[str]:
    """GlobalIds that a point may be about."""
    parts = (
        facility.buildings, facility.storeys, facility.spaces, facility.doors, facility.links, facility.zones,
        facility.equipment, facility.systems,
    )  # fmt: skip
    return frozenset(element.global_id for part in parts for element in part) | {facility.site_id}


def _added(
    database: Path,
    ours: Sequence[Point],
    foreign: Sequence[NamedObject],
    devices: Iterable[Device],
    rules: Path | None,
) -> Taken:
    with open_database(database) as store:
        facility = load_facility(store)
        left_out = [(one.name, "no rules were given") for one in foreign if rules is None]
        points = list(ours)
        if rules is not None:
            bound = bind(foreign, facility, read_rules(rules))
            points += bound.points
            left_out += [(one.object.name, one.reason) for one in bound.unbound]
        before = {point.id: point for point in load_points(store)}
        by_name = {device.name: device for device in load_devices(store)}
        by_name |= {device.name: _reached(device, by_name.get(device.name)) for device in devices}
        register = Register.of((before | {point.id: point for point in points}).values(), by_name.values())
        save_register(store, register.devices, register.points)
    _write_csv(database, register)
    return Taken(points=tuple(points), left_out=tuple(left_out), total=len(register.points))


def _reached(device: Device, before: Device | None) -> Device:
    """A device that a list names without its address keeps the address that is known."""
    if before is None or device.host or before.instance != device.instance:
        return device
    return replace(device, host=before.host, port=before.port)


def _write_csv(database: Path, register: Register) -> None:
    """The register's file of a site follows its database."""
    if (database.parent / SITE_FILE).is_file():
        write_points_csv(register, load_site(database.parent).points)
