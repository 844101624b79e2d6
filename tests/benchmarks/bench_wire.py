"""The connectors' budgets: reading against bare loops of the libraries, 10,000 points on a cycle, routed doors."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bacpypes3.apdu import PropertyReference, ReadAccessSpecification, ReadPropertyMultipleRequest
from bacpypes3.app import Application
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import ObjectIdentifier
from pymodbus.client import AsyncModbusTcpClient

from bms_connectors.bacnet.client import BacnetClient
from bms_connectors.bacnet.lifetime import close_silently, until_bound
from bms_connectors.connectors import open_connectors
from tui.settings import load_site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from tui.wiring.sites import init_site
from twin.model.errors import ResponseTimeoutError
from twin.model.point_kinds import Freshness
from twin.model.points import Device, Point, Protocol
from twin.model.vocabulary import Quality, Role
from twin.store.samples import HistoryWriter

sys.path.insert(0, str(Path(__file__).parents[1] / "journeys"))

from plant_room import Field, Room, polled

BATCH, REGISTERS = 50, 125
ROUNDS = 5
CYCLES, CYCLE_S = 8, 5.0
LOOK_S, LOOKS = 0.05, 1200
BARE_PORT = 47950
Devices = list[tuple[Device, list[Point]]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Points read, wall and CPU time [s] that they took."""

    points: int
    wall_s: float
    cpu_s: float

    @property
    def rate(self) -> float:
        return self.points / self.wall_s

    @property
    def micros(self) -> float:
        return self.cpu_s / self.points * 1e6


