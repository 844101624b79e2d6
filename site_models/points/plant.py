"""Points of plant: air handling units and fans, heating and hot water, power; meters on Modbus.

Limits are assumptions: supply air 14–28 °C, filter change at 250 Pa, circuit pressure 1.2–2.0 bar, hot water stored
at 50 °C or more (55–60 °C at the store), mixed outlets at 43 °C or less, half an hour of UPS autonomy. The limits of a
set-point are also those of its orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from site_models.points.heartbeats import bacnet_heartbeat, heartbeat
from site_models.points.naming import bacnet, equipment_stem, make_point, point_id
from site_models.services import kinds
from site_models.services.kinds import of_kind
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.points import DataType, ModbusBinding, Point, Table

Limits = tuple[float | None, float | None]
Row = tuple[str, str, int, Limits]
"""Name, kind, object instance, limits."""

_NONE: Limits = (None, None)
_AHU: tuple[Row, ...] = (
    ("RUN", "fan_run", 1, _NONE),
    ("SUPPLY_T", "supply_temperature", 2, (14.0, 28.0)),
    ("EXTRACT_T", "extract_temperature", 3, _NONE),
    ("SUPPLY_SP", "supply_setpoint", 4, (14.0, 28.0)),
    ("SP_PRESSURE", "static_pressure", 5, _NONE),
    ("FILTER_DP", "filter_pressure", 6, (None, 250.0)),
    ("FAN", "fan_speed", 7, _NONE),
    ("FIRE_STOP", "fire_stop", 8, _NONE),
    ("HEAT_RECOVERY", "heat_recovery", 9, _NONE),
    ("FROST", "frost", 10, _NONE),
    ("OUTDOOR_DAMPER", "outdoor_damper", 11, _NONE),
)
_FAN: tuple[Row, ...] = (("RUN", "fan_run", 1, _NONE), ("FIRE_STOP", "fire_stop", 2, _NONE))
_CIRCUIT: tuple[Row, ...] = (
    ("SUPPLY_T", "circuit_supply", 1, _NONE),
    ("RETURN_T", "circuit_return", 2, _NONE),
    ("PRESSURE", "circuit_pressure", 3, (1.2, 2.0)),
    ("PUMP", "pump_run", 4, _NONE),
)
_STORE: tuple[Row, ...] = (
    ("STORE_T", "hot_water_store", 1, (50.0, None)),
    ("RETURN_T", "hot_water_return", 2, (50.0, None)),
    ("MIXED_T", "hot_water_mixed", 3, (None, 43.0)),
    ("LEGIONELLA", "legionella_cycle", 4, _NONE),
)
_UPS: tuple[Row, ...] = (("ON_BATTERY", "ups_on_battery", 1, _NONE), ("AUTONOMY", "ups_autonomy", 2, (30.0, None)))
# Type of meter, kind of its energy, kind of its power.
_METERS = (
    (kinds.POWER_METER, "electrical_energy", "electrical_power"),
    (kinds.HEAT_METER, "heat_energy", "heat_power"),
)


def air_points(facility: Facility, unit: Equipment, fans: Sequence[Equipment], device: str) -> list[Point]:
    """Uptime of a unit's controller, the unit, and the exhaust fans that it carries along from object 20 on."""
    points = [bacnet_heartbeat(facility, device), *_rows(facility, unit, _AHU, device)]
    for number, fan in enumerate(fans):
        points += _rows(facility, fan, _FAN, device, first=20 + 10 * number)
    return points


def fans_of(facility: Facility, unit: Equipment) -> list[Equipment]:
    """Sanitary exhaust fans whose first zone the unit serves."""
    serves = {member: system.serves for system in facility.systems for member in system.members if system.serves}
    own = set(serves.get(unit.global_id, ()))
    fans = of_kind(facility, kinds.SANITARY_FAN)
    return [fan for fan in fans if (zones := serves.get(fan.global_id)) and zones[0] in own]


def heating_points(facility: Facility, device: str) -> list[Point]:
    """Uptime, hot-water stores, circuits from object 10 on."""
    points = [bacnet_heartbeat(facility, device)]
    stores = of_kind(facility, kinds.HOT_WATER_STORE)
    for number, store in enumerate(stores):
        points += _rows(facility, store, _STORE, device, first=4 * number)
    beside = {f"P.{store.code}" for store in stores}
    pumps = [pump for pump in of_kind(facility, kinds.PUMP) if pump.code not in beside]
    for number, pump in enumerate(pumps, start=1):
        points += _rows(facility, pump, _CIRCUIT, device, first=10 * number)
    return points


def power_points(facility: Facility, device: str) -> list[Point]:
    """Uptime, mains, generator, UPS from object 10 on."""
    points = [bacnet_heartbeat(facility, device)]
    for kind, row in (
        (kinds.MAIN_BOARD, ("MAINS", "mains", 1, _NONE)),
        (kinds.GENERATOR, ("STATE", "generator", 2, _NONE)),
    ):
        for item in of_kind(facility, kind):
            points += _rows(facility, item, (row,), device)
    for number, ups in enumerate(of_kind(facility, kinds.UPS), start=1):
        points += _rows(facility, ups, _UPS, device, first=10 * number)
    return points


def meter_points(facility: Facility, device: str) -> list[Point]:
    """A Modbus meter gateway: uptime in input registers 0 and 1; energy and power of its i-th meter from 10 + 10·i."""
    beat = ModbusBinding(device=device, table=Table.INPUT_REGISTER, address=0, data_type=DataType.UINT32)
    points = [heartbeat(facility, device, beat)]
    number = 0
    for kind, energy, power in _METERS:
        for meter in of_kind(facility, kind):
            stem = equipment_stem(facility, meter)
            for name, what, place, scale, data_type in (
                ("ENERGY", energy, 0, 0.1, DataType.UINT32),
                ("POWER", power, 2, 1.0, DataType.FLOAT32),
            ):
                binding = ModbusBinding(
                    device=device,
                    table=Table.INPUT_REGISTER,
                    address=10 + 10 * number + place,
                    data_type=data_type,
                    scale=scale,
                )
                owner = meter.global_id if place == 0 else None
                points.append(make_point(facility, point_id(stem, name), what, meter.global_id, binding, device=owner))
            number += 1
    return points


def _rows(facility: Facility, item: Equipment, rows: Sequence[Row], device: str, *, first: int = 0) -> Iterator[Point]:
    stem = equipment_stem(facility, item)
    for place, (name, kind, instance, limits) in enumerate(rows):
        yield make_point(
            facility,
            point_id(stem, name),
            kind,
            item.global_id,
            bacnet(device, kind, first + instance),
            limits,
            device=item.global_id if place == 0 else None,
        )
