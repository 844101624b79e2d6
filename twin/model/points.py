"""Points, their bindings to devices, readings and commands. Reading and writing are different types."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from twin.model.ids import NO_ID, GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS, PointKind
from twin.model.vocabulary import Access, Quality, Role, SafetyClass


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
    """A field controller. ``instance`` is the BACnet device instance or the Modbus unit id.

    ``host`` is an IP address; of a BACnet device behind a router ``network:station@address``, the address being the
    router's.
    ``station`` is its number on the network of its protocol, from which a site's settings make the host address (0:
    the address was given by hand). ``global_id`` is its IfcController, empty where no model tells.
    """

    name: str
    protocol: Protocol
    host: str
    port: int
    instance: int
    station: int = 0
    global_id: GlobalId = NO_ID

    @property
    def ip(self) -> str:
        """IP address that frames to this device go to: its own, or its router's."""
        return self.host.rpartition("@")[2]


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
    """One value of the building systems, tied to an element of the model. ``low``/``high``: alarm limits, in unit.

    ``element`` is what the value is about (a door, a space, a zone, a unit); ``global_id`` is the sensor, actuator or
    other device in the model that gives it, empty where no model tells.
    """

    id: PointId
    kind: str
    element: GlobalId
    binding: Binding | None = None
    low: float | None = None
    high: float | None = None
    states: tuple[str, ...] = ()
    global_id: GlobalId = NO_ID

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
