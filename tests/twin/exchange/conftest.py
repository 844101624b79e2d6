"""A small wing by hand: two cells on a landing with an air unit, and the register of their points."""

from __future__ import annotations

import pytest

from twin.model.doors import Door, Link
from twin.model.equipment import Equipment, System
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId, global_id_for, outside_id
from twin.model.points import BacnetBinding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.model.register import Register
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, FailMode, JoinSource, LinkKind, SpaceUse


def gid(kind: str, code: str) -> GlobalId:
    return global_id_for("TST", kind, code)


GROUND, UPPER = gid("storey", "L00"), gid("storey", "L01")


def _space(code: str, name: str, use: SpaceUse, x: float, **more: object) -> Space:
    facts: dict[str, object] = {
        "global_id": gid("space", code), "code": code, "name": name, "use": use, "storey": GROUND,
        "polygon": ((x, 0.0), (x + 3.0, 0.0), (x + 3.0, 4.0), (x, 4.0)), "floor_m": 0.0, "height_m": 2.7,
        "area_m2": 12.0, "hvac_zone": "Z1", "smoke_compartment": "SC1",
    }  # fmt: skip
    return Space(**facts | more)  # type: ignore[arg-type]


def _door(code: str, joins: tuple[GlobalId, GlobalId], x: float, kind: str = "D-CELL") -> Door:
    return Door(
        global_id=gid("door", code), code=code, type=kind, storey=GROUND, joins=joins, centre=(x, 4.0),
        along=(1.0, 0.0), clear_width_m=0.9, clear_height_m=2.1, lock_type="electromechanical",
        fail_mode=FailMode.FAIL_SECURE, source=JoinSource.BOTH, confidence=Confidence.SURE,
    )  # fmt: skip


@pytest.fixture
def facility() -> Facility:
    """Site TST: cells C01 and C02, landing, a room above it, a stair, an air handling unit with a fan."""
    c01 = _space("TST-L00-A-C01", "Cell 1", SpaceUse.CELL_SINGLE, 0.0, capacity=1, release_group="RG-A")
    c02 = _space("TST-L00-A-C02", "Cell & <two>", SpaceUse.CELL_DOUBLE, 3.0, capacity=2, release_group="RG-A")
    landing = _space("TST-L00-A-LAND", "Landing", SpaceUse.LANDING, 6.0)
    above = _space("TST-L01-A-STAFF", "Staff room", SpaceUse.STAFF, 6.0, storey=UPPER, floor_m=3.0, hvac_zone="")
    unit = Equipment(
        global_id=gid("equipment", "AHU-01"), code="AHU-01", ifc_class="IfcUnitaryEquipment", name="Air unit",
        storey=UPPER, space=above.global_id, position=(7.0, 1.0, 3.5), predefined_type="AIRHANDLER", type="AHU 2000",
    )  # fmt: skip
    fan = Equipment(
        global_id=gid("equipment", "FAN-01"), code="FAN-01", ifc_class="IfcFan", name="Supply fan",
        storey=UPPER, space=None, position=(7.5, 1.0, 3.5), predefined_type="CENTRIFUGALFORWARDCURVED", type="",
    )  # fmt: skip
    return Facility(
        code="TST",
        name="Test wing",
        site_id=gid("site", "TST"),
        buildings=(Building(global_id=gid("building", "A"), name="Wing A"),),
        storeys=(
            Storey(global_id=GROUND, name="L00", building=gid("building", "A"), elevation_m=0.0, is_ground=True),
            Storey(global_id=UPPER, name="L01", building=gid("building", "A"), elevation_m=3.0),
        ),
        spaces=(c01, c02, landing, above),
        doors=(
            _door("D.TST-L00-A-C01.1", (c01.global_id, landing.global_id), 1.5),
            _door("D.TST-L00-A-C02.1", (c02.global_id, landing.global_id), 4.5),
            _door("D.TST-L00-A-LAND.1", (landing.global_id, outside_id(GROUND)), 7.5, "D-EXIT"),
        ),
        links=(
            Link(
                global_id=gid("link", "ST1"), code="ST1", kind=LinkKind.STAIR,
                joins=(landing.global_id, above.global_id), width_m=1.2, rise_m=3.0,
            ),
        ),
        zones=(
            Zone(global_id=gid("zone", "Z1"), name="Z1", purpose="hvac", members=(c01.global_id, c02.global_id)),
            Zone(global_id=gid("zone", "RG-A"), name="RG-A", purpose="release", members=(c01.global_id, c02.global_id)),
        ),
        equipment=(unit, fan),
        systems=(
            System(
                global_id=gid("system", "AIR"), name="Air 1", predefined_type="VENTILATION",
                members=(unit.global_id, fan.global_id), serves=("Z1",),
            ),
        ),
    )  # fmt: skip


