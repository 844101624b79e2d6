"""Elements of models: what is known of each besides what it means for the building; by this it is found again.

The key of an element is (model, GlobalId): two discipline files may carry the same GlobalId.
"""

from __future__ import annotations

from dataclasses import dataclass

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
