"""A field of many devices in processes of their own, polled into a real history, with devices that die on the way.

``python plant_room.py POINTS_EACH PORT NAME...`` serves the named devices until its standard input closes.
"""

from __future__ import annotations

import asyncio
import math
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from bms_connectors.connectors import Line, open_connectors
from bms_connectors.poller import Poller
from bms_connectors.ports import Connector, ReadingSink
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import Freshness
from twin.model.points import BacnetBinding, DataType, Device, ModbusBinding, Point, Protocol, Reading, Table
from twin.model.vocabulary import Quality

NETWORK = "127.88"
FLOAT_REGISTERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Devices with so many points each: air temperatures, as analog values or as floats in holding registers."""

    bacnet: int
    modbus: int
    points_each: int
    port: int

    @property
    def devices(self) -> list[Device]:
        return [
            *(
                Device(
                    name=f"B{n}", protocol=Protocol.BACNET, host=f"{NETWORK}.1.{n}", port=self.port, instance=8800 + n
                )
                for n in range(1, self.bacnet + 1)
            ),
            *(
                Device(name=f"M{n}", protocol=Protocol.MODBUS, host=f"{NETWORK}.2.{n}", port=self.port, instance=n)
                for n in range(1, self.modbus + 1)
            ),
        ]

    @property
    def points(self) -> list[Point]:
        return [self._point(device, n) for device in self.devices for n in range(self.points_each)]

    def _point(self, device: Device, n: int) -> Point:
        binding = (
            BacnetBinding(device=device.name, object_type="analog-value", object_instance=n)
            if device.protocol is Protocol.BACNET
            else ModbusBinding(
                device=device.name,
                table=Table.HOLDING_REGISTER,
                address=n * FLOAT_REGISTERS,
                data_type=DataType.FLOAT32,
            )
        )
        name = PointId(f"{device.name}/T{n}")
        return Point(id=name, kind="temperature", element=GlobalId(device.name), binding=binding)


class Thermometers:
    """A PointHost whose values say which point they belong to."""

    def __init__(self, points: Iterable[Point]) -> None:
        self._values = {point.id: float(n % 4000) / 100 for n, point in enumerate(points)}

    def value(self, point: PointId, /) -> float | None:
        return self._values[point]

    def write(self, point: PointId, _value: float, /) -> str:
        return f"{point} is not writable"

    def drain_changed(self) -> Collection[PointId]:
        return ()


class Field:
    """The devices of a room, most in one process, those named alone in one each."""

    def __init__(self, room: Room, alone: Sequence[str] = ()) -> None:
        self._room = room
        self._alone = list(alone)
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def __enter__(self) -> Self:
        rest = [device.name for device in self._room.devices if device.name not in self._alone]
        self._start("rest", rest)
        for name in self._alone:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()

    def start(self, name: str) -> None:
        """Start the process of a device that stands alone; it answers when this returns."""
        self._start(name, [name])

    def kill(self, name: str) -> None:
        self._processes[name].kill()
        self._processes[name].wait()

    def freeze(self, name: str) -> None:
        """The process stops; its port stays open and swallows what is sent."""
        self._processes[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self._processes[name].send_signal(signal.SIGCONT)

    def _start(self, key: str, names: Sequence[str]) -> None:
        room = self._room
        arguments = [str(room.bacnet), str(room.modbus), str(room.points_each), str(room.port), *names]
        process = subprocess.Popen(
            [sys.executable, __file__, *arguments],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        self._processes[key] = process


@dataclass
class Diary:
    """When each read of each device began and ended [monotonic s], and what came of each point."""

    began: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    good_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def late_s(self, device: str, cycle_s: float) -> float:
        """The most that a cycle of this device began after its time."""
        began = self.began[device]
        return max(at - (began[0] + n * cycle_s) for n, at in enumerate(began))

    def back_s(self, device: str, since_s: float) -> float:
        """Seconds from `since_s` to the first good reading after it; infinite if there was none."""
        return min((at - since_s for at in self.good_at[device] if at > since_s), default=float("inf"))


class Timed:
    """A connector that writes its reads into the diary."""

    def __init__(self, line: Line, diary: Diary) -> None:
        self._connector: Connector = line.connector
        self._name = line.device.name
        self._diary = diary

    async def __aenter__(self) -> Self:
        await self._connector.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._connector.__aexit__(*error)

    async def read(self, points: Sequence[Point], /) -> list[Reading]:
        self._diary.began[self._name].append(time.monotonic())
        readings = await self._connector.read(points)
        now_s = time.monotonic()
        self._diary.ended[self._name].append(now_s)
        if any(reading.quality is Quality.GOOD for reading in readings):
            self._diary.good_at[self._name].append(now_s)
        return readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to. ``cycles``: begun before its end; ``cpu``: share of one core that the poller took."""

    cycles: int
    good: int
    bad: int
    cpu: float
    seconds: float
    diary: Diary
    marks: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishaps:
    """Which device dies, which freezes, which is restarted, at a quarter of a run; at five eighths all are back."""

    dies: str
    freezes: str
    restarts: str


async def polled(
    room: Room, field: Field, sink: ReadingSink, *, cycles: int, cycle_s: float, mishaps: Mishaps | None = None
) -> Outcome:
    """Poll for some cycles."""
    diary = Diary()
    lines = {name: replace(line, connector=Timed(line, diary)) for name, line in open_connectors(room.devices).items()}
    poller = Poller(room.points, room.devices, sink, cycle_s={Freshness.PLANT: cycle_s}, lines=lines)
    async with poller:
        start_s, cpu_s = time.monotonic(), time.process_time()

        async def until(cycle: float) -> None:
            await asyncio.sleep(start_s + cycle * cycle_s - time.monotonic())

        marks = await _mishaps(field, mishaps, cycles, until) if mishaps is not None else {}
        await until(max(cycles, math.ceil((time.monotonic() - start_s) / cycle_s)) - 0.3)  # the next has not begun
        seconds = time.monotonic() - start_s
        cpu = (time.process_time() - cpu_s) / seconds
    counted = poller.counters().values()
    return Outcome(
        cycles=1 + math.floor(seconds / cycle_s),
        good=sum(each.good for each in counted),
        bad=sum(each.bad for each in counted),
        cpu=cpu,
        seconds=seconds,
        diary=diary,
        marks=marks,
    )


async def _mishaps(
    field: Field, mishaps: Mishaps, cycles: int, until: Callable[[float], Awaitable[None]]
) -> dict[str, float]:
    """When each of the three was there again [monotonic s]."""
    marks = {}
    await until(cycles // 4 - 0.3)
    field.kill(mishaps.dies)
    field.freeze(mishaps.freezes)
    field.kill(mishaps.restarts)
    await asyncio.to_thread(field.start, mishaps.restarts)
    marks[mishaps.restarts] = time.monotonic()
    await until(cycles * 5 // 8 - 0.3)
    field.thaw(mishaps.freezes)
    marks[mishaps.freezes] = time.monotonic()
    await asyncio.to_thread(field.start, mishaps.dies)
    marks[mishaps.dies] = time.monotonic()
    return marks


async def _serve(room: Room, names: Sequence[str]) -> None:
    devices = [device for device in room.devices if device.name in names]
    points = [point for point in room.points if point.binding is not None and point.binding.device in names]
    async with VirtualBuilding(points, devices, Thermometers(points)):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    bacnet, modbus, points_each, port = map(int, sys.argv[1:5])
    asyncio.run(_serve(Room(bacnet=bacnet, modbus=modbus, points_each=points_each, port=port), sys.argv[5:]))
