"""Elements of models: what is known of each besides what it means for the building; by this it is found again.

The key of an element is (model, GlobalId): two discipline files may carry the same GlobalId.
"""

from __future__ import annotations

from dataclasses import dataclass

from twin.model.facility import Facility
from twin.model.ids import NO_ID, GlobalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of an IFC file.

    ``container`` is the GlobalId of the space or storey that holds it; ``position`` the origin of its placement [m],
    None without one; ``model`` the name of its file.
    """

    global_id: GlobalId
    ifc_class: str
    name: str = ""
    tag: str = ""
    type: str = ""
    container: GlobalId = NO_ID
    position: tuple[float, float, float] | None = None
    model: str = ""


def marks_of(facility: Facility) -> tuple[Element, ...]:
    """The elements of a facility as far as it tells, where no reading of its model is at hand."""
    spaces = (Element(global_id=space.global_id, ifc_class="IfcSpace", name=space.code) for space in facility.spaces)
    doors = (Element(global_id=door.global_id, ifc_class="IfcDoor", name=door.code) for door in facility.doors)
    items = (Element(global_id=item.global_id, ifc_class=item.ifc_class, name=item.name) for item in facility.equipment)
    storeys = (
        Element(global_id=storey.global_id, ifc_class="IfcBuildingStorey", name=storey.name)
        for storey in facility.storeys
    )
    return (*storeys, *spaces, *doors, *items)
