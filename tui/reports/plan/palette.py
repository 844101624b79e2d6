"""Tables of a plan's colours and kinds. Colour is never alone: rooms carry names, zones keys, locks shapes.

The strong colours are those of Okabe and Ito (jfly.uni-koeln.de/color, 2008), told apart by colour-blind readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.model.doors import Door
from twin.model.vocabulary import CELLS, FailMode, SpaceUse

EXIT_COLOUR, SMOKE_COLOUR, EQUIPMENT_COLOUR = "#00694b", "#a3123f", "#5b3a8c"


@dataclass(frozen=True, slots=True)
class UseGroup:
    """Uses that share a fill on the plan."""

    name: str
    fill: str
    uses: frozenset[SpaceUse]
    texture: str = ""


_U = SpaceUse
USE_GROUPS = (
    UseGroup("Sleeping", "#fbf0d4", CELLS | {_U.CELL_PROTOTYPE, _U.ROOM_OPEN, _U.HOTEL}),
    UseGroup("Shared living", "#e4eed2", frozenset({_U.DAYROOM, _U.KIOSK, _U.SPORT, _U.FAITH, _U.ASSEMBLY, _U.MUSEUM})),
    UseGroup(
        "Work and learning",
        "#cfe5df",
        frozenset({_U.PROGRAMME, _U.CLASS, _U.LIBRARY, _U.WORKSHOP, _U.PRACTICE}),
    ),
    UseGroup("Staff and meetings", "#dbe7f4", frozenset({_U.STAFF, _U.MEET, _U.CONTACT})),
    UseGroup("Health", "#f9dfd8", frozenset({_U.HEALTH})),
    UseGroup("Control and search", "#e6daec", frozenset({_U.CONTROL, _U.SALLY, _U.SEARCH}), "fine"),
    UseGroup("Circulation", "#f5f5f3", frozenset({_U.LANDING, _U.CORRIDOR, _U.LOBBY})),
    UseGroup("Stair, shaft", "#ececf0", frozenset({_U.STAIR, _U.LIFT})),
    UseGroup("Wet, laundry, store", "#e2e8ea", frozenset({_U.WET, _U.UTILITY, _U.STORE})),
    UseGroup("Technical", "#dcdcdc", frozenset({_U.TECHNICAL, _U.PLANT}), "hatch"),
    UseGroup("Yard", "#f3f7ee", frozenset({_U.YARD}), "dots"),
    UseGroup("Other", "#fcfbf8", frozenset({_U.VOID, _U.UNKNOWN})),
)
GROUP_OF = {use: group for group in USE_GROUPS for use in group.uses}
OTHER = USE_GROUPS[-1]

ZONE_TINTS = (
    "#b9dcf2", "#f7d58f", "#a9e0cc", "#eec3da", "#f3efa6", "#e9b498", "#c3c6ea", "#cbe3a4",
    "#e0d3c2", "#9fd3d9", "#dcb8e6", "#d9d9d9",
)  # fmt: skip
"""Tints that differ in lightness as well as in hue; they come again after the last, the keys do not."""


class Lock(StrEnum):
    """What a plan tells of a door's lock."""

    SECURE = "Locked without power (fail-secure)"
    SAFE = "Released without power (fail-safe)"
    MOTOR = "Motor lock, interlock"
    HOLD_OPEN = "Magnetic hold-open, closes on fire"
    MECHANICAL = "Key or latch only"
    NONE = "No lock known"


LOCK_COLOURS = {
    Lock.SECURE: "#0072b2",
    Lock.SAFE: "#00845f",
    Lock.MOTOR: "#c24e00",
    Lock.HOLD_OPEN: "#a8447f",
    Lock.MECHANICAL: "#5c6066",
    Lock.NONE: "#5c6066",
}


def lock_of(door: Door) -> Lock:
    """The kind of lock by its type and by what it does without power; the most telling property wins."""
    type_ = door.lock_type.upper()
    if type_.startswith(("MOT-", "MOTOR")) or door.interlock_group:
        return Lock.MOTOR
    if "MAG" in type_:
        return Lock.HOLD_OPEN
    if door.fail_mode is FailMode.FAIL_SAFE:
        return Lock.SAFE
    if door.fail_mode is FailMode.FAIL_SECURE:
        return Lock.SECURE
    return Lock.MECHANICAL if type_.strip("-– ") else Lock.NONE


SECURITY_EQUIPMENT = {
    "IfcController": ("CO", "Controller"),
    "IfcUnitaryControlElement": ("UC", "Control unit"),
    "IfcAlarm": ("AL", "Alarm"),
    "IfcCommunicationsAppliance": ("CM", "Communication"),
    "IfcAudioVisualAppliance": ("AV", "Camera, audio, video"),
    "IfcSensor": ("SE", "Sensor"),
    "IfcActuator": ("AC", "Actuator"),
}
"""IFC class → letters on the plan and name in the legend."""

OTHER_EQUIPMENT = ("EQ", "Other equipment")

UNLABELLED = frozenset({_U.CONTROL, _U.SALLY, _U.SEARCH, _U.TECHNICAL})
"""Rooms that a redacted plan shows as outlines only: where a site is watched, entered, searched and switched."""
WAYS_UP = frozenset({_U.STAIR, _U.LIFT})
"""Also without label when redacted: they are the escape routes."""
