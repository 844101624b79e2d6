"""Points of rooms, air handling, fire panel and site controller: all on BACnet.

Limits are assumptions in line with the project's indoor climate defaults: cells alarm below 18 or above 27 °C,
workshops are kept at 17–20, sport at 16–18, server rooms alarm above 27 °C; CO₂ of 1 500 ppm is about category III of
EN 16798-1.
"""

from __future__ import annotations

from collections.abc import Mapping

from site_models.door_points import ANY, ascii_word, heartbeat_point, point_id, split_code
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.points import BacnetBinding, Point
from twin.model.spaces import Space, Storey
from twin.model.vocabulary import CELLS, SpaceUse

UNHEATED = frozenset(
    {
        SpaceUse.STAIR,
        SpaceUse.LIFT,
        SpaceUse.STORE,
        SpaceUse.UTILITY,
        SpaceUse.WET,
        SpaceUse.PLANT,
        SpaceUse.YARD,
        SpaceUse.VOID,
        SpaceUse.UNKNOWN,
    }
)
"""Uses without a room sensor."""
WITH_CO2 = CELLS | {
    SpaceUse.DAYROOM,
    SpaceUse.WORKSHOP,
    SpaceUse.CLASS,
    SpaceUse.PROGRAMME,
    SpaceUse.SPORT,
    SpaceUse.FAITH,
    SpaceUse.LIBRARY,
}
NO_DESTINATION = frozenset({SpaceUse.STAIR, SpaceUse.LIFT, SpaceUse.STORE, SpaceUse.PLANT, SpaceUse.VOID})
"""Uses to which nobody sends the response team."""
BASE = "base"

CO2_HIGH_PPM = 1500.0
_TEMP_LIMITS_C: Mapping[SpaceUse, tuple[float, float]] = {
    **dict.fromkeys(CELLS, (18.0, 27.0)),
    SpaceUse.WORKSHOP: (15.0, 22.0),
    SpaceUse.SPORT: (14.0, 20.0),
    SpaceUse.TECHNICAL: (15.0, 27.0),
}
_OTHER_LIMITS_C = (18.0, 26.0)

# Point, kind, object type, low, high (assumptions: supply air 14–28 °C, filter change at 250 Pa). The limits of a
# set-point are also those of its orders.
_AHU_POINTS: tuple[tuple[str, str, str, float | None, float | None], ...] = (
    ("RUN", "fan_run", "binary-input", None, None),
    ("SUPPLY_T", "supply_temperature", "analog-input", 14.0, 28.0),
    ("EXTRACT_T", "extract_temperature", "analog-input", None, None),
    ("SUPPLY_SP", "supply_setpoint", "analog-value", 14.0, 28.0),
    ("SP_PRESSURE", "static_pressure", "analog-input", None, None),
    ("FILTER_DP", "filter_pressure", "analog-input", None, 250.0),
    ("FAN", "fan_speed", "analog-input", None, None),
    ("FIRE_STOP", "fire_stop", "binary-input", None, None),
)
AHU = "AHU-01"

# Point, kind, object type, whether its states are the places of the response team.
_SITE_POINTS = (
    ("EXERCISE_DAY", "exercise_day", "analog-input", False),
    ("EXERCISE_SECOND", "exercise_second", "analog-input", False),
    ("EXERCISE_SPEED", "exercise_speed", "analog-input", False),
    ("RESPONSE_DISPATCH", "response_dispatch", "multi-state-value", True),
    ("RESPONSE_POSITION", "response_position", "multi-state-input", True),
    ("RESPONSE_COUNT", "response_count", "analog-input", False),
)


def has_sensors(facility: Facility, storey: Storey) -> bool:
    """Whether any room of a storey has a sensor."""
    return any(space.storey == storey.global_id and space.use not in UNHEATED for space in facility.spaces)


def room_points(facility: Facility, storey: Storey, device: str) -> list[Point]:
    """Uptime of the room controller of a storey, temperature and CO₂ of its rooms."""
    points = [heartbeat_point(facility, device, storey.global_id)]
    for space in facility.spaces:
        if space.storey != storey.global_id or space.use in UNHEATED:
            continue
        stem = point_id(facility.code, *split_code(facility, space.code, storey.name), "ROOM")
        low, high = _TEMP_LIMITS_C.get(space.use, _OTHER_LIMITS_C)
        kinds: list[tuple[str, str, float | None, float]] = [("TEMP", "temperature", low, high)]
        if space.use in WITH_CO2:
            kinds.append(("CO2", "co2", None, CO2_HIGH_PPM))
        for name, kind, lowest, highest in kinds:
            # Analog-input 0 is the uptime, the first of the points.
            binding = BacnetBinding(device=device, object_type="analog-input", object_instance=len(points))
            points.append(
                Point(
                    id=point_id(stem, name),
                    kind=kind,
                    element=space.global_id,
                    binding=binding,
                    low=lowest,
                    high=highest,
                )
            )
    return points


def ahu_points(facility: Facility, device: str) -> list[Point]:
    """The air handling unit of the first wing; it stands in the plant room, or in the building."""
    room = _plant_room(facility)
    element = room.global_id if room else facility.buildings[0].global_id
    place = split_code(facility, room.code, facility.level_of(room)) if room else (ANY, ANY, ANY)
    stem = point_id(facility.code, *place, AHU)
    points = [heartbeat_point(facility, device, element)]
    for number, (name, kind, object_type, low, high) in enumerate(_AHU_POINTS, start=1):
        binding = BacnetBinding(device=device, object_type=object_type, object_instance=number)
        points.append(Point(id=point_id(stem, name), kind=kind, element=element, binding=binding, low=low, high=high))
    return points


def fire_points(facility: Facility, device: str) -> list[Point]:
    """One LifeSafetyZone object per smoke compartment."""
    points = [heartbeat_point(facility, device, _site_element(facility))]
    zones = [zone for zone in facility.zones if zone.purpose == "smoke" and zone.members]
    for number, zone in enumerate(zones, start=1):
        first = facility.space_by_id[zone.members[0]]
        level, wing, _ = split_code(facility, first.code, facility.level_of(first))
        points.append(
            Point(
                id=point_id(facility.code, level, wing, ANY, ascii_word(zone.name), "FIRE"),
                kind="fire_zone",
                element=zone.global_id,
                binding=BacnetBinding(device=device, object_type="life-safety-zone", object_instance=number),
            )
        )
    return points


def site_points(facility: Facility, device: str) -> list[Point]:
    """Exercise clock and response team. States of the team's places: the base, then space codes in order."""
    element = _site_element(facility)
    codes = sorted(space.code for space in facility.spaces if space.use not in NO_DESTINATION)
    points = [heartbeat_point(facility, device, element)]
    for number, (name, kind, object_type, has_places) in enumerate(_SITE_POINTS, start=1):
        points.append(
            Point(
                id=point_id(facility.code, ANY, ANY, ANY, "SITE", name),
                kind=kind,
                element=element,
                binding=BacnetBinding(device=device, object_type=object_type, object_instance=number),
                states=(BASE, *codes) if has_places else (),
            )
        )
    return points


def _plant_room(facility: Facility) -> Space | None:
    rooms = [space for space in facility.spaces if space.use is SpaceUse.PLANT]
    return min(rooms, key=lambda space: space.code, default=None)


def _site_element(facility: Facility) -> GlobalId:
    return facility.site_id or facility.buildings[0].global_id
