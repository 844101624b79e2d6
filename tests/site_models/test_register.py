from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from site_models.register import Register, register_for
from twin.model.facility import Facility
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Protocol, Table
from twin.model.vocabulary import SafetyClass, SpaceUse


@pytest.fixture(scope="module")
def register(facility: Facility) -> Register:
    return register_for(facility)


def test_every_point_is_named_once_in_six_ascii_parts_and_of_a_known_kind(register: Register) -> None:
    ids = [point.id for point in register.points]
    assert len(ids) == len(set(ids))
    assert all(name.isascii() and name.startswith("VIL/") and name.count("/") == 5 for name in ids)
    assert {point.kind for point in register.points} <= POINT_KINDS.keys()


def test_every_element_of_a_point_is_in_the_building(register: Register, facility: Facility) -> None:
    known = {
        facility.site_id,
        *(item.global_id for item in (*facility.spaces, *facility.doors, *facility.storeys)),
        *(item.global_id for item in (*facility.buildings, *facility.zones)),
    }
    assert {point.element for point in register.points} <= known


def test_a_cell_door_has_status_bits_call_key_and_command(register: Register, facility: Facility) -> None:
    door = facility.door("D.VIL-L01-A-C07.1")
    points = {point.id.rpartition("/")[2]: point for point in register.points if point.element == door.global_id}
    names = {"POSITION", "LOCK_STATUS", "DEADLOCK", "TAMPER", "FAULT", "CALL", "KEY", "NIGHT", "COMMAND"}
    assert set(points) == names
    assert points["POSITION"].id == "VIL/L01/A/C07/DOOR1/POSITION"
    position, call, command = (points[name].binding for name in ("POSITION", "CALL", "COMMAND"))
    assert isinstance(position, ModbusBinding)
    assert isinstance(call, ModbusBinding)
    assert isinstance(command, ModbusBinding)
    assert (position.bit, position.invert, position.data_type) == (0, True, DataType.BIT)
    assert (call.bit, call.invert, call.address) == (3, False, position.address)
    assert (command.address, command.table) == (position.address + 1, Table.HOLDING_REGISTER)


def test_no_two_points_share_a_place_on_a_device(register: Register) -> None:
    places: Counter[object] = Counter()
    for point in register.points:
        match point.binding:
            case ModbusBinding() as at:
                places[at.device, at.table, at.address, at.bit] += 1
            case BacnetBinding() as at:
                places[at.device, at.object_type, at.object_instance, at.property] += 1
    assert set(places.values()) == {1}


def test_registers_of_a_door_controller_count_from_zero_without_holes(register: Register) -> None:
    used: dict[str, set[int]] = defaultdict(set)
    for point in register.points:
        if isinstance(point.binding, ModbusBinding) and point.binding.table is Table.HOLDING_REGISTER:
            used[point.binding.device].add(point.binding.address)
    assert all(addresses == set(range(len(addresses))) for addresses in used.values())


def test_every_device_has_one_heartbeat_and_its_own_address(register: Register) -> None:
    hearts = Counter(point.binding.device for point in register.points if point.kind == "heartbeat" and point.binding)
    assert hearts == {device.name: 1 for device in register.devices}
    assert len({device.host for device in register.devices}) == len(register.devices)
    bacnet = [device for device in register.devices if device.protocol is Protocol.BACNET]
    assert [device.instance for device in bacnet] == [1001 + number for number in range(len(bacnet))]


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


def test_every_smoke_compartment_has_a_fire_zone_that_nobody_can_write(register: Register, facility: Facility) -> None:
    zones = [point for point in register.points if point.kind == "fire_zone"]
    assert {point.element for point in zones} == {zone.global_id for zone in facility.zones if zone.purpose == "smoke"}
    assert all(point.meaning.safety is SafetyClass.LIFE_SAFETY and not point.is_writable for point in zones)


def test_cells_have_climate_limits_and_stores_no_sensor(register: Register, facility: Facility) -> None:
    temps = {point.element: point for point in register.points if point.kind == "temperature"}
    cell = temps[facility.space("VIL-L01-A-C07").global_id]
    assert (cell.low, cell.high) == (18.0, 27.0)
    stores = {space.global_id for space in facility.spaces if space.use in {SpaceUse.STORE, SpaceUse.LIFT}}
    assert stores
    assert not stores & temps.keys()


def test_the_response_team_starts_at_its_base_and_goes_to_places_in_order(register: Register) -> None:
    dispatch, position = (
        next(point for point in register.points if point.kind == kind)
        for kind in ("response_dispatch", "response_position")
    )
    assert dispatch.states == position.states
    assert dispatch.states[0] == "base"
    assert list(dispatch.states[1:]) == sorted(dispatch.states[1:])
    assert "VIL-L01-A-LAND1" in dispatch.states


def test_addresses_are_settings(facility: Facility) -> None:
    moved = register_for(
        facility, bacnet_network="127.9.1", bacnet_port=50000, modbus_network="127.9.2", modbus_port=2502
    )
    assert {(device.host.rpartition(".")[0], device.port) for device in moved.devices} == {
        ("127.9.1", 50000),
        ("127.9.2", 2502),
    }  # fmt: skip


def test_the_same_building_gives_the_same_register(facility: Facility, register: Register) -> None:
    assert register_for(facility) == register


def test_a_building_of_others_has_an_empty_register(facility: Facility) -> None:
    foreign = replace(facility, doors=tuple(replace(door, type="M_Single-Flush") for door in facility.doors))
    assert register_for(foreign) == Register()


def test_what_is_ordered_as_a_number_has_limits(register: Register) -> None:
    analogue = [p for p in register.points if p.is_writable and not (p.states or p.meaning.states)]
    assert {p.id.rpartition("/")[2]: (p.low, p.high) for p in analogue} == {"SUPPLY_SP": (14.0, 28.0)}
