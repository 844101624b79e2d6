"""Builds one BACnet device per Device of the register and keeps its objects in step with the host."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from bacpypes3.basetypes import EventState, Reliability
from bacpypes3.local.networkport import NetworkPortObject

from bms_connectors.bacnet.codec import PRESENT_VALUE
from bms_connectors.bacnet.frames import FrameGuard
from bms_connectors.bacnet.lifetime import until_bound
from bms_connectors.exclusive import Claim, probe_broadcast
from bms_connectors.ports import PointHost
from bms_connectors.virtual.bacnet_alarm_rules import LIFE_SAFETY_TYPES, algorithm_of, notification_row
from bms_connectors.virtual.bacnet_alarms import AlarmDesk, Watched
from bms_connectors.virtual.bacnet_application import VirtualApplication
from bms_connectors.virtual.bacnet_event_values import event_properties
from bms_connectors.virtual.bacnet_events import EventBook
from bms_connectors.virtual.bacnet_life_safety import LifeSafetyPanel
from bms_connectors.virtual.bacnet_objects import ATTRIBUTES, COMMAND, COMMANDABLE, READ, check_served, start_values
from bms_connectors.virtual.bacnet_ranges import LOG_INTERVAL_S, TrendLog, is_logged, trend_log
from bms_connectors.virtual.bacnet_recipients import notification_class
from bms_connectors.virtual.bacnet_schedules import ScheduleDesk, is_scheduled
from bms_connectors.virtual.bacnet_services import Commanded
from bms_connectors.virtual.bacnet_time import DeviceClock, VirtualDevice
from bms_connectors.virtual.bacnet_trends import TrendBuffer
from twin.model.ids import PointId
from twin.model.points import BacnetBinding, Device, Point, Protocol

_VENDOR = 999
"""Reserved by ASHRAE for examples; the virtual building is nobody's product."""
Bound = tuple[Point, BacnetBinding]


