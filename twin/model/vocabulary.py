"""The words of the house: closed lists that every wing shares. Values are what files and JSON carry."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class SiteMode(StrEnum):
    """What stands behind the points. It is always on screen."""

    VIRTUAL = "virtual"
    EXERCISE = "exercise"
    LIVE = "live"


class Role(StrEnum):
    """What a person at the desk may do (see `twin.live.commands.PERMISSIONS`)."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ENGINEER = "engineer"
    PLANNER = "planner"
    TRAINER = "trainer"


class SpaceUse(StrEnum):
    """Use of a space; the codes of the room programmes (``UNKNOWN`` for models of others)."""

    CELL_SINGLE = "CELL-S"
    CELL_DOUBLE = "CELL-D"
    CELL_ACCESSIBLE = "CELL-DA"
    CELL_OBSERVATION = "CELL-O"
    CELL_PROTOTYPE = "CELL-P"
    ROOM_OPEN = "ROOM-O"
    HOTEL = "HOTEL"
    DAYROOM = "DAYROOM"
    LANDING = "LANDING"
    CORRIDOR = "CORRIDOR"
    STAIR = "STAIR"
    LIFT = "LIFT"
    SALLY = "SALLY"
    SEARCH = "SEARCH"
    CONTROL = "CONTROL"
    STAFF = "STAFF"
    MEET = "MEET"
    HEALTH = "HEALTH"
    CONTACT = "CONTACT"
    KIOSK = "KIOSK"
    PROGRAMME = "PROG"
    CLASS = "CLASS"
    LIBRARY = "LIBRARY"
    FAITH = "FAITH"
    SPORT = "SPORT"
    WORKSHOP = "WORKSHOP"
    PRACTICE = "PRACTICE"
    MUSEUM = "MUSEUM"
    ASSEMBLY = "ASSEMBLY"
    LOBBY = "LOBBY"
    WET = "WET"
    UTILITY = "UTIL"
    STORE = "STORE"
    TECHNICAL = "TECH"
    PLANT = "PLANT"
    YARD = "YARD"
    VOID = "VOID"
    UNKNOWN = "UNKNOWN"


CELLS = frozenset({SpaceUse.CELL_SINGLE, SpaceUse.CELL_DOUBLE, SpaceUse.CELL_ACCESSIBLE, SpaceUse.CELL_OBSERVATION})
SLEEPING = frozenset({SpaceUse.CELL_SINGLE, SpaceUse.CELL_DOUBLE, SpaceUse.CELL_ACCESSIBLE, SpaceUse.ROOM_OPEN})
"""Uses whose capacity counts as certified places; an observation cell's does not."""
CIRCULATION = frozenset(
    {SpaceUse.LANDING, SpaceUse.CORRIDOR, SpaceUse.STAIR, SpaceUse.LIFT, SpaceUse.SALLY, SpaceUse.SEARCH}
)


DETAINED = CELLS | {SpaceUse.ROOM_OPEN}
"""Uses in which prisoners sleep."""


class UseCondition(StrEnum):
    """Freedom of movement in a place of detention (NFPA 101, 22.1.4, use conditions I to V); prototypes excepted.

    ``NOT_DETENTION``: everybody may leave, as in any other building. ``UNKNOWN``: the model does not say.
    """

    UNKNOWN = ""
    NOT_DETENTION = "none"
    FREE_EGRESS = "I"
    ZONED_EGRESS = "II"
    ZONED_IMPEDED = "III"
    IMPEDED = "IV"
    CONTAINED = "V"


OPEN_CONDITIONS = frozenset({UseCondition.NOT_DETENTION, UseCondition.FREE_EGRESS})
"""Conditions under which people leave without anybody's help: their exits must never stay locked."""


class LinkKind(StrEnum):
    """A way between storeys, or between spaces without a door."""

    STAIR = "stair"
    LIFT = "lift"
    OPENING = "opening"


class FailMode(StrEnum):
    """What a lock does when its power fails; a property of each door with a named authority, never a code default."""

    FAIL_SECURE = "fail-secure"
    FAIL_SAFE = "fail-safe"
    NONE = "none"


class FireAction(StrEnum):
    """What panel, PLC and hardware do with a door on fire alarm; never done by Gatehouse."""

    STAYS_LOCKED = "stays-locked"
    CLOSES = "closes"
    UNLOCKS = "unlocks"
    RECALL = "recall"
    NONE = "none"


class JoinSource(StrEnum):
    """Where we know from which two spaces a door joins."""

    BOUNDARY = "boundary"
    GEOMETRY = "geometry"
    BOTH = "both"
    MANUAL = "manual"


class Confidence(StrEnum):
    """How sure we are of the two spaces."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


class Quality(IntEnum):
    """Why a reading can or cannot be trusted. Anything but GOOD carries no value."""

    GOOD = 0
    NEVER_READ = 1
    STALE = 2
    TIMEOUT = 3
    DEVICE_ERROR = 4
    NOT_CONNECTED = 5
    DECODE = 6
    DROPPED = 7
    GAP = 8


class Access(StrEnum):
    """What our side may do with a point."""

    READ = "read"
    COMMAND = "command"


class SafetyClass(StrEnum):
    """LIFE_SAFETY is never writable, in any mode, whatever the configuration says."""

    ORDINARY = "ordinary"
    SECURITY = "security"
    LIFE_SAFETY = "life_safety"


class DoorState(StrEnum):
    """What an operator must know of a door at a glance. Derived in `twin.live.state`."""

    LOCKED = "locked"
    CLOSED = "closed"  # shut but not locked
    OPEN = "open"
    MOVING = "moving"
    HELD = "held"  # open longer than allowed
    FORCED = "forced"
    FAULT = "fault"
    UNKNOWN = "unknown"  # no communication, or too old
    UNMONITORED = "unmonitored"  # no point is bound to this door


class DoorAction(StrEnum):
    """What an operator may ask of one door."""

    LOCK = "lock"
    UNLOCK = "unlock"
    PULSE_UNLOCK = "pulse-unlock"


class AlarmState(StrEnum):
    """The eight alarm states of ISA-18.2 (ANSI/ISA-18.2-2016, figure of the alarm state model)."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned-unacknowledged"
    LATCHED = "latched"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed-by-design"
    OUT_OF_SERVICE = "out-of-service"


class RollSource(StrEnum):
    """How a head count came about."""

    COUNTED = "counted"
    EXPECTED = "expected"
    UNKNOWN = "unknown"


class Provenance(StrEnum):
    """Where a figure comes from."""

    PUBLISHED = "published"
    ASSUMED = "assumed"
    MEASURED = "measured"
