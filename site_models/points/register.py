"""The register of a declared building: its points, laid out over field controllers.

Door controllers of landings and meters speak Modbus TCP; the site controller, the fire panel, units, access control,
heating, power and room controllers speak BACnet/IP. Nothing here knows a site: door types, uses, zones, groups and
equipment of the facility and the door catalogue decide. The order and the addresses are the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from site_models.points.doors import Catalogue, DoorGroups, access_points, controller_points, door_groups
from site_models.points.fire import fire_points
from site_models.points.heartbeats import controller_id
from site_models.points.plant import air_points, fans_of, heating_points, meter_points, power_points
from site_models.points.rooms import Standing, room_groups, room_points
from site_models.points.site import site_points
from site_models.services import kinds
from site_models.services.kinds import of_kind
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.points import Device, Point, Protocol
from twin.model.register import Register
from twin.model.vocabulary import CIRCULATION

_UNIT_ID = 1
FIRST_INSTANCE = 1001

Maker = Callable[[str], list[Point]]
"""Makes the points of a device of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controlled:
    """A device to be: its name, what makes its points, the space or equipment beside which it stands."""

    name: str
    protocol: Protocol
    make: Maker
    beside: GlobalId | None = None


def register_for(facility: Facility, catalogue: Catalogue, *, first_instance: int = FIRST_INSTANCE) -> Register:
    """Points and devices of a declared facility; devices have station numbers and no addresses yet.

    Args:
        facility: A declared facility with its equipment.
        catalogue: What tells of the doors of each type.
        first_instance: BACnet device instance of station 1; the others count on.
    """
    points: list[Point] = []
    devices: list[Device] = []
    stations = dict.fromkeys(Protocol, 0)
    for controlled in controllers_of(facility, catalogue):
        station = stations[controlled.protocol] = stations[controlled.protocol] + 1
        is_bacnet = controlled.protocol is Protocol.BACNET
        devices.append(
            Device(
                name=controlled.name,
                protocol=controlled.protocol,
                host="",
                port=0,
                instance=first_instance + station - 1 if is_bacnet else _UNIT_ID,
                station=station,
                global_id=controller_id(facility, controlled.name),
            )
        )
        points += controlled.make(controlled.name)
    return Register.of(points, devices)


def controllers_of(facility: Facility, catalogue: Catalogue) -> Iterator[Controlled]:
    """Every device of a facility, BACnet first."""
    groups = door_groups(facility, catalogue)
    yield from _bacnet(facility, groups)
    calls = {
        door.global_id: unit.global_id
        for unit in of_kind(facility, kinds.CALL_UNIT)
        if unit.space
        for door in facility.doors_of.get(unit.space, ())[:1]
    }
    for group in groups.controlled:
        make: Maker = partial(controller_points, group, facility, groups, calls)
        home = _hall(facility, group.storey, group.wing)
        yield Controlled(name=group.device, protocol=Protocol.MODBUS, make=make, beside=home)
    meters = of_kind(facility, kinds.POWER_METER)
    if meters:
        make = partial(meter_points, facility)
        yield Controlled(name=f"METER-{facility.code}", protocol=Protocol.MODBUS, make=make, beside=meters[0].global_id)


def _bacnet(facility: Facility, groups: DoorGroups) -> Iterator[Controlled]:
    """Site, fire panel, air, access per building, heating, power, rooms per wing of a storey."""
    site = facility.code
    names = {building.global_id: building.name for building in facility.buildings}
    panels = of_kind(facility, kinds.FIRE_PANEL)
    home = panels[0].global_id if panels else None

    def bacnet(name: str, make: Maker, beside: GlobalId | None) -> Controlled:
        return Controlled(name=name, protocol=Protocol.BACNET, make=make, beside=beside)

    yield bacnet(f"SITE-{site}", partial(site_points, facility), home)
    if facility.zone_members("smoke"):
        yield bacnet(f"FIRE-{site}", partial(fire_points, facility), home)
    for unit in of_kind(facility, kinds.AIR_HANDLER):
        name = f"{unit.code.replace(f'-{site}-', '-')}-{site}"
        yield bacnet(name, partial(air_points, facility, unit, fans_of(facility, unit)), unit.global_id)
    boards = of_kind(facility, kinds.MAIN_BOARD)
    for building, doors in groups.access.items():
        beside = boards[0].global_id if boards else home
        yield bacnet(f"ACS-{building.name}", partial(access_points, facility, doors), beside)
    for kind, stem, make in (
        (kinds.HEAT_EXCHANGER, "HEAT", partial(heating_points, facility)),
        (kinds.MAIN_BOARD, "POWER", partial(power_points, facility)),
    ):
        found = of_kind(facility, kind)
        if found:
            yield bacnet(f"{stem}-{site}", make, found[0].global_id)
    standing = Standing(facility)
    for (storey_id, wing), spaces in room_groups(facility, standing).items():
        storey = facility.storey_by_id[GlobalId(storey_id)]
        name = f"ROOM-{names[storey.building]}-{storey.name}-{wing}"
        beside = _hall(facility, storey.global_id, wing)
        yield bacnet(name, partial(room_points, facility, spaces, standing), beside)


def _hall(facility: Facility, storey: GlobalId, wing: str) -> GlobalId | None:
    """The largest space of circulation in a wing of a storey, or its largest space."""
    spaces = [space for space in facility.spaces if space.storey == storey and f"-{wing}-" in space.code]
    hall = max(spaces, key=lambda space: (space.use in CIRCULATION, space.area_m2), default=None)
    return hall.global_id if hall else None
