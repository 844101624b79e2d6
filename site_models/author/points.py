"""Points in the model: a sensor or actuator for every value that is no value of a device already there, with GH_Point.

GH_Point says what BACnet object or Modbus register the value lives in; GH_Device, on the controller, how that device is
spoken to. ``Element`` is the GlobalId of what the value is about. A sensor is contained in the space where that is; one
of a door or of equipment is assigned to it as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from site_models.author.equipment import make_type
from site_models.author.model import Entity, Model
from site_models.author.properties import Value, set_properties
from site_models.layout import Layout
from site_models.services.kinds import Kind
from twin.model.ids import GlobalId, is_outside
from twin.model.points import BacnetBinding, ModbusBinding, Point
from twin.model.vocabulary import Access

_SIZE_M = (0.08, 0.03, 0.08)
"""Body of a sensor or actuator (assumption)."""
_SENSORS: Mapping[str, str] = {
    "temperature": "TEMPERATURESENSOR",
    "supply_temperature": "TEMPERATURESENSOR",
    "extract_temperature": "TEMPERATURESENSOR",
    "circuit_supply": "TEMPERATURESENSOR",
    "circuit_return": "TEMPERATURESENSOR",
    "hot_water_store": "TEMPERATURESENSOR",
    "hot_water_return": "TEMPERATURESENSOR",
    "hot_water_mixed": "TEMPERATURESENSOR",
    "co2": "CO2SENSOR",
    "humidity": "HUMIDITYSENSOR",
    "noise": "SOUNDSENSOR",
    "presence": "MOVEMENTSENSOR",
    "perimeter_alarm": "MOVEMENTSENSOR",
    "smoke_detector": "SMOKESENSOR",
    "static_pressure": "PRESSURESENSOR",
    "filter_pressure": "PRESSURESENSOR",
    "dust_pressure": "PRESSURESENSOR",
    "circuit_pressure": "PRESSURESENSOR",
    "mist_flow": "FLOWSENSOR",
    "leak": "MOISTURESENSOR",
    "frost": "FROSTSENSOR",
    "door_position": "CONTACTSENSOR",
    "lock_status": "CONTACTSENSOR",
    "deadlock": "CONTACTSENSOR",
    "tamper": "CONTACTSENSOR",
    "key_override": "CONTACTSENSOR",
    "night_lock": "CONTACTSENSOR",
    "window_contact": "CONTACTSENSOR",
    "emergency_stop": "CONTACTSENSOR",
    "perimeter_tamper": "CONTACTSENSOR",
    "damper_position": "CONTACTSENSOR",
}
"""Kind of point → IfcSensorTypeEnum; everything else is USERDEFINED with the kind's label."""


_DETECTOR = "smoke_detector"
_ORDERS = frozenset({"supply_setpoint", "response_dispatch"})
"""Kinds of point that order without moving anything themselves."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sensor is: the container that holds it, and its placement."""

    container: GlobalId
    placement: Entity


class _Places:
    """Finds the place of every sensor; sensors of one subject share a placement."""

    def __init__(
        self, model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity], devices: Mapping[str, GlobalId]
    ) -> None:
        self._model, self._facility, self._storeys, self._devices = model, layout.facility, storeys, devices
        self._equipment = {item.global_id: item for item in layout.facility.equipment}
        self._found: dict[tuple[GlobalId, bool], _Place] = {}

    def of(self, point: Point) -> _Place:
        """Beside the door or equipment, at a wall of the room or below its ceiling, else beside the controller."""
        key = (point.element, point.kind == _DETECTOR)
        if key not in self._found:
            self._found[key] = self._place(point)
        return self._found[key]

    def _place(self, point: Point) -> _Place:
        facility = self._facility
        door = facility.door_by_id.get(point.element)
        if door is not None:
            indoors = next((node for node in door.joins or () if not is_outside(node)), door.storey)
            x, y = door.centre
            level = facility.storey_by_id[door.storey].elevation_m
            return self._at(indoors, door.storey, (x, y, level + door.clear_height_m))
        space = facility.space_by_id.get(point.element)
        if space is not None:
            x, y = space.centre
            if point.kind == _DETECTOR:
                under_m = space.floor_m + space.height_m - _SIZE_M[2]
                return self._at(space.global_id, space.storey, (round(x, 4), round(y - 0.5, 4), under_m))
            low = min(corner[1] for corner in space.polygon)
            return self._at(space.global_id, space.storey, (round(x, 4), round(low + 0.05, 4), space.floor_m + 1.5))
        assert point.binding is not None  # every point of a declared register is bound
        item = self._equipment.get(point.element) or self._equipment[self._devices[point.binding.device]]
        return self._at(item.space or item.storey, item.storey, item.position)

    def _at(self, container: GlobalId, storey: GlobalId, at: tuple[float, float, float]) -> _Place:
        entity = self._storeys[storey]
        x, y, z = at
        return _Place(container, self._model.placement(entity.ObjectPlacement, (x, y, round(z - entity.Elevation, 4))))


