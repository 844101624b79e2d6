"""Points of rooms, on a BACnet room controller for every wing of a storey: templates by use and by what stands there.

Object instances are room × 100 + template, so that an added template moves nothing. Limits are assumptions in line with
the project's indoor climate defaults: cells alarm below 18 or above 27 °C, workshops are kept at 17–20, sport at 16–18,
server rooms alarm above 27 °C; CO₂ of 1 500 ppm is about category III of EN 16798-1; noise above 70 dB(A), museum
humidity outside 45–55 %, dust extraction outside 50–250 Pa.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_models.points.heartbeats import bacnet_heartbeat
from site_models.points.naming import bacnet, equipment_stem, make_point, point_id, space_stem
from site_models.services import kinds
from site_models.services.kinds import Kind
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.points import Point
from twin.model.spaces import Space
from twin.model.vocabulary import CELLS, SpaceUse

Limits = tuple[float | None, float | None]

_NO_SENSOR = frozenset(
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
_WITH_SENSOR = frozenset(SpaceUse) - _NO_SENSOR
_OF_CELLS = CELLS | {SpaceUse.CELL_PROTOTYPE}
_WITH_CO2 = CELLS | {
    SpaceUse.ROOM_OPEN,
    SpaceUse.LANDING,
    SpaceUse.DAYROOM,
    SpaceUse.WORKSHOP,
    SpaceUse.CLASS,
    SpaceUse.PROGRAMME,
    SpaceUse.SPORT,
    SpaceUse.FAITH,
    SpaceUse.LIBRARY,
    SpaceUse.ASSEMBLY,
    SpaceUse.PRACTICE,
}
_SHARED = frozenset({SpaceUse.LANDING, SpaceUse.DAYROOM})

_TEMP_LIMITS_C: Mapping[SpaceUse, Limits] = {
    **dict.fromkeys(CELLS, (18.0, 27.0)),
    SpaceUse.WORKSHOP: (15.0, 22.0),
    SpaceUse.SPORT: (14.0, 20.0),
    SpaceUse.TECHNICAL: (15.0, 27.0),
}
_OTHER_TEMP_LIMITS_C: Limits = (18.0, 26.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A point of every space of some uses, or of every space in which a kind of equipment stands.

    ``is_of_device``: the value is the equipment's own, so that it needs no sensor.
    """

    number: int
    name: str
    kind: str
    uses: frozenset[SpaceUse] = frozenset()
    beside: Kind | None = None
    limits: Limits = (None, None)
    is_of_device: bool = False


TEMPLATES = (
    Template(number=1, name="ROOM/TEMP", kind="temperature", uses=_WITH_SENSOR),
    Template(number=2, name="ROOM/CO2", kind="co2", uses=_WITH_CO2, limits=(None, 1500.0)),
    Template(number=3, name="ROOM/RH", kind="humidity", uses=frozenset({SpaceUse.MUSEUM}), limits=(45.0, 55.0)),
    Template(number=4, name="ROOM/VALVE", kind="radiator_valve", beside=kinds.RADIATOR),
    Template(number=5, name="ROOM/WINDOW", kind="window_contact", uses=CELLS | {SpaceUse.ROOM_OPEN}),
    Template(number=6, name="LIGHT/SWITCH", kind="light", uses=_OF_CELLS),
    Template(number=7, name="LIGHT/NIGHT", kind="night_light", uses=_OF_CELLS),
    Template(number=8, name="ROOM/SOCKETS", kind="socket_power", uses=_OF_CELLS),
    Template(number=9, name="ROOM/WATER", kind="water_inhibit", uses=_OF_CELLS),
    Template(number=10, name="ROOM/LEAK", kind="leak", uses=_OF_CELLS | {SpaceUse.WET, SpaceUse.PLANT}),
    Template(number=11, name="ROOM/PIR", kind="presence", uses=_SHARED),
    Template(number=12, name="ROOM/NOISE", kind="noise", uses=_SHARED, limits=(None, 70.0)),
    Template(number=13, name="CAMERA/HEALTH", kind="camera", beside=kinds.CAMERA, is_of_device=True),
    Template(number=14, name="DURESS/BUTTON", kind="duress", beside=kinds.DURESS_BUTTON, is_of_device=True),
    Template(number=15, name="DUST/DP", kind="dust_pressure", beside=kinds.DUST_FAN, limits=(50.0, 250.0)),
    Template(number=16, name="DUST/RUN", kind="extraction_run", beside=kinds.DUST_FAN, is_of_device=True),
    Template(number=17, name="MACHINE/ENABLE", kind="machine_enable", uses=frozenset({SpaceUse.WORKSHOP})),
    Template(number=18, name="MACHINE/ESTOP", kind="emergency_stop", uses=frozenset({SpaceUse.WORKSHOP})),
    Template(number=19, name="TOOLS/OUT", kind="tool_count", beside=kinds.TOOL_BOARD, is_of_device=True),
    Template(number=20, name="SIGN/OUT", kind="signed_out", beside=kinds.SIGN_IN, is_of_device=True),
    Template(number=21, name="SIGN/LATE", kind="late_returns", beside=kinds.SIGN_IN),
    Template(number=24, name="SIGN/NEXT", kind="next_return", beside=kinds.SIGN_IN),
    Template(number=22, name="FENCE/ALARM", kind="perimeter_alarm", beside=kinds.FENCE_UNIT, is_of_device=True),
    Template(number=23, name="FENCE/TAMPER", kind="perimeter_tamper", beside=kinds.FENCE_UNIT),
)
_FIRST_UNIT = 30
MOST_IN_A_ROOM = 7
"""Portals and kiosks of a room take ten numbers each from `_FIRST_UNIT` on; the next room begins at 100."""
_DEVICES = (
    (
        kinds.PORTAL,
        (
            ("IN", "portal_in", (None, None)),
            ("OUT", "portal_out", (None, None)),
            ("RATE", "portal_alarm_rate", (5.0, 20.0)),
            ("ALARM", "portal_alarm", (None, None)),
            ("FAULT", "portal_fault", (None, None)),
        ),
    ),
    (
        kinds.KIOSK,
        (
            ("ONLINE", "kiosk_online", (None, None)),
            ("SESSION", "kiosk_session", (None, None)),
            ("QUEUE", "kiosk_queue", (None, None)),
        ),
    ),
)


