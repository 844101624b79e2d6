"""The test block with equipment: two air handling units, an exhaust fan, power, heat, hot water; points of each kind.

AHU1 serves the cells C1 and C2 (zone H-1), AHU2 the day room (zone H-2); the other rooms have no zone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.equipment import Equipment, System
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
from twin.model.regime import Regime
from twin.model.spaces import Zone

START = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
NIGHT = Regime(name="night", start=time(21), end=time(6))

EQUIPMENT = (
    ("AHU1", "IfcUnitaryEquipment", "AIRHANDLER"),
    ("AHU2", "IfcUnitaryEquipment", "AIRHANDLER"),
    ("FAN", "IfcFan", ""),
    ("FD1", "IfcDamper", "FIREDAMPER"),
    ("PUMP", "IfcPump", ""),
    ("TANK", "IfcTank", ""),
    ("METER", "IfcFlowMeter", "ENERGYMETER"),
    ("HEATMETER", "IfcFlowMeter", "ENERGYMETER"),
    ("BOARD", "IfcElectricDistributionBoard", ""),
    ("GEN", "IfcElectricGenerator", ""),
    ("UPS", "IfcElectricFlowStorageDevice", "UPS"),
    ("PANEL", "IfcUnitaryControlElement", "ALARMPANEL"),
    ("PORTAL", "IfcUnitaryControlElement", ""),
    ("KIOSK", "IfcCommunicationsAppliance", ""),
    ("DDC", "IfcController", ""),
)
ELEMENT_OF = {
    **dict.fromkeys(("interlock_state", "interlock_occupancy", "override_enabled"), "D.SP.1"),
    **dict.fromkeys(("circuit_supply", "circuit_return", "circuit_pressure", "pump_run"), "PUMP"),
    **dict.fromkeys(("hot_water_store", "hot_water_return", "hot_water_mixed", "legionella_cycle"), "TANK"),
    **dict.fromkeys(("mains", "electrical_energy", "electrical_power"), "METER"),
    **dict.fromkeys(("heat_energy", "heat_power"), "HEATMETER"),
    **dict.fromkeys(("ups_on_battery", "ups_autonomy"), "UPS"),
    **dict.fromkeys(("heartbeat", "response_dispatch", "response_position", "response_count"), "DDC"),
    "generator": "GEN",
    "fire_zone": "SC-1",
    "release_armed": "RZ-N",
    "fire_panel": "PANEL",
    "damper_position": "FD1",
    "lift_recall": "LIFT-1",
}
DOOR_KINDS = {
    *("door_position", "lock_status", "deadlock", "tamper", "door_fault", "key_override", "night_lock", "cell_call"),
    *("door_command", "door_mode", "open_time", "cycle_count"),
}
AIR_KINDS = {
    *(
        "supply_temperature",
        "extract_temperature",
        "supply_setpoint",
        "static_pressure",
        "filter_pressure",
        "fan_speed",
    ),
    *("heat_recovery", "outdoor_damper", "fan_run", "frost", "fire_stop"),
}


def element_of(kind: str) -> str:
    """Where the register puts a point of this kind."""
    if kind in ELEMENT_OF:
        return ELEMENT_OF[kind]
    if kind in DOOR_KINDS:
        return "D.C1"
    if kind in AIR_KINDS:
        return "AHU1"
    if kind.startswith(("portal", "kiosk")):
        return "PORTAL" if kind.startswith("portal") else "KIOSK"
    return "DDC" if kind.startswith("exercise") else "C1"


def point(kind: str, element: str = "") -> Point:
    place = element or element_of(kind)
    states = ("base", "LAND") if kind.startswith("response_") and kind != "response_count" else ()
    return Point(id=PointId(f"{place}/{kind}"), kind=kind, element=GlobalId(place), states=states)


def upon_fire(effect: Effect, target: str, delay_s: float = 0.0, code: str = "") -> CauseEffect:
    return _row(Cause.FIRE_ALARM, "SC-1", effect, target, delay_s, code)


def upon_mains(effect: Effect, target: str, delay_s: float = 0.0) -> CauseEffect:
    return _row(Cause.MAINS_FAILURE, "B", effect, target, delay_s, "")


def _row(cause: Cause, source: str, effect: Effect, target: str, delay_s: float, code: str) -> CauseEffect:
    return CauseEffect(
        cause=cause,
        source=GlobalId(source),
        source_code=source,
        effect=effect,
        target=GlobalId(target),
        target_code=code or target,
        delay_s=delay_s,
    )


def with_equipment(plant_facility: Facility) -> Facility:
    """The block with its equipment, HVAC zones and a release zone."""
    storey = GlobalId("L00")
    zone_of = {"C1": "H-1", "C2": "H-1", "DAY": "H-2"}
    return replace(
        plant_facility,
        spaces=tuple(replace(space, hvac_zone=zone_of.get(space.code, "")) for space in plant_facility.spaces),
        zones=(
            *plant_facility.zones,
            Zone(global_id=GlobalId("RZ-N"), name="RG-N", purpose="release", members=(GlobalId("C1"),)),
        ),
        equipment=tuple(
            Equipment(
                global_id=GlobalId(code),
                code=code,
                ifc_class=kind,
                name=code,
                storey=storey,
                predefined_type=predefined,
            )
            for code, kind, predefined in EQUIPMENT
        ),
        systems=(
            System(global_id=GlobalId("SYS1"), name="S1", members=(GlobalId("AHU1"), GlobalId("FAN")), serves=("H-1",)),
            System(global_id=GlobalId("SYS2"), name="S2", members=(GlobalId("AHU2"),), serves=("H-2",)),
        ),
    )
