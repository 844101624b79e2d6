"""Points, their bindings to devices, readings and commands. Reading and writing are different types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from twin.model.ids import GlobalId, PointId
from twin.model.vocabulary import Access, Quality, Role, SafetyClass


class Freshness(StrEnum):
    """Age class of a point: how long after the last proof of life it still counts."""

    SECURITY = "security"  # doors and life safety: 10 s
    PLANT = "plant"  # 3 cycles
    METER = "meter"  # 2 intervals


SECURITY_AGE_LIMIT_S = 10.0


def age_limit_s(freshness: Freshness, cycle_s: float) -> float:
    """Age [s] beyond which a point is UNKNOWN: doors and life safety 10 s, plant 3 cycles, meters 2 intervals."""
    match freshness:
        case Freshness.SECURITY:
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


_OFF_ON = ("off", "on")
_S, _P = Freshness.SECURITY, Freshness.PLANT
_SEC, _LIFE = SafetyClass.SECURITY, SafetyClass.LIFE_SAFETY

# States of door kinds follow BACnetDoorStatus, BACnetLockStatus and BACnetDoorValue (ASHRAE 135, clause 21).
POINT_KINDS: Mapping[str, PointKind] = {
    kind.key: kind
    for kind in (
        PointKind("door_position", "door position", states=("closed", "open", "unknown"), freshness=_S, safety=_SEC),
        PointKind(
            "lock_status",
            "lock bolt",
            states=("locked", "unlocked", "lock fault", "unused", "unknown"),
            freshness=_S,
            safety=_SEC,
        ),
        PointKind("deadlock", "deadlock", states=("not thrown", "thrown"), freshness=_S, safety=_SEC),
        PointKind("tamper", "tamper", states=("normal", "tamper"), freshness=_S, safety=_SEC),
        PointKind("door_fault", "door fault", states=("normal", "fault"), freshness=_S, safety=_SEC),
        PointKind("key_override", "key override", states=("normal", "key used"), freshness=_S, safety=_SEC),
        PointKind("night_lock", "night lock", states=("off", "thrown"), freshness=_S, safety=_SEC),
        PointKind("cell_call", "cell call", states=("idle", "calling"), freshness=_S, safety=_SEC),
        PointKind(
            "door_command",
            "door command",
            states=("lock", "unlock", "pulse unlock"),
            freshness=_S,
            access=Access.COMMAND,
            safety=_SEC,
        ),
        PointKind(
            "interlock_state",
            "interlock",
            states=("idle", "in use", "override", "violation"),
            freshness=_S,
            safety=_SEC,
        ),
        PointKind(
            "fire_zone", "fire zone", states=("quiet", "pre-alarm", "alarm", "fault"), freshness=_S, safety=_LIFE
        ),
        PointKind("temperature", "temperature", "degC"),
        PointKind("co2", "CO₂", "ppm"),
        PointKind("supply_temperature", "supply air temperature", "degC"),
        PointKind("extract_temperature", "extract air temperature", "degC"),
        PointKind("supply_setpoint", "supply air set-point", "degC", access=Access.COMMAND),
        PointKind("static_pressure", "supply static pressure", "Pa"),
        PointKind("filter_pressure", "filter pressure drop", "Pa"),
        PointKind("fan_speed", "fan speed", "percent"),
        PointKind("fan_run", "fan run", states=_OFF_ON),
        PointKind("fire_stop", "fire stop", states=("normal", "stopped by fire"), freshness=_S, safety=_LIFE),
        PointKind("heartbeat", "uptime of the controller", "s", freshness=_S),
        PointKind("exercise_day", "exercise day (days since 1970-01-01)", freshness=_S),
        PointKind("exercise_second", "exercise time of day (UTC)", "s", freshness=_S),
        PointKind("exercise_speed", "exercise speed", freshness=_S),
        PointKind("response_dispatch", "response team sent to", freshness=_S, access=Access.COMMAND),
        PointKind("response_position", "response team is at", freshness=_S),
        PointKind("response_count", "people counted by the response team", "persons", freshness=_S),
    )
}


class Protocol(StrEnum):
    """How a device is spoken to."""

    BACNET = "bacnet"
    MODBUS = "modbus"


class Table(StrEnum):
    """The four Modbus tables (MODBUS Application Protocol V1.1b3, clause 4.3)."""

    COIL = "coil"
    DISCRETE_INPUT = "discrete-input"
    INPUT_REGISTER = "input-register"
    HOLDING_REGISTER = "holding-register"


class DataType(StrEnum):
    """How registers are decoded. ``BIT`` picks one bit of a 16-bit register or is a coil or discrete input."""

    BIT = "bit"
    UINT16 = "uint16"
    INT16 = "int16"
    UINT32 = "uint32"
    INT32 = "int32"
    FLOAT32 = "float32"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A field controller. ``instance`` is the BACnet device instance or the Modbus unit id."""

    name: str
    protocol: Protocol
    host: str
    port: int
    instance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BacnetBinding:
    """Where a BACnet point lives; names as in ASHRAE 135 (``analog-input``, ``present-value``)."""

    device: str
    object_type: str
    object_instance: int
    property: str = "present-value"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusBinding:
    """Where a Modbus point lives. ``address`` is zero-based; value = (raw × scale) + offset; ``invert`` flips a bit."""

    device: str
    table: Table
    address: int
    data_type: DataType
    bit: int = 0
    invert: bool = False
    word_order: str = "big"
    byte_order: str = "big"
    scale: float = 1.0
    offset: float = 0.0


Binding = BacnetBinding | ModbusBinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of the building systems, tied to an element of the model. ``low``/``high``: alarm limits, in unit."""

    id: PointId
    kind: str
    element: GlobalId
    binding: Binding | None = None
    low: float | None = None
    high: float | None = None
    states: tuple[str, ...] = ()

    @property
    def meaning(self) -> PointKind:
        """The kind's row in `POINT_KINDS`."""
        return POINT_KINDS[self.kind]

    @property
    def is_writable(self) -> bool:
        """Whether a command may ever go to this point; a life-safety point never is."""
        return self.meaning.access is Access.COMMAND and self.meaning.safety is not SafetyClass.LIFE_SAFETY

    def text_of(self, value: float) -> str:
        """The state's name for an enumerated point, otherwise the number."""
        states = self.states or self.meaning.states
        if states and value == int(value) and 0 <= int(value) < len(states):
            return states[int(value)]
        return f"{value:g}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read and when. A bad value is data: ``value`` is None exactly when ``quality`` is not GOOD.

    Raises:
        ValueError: value and quality contradict each other.
    """

    point: PointId
    value: float | None
    quality: Quality
    at: datetime
    exercise_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.quality is Quality.GOOD):
            raise ValueError(f"{self.point}: value {self.value} with quality {self.quality.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """An order to one point: who, role, reason, priority and expiry are part of it."""

    id: str
    point: PointId
    value: float
    who: str
    role: Role
    reason: str
    issued_at: datetime
    priority: int = 8
    expires_at: datetime | None = field(default=None)
