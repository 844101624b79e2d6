"""The register of every site: names, elements, addresses; what a door, a cell, a unit and a panel have."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from site_models.brief import read_brief
from site_models.brief_files import Monitoring
from site_models.catalogue import site_folder, site_names
from site_models.layout import Layout, layout_of
from site_models.points.register import register_for
from twin.model.facility import Facility
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Point, Protocol, Table
from twin.model.register import Addressing, Register
from twin.model.vocabulary import SafetyClass, SpaceUse, UseCondition

COUNTS = {
    "vilnius": (4960, 48),
    "pravieniskes": (516, 25),
    "olaine-training-centre": (529, 33),
    "olaine-open-prison": (588, 23),
}
"""Points and devices by site: a change of the templates shows here."""


@pytest.fixture(scope="module", params=site_names())
def laid_out(request: pytest.FixtureRequest) -> tuple[str, Layout]:
    return request.param, layout_of(read_brief(site_folder(request.param)))


@pytest.fixture(scope="module")
def any_register(laid_out: tuple[str, Layout]) -> Register:
    return laid_out[1].register


@pytest.fixture(scope="module")
def any_facility(laid_out: tuple[str, Layout]) -> Facility:
    return laid_out[1].facility


@pytest.fixture(scope="module")
def register(layout: Layout) -> Register:
    """Of Vilnius."""
    return layout.register


def of_element(register: Register, element: str) -> dict[str, Point]:
    return {point.id.split("/", 4)[4]: point for point in register.points if point.element == element}


# --- every site -----------------------------------------------------------------------------------------------------


def test_a_site_has_the_points_and_devices_that_its_templates_give(laid_out: tuple[str, Layout]) -> None:
    site, layout = laid_out
    assert (len(layout.register.points), len(layout.register.devices)) == COUNTS[site]


def test_every_point_is_named_once_in_six_ascii_parts(any_register: Register, any_facility: Facility) -> None:
    ids = [point.id for point in any_register.points]
    assert len(ids) == len(set(ids))
    assert all(name.isascii() and name.startswith(f"{any_facility.code}/") and name.count("/") == 5 for name in ids)


def test_every_point_has_an_element_a_unit_a_kind_a_binding_and_a_place_in_the_model(
    any_register: Register, any_facility: Facility
) -> None:
    facility = any_facility
    parts = (facility.spaces, facility.doors, facility.storeys, facility.buildings, facility.zones)
    known = {facility.site_id, *(item.global_id for part in parts for item in part)}
    known |= {item.global_id for item in (*facility.equipment, *facility.links)}
    devices = {device.name for device in any_register.devices}
    for point in any_register.points:
        assert point.kind in POINT_KINDS, point.id
        assert point.element in known, point.id
        assert point.binding is not None, point.id
        assert point.binding.device in devices, point.id
        assert len(point.global_id) == 22, point.id


def test_no_two_points_share_an_address_or_a_sensor(any_register: Register) -> None:
    places: Counter[object] = Counter()
    for point in any_register.points:
        match point.binding:
            case ModbusBinding() as at:
                words = 2 if at.data_type in {DataType.UINT32, DataType.INT32, DataType.FLOAT32} else 1
                bit = at.bit if at.data_type is DataType.BIT else -1
                places.update((at.device, at.table, at.address + word, bit) for word in range(words))
            case BacnetBinding() as at:
                places[at.device, at.object_type, at.object_instance, at.property] += 1
    assert set(places.values()) == {1}
    assert set(Counter(point.global_id for point in any_register.points).values()) == {1}


def test_every_device_has_one_heartbeat_of_its_own_controller(any_register: Register, any_facility: Facility) -> None:
    hearts = [point for point in any_register.points if point.kind == "heartbeat"]
    controllers = {item.global_id: item.code for item in any_facility.equipment if item.ifc_class == "IfcController"}
    assert {controllers[point.element] for point in hearts} == {device.name for device in any_register.devices}
    assert len(hearts) == len(any_register.devices)
    assert {device.global_id for device in any_register.devices} == controllers.keys()


def test_doors_and_meters_speak_modbus_and_everything_else_bacnet(any_register: Register) -> None:
    modbus = {device.name for device in any_register.devices if device.protocol is Protocol.MODBUS}
    assert {name.split("-")[0] for name in modbus} == {"DOOR", "METER"}
    stations = [(device.protocol, device.station) for device in any_register.devices]
    assert len(set(stations)) == len(stations)
    assert all(1 <= device.station <= 254 for device in any_register.devices)


def test_device_instances_of_all_sites_are_different() -> None:
    instances: Counter[int] = Counter()
    for name in site_names():
        register = layout_of(read_brief(site_folder(name))).register
        instances.update(device.instance for device in register.devices if device.protocol is Protocol.BACNET)
    assert set(instances.values()) == {1}


def test_every_smoke_compartment_has_a_fire_zone_that_nobody_can_write(
    any_register: Register, any_facility: Facility
) -> None:
    zones = [point for point in any_register.points if point.kind == "fire_zone"]
    compartments = {zone.global_id for zone in any_facility.zones if zone.purpose == "smoke"}
    assert {point.element for point in zones} == compartments
    assert all(point.meaning.safety is SafetyClass.LIFE_SAFETY and not point.is_writable for point in zones)


def test_the_same_brief_gives_the_same_register(laid_out: tuple[str, Layout]) -> None:
    site, layout = laid_out
    assert layout_of(read_brief(site_folder(site))).register == layout.register


def test_addresses_are_settings(any_register: Register) -> None:
    addressing = Addressing(bacnet_network="127.9.1", bacnet_port=50000, modbus_network="127.9.2", modbus_port=2502)
    moved = any_register.addressed(addressing)
    assert {(device.host.rpartition(".")[0], device.port) for device in moved.devices} == {
        ("127.9.1", 50000),
        ("127.9.2", 2502),
    }  # fmt: skip
    assert len({device.host for device in moved.devices}) == len(moved.devices)
    assert moved.points == any_register.points


def test_what_is_ordered_as_a_number_has_limits(any_register: Register) -> None:
    analogue = [p for p in any_register.points if p.is_writable and not (p.states or p.meaning.states)]
    assert {(p.kind, p.low, p.high) for p in analogue} == {("supply_setpoint", 14.0, 28.0)}


# --- Vilnius --------------------------------------------------------------------------------------------------------


def test_a_cell_door_has_status_bits_call_key_command_and_counters(register: Register, facility: Facility) -> None:
    door = facility.door("D.VIL-L01-A-C07.1")
    points = {name.removeprefix("DOOR1/"): point for name, point in of_element(register, door.global_id).items()}
    bits = {"POSITION", "LOCK_STATUS", "DEADLOCK", "TAMPER", "FAULT", "CALL", "KEY", "NIGHT"}
    assert set(points) == bits | {"COMMAND", "OPEN_TIME", "MODE", "CYCLES"}
    assert points["POSITION"].id == "VIL/L01/A/C07/DOOR1/POSITION"
    position, call, command, cycles = (points[name].binding for name in ("POSITION", "CALL", "COMMAND", "CYCLES"))
    assert isinstance(position, ModbusBinding)
    assert isinstance(call, ModbusBinding)
    assert isinstance(command, ModbusBinding)
    assert isinstance(cycles, ModbusBinding)
    assert (position.bit, position.invert, position.data_type) == (0, True, DataType.BIT)
    assert (call.bit, call.invert, call.address) == (3, False, position.address)
    assert (command.address, command.table) == (position.address + 1, Table.HOLDING_REGISTER)
    assert (cycles.table, cycles.data_type) == (Table.INPUT_REGISTER, DataType.UINT32)


def test_the_call_of_a_cell_is_a_value_of_the_call_unit_that_stands_in_it(
    register: Register, facility: Facility
) -> None:
    cell = facility.space("VIL-L01-A-C07")
    units = [item for item in facility.equipment if item.space == cell.global_id and item.type == "Cell call unit"]
    call = next(point for point in register.points if point.id == "VIL/L01/A/C07/DOOR1/CALL")
    assert [unit.global_id for unit in units] == [call.global_id]


def test_a_cell_has_the_points_of_the_template(register: Register, facility: Facility) -> None:
    points = of_element(register, facility.space("VIL-L01-A-C07").global_id)
    assert set(points) == {
        "ROOM/TEMP", "ROOM/CO2", "ROOM/VALVE", "ROOM/WINDOW", "ROOM/SOCKETS", "ROOM/WATER", "ROOM/LEAK",
        "LIGHT/SWITCH", "LIGHT/NIGHT", "DETECTOR/SMOKE",
    }  # fmt: skip
    assert (points["ROOM/TEMP"].low, points["ROOM/TEMP"].high) == (18.0, 27.0)
    assert points["LIGHT/SWITCH"].is_writable
    assert not points["ROOM/WINDOW"].is_writable


def test_a_template_keeps_its_instance_whatever_other_templates_a_room_has(register: Register) -> None:
    numbers = defaultdict(set)
    for point in register.points:
        if isinstance(point.binding, BacnetBinding) and point.binding.device.startswith("ROOM-"):
            numbers[point.kind].add(point.binding.object_instance % 100)
    assert numbers["temperature"] == {1}
    assert numbers["co2"] == {2}
    assert numbers["leak"] == {10}


def test_a_door_with_a_key_has_a_position_contact_and_no_command(register: Register, facility: Facility) -> None:
    contacts = {
        facility.door_by_id[point.element].type
        for point in register.points
        if isinstance(point.binding, ModbusBinding) and point.binding.table is Table.DISCRETE_INPUT
    }
    assert contacts == {"D-PLANT", "D-ROOM"}
    store = facility.door("D.VIL-L00-A-STO.1")
    assert set(of_element(register, store.global_id)) == {"DOOR1/POSITION"}


def test_rooms_of_open_buildings_have_no_contact_on_their_doors() -> None:
    layout = layout_of(read_brief(site_folder("olaine-open-prison")))
    watched = {point.element for point in layout.register.points if point.kind == "door_position"}
    assert layout.facility.door("D.OAC-L00-C-LIVW.1").global_id not in watched


def test_registers_of_a_door_controller_count_from_zero_without_holes(register: Register) -> None:
    used: dict[str, set[int]] = defaultdict(set)
    for point in register.points:
        if isinstance(point.binding, ModbusBinding) and point.binding.table is Table.HOLDING_REGISTER:
            used[point.binding.device].add(point.binding.address)
    assert used
    assert all(addresses == set(range(len(addresses))) for addresses in used.values())


def test_each_interlock_group_reports_once_on_the_controller_of_most_of_its_doors(
    register: Register, facility: Facility
) -> None:
    states = [point for point in register.points if point.kind == "interlock_state"]
    groups = {facility.door_by_id[point.element].interlock_group: point for point in states}
    assert set(groups) == {"IL-VIL-1", "IL-VIL-2"}
    assert len(states) == 2
    binding = groups["IL-VIL-1"].binding
    assert isinstance(binding, ModbusBinding)
    assert (binding.device, binding.address) == ("DOOR-VIL-L00-C", 10)


def test_stores_and_lifts_have_no_room_sensor(register: Register, facility: Facility) -> None:
    temps = {point.element for point in register.points if point.kind == "temperature"}
    without = {space.global_id for space in facility.spaces if space.use in {SpaceUse.STORE, SpaceUse.LIFT}}
    assert without
    assert not without & temps


def test_an_air_handling_unit_has_its_own_controller_and_carries_the_exhaust_fan_of_its_wing(
    register: Register, facility: Facility
) -> None:
    codes = {item.global_id: item.code for item in facility.equipment}
    units = {
        codes[point.element]
        for point in register.points
        if point.binding and point.binding.device == "AHU-01-VIL" and point.kind != "heartbeat"
    }
    assert units == {"AHU-VIL-01", "EF-VIL-A"}
    assert sum(device.name.startswith("AHU-") for device in register.devices) == 5


def test_the_response_team_starts_at_its_base_and_goes_to_places_in_order(register: Register) -> None:
    dispatch, position = (
        next(point for point in register.points if point.kind == kind)
        for kind in ("response_dispatch", "response_position")
    )
    assert dispatch.states == position.states
    assert dispatch.states[0] == "base"
    assert list(dispatch.states[1:]) == sorted(dispatch.states[1:])
    assert "VIL-L01-A-LAND1" in dispatch.states


def test_the_catalogue_says_what_tells_of_a_door(facility: Facility) -> None:
    silent = register_for(facility, {})
    assert not any(point.kind in {"door_position", "lock_status", "door_command"} for point in silent.points)
    contacts = register_for(facility, {"D-CELL": Monitoring.CONTACT})
    cells = [door.global_id for door in facility.doors if door.type == "D-CELL"]
    assert [point.element for point in contacts.points if point.kind == "door_position"] == cells
    assert not any(point.kind == "lock_status" for point in contacts.points)


def test_a_secure_contact_is_fitted_where_people_are_detained_and_nowhere_else(facility: Facility) -> None:
    register = register_for(facility, {door.type: Monitoring.SECURE_CONTACT for door in facility.doors})
    fitted = {point.element for point in register.points if point.kind == "door_position"}
    for door in facility.doors:
        conditions = {facility.space_by_id[n].use_condition for n in door.joins or () if n in facility.space_by_id}
        is_secure = bool(conditions - {UseCondition.NOT_DETENTION, UseCondition.FREE_EGRESS, UseCondition.UNKNOWN})
        if not is_secure:
            assert door.global_id not in fitted, door.code
    assert fitted


def test_portals_and_kiosks_of_one_room_share_no_numbers(layout: Layout) -> None:
    plant = layout.brief.file.plant
    (room,) = list(plant.portals)[:1]
    mixed = plant.model_copy(update={"kiosks": {**plant.kiosks, room: 2}})
    brief = replace(layout.brief, file=layout.brief.file.model_copy(update={"plant": mixed}))
    points = [point for point in layout_of(brief).register.points if f"/{room.rsplit('-', 1)[1]}/" in point.id]
    assert {point.kind for point in points} >= {"portal_in", "kiosk_queue"}
    assert len({point.binding for point in points}) == len(points)
