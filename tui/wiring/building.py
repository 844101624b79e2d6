"""The building process: plant, people and drill clock behind real BACnet/IP and Modbus TCP.

It holds nothing of the operator's; `gatehouse bms serve` is this process, and it exits when its parent's pipe closes.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bms_connectors.virtual.field_lines import RoutedControllers
from bms_connectors.virtual.serve import VirtualBuilding
from simulation.drills.runner import DrillRun, opening_plant
from simulation.drills.script import load_script
from simulation.plant.plant import Plant
from simulation.plant.weather import Weather
from tui.control.messages import Message
from tui.control.server import ControlServer
from twin.model.cause_effect import CauseEffect
from twin.model.errors import Fault, GatehouseError, ScenarioError
from twin.model.facility import Facility
from twin.model.ids import PointId
from twin.model.points import Device, Point
from twin.model.regime import Regime, regime_at

logger = logging.getLogger(__name__)

TICK_S = 0.05
MAX_STEP_S = 0.5
"""Longest exercise step: doors and people must meet within it."""
MAX_SPEED = 60.0


class BuildingHost:
    """The plant behind the servers; a drill replaces it by one in the drill's opening state."""

    def __init__(
        self,
        facility: Facility,
        points: tuple[Point, ...],
        regimes: tuple[Regime, ...],
        start: datetime,
        speed: float,
        effects: Sequence[CauseEffect] = (),
        weather: Weather | None = None,
    ) -> None:
        self._facility = facility
        self._points = points
        self._regimes = regimes
        self._effects = effects
        self._weather = weather
        self.plant = Plant(
            facility,
            points,
            start=start,
            regime=regime_at(regimes, start.time()),
            effects=effects,
            weather=weather,
        )
        self.drill: DrillRun | None = None
        self.stopping = asyncio.Event()
        self.set_speed(speed)

    # --- PointHost -----------------------------------------------------------------------------------------------

    def value(self, point: PointId, /) -> float | None:
        """See `PointHost`."""
        return self.plant.value(point)

    def write(self, point: PointId, value: float, /) -> str:
        """See `PointHost`."""
        refused = self.plant.write(point, value)
        logger.info("write point=%s value=%g refused=%s", point, value, refused or "-")
        return refused

    def operate_life_safety(self, point: PointId, operation: str, /) -> str:
        """See `LifeSafetyPanel` of the virtual devices: what is done at the panel, never by an operator's order."""
        refused = self.plant.operate_life_safety(point, operation)
        logger.info("life safety point=%s operation=%s refused=%s", point, operation, refused or "-")
        return refused

    def drain_changed(self) -> Collection[PointId]:
        """See `PointHost`."""
        return self.plant.drain_changed()

    # --- time ----------------------------------------------------------------------------------------------------

    def advance(self, wall_s: float) -> None:
        """Let wall seconds pass, at the present speed."""
        left = wall_s * self.plant.speed
        while left > 0:
            step = min(left, MAX_STEP_S)
            self.plant.advance(step)
            if self.drill is not None:
                self._advance_drill(self.drill)
            left -= step

    def _advance_drill(self, drill: DrillRun) -> None:
        try:
            drill.advance()
        except GatehouseError:
            logger.exception("the drill is stopped: an inject could not be given")
            self.drill = None

    def set_speed(self, speed: float) -> None:
        """Exercise seconds per wall second.

        Raises:
            ScenarioError: not between 0 and 60.
        """
        if not 0 <= speed <= MAX_SPEED:
            raise ScenarioError([Fault("clock", "speed", f"{speed:g} is not between 0 and {MAX_SPEED:g}")])
        self.plant.speed = speed

    # --- the trainer's side --------------------------------------------------------------------------------------

    def handle(self, message: dict[str, object]) -> Message:
        """Answer one control request."""
        match message.get("op"):
            case "status":
                return self._status()
            case "inject":
                self.plant.inject(str(message["what"]), str(message["subject"]), **_numbers(message.get("details")))
            case "speed":
                self.set_speed(float(str(message["speed"])))
            case "drill":
                self._load_drill(Path(str(message["file"])))
            case "begin":
                if self.drill is None:
                    raise ScenarioError([Fault("drill", "", "no drill is loaded")])
                return {"started_at": self.drill.begin().isoformat()}
            case "end":
                self.drill = None
            case "people":
                counts = {} if self.plant.people is None else self.plant.people.counts()
                known = self._facility.space_by_id
                return {"counts": {known[s].code if s in known else "OUTSIDE": n for s, n in counts.items()}}
            case "stop":
                self.stopping.set()
            case other:
                raise ScenarioError([Fault("control", str(other), "unknown request")])
        return {}

    def _load_drill(self, file: Path) -> None:
        script = load_script(file)
        speed = self.plant.speed
        plant = opening_plant(script, self._facility, self._points, self._regimes, self._effects, self._weather)
        self.drill = DrillRun(script, plant)
        self.plant = plant
        self.plant.speed = speed

    def _status(self) -> Message:
        drill = self.drill
        return {
            "pid": os.getpid(),
            "exercise_at": self.plant.now.isoformat(),
            "speed": self.plant.speed,
            "drill": "" if drill is None else drill.script.key,
            "elapsed_s": 0.0 if drill is None else drill.elapsed_s,
            "over": drill is not None and drill.is_over,
            "given": [] if drill is None else [[given.number, given.at_s] for given in drill.given],
        }


async def serve(
    facility: Facility,
    points: tuple[Point, ...],
    devices: tuple[Device, ...],
    regimes: tuple[Regime, ...],
    *,
    control: Path,
    effects: Sequence[CauseEffect] = (),
    weather: Weather | None = None,
    routed: Sequence[RoutedControllers] = (),
    serial_s: Mapping[str, float] | None = None,
    start: datetime | None = None,
    speed: float = 1.0,
    watch_parent: bool = False,
    on_ready: object = None,
) -> None:
    """Run the building until it is told to stop, or until the parent's pipe closes.

    ``effects`` is the site's cause-and-effect table, which its hardware follows; ``weather`` its outdoor air;
    ``routed`` says which of its devices are behind a router, ``serial_s`` which Modbus addresses are gateways.

    Raises:
        ConnectError: an address is in use or cannot be bound.
    """
    host = BuildingHost(facility, points, regimes, start or datetime.now(tz=UTC), speed, effects, weather)
    async with (
        VirtualBuilding(points, devices, host, routed=routed, serial_s=serial_s),
        ControlServer(control, host.handle),
    ):
        watcher = asyncio.create_task(_parent_gone(host.stopping)) if watch_parent else None
        if callable(on_ready):
            on_ready()
        before = time.monotonic()
        while not host.stopping.is_set():
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            host.advance(now - before)
            before = now
        if watcher is not None:
            watcher.cancel()


async def _parent_gone(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass
    stopping.set()


def _numbers(details: object) -> dict[str, float]:
    return {str(key): float(value) for key, value in details.items()} if isinstance(details, dict) else {}