class BacnetServer:
    """One virtual BACnet/IP device on its own address.

    Args:
        prefix: length of the network prefix of the device's address.
        clock: the device's clock; a time synchronisation sets it.
        log_size: records that each trend log holds.

    Raises:
        ConfigError: object types or properties that the virtual building cannot serve.
    """

    application = VirtualApplication
    max_apdu = 1476
    max_segments: int | None = 64

    def __init__(
        self,
        device: Device,
        points: Iterable[Point],
        host: PointHost,
        *,
        prefix: int = 8,
        clock: DeviceClock | None = None,
        log_size: int = 1000,
    ) -> None:
        self.device = device
        self.clock = clock or DeviceClock()
        self._host = host
        self._prefix = prefix
        self._log_size = log_size
        self._bound = [(point, point.binding) for point in points if isinstance(point.binding, BacnetBinding)]
        check_served(self._bound)
        self._places: dict[PointId, tuple[Any, str, BacnetBinding]] = {}
        self._logs: list[TrendLog] = []
        self._shown: set[Any] = set()
        self._desk = AlarmDesk(self.clock)
        self._schedules = ScheduleDesk(device.name, self.clock)
        self._life_safety: dict[Any, PointId] = {}
        self._app: Any = None
        self._claim: Claim | None = None
        self._logging: asyncio.Task[None] | None = None
        self._guard: FrameGuard | None = None

    @property
    def dropped_frames(self) -> int:
        """Frames that could not be decoded since the device opened."""
        return self._guard.dropped if self._guard is not None else 0

    @property
    def points(self) -> list[Point]:
        return [point for point, _ in self._bound]

    async def open(self) -> None:
        """Bind and answer.

        Raises:
            ConnectError: the address is taken.
        """
        self._take_address()
        by_object: dict[tuple[str, int], list[Bound]] = {}
        for point, binding in self._bound:
            by_object.setdefault((binding.object_type, binding.object_instance), []).append((point, binding))
        objects = [self._object(kind, instance, bound) for (kind, instance), bound in by_object.items()]
        self._app = self.application.from_parts(
            [*self._own_objects(), *objects, *self._desk.classes.values(), *self._logs, *self._schedules.objects],
            clock=self.clock,
            desk=self._desk,
            panel=self._host if isinstance(self._host, LifeSafetyPanel) else None,
            life_safety_points=self._life_safety,
        )
        self.clock.listeners.extend(log.note_time_change for log in self._logs)
        await self._until_ready()
        await asyncio.sleep(0)  # lets the objects' deferred initialisation run before anybody asks
        self._shown.update(self._desk.watched)
        self.settle()
        self._schedules.open()
        if self._logs:
            self._logging = asyncio.create_task(self._log_for_ever(), name=f"{self.device.name} trend logs")

    async def close(self) -> None:
        await self._schedules.close()
        if self._logging is not None:
            self._logging.cancel()
            with suppress(asyncio.CancelledError):
                await self._logging
            self._logging = None
        if self._app is not None:
            await self._app.end()
            self._app = None
        if self._claim is not None:
            await asyncio.sleep(0)  # the transports close in the next turn of the loop
            self._claim.release()
            self._claim = None
        self._places.clear()
        self._logs.clear()
        self.clock.listeners.clear()

    def silence(self, is_silent: bool) -> None:
        """Stop speaking, as a frozen controller does; writes that arrive meanwhile are lost. Its trend logs go on."""
        if self._app is not None:
            self._app.is_silent = is_silent

    def show(self, point: PointId) -> None:
        """Take over the host's value of this point; `settle` then judges what all of them mean."""
        place = self._places.get(point)
        if place is not None:
            target, attribute, binding = place
            target.show(attribute, binding, self._host.value(point))
            self._shown.add(target.objectIdentifier)

    def settle(self) -> None:
        """Judge the objects shown since the last call and report their events."""
        shown, self._shown = self._shown, set()
        if self._app is not None:
            for identifier in shown:
                self._app.look(identifier)

    def sample(self) -> None:
        """One record in every trend log, now."""
        for log in self._logs:
            log.sample()

    async def _log_for_ever(self) -> None:
        while True:
            self.sample()
            await asyncio.sleep(LOG_INTERVAL_S)

    def _take_address(self) -> None:
        self._claim = Claim(Protocol.BACNET, self.device.host, self.device.port)
        probe_broadcast(self.device.host, self._prefix, self.device.port)

    async def _until_ready(self) -> None:
        self._guard = FrameGuard(self._app)
        await until_bound(self._app)

    def _own_objects(self) -> list[Any]:
        device = self.device
        me = VirtualDevice(
            objectIdentifier=("device", device.instance),
            objectName=device.name,
            vendorIdentifier=_VENDOR,
            vendorName="Gatehouse virtual building",
            modelName="virtual controller",
            maxApduLengthAccepted=self.max_apdu,
            utcOffset=self.clock.utc_offset_min,
            daylightSavingsStatus=False,
            **self._segmentation(),
        )
        me._clock = self.clock  # noqa: SLF001 -- underscored so that bacpypes3 takes it for no property
        return [me, self._network_port()]

    def _segmentation(self) -> dict[str, Any]:
        return {"maxSegmentsAccepted": self.max_segments}

    def _network_port(self) -> Any:
        return NetworkPortObject(
            f"{self.device.host}/{self._prefix}:{self.device.port}",
            objectIdentifier=("network-port", 1),
            objectName=f"{self.device.name} network port",
        )

    def _object(self, kind: str, instance: int, bound: Sequence[Bound]) -> Any:
        command = next((b for b in bound if b[1].property == PRESENT_VALUE and b[0].is_writable), None)
        makes = COMMAND if command is not None and kind in COMMANDABLE else READ
        first, binding = bound[0]
        name = str(first.id) if len(bound) == 1 else str(first.id).rpartition("/")[0] or str(first.id)
        name = f"{name} {kind} {instance}" if len(bound) > 1 else name
        algorithm = algorithm_of(first, binding)
        row = notification_row(first)
        target = makes[kind](
            objectIdentifier=(kind, instance),
            objectName=name,
            description=first.meaning.label,
            reliability=Reliability.noFaultDetected,
            eventState=EventState.normal,
            outOfService=False,
            **start_values(kind, bound, self._host),
            **(event_properties(binding, algorithm, row.instance) if algorithm is not None else {}),
        )
        target._binding = binding  # noqa: SLF001
        if command is not None and isinstance(target, Commanded):
            point, binding = command
            target._binding = binding  # noqa: SLF001
            target._host_write = partial(self._host.write, point.id)  # noqa: SLF001
            if is_scheduled(point, binding):
                self._schedules.add(name, target)
        for point, each in bound:
            self._places[point.id] = (target, ATTRIBUTES[each.property], each)
            target.show(ATTRIBUTES[each.property], each, self._host.value(point.id))
        self._report(target, first, binding)
        if kind in LIFE_SAFETY_TYPES:
            self._life_safety[target] = first.id
        if is_logged(first, binding):
            self._logs.append(trend_log(name, target, self.clock, TrendBuffer(size=self._log_size)))
        return target

    def _report(self, target: Any, point: Point, binding: BacnetBinding) -> None:
        """Watch the object for events, if its kind has any."""
        algorithm = algorithm_of(point, binding)
        if algorithm is None:
            return
        row = notification_row(point)
        if row.instance not in self._desk.classes:
            self._desk.classes[row.instance] = notification_class(row, self.device.name)
        self._desk.watch(Watched(target, point, EventBook(algorithm, row.ack_required), row))
