"""A small building: three doors, an air handling unit, a fire zone on BACnet; a door controller on Modbus."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from table_host import TableHost

from twin.model.ids import GlobalId, PointId
from twin.model.points import (
    BacnetBinding,
    Binding,
    Command,
    DataType,
    Device,
    ModbusBinding,
    Point,
    Protocol,
    Reading,
    Table,
)
from twin.model.vocabulary import Role


def point(id: str, kind: str, binding: Binding | None) -> Point:
    return Point(id=PointId(id), kind=kind, element=GlobalId(f"E-{id}"), binding=binding)


def bacnet(device: str, kind: str, instance: int, name: str = "present-value") -> BacnetBinding:
    return BacnetBinding(device=device, object_type=kind, object_instance=instance, property=name)


def register(device: str, table: Table, address: int, data_type: DataType, **more: object) -> ModbusBinding:
    return ModbusBinding(device=device, table=table, address=address, data_type=data_type, **more)  # type: ignore[arg-type]


def command(point: Point, value: float, priority: int = 8) -> Command:
    return Command(
        id="C-1",
        point=point.id,
        value=value,
        who="P-0001",
        role=Role.OPERATOR,
        reason="test",
        issued_at=datetime.now(UTC),
        priority=priority,
    )


@dataclass
class Listing:
    """A ReadingSink that remembers."""

    readings: list[Reading] = field(default_factory=list)

    def append(self, readings: Iterable[Reading], /) -> int:
        batch = list(readings)
        self.readings.extend(batch)
        return len(batch)

    def latest(self) -> dict[str, Reading]:
        return {reading.point: reading for reading in self.readings}


@dataclass
class Town:
    """Devices, points and the host of the small building."""

    devices: list[Device]
    points: list[Point]
    host: TableHost

    def point(self, id: str) -> Point:
        return next(p for p in self.points if p.id == id)

    def device(self, name: str) -> Device:
        return next(d for d in self.devices if d.name == name)


def free_port(kind: socket.SocketKind, hosts: list[str]) -> int:
    """A port in 48100 … 48999 that is free on all these hosts; parallel workers of the suite never get the same one."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for number in range(48100 + worker % 8, 49000, 8):
        sockets = [socket.socket(socket.AF_INET, kind) for _ in hosts]
        try:
            for each, host in zip(sockets, hosts, strict=True):
                each.bind((host, number))
        except OSError:
            continue
        else:
            return number
        finally:
            for each in sockets:
                each.close()
    pytest.skip("no free port on loopback")


DOORS = ("D1", "D2", "D3")


def _bacnet_points() -> list[Point]:
    points = []
    for number, door in enumerate(DOORS, start=1):
        points += [
            point(f"{door}/COMMAND", "door_command", bacnet("ACS", "access-door", number)),
            point(f"{door}/POSITION", "door_position", bacnet("ACS", "access-door", number, "door-status")),
            point(f"{door}/LOCK", "lock_status", bacnet("ACS", "access-door", number, "lock-status")),
            point(f"{door}/TAMPER", "tamper", bacnet("ACS", "binary-input", number)),
        ]
    return [
        *points,
        point("SALLY/INTERLOCK", "interlock_state", bacnet("ACS", "multi-state-input", 1)),
        point("AHU/TEMP", "supply_temperature", bacnet("AHU", "analog-input", 1)),
        point("AHU/SETPOINT", "supply_setpoint", bacnet("AHU", "analog-value", 1)),
        point("AHU/FAN", "fan_run", bacnet("AHU", "binary-input", 1)),
        point("FIRE/Z1", "fire_zone", bacnet("AHU", "life-safety-zone", 1)),
        point("TEAM/DISPATCH", "response_dispatch", bacnet("AHU", "multi-state-value", 1)),
    ]


def _modbus_points() -> list[Point]:
    status, holding = Table.HOLDING_REGISTER, Table.HOLDING_REGISTER
    return [
        point("C1/POSITION", "door_position", register("PLC", status, 0, DataType.BIT, bit=0)),
        point("C1/LOCK", "lock_status", register("PLC", status, 0, DataType.BIT, bit=1, invert=True)),
        point("C1/CALL", "cell_call", register("PLC", status, 0, DataType.BIT, bit=3)),
        point("C2/POSITION", "door_position", register("PLC", status, 1, DataType.BIT, bit=0)),
        point("C1/COMMAND", "door_command", register("PLC", holding, 100, DataType.UINT16)),
        point("C2/COMMAND", "door_command", register("PLC", holding, 103, DataType.UINT16)),
        point("C1/TEMP", "temperature", register("PLC", Table.INPUT_REGISTER, 10, DataType.INT16, scale=0.1)),
        point("PLC/UPTIME", "heartbeat", register("PLC", Table.INPUT_REGISTER, 0, DataType.UINT32)),
        point("PLC/FIRE", "fire_stop", register("PLC", Table.DISCRETE_INPUT, 5, DataType.BIT)),
    ]


VALUES = {
    **{f"{door}/{name}": 0.0 for door in DOORS for name in ("COMMAND", "POSITION", "LOCK", "TAMPER")},
    "SALLY/INTERLOCK": 1.0,
    "AHU/TEMP": 19.5,
    "AHU/SETPOINT": 21.0,
    "AHU/FAN": 1.0,
    "FIRE/Z1": 0.0,
    "TEAM/DISPATCH": 0.0,
    "C1/POSITION": 1.0,
    "C1/LOCK": 1.0,
    "C1/CALL": 0.0,
    "C2/POSITION": 0.0,
    "C1/COMMAND": 0.0,
    "C2/COMMAND": 0.0,
    "C1/TEMP": 20.4,
    "PLC/UPTIME": 70000.0,
    "PLC/FIRE": 0.0,
}


def small_town() -> Town:
    udp = free_port(socket.SOCK_DGRAM, ["127.0.91.1", "127.0.91.2"])
    tcp = free_port(socket.SOCK_STREAM, ["127.0.92.1"])
    devices = [
        Device(name="ACS", protocol=Protocol.BACNET, host="127.0.91.1", port=udp, instance=9101),
        Device(name="AHU", protocol=Protocol.BACNET, host="127.0.91.2", port=udp, instance=9102),
        Device(name="PLC", protocol=Protocol.MODBUS, host="127.0.92.1", port=tcp, instance=1),
    ]
    return Town(devices, [*_bacnet_points(), *_modbus_points()], TableHost(VALUES))