async def cost(work: Callable[[], Awaitable[int]]) -> Cost:
    """What one call takes; it returns how many points it read."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    count = await work()
    return Cost(count, time.perf_counter() - wall_s, time.process_time() - cpu_s)


def best(costs: Sequence[Cost]) -> Cost:
    return max(costs, key=lambda each: each.rate)


def report(name: str, bare: Cost, ours: Cost) -> None:
    print(
        f"{name:24} {ours.rate / bare.rate:8.2f} × bare   budget 0.90 × bare   ({ours.rate:,.0f} against"
        f" {bare.rate:,.0f} points/s; {ours.micros:.0f} against {bare.micros:.0f} µs of CPU a point)"
    )


def requests_of(points: Sequence[Point]) -> list[list[Any]]:
    """ReadPropertyMultiple of present values alone, made once: the least that a client can ask."""
    reference = PropertyReference(propertyIdentifier="present-value")
    parts = [
        ReadAccessSpecification(
            objectIdentifier=ObjectIdentifier(("analog-value", n)), listOfPropertyReferences=[reference]
        )
        for n in range(len(points))
    ]
    return [parts[first : first + BATCH] for first in range(0, len(parts), BATCH)]


async def bare_application() -> Any:
    """A client of bacpypes3 and nothing else."""
    own = DeviceObject(objectIdentifier=("device", 4_194_000), objectName="bare", vendorIdentifier=999)
    link = NetworkPortObject(f"127.0.0.1/8:{BARE_PORT}", objectIdentifier=("network-port", 1), objectName="port")
    app = Application.from_object_list([own, link])
    await until_bound(app)
    return app


async def side_by_side(name: str, by_device: Devices, bare: Callable[[], Awaitable[int]]) -> Cost:
    """Ours against the bare loop in turn, every point of every device, one device after another; the best of ours."""
    lines = open_connectors([device for device, _ in by_device])

    async def ours() -> int:
        count = 0
        for device, points in by_device:
            readings = await lines[device.name].connector.read(points)
            count += sum(reading.quality is Quality.GOOD for reading in readings)
        return count

    async with AsyncExitStack() as stack:
        for line in lines.values():
            await stack.enter_async_context(line.connector)
        for _ in range(5):
            await ours()  # the batch grows to its full size
        pairs = [(await cost(bare), await cost(ours)) for _ in range(ROUNDS)]
    bare_costs, our_costs = zip(*pairs, strict=True)
    report(name, best(bare_costs), best(our_costs))
    return best(our_costs)


async def bacnet(room: Room) -> None:
    """Present values with a third of the status flags against present values alone."""
    by_device = _by_device(room, Protocol.BACNET)
    app = await bare_application()
    batches = requests_of(by_device[0][1])

    async def bare() -> int:
        count = 0
        for device, _ in by_device:
            where = Address(f"{device.host}:{device.port}")
            for batch in batches:
                answer = await app.request(ReadPropertyMultipleRequest(listOfReadAccessSpecs=batch, destination=where))
                count += len(answer.listOfReadAccessResults)
        return count

    try:
        ours = await side_by_side("BACnet polling", by_device, bare)
    finally:
        close_silently(app)
    print(f"{'10,000 BACnet points':24} {ours.wall_s * 10_000 / ours.points:8.2f} s        budget 5 s")


async def modbus(room: Room) -> None:
    """Floats as readings against registers that nobody decodes."""
    by_device = _by_device(room, Protocol.MODBUS)
    registers = 2 * len(by_device[0][1])
    clients = [AsyncModbusTcpClient(device.host, port=device.port) for device, _ in by_device]

    async def bare() -> int:
        count = 0
        for client, (device, _) in zip(clients, by_device, strict=True):
            for first in range(0, registers, REGISTERS):
                length = min(REGISTERS, registers - first)
                answer = await client.read_holding_registers(first, count=length, device_id=device.instance)
                count += len(answer.registers) // 2
        return count

    try:
        for client in clients:
            await client.connect()
        await side_by_side("Modbus polling", by_device, bare)
    finally:
        for client in clients:
            client.close()


async def cycle(room: Room, folder: Path) -> None:
    """10,000 points over 24 devices into a history, every 5 s, with nothing wrong."""
    with HistoryWriter(folder) as history, Field(room) as field:
        outcome = await polled(room, field, history, cycles=CYCLES, cycle_s=CYCLE_S)
    busy = outcome.cpu * outcome.seconds / (outcome.good + outcome.bad) * 1e6
    print(
        f"{len(room.points):,} points every {CYCLE_S:g} s: {outcome.good:,} good + {outcome.bad:,} bad ="
        f" {len(room.points) * outcome.cycles:,} expected; {outcome.cpu:.0%} of a core with the history,"
        f" {busy:.0f} µs a point"
    )


class Wire:
    """Counts the requests of a client: how many at once to each device, and how many had no answer."""

    def __init__(self) -> None:
        self.asked = self.lost = 0
        self.most: Counter[str] = Counter()
        self._now: Counter[str] = Counter()
        self._ask = BacnetClient.ask

    def watch(self) -> None:
        """Count what every client of this process asks from now on."""
        wire, ask = self, self._ask

        async def counted(client: BacnetClient, request: Any) -> Any:
            where = str(request.pduDestination)
            wire.asked += 1
            wire._now[where] += 1
            wire.most[where] = max(wire.most[where], wire._now[where])
            try:
                return await ask(client, request)
            except (TimeoutError, ResponseTimeoutError):
                wire.lost += 1
                raise
            finally:
                wire._now[where] -= 1

        BacnetClient.ask = counted  # type: ignore[assignment,method-assign]


async def doors(folder: Path) -> None:
    """Age of every door point behind the lossy router of a sample site, looked at 20 times a second."""
    site = load_site(folder)
    routed = {name for router in site.file.router for name in router.devices}
    wire = Wire()
    wire.watch()
    ages: list[float] = []
    async with BuildingProcess(folder), OperatorDesk(site, role=Role.VIEWER) as desk:
        await desk.first_look(20)
        points = [
            point
            for point in desk.points
            if point.binding is not None
            and point.binding.device in routed
            and point.meaning.freshness is Freshness.SECURITY
        ]
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_S)
            now = desk.clock().at
            ages += [(now - desk.reading(point.id).at).total_seconds() for point in points]
    ages.sort()
    print(
        f"{len(points)} door points behind a router that loses 2 %: age p50 {ages[len(ages) // 2]:.2f} s,"
        f" p99 {ages[len(ages) * 99 // 100]:.2f} s, oldest {ages[-1]:.2f} s   budget p99 2 s;"
        f" at most {max(wire.most.values())} requests in flight to a device, {wire.lost} of {wire.asked} without answer"
    )


def _by_device(room: Room, protocol: Protocol) -> Devices:
    return [
        (device, [p for p in room.points if p.binding is not None and p.binding.device == device.name])
        for device in room.devices
        if device.protocol is protocol
    ]


def main() -> None:
    """Run all in a folder that goes away."""
    small = Room(bacnet=4, modbus=2, points_each=500, port=48991)
    large = Room(bacnet=20, modbus=4, points_each=417, port=48992)
    with tempfile.TemporaryDirectory() as name:
        with Field(small):
            asyncio.run(bacnet(small))
            asyncio.run(modbus(small))
        asyncio.run(cycle(large, Path(name) / "history"))
        site = init_site("pravieniskes", Path(name) / "site", network="127.89")
        asyncio.run(doors(site.site.folder))


if __name__ == "__main__":
    main()