def room_groups(facility: Facility, standing: Standing) -> dict[tuple[str, str], list[Space]]:
    """Spaces that have points, by storey and wing (the second part of their regime's name: level and wing)."""
    groups: dict[tuple[str, str], list[Space]] = {}
    for space in facility.spaces:
        if any(True for _ in _templates_of(space, standing)) or _units(space, standing):
            parts = space_stem(facility, space).split("/")
            groups.setdefault((space.storey, parts[2]), []).append(space)
    return groups


class Standing:
    """Which equipment stands in which space."""

    def __init__(self, facility: Facility) -> None:
        self._by_type: dict[tuple[str | None, str], list[Equipment]] = {}
        for item in facility.equipment:
            self._by_type.setdefault((item.space, item.type), []).append(item)

    def of(self, space: Space, kind: Kind) -> Sequence[Equipment]:
        """Equipment of a kind in a space."""
        return self._by_type.get((space.global_id, kind.type), ())


def room_points(facility: Facility, spaces: Sequence[Space], standing: Standing, device: str) -> list[Point]:
    """Uptime of a room controller and the points of its rooms."""
    points = [bacnet_heartbeat(facility, device)]
    for number, space in enumerate(spaces, start=1):
        points += _of_space(facility, space, standing, device, 100 * number)
    return points


def _of_space(facility: Facility, space: Space, standing: Standing, device: str, first: int) -> Iterator[Point]:
    stem = space_stem(facility, space)
    for template in _templates_of(space, standing):
        owner = standing.of(space, template.beside)[0] if template.beside and template.is_of_device else None
        limits = template.limits
        if template.kind == "temperature":
            limits = _TEMP_LIMITS_C.get(space.use, _OTHER_TEMP_LIMITS_C)
        yield make_point(
            facility,
            point_id(stem, template.name),
            template.kind,
            space.global_id,
            bacnet(device, template.kind, first + template.number),
            limits,
            device=owner.global_id if owner else None,
        )
    for start, unit, rows in _units(space, standing):
        for place, (name, kind, limits) in enumerate(rows):
            yield make_point(
                facility,
                point_id(equipment_stem(facility, unit), name),
                kind,
                unit.global_id,
                bacnet(device, kind, first + start + place),
                limits,
                device=unit.global_id if place == 0 else None,
            )


def _templates_of(space: Space, standing: Standing) -> Iterator[Template]:
    for template in TEMPLATES:
        applies = bool(standing.of(space, template.beside)) if template.beside else space.use in template.uses
        if applies and (template.kind != "window_contact" or space.window_m2 > 0):
            yield template


def _units(space: Space, standing: Standing) -> list[tuple[int, Equipment, tuple[tuple[str, str, Limits], ...]]]:
    units = [(unit, rows) for kind, rows in _DEVICES for unit in standing.of(space, kind)]
    return [(_FIRST_UNIT + 10 * place, unit, rows) for place, (unit, rows) in enumerate(units)]
