"""What every kind of point shows: tables from kind to a function of the building and the point's element."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from simulation.plant.air import AirHandlingUnit
from simulation.plant.doors import DoorMechanism
from simulation.plant.heat import HeatingCircuit, HotWaterStore
from simulation.plant.interlocks import Interlock
from simulation.plant.meters import Meter
from simulation.plant.power import Ups
from simulation.plant.rooms import noise_db
from simulation.plant.services import People, Services
from twin.model.cause_effect import Effect
from twin.model.ids import GlobalId
from twin.model.points import Point

Value = Callable[[], float | None]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXTRACTION_PA = 120.0
"""Dust extraction pressure while it runs; 50 to 250 Pa (domain reference, section 6.2)."""


def _noise_db(services: Services, space: GlobalId) -> float:
    return noise_db(
        services.counts.get(space, 0),
        asleep=services.climate.asleep,
        fan_share=services.ventilation.share_in(space),
        machines=services.signals.has_machines(space) and services.signals.machines_run(space),
    )


def _extracts(services: Services, space: GlobalId) -> bool:
    return services.signals.machines_run(space) and services.power.feeds(space)


OF_DOOR: Mapping[str, Callable[[DoorMechanism], float]] = {
    "door_position": lambda door: 0.0 if door.is_closed else 1.0,
    "lock_status": lambda door: 0.0 if door.is_locked else 1.0,
    "deadlock": lambda door: float(door.is_deadlocked),
    "tamper": lambda door: float(door.tamper),
    "door_fault": lambda door: float(door.fault),
    "key_override": lambda door: float(door.key_override),
    "night_lock": lambda door: float(door.night_lock),
    "cell_call": lambda door: float(door.call),
    "door_command": lambda door: door.command,
    "door_mode": lambda door: door.mode,
    "cycle_count": lambda door: float(door.cycle_count),
    "open_time": lambda door: float(int(door.open_s)),
}
OF_INTERLOCK: Mapping[str, Callable[[Services, Interlock], float]] = {
    "interlock_state": lambda _services, interlock: interlock.state,
    "interlock_occupancy": lambda services, interlock: float(services.counts.get(interlock.chamber, 0) > 0),
    "override_enabled": lambda _services, interlock: float(interlock.override_enabled),
}
OF_CLIMATE: Mapping[str, Callable[[Services, GlobalId], float]] = {
    "temperature": lambda services, space: services.climate.temp_c(space),
    "co2": lambda services, space: services.climate.co2_ppm(space),
    "humidity": lambda services, space: services.climate.humidity_percent(space),
    "radiator_valve": lambda services, space: services.climate.valve_percent(space),
}
OF_ROOM: Mapping[str, Callable[[Services, GlobalId], float]] = {
    "noise": _noise_db,
    "presence": lambda services, space: float(services.counts.get(space, 0) > 0),
    "smoke_detector": lambda services, space: services.fire.detector(space),
    "extraction_run": lambda services, space: float(_extracts(services, space)),
    "dust_pressure": lambda services, space: EXTRACTION_PA if _extracts(services, space) else 0.0,
    "tool_count": lambda services, space: services.visits.tools_out(space, services.counts, services.signals),
}
OF_AIR: Mapping[str, Callable[[AirHandlingUnit], float]] = {
    "supply_temperature": lambda unit: unit.supply_c,
    "extract_temperature": lambda unit: unit.extract_c,
    "supply_setpoint": lambda unit: unit.setpoint_c,
    "static_pressure": lambda unit: unit.pressure_pa,
    "filter_pressure": lambda unit: unit.filter_drop_pa,
    "fan_speed": lambda unit: unit.fan_percent,
    "fan_run": lambda unit: float(unit.runs),
    "heat_recovery": lambda unit: unit.recovery_percent,
    "outdoor_damper": lambda unit: unit.damper_percent,
    "frost": lambda unit: float(unit.is_frosty),
}
OF_CIRCUIT: Mapping[str, Callable[[HeatingCircuit], float]] = {
    "circuit_supply": lambda circuit: circuit.supply_c,
    "circuit_return": lambda circuit: circuit.return_c,
    "circuit_pressure": lambda circuit: circuit.pressure_bar,
    "pump_run": lambda circuit: float(circuit.runs),
}
OF_STORE: Mapping[str, Callable[[HotWaterStore], float]] = {
    "hot_water_store": lambda store: store.store_c,
    "hot_water_return": lambda store: store.return_c,
    "hot_water_mixed": lambda store: store.mixed_c,
}
OF_UPS: Mapping[str, Callable[[Ups], float]] = {
    "ups_on_battery": lambda ups: float(ups.on_battery),
    "ups_autonomy": lambda ups: ups.autonomy_min,
}
OF_METER: Mapping[str, Callable[[Meter], float]] = {
    "electrical_energy": lambda meter: meter.energy_kwh,
    "electrical_power": lambda meter: meter.power_kw,
    "heat_energy": lambda meter: meter.energy_kwh,
    "heat_power": lambda meter: meter.power_kw,
}
OF_BUILDING: Mapping[str, Callable[[Services, GlobalId], float | None]] = {
    "fire_zone": lambda services, zone: services.fire.state.get(zone),
    "fire_panel": lambda services, _panel: services.fire.panel,
    "damper_position": lambda services, damper: services.dampers.position(damper),
    "fire_stop": lambda services, unit: float(services.air_is_stopped(services.ventilation.id_of(unit))),
    "lift_recall": lambda services, lift: float(services.matrix.holds(Effect.RECALL_LIFT, lift)),
    "release_armed": lambda services, zone: float(services.is_armed(zone)),
    "mains": lambda services, element: float(services.power.mains_failed(element)),
    "generator": lambda services, generator: services.power.generator(generator),
}
OF_CLOCK: Mapping[str, Callable[[Services], float]] = {
    "heartbeat": lambda services: float(int(services.elapsed_s)),
    "exercise_day": lambda services: float((services.now - _EPOCH).days),
    "exercise_second": lambda services: (services.now - _EPOCH).total_seconds() % 86400.0,
    "exercise_speed": lambda services: services.speed,
}
OF_RESPONSE: Mapping[str, Callable[[People | None, Point], float | None]] = {
    "response_position": lambda people, point: 0.0 if people is None else _index(point.states, people.response_at),
    "response_count": lambda people, _point: 0.0 if people is None else float(people.response_count),
}
PROMPT = frozenset({*OF_CLOCK, *OF_RESPONSE, *OF_INTERLOCK})
"""Kinds of which there are few, and which are waited for: looked at every time, not in turn."""


def value_of(services: Services, point: Point) -> Value:
    """How to find the present value of a point; None for ever where the building has no such thing."""
    element, kind = point.element, point.kind
    if point.id in services.signals:
        return lambda: services.signals.value(point.id)
    if kind in OF_DOOR or kind in OF_INTERLOCK:
        return _of_door(services, point)
    if kind in OF_CLIMATE and element not in services.climate:
        return _unknown
    if kind in OF_RESPONSE:
        return lambda: OF_RESPONSE[kind](services.people, point)
    if kind in OF_CLOCK:
        of_clock = OF_CLOCK[kind]
        return lambda: of_clock(services)
    return _of_part(services, kind, element) or _of_place(services, kind, element)


def _of_door(services: Services, point: Point) -> Value:
    door = services.doors.get(point.element)
    if door is None:
        return _unknown
    if point.kind in OF_DOOR:
        of_door = OF_DOOR[point.kind]
        return lambda: of_door(door)
    interlock = services.interlocks.get(door.door.interlock_group)
    if interlock is None:
        return _unknown
    of_interlock = OF_INTERLOCK[point.kind]
    return lambda: of_interlock(services, interlock)


def _of_part(services: Services, kind: str, element: GlobalId) -> Value | None:
    """Of one machine, which is found once."""
    if kind in OF_AIR:
        unit, of_air = services.ventilation.unit(element), OF_AIR[kind]
        return lambda: of_air(unit)
    if kind in OF_CIRCUIT:
        circuit, of_circuit = services.circuits[element], OF_CIRCUIT[kind]
        return lambda: of_circuit(circuit)
    if kind in OF_STORE:
        store, of_store = services.stores[element], OF_STORE[kind]
        return lambda: of_store(store)
    if kind in OF_UPS:
        ups, of_ups = services.power.upses[element], OF_UPS[kind]
        return lambda: of_ups(ups)
    if kind in OF_METER:
        meters = services.heat if kind.startswith("heat") else services.electricity
        meter, of_meter = meters[element], OF_METER[kind]
        return lambda: of_meter(meter)
    return None


def _of_place(services: Services, kind: str, element: GlobalId) -> Value:
    for table in (OF_CLIMATE, OF_ROOM, OF_BUILDING):
        if kind in table:
            of_place = table[kind]
            return lambda: of_place(services, element)
    return _unknown


def _unknown() -> None:
    return None


def _index(states: Sequence[str], code: str) -> float | None:
    return float(states.index(code)) if code in states else None
