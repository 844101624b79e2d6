"""Which setting of which program brings what a model lacks: exporter → what to do; the empty name is for all others.

Names of settings are those of the programs' own dialogs (Revit: IFC exporter, "Modify setup"; Archicad: IFC translator
for export); versions differ in the wording.
"""

from __future__ import annotations

from collections.abc import Mapping

Remedies = Mapping[str, str]

SPACES: Remedies = {
    "": "model every room as a space and export spaces",
    "revit": "place a Room in every enclosed area; Modify setup > General: Export rooms, areas and spaces in 3D views "
    "(with a 3D view that shows them), or export the whole model",
    "archicad": "place Zones; IFC translator > Model filter: let Zones (3D) through",
    "bonsai": "Spatial tools: generate a space for every room",
}
BOUNDARIES: Remedies = {
    "": "export space boundaries, first or second level",
    "revit": "Modify setup > General > Space boundaries: 2nd level",
    "archicad": "IFC translator > Data conversion > IFC space boundaries: on",
    "bonsai": "Boundaries tools: generate space boundaries before the export",
}
BODIES: Remedies = {
    "": "export the bodies of spaces (Body, swept solid or B-rep)",
    "revit": "check that the rooms are enclosed and have an upper limit",
    "archicad": "IFC translator > Geometry conversion: export Zones with their 3D bodies",
}
COMMON: Remedies = {
    "": "export the common property sets (Pset_DoorCommon.IsExternal)",
    "revit": "Modify setup > Property sets > Export IFC common property sets; give the door's type its Function",
    "archicad": "Classification and properties > Position: Exterior or Interior; map it to Pset_DoorCommon",
}
QUANTITIES: Remedies = {
    "": "export base quantities (Qto_SpaceBaseQuantities)",
    "revit": "Modify setup > Property sets > Export base quantities",
    "archicad": "IFC translator > Data conversion > IFC base quantities: on",
}
LEFT_TO_US: Remedies = {
    "": "correct it here: gatehouse twin correct DOOR joins ROOM ROOM; it is kept when the model is imported again"
}