def make_points(
    model: Model,
    layout: Layout,
    storeys: Mapping[GlobalId, Entity],
    spaces: Mapping[GlobalId, Entity],
    doors: Mapping[str, Entity],
    equipment: Mapping[GlobalId, Entity],
) -> dict[GlobalId, list[Entity]]:
    """Every point of the register; returns sensors and actuators by the GlobalId of their controller."""
    devices = {device.name: device.global_id for device in layout.register.devices}
    places = _Places(model, layout, storeys, devices)
    subjects = {door.global_id: doors[door.code] for door in layout.facility.doors} | dict(equipment)
    types: dict[str, tuple[Entity, Entity]] = {}
    of_type: dict[str, list[Entity]] = {}
    contained: dict[GlobalId, list[Entity]] = {}
    assigned: dict[GlobalId, list[Entity]] = {}
    of_controller: dict[GlobalId, list[Entity]] = {}
    for point in layout.register.points:
        entity = equipment.get(point.global_id)
        if entity is None:
            if point.kind not in types:
                types[point.kind] = make_type(model, _kind_of(point))
            place = places.of(point)
            entity = _make(model, point, place.placement, types[point.kind][1])
            of_type.setdefault(point.kind, []).append(entity)
            contained.setdefault(place.container, []).append(entity)
            if point.element in subjects:
                assigned.setdefault(point.element, []).append(entity)
            assert point.binding is not None
            of_controller.setdefault(devices[point.binding.device], []).append(entity)
        set_properties(model, entity, point.id, "GH_Point", _properties(point))
    for kind, members in of_type.items():
        model.relate("IfcRelDefinesByType", f"point/{kind}", "RelatingType", types[kind][0], "RelatedObjects", members)
    for container, members in contained.items():
        model.contain(f"{container}/points", spaces.get(container) or storeys[container], members)
    for subject, members in assigned.items():
        name = f"points/{subject}"
        model.relate("IfcRelAssignsToProduct", name, "RelatingProduct", subjects[subject], "RelatedObjects", members)
    _make_devices(model, layout, equipment)
    return of_controller


def _make_devices(model: Model, layout: Layout, equipment: Mapping[GlobalId, Entity]) -> None:
    for device in layout.register.devices:
        values: dict[str, Value] = {
            "Device": device.name,
            "Protocol": device.protocol.value,
            "Instance": device.instance,
            "Station": device.station,
        }
        set_properties(model, equipment[device.global_id], device.name, "GH_Device", values)


def _kind_of(point: Point) -> Kind:
    if point.kind in _ORDERS:
        return Kind("IfcActuator", "USERDEFINED", point.meaning.label, _SIZE_M)
    if point.meaning.access is Access.COMMAND:
        return Kind("IfcActuator", "ELECTRICACTUATOR", point.meaning.label, _SIZE_M)
    return Kind("IfcSensor", _SENSORS.get(point.kind, "USERDEFINED"), point.meaning.label, _SIZE_M)


def _make(model: Model, point: Point, placement: Entity, body_map: Entity) -> Entity:
    kind = _kind_of(point)
    return model.root(
        kind.ifc_class,
        "point",
        point.id,
        Name=point.id,
        ObjectType=kind.type,
        ObjectPlacement=placement,
        Representation=model.mapped_shape(body_map),
        PredefinedType=kind.predefined_type,
    )


def _properties(point: Point) -> dict[str, Value]:
    meaning = point.meaning
    values: dict[str, Value] = {
        "Point": point.id,
        "Kind": point.kind,
        "Unit": meaning.unit,
        "Element": point.element,
        "Access": meaning.access.value,
        "SafetyClass": meaning.safety.value,
        "States": point.states,
    }
    values |= {key: limit for key, limit in (("LowLimit", point.low), ("HighLimit", point.high)) if limit is not None}
    match point.binding:
        case BacnetBinding() as at:
            values |= {
                "Protocol": "bacnet",
                "Device": at.device,
                "ObjectType": at.object_type,
                "ObjectInstance": at.object_instance,
                "Property": at.property,
            }
        case ModbusBinding() as at:
            values |= {
                "Protocol": "modbus",
                "Device": at.device,
                "Table": at.table.value,
                "Address": at.address,
                "DataType": at.data_type.value,
                "Bit": at.bit,
                "Invert": at.invert,
                "WordOrder": at.word_order,
                "ByteOrder": at.byte_order,
                "Scale": at.scale,
                "Offset": at.offset,
            }
    return values
