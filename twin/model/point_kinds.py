"""What points mean: one row a kind, with unit, states, freshness, access and safety class.

The kinds follow the point templates of the field (doors, rooms, workshops, air, heat, power, fire, perimeter). States
of door kinds follow BACnetDoorStatus, BACnetLockStatus and BACnetDoorValue, those of detectors and fire zones
BACnetLifeSafetyState (ANSI/ASHRAE 135, clause 21).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from twin.model.vocabulary import Access, SafetyClass


class Freshness(StrEnum):
    """Age class of a point: how long after the last proof of life it still counts."""

    SECURITY = "security"  # doors, alarms: 10 s
    LIFE_SAFETY = "life_safety"  # detectors, dampers: 10 s, polled less often than doors
    PLANT = "plant"  # 3 cycles
    METER = "meter"  # 2 intervals


SECURITY_AGE_LIMIT_S = 10.0


def age_limit_s(freshness: Freshness, cycle_s: float) -> float:
    """Age [s] beyond which a point is UNKNOWN: doors and life safety 10 s, plant 3 cycles, meters 2 intervals."""
    match freshness:
        case Freshness.SECURITY | Freshness.LIFE_SAFETY:
            return SECURITY_AGE_LIMIT_S
        case Freshness.PLANT:
            return 3 * cycle_s
        case Freshness.METER:
            return 2 * cycle_s


@dataclass(frozen=True, slots=True)
class PointKind:
    """What a point means. ``states`` names the values 0, 1, 2 … of an enumerated kind."""

    key: str
    label: str
    unit: str = "none"
    states: tuple[str, ...] = ()
    freshness: Freshness = Freshness.PLANT
    access: Access = Access.READ
    safety: SafetyClass = SafetyClass.ORDINARY


def _measured(key: str, label: str, unit: str, *, freshness: Freshness = Freshness.PLANT) -> PointKind:
    return PointKind(key, label, unit, freshness=freshness)


def _metered(key: str, label: str, unit: str) -> PointKind:
    return PointKind(key, label, unit, freshness=Freshness.METER)


def _state(key: str, label: str, *states: str) -> PointKind:
    return PointKind(key, label, states=states)


def _ordered(key: str, label: str, *states: str, unit: str = "none") -> PointKind:
    return PointKind(key, label, unit, states=states, access=Access.COMMAND)


def _secured(key: str, label: str, *states: str, access: Access = Access.READ, unit: str = "none") -> PointKind:
    """Of doors, gates and alarms of persons: believed for 10 s."""
    security = SafetyClass.SECURITY
    return PointKind(key, label, unit, states=states, freshness=Freshness.SECURITY, access=access, safety=security)


def _life_safety(key: str, label: str, *states: str, freshness: Freshness = Freshness.LIFE_SAFETY) -> PointKind:
    return PointKind(key, label, states=states, freshness=freshness, safety=SafetyClass.LIFE_SAFETY)


_FIRE_STATES = ("quiet", "pre-alarm", "alarm", "fault")

POINT_KINDS: Mapping[str, PointKind] = {
    kind.key: kind
    for kind in (
        # Doors and interlocks.
        _secured("door_position", "door position", "closed", "open", "unknown"),
        _secured("lock_status", "lock bolt", "locked", "unlocked", "lock fault", "unused", "unknown"),
        _secured("deadlock", "deadlock", "not thrown", "thrown"),
        _secured("tamper", "tamper", "normal", "tamper"),
        _secured("door_fault", "door fault", "normal", "fault"),
        _secured("key_override", "key override", "normal", "key used"),
        _secured("night_lock", "night lock", "off", "thrown"),
        _secured("cell_call", "cell call", "idle", "calling"),
        _secured("door_command", "door command", "lock", "unlock", "pulse unlock", access=Access.COMMAND),
        _secured("interlock_state", "interlock", "idle", "in use", "override", "violation"),
        _secured("interlock_occupancy", "interlock chamber", "empty", "occupied"),
        _state("door_mode", "locking mode", "unlocked", "locked", "night", "key"),
        _measured("open_time", "open for", "s"),
        _measured("cycle_count", "opening cycles", "cycles"),
        # Rooms.
        _measured("temperature", "temperature", "degC"),
        _measured("co2", "CO₂", "ppm"),
        _measured("humidity", "relative humidity", "percent"),
        _measured("noise", "noise level", "dB"),
        _measured("radiator_valve", "radiator valve", "percent"),
        _state("window_contact", "window", "closed", "open"),
        _state("presence", "presence", "vacant", "occupied"),
        _state("leak", "water leak", "dry", "leak"),
        _state("camera", "camera", "healthy", "fault"),
        _ordered("light", "light", "off", "on"),
        _ordered("night_light", "night light", "off", "on"),
        _ordered("socket_power", "power to sockets", "off", "on"),
        _ordered("water_inhibit", "water inhibit", "normal", "inhibited"),
        _secured("duress", "duress button", "normal", "duress"),
        # Workshops, search portals, kiosks, sign-in.
        _measured("dust_pressure", "dust extraction pressure", "Pa"),
        _state("extraction_run", "dust extraction", "off", "on"),
        _secured("machine_enable", "machine enable", "off", "enabled", access=Access.COMMAND),
        _life_safety("emergency_stop", "emergency stop", "normal", "pressed"),
        _measured("tool_count", "tools out", "tools"),
        _measured("portal_in", "portal passages in", "persons"),
        _measured("portal_out", "portal passages out", "persons"),
        _measured("portal_alarm_rate", "portal alarm rate", "percent"),
        _state("portal_alarm", "portal alarm", "quiet", "alarm"),
        _state("portal_fault", "portal fault", "normal", "fault"),
        _state("kiosk_online", "kiosk", "offline", "online"),
        _state("kiosk_session", "kiosk session", "idle", "in use"),
        _measured("kiosk_queue", "kiosk queue", "persons"),
        _measured("signed_out", "residents signed out", "persons"),
        _measured("late_returns", "residents late", "persons"),
        _measured("next_return", "next return expected in", "min"),
        _secured("perimeter_alarm", "perimeter sensor", "quiet", "alarm"),
        _secured("perimeter_tamper", "perimeter tamper", "normal", "tamper"),
        # Air.
        _measured("supply_temperature", "supply air temperature", "degC"),
        _measured("extract_temperature", "extract air temperature", "degC"),
        PointKind("supply_setpoint", "supply air set-point", "degC", access=Access.COMMAND),
        _measured("static_pressure", "supply static pressure", "Pa"),
        _measured("filter_pressure", "filter pressure drop", "Pa"),
        _measured("fan_speed", "fan speed", "percent"),
        _measured("heat_recovery", "heat recovery efficiency", "percent"),
        _measured("outdoor_damper", "outdoor air damper", "percent"),
        _state("fan_run", "fan run", "off", "on"),
        _state("frost", "frost thermostat", "normal", "frost"),
        _life_safety("fire_stop", "fire stop", "normal", "stopped by fire", freshness=Freshness.SECURITY),
        # Heat and hot water.
        _measured("circuit_supply", "circuit supply temperature", "degC"),
        _measured("circuit_return", "circuit return temperature", "degC"),
        _measured("circuit_pressure", "circuit pressure", "bar"),
        _state("pump_run", "pump run", "off", "on"),
        _measured("hot_water_store", "hot water store", "degC"),
        _measured("hot_water_return", "hot water circulation return", "degC"),
        _measured("hot_water_mixed", "mixed hot water outlet", "degC"),
        _state("legionella_cycle", "legionella cycle", "due", "done"),
        # Power and meters.
        _secured("mains", "mains", "ok", "failed"),
        _state("generator", "generator", "off", "stand-by", "running", "failed"),
        _secured("ups_on_battery", "UPS on battery", "mains", "battery"),
        _measured("ups_autonomy", "UPS autonomy", "min"),
        _metered("electrical_energy", "electrical energy", "kWh"),
        _metered("electrical_power", "electrical power", "kW"),
        _metered("heat_energy", "heat energy", "kWh"),
        _metered("heat_power", "heat power", "kW"),
        # Fire.
        _life_safety("fire_panel", "fire panel", "normal", "pre-alarm", "alarm", "fault", "disablement"),
        _life_safety("fire_zone", "fire zone", *_FIRE_STATES, freshness=Freshness.SECURITY),
        _life_safety("smoke_detector", "smoke detector", *_FIRE_STATES),
        _life_safety("damper_position", "fire damper", "open", "closed", "moving"),
        _life_safety("mist_flow", "water mist flow", "no flow", "flow"),
        _life_safety("lift_recall", "lift", "in service", "recalled", "fault"),
        _life_safety("release_armed", "release enabled for staff", "no", "enabled"),
        _life_safety("override_enabled", "interlock override enabled", "no", "enabled"),
        # Controllers and the exercise.
        _measured("heartbeat", "uptime of the controller", "s", freshness=Freshness.SECURITY),
        _measured("exercise_day", "exercise day (days since 1970-01-01)", "none", freshness=Freshness.SECURITY),
        _measured("exercise_second", "exercise time of day (UTC)", "s", freshness=Freshness.SECURITY),
        _measured("exercise_speed", "exercise speed", "none", freshness=Freshness.SECURITY),
        PointKind("response_dispatch", "response team sent to", freshness=Freshness.SECURITY, access=Access.COMMAND),
        _measured("response_position", "response team is at", "none", freshness=Freshness.SECURITY),
        _measured("response_count", "people counted by the response team", "persons", freshness=Freshness.SECURITY),
    )
}
