"""Equipment and systems: what serves what."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.model.ids import GlobalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """One distribution element; ``space`` is where it stands, None when unknown.

    ``type`` is the name of its type object, ``predefined_type`` that of the IFC class. Sensors and actuators that are
    points of the register are `twin.model.points.Point`, not equipment.
    """

    global_id: GlobalId
    code: str
    ifc_class: str
    name: str
    storey: GlobalId
    space: GlobalId | None = None
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    predefined_type: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One IfcDistributionSystem or IfcSystem: its equipment, and the zones it serves."""

    global_id: GlobalId
    name: str
    predefined_type: str = ""
    members: tuple[GlobalId, ...] = field(default=())
    serves: tuple[str, ...] = field(default=())