@pytest.fixture
def register(facility: Facility) -> Register:
    """Points of that wing on a BACnet room controller, a BACnet air controller and a Modbus door controller."""
    c01, door, unit = facility.spaces[0], facility.doors[0], facility.equipment[0]
    room = Device(
        name="RC-A", protocol=Protocol.BACNET, host="127.0.1.11", port=47808, instance=2001, station=11,
        global_id=gid("controller", "RC-A"),
    )  # fmt: skip
    air = Device(name="AHU-CTRL", protocol=Protocol.BACNET, host="127.0.1.12", port=47808, instance=2002, station=12)
    doors = Device(name="DC-A", protocol=Protocol.MODBUS, host="127.0.2.21", port=1502, instance=1, station=21)

    def analog(code: str, kind: str, element: GlobalId, device: str, number: int, **more: object) -> Point:
        binding = BacnetBinding(device=device, object_type="analog-input", object_instance=number)
        return Point(
            id=PointId(f"TST/{code}"), kind=kind, element=element, binding=binding, global_id=gid("point", code), **more
        )  # type: ignore[arg-type]

    return Register.of(
        (
            analog("RC-A/HEARTBEAT", "heartbeat", room.global_id, "RC-A", 1),
            analog("L00/A/C01/TEMP", "temperature", c01.global_id, "RC-A", 2, low=18.0, high=28.5),
            analog("L00/A/C01/CO2", "co2", c01.global_id, "RC-A", 3, high=1000.0),
            analog("L01/A/AHU01/SUPPLY", "supply_temperature", unit.global_id, "AHU-CTRL", 1),
            Point(
                id=PointId("TST/L01/A/AHU01/SETPOINT"), kind="supply_setpoint", element=unit.global_id,
                binding=BacnetBinding(device="AHU-CTRL", object_type="analog-value", object_instance=2),
            ),
            Point(
                id=PointId("TST/L01/A/AHU01/RUN"), kind="fan_run", element=unit.global_id,
                binding=BacnetBinding(device="AHU-CTRL", object_type="binary-input", object_instance=3),
            ),
            Point(
                id=PointId("TST/L00/A/C01/DOOR1/LOCK_STATUS"), kind="lock_status", element=door.global_id,
                binding=ModbusBinding(
                    device="DC-A", table=Table.HOLDING_REGISTER, address=0, data_type=DataType.UINT16,
                    word_order="little",
                ),
                states=("locked", "unlocked", "bolt|between", "unused", "unknown"),
            ),
            Point(
                id=PointId("TST/L00/A/C01/DOOR1/POSITION"), kind="door_position", element=door.global_id,
                binding=ModbusBinding(
                    device="DC-A", table=Table.HOLDING_REGISTER, address=1, data_type=DataType.BIT, bit=3, invert=True
                ),
            ),
            Point(id=PointId("TST/L00/A/C02/TEMP"), kind="temperature", element=facility.spaces[1].global_id),
        ),
        (room, air, doors),
    )  # fmt: skip
