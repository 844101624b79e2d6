"""Uniclass 2015 references on spaces and products: codes and titles as published by NBS, unchanged.

Tables read: SL (spaces and locations) v1.22, Pr (products) v1.25, EF (elements and functions) v1.10. Where the tables
have no entry for a use the nearest one stands (a museum is a collection exhibition space, a search room a pedestrian
security checkpoint, a kiosk a computer, a coil a part of its unit).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_models.author.model import Entity, Model
from twin.model.vocabulary import SpaceUse

EDITION = "SL v1.22, Pr v1.25, EF v1.10"

_DETENTION = ("SL_20_75_22", "Detention cells")
_SPACES: Mapping[SpaceUse, tuple[str, str]] = {
    SpaceUse.CELL_SINGLE: _DETENTION,
    SpaceUse.CELL_DOUBLE: _DETENTION,
    SpaceUse.CELL_ACCESSIBLE: _DETENTION,
    SpaceUse.CELL_OBSERVATION: _DETENTION,
    SpaceUse.CELL_PROTOTYPE: _DETENTION,
    SpaceUse.ROOM_OPEN: ("SL_45_10_09", "Bedrooms"),
    SpaceUse.HOTEL: ("SL_45_10_37", "Hotel rooms"),
    SpaceUse.DAYROOM: ("SL_20_75_15", "Communal inmate dayrooms"),
    SpaceUse.LANDING: ("SL_90_10_46", "Landings"),
    SpaceUse.CORRIDOR: ("SL_90_10_15", "Corridors"),
    SpaceUse.STAIR: ("SL_90_10_87", "Stairways"),
    SpaceUse.LIFT: ("SL_90_60_50", "Lift shafts"),
    SpaceUse.SALLY: ("SL_20_75_75", "Sally ports"),
    SpaceUse.SEARCH: ("SL_20_85_63", "Pedestrian security checkpoints"),
    SpaceUse.CONTROL: ("SL_20_85_75", "Security control spaces"),
    SpaceUse.STAFF: ("SL_20_15_59", "Offices"),
    SpaceUse.MEET: ("SL_20_65_42", "Interview rooms"),
    SpaceUse.HEALTH: ("SL_35_10_53", "Medical treatment rooms"),
    SpaceUse.CONTACT: ("SL_20_75_77", "Secure visiting rooms"),
    SpaceUse.KIOSK: ("SL_25_10_15", "Common rooms"),
    SpaceUse.PROGRAMME: ("SL_20_15_50", "Meeting rooms"),
    SpaceUse.CLASS: ("SL_25_10_14", "Classrooms"),
    SpaceUse.LIBRARY: ("SL_25_70_47", "Library rooms"),
    SpaceUse.FAITH: ("SL_25_90_30", "Faith spaces"),
    SpaceUse.SPORT: ("SL_42_40_82", "Sports halls"),
    SpaceUse.WORKSHOP: ("SL_25_10_28", "Educational workshops"),
    SpaceUse.PRACTICE: ("SL_25_10_14", "Classrooms"),
    SpaceUse.MUSEUM: ("SL_25_50_15", "Collection exhibition spaces"),
    SpaceUse.ASSEMBLY: ("SL_25_10_05", "Assembly halls"),
    SpaceUse.LOBBY: ("SL_90_10_51", "Lobbies"),
    SpaceUse.WET: ("SL_35_80", "Sanitary spaces"),
    SpaceUse.UTILITY: ("SL_30_60_47", "Laundries"),
    SpaceUse.STORE: ("SL_90_50_35", "General storerooms"),
    SpaceUse.TECHNICAL: ("SL_90_90", "Plant and control spaces"),
    SpaceUse.PLANT: ("SL_90_90_64", "Plant rooms"),
    SpaceUse.YARD: ("SL_20_75_28", "Exercise yards"),
}
_CONTROLLERS = ("Pr_75_50_20", "Controllers and control components")
_PRODUCTS: Mapping[str, tuple[str, str]] = {
    "IfcWall": ("EF_25_10", "Walls"),
    "IfcSlab": ("EF_30_20", "Floors"),
    "IfcDoor": ("Pr_30_59_24", "Doorsets"),
    "IfcWindow": ("Pr_30_59_98", "Window units"),
    "IfcStair": ("EF_35_10", "Stairs"),
    "IfcTransportElement": ("EF_80_50", "Lifts"),
    "IfcUnitaryEquipment": ("Pr_60_65_03", "Air-handling units"),
    "IfcCoil": ("Pr_60_65_03", "Air-handling units"),
    "IfcAirToAirHeatRecovery": ("Pr_60_60_36_88", "Thermal wheels"),
    "IfcAudioVisualAppliance": ("Pr_60_75_86_30", "Fixed cameras"),
    "IfcFan": ("Pr_65_67_29", "Fans"),
    "IfcFilter": ("Pr_65_57_02", "Air filters"),
    "IfcAirTerminal": ("Pr_70_65_04", "Air terminals and diffusers"),
    "IfcDamper": ("Pr_65_65_24", "Duct dampers"),
    "IfcDuctSegment": ("Pr_65_65_25", "Ductwork and fittings"),
    "IfcPipeSegment": ("Pr_65_52_63", "Pipes and fittings"),
    "IfcPump": ("Pr_65_53", "Pump products"),
    "IfcHeatExchanger": ("Pr_60_60_38", "Calorifiers and plate heat exchangers"),
    "IfcSpaceHeater": ("Pr_70_60_36_73", "Radiators"),
    "IfcTank": ("Pr_60_50_20", "Cylinders and buffer vessels"),
    "IfcFlowMeter": ("Pr_80_51_51", "Metering and test products"),
    "IfcElectricDistributionBoard": ("Pr_60_70_22_22", "Distribution boards"),
    "IfcElectricGenerator": ("Pr_60_70_65_34", "Generator sets"),
    "IfcElectricFlowStorageDevice": ("Pr_60_70_64_93", "Uninterruptible power supply (UPS) units"),
    "IfcSensor": ("Pr_75_50_76", "Sensors and detectors"),
    "IfcActuator": ("Pr_75_50_02", "Actuators"),
    "IfcController": _CONTROLLERS,
    "IfcAlarm": ("Pr_75_50_20_02", "Alarms"),
}
_BY_TYPE: Mapping[str, tuple[str, str]] = {
    "Fire and smoke damper": ("Pr_65_65_24_29", "Fire and smoke dampers"),
    "Heat meter": ("Pr_80_51_51_37", "Heat meters"),
    "Electricity meter": ("Pr_80_51_51_28", "Energy meters"),
    "Duress button": ("Pr_75_75_04_27", "Emergency assistance call press-button units"),
    "Fire detection panel": ("Pr_75_80_30_29", "Fire alarm panels"),
    "ROOF": ("EF_30_10", "Roofs"),  # slabs have no type name of their own
    "LANDING": ("EF_35_10", "Stairs"),
    "Metal-detector portal": ("Pr_75_80_75_96", "Walk-through metal detectors"),
    "Cell call unit": ("Pr_75_75_04_27", "Emergency assistance call press-button units"),
    "E-service kiosk": ("Pr_70_75_15", "Computers and peripherals"),
    "Sign-in terminal": ("Pr_70_75_15", "Computers and peripherals"),
    "Tool board": _CONTROLLERS,
    "Perimeter detection unit": ("Pr_75_50_76", "Sensors and detectors"),
}
"""Equipment that its IFC class does not tell apart, by the name of its type."""


def space_reference(use: SpaceUse) -> tuple[str, str] | None:
    """Code and title of a use; None where there is nothing to classify."""
    return _SPACES.get(use)


def product_reference(ifc_class: str, type_name: str) -> tuple[str, str] | None:
    """Code and title of a product; None where no table has it."""
    return _BY_TYPE.get(type_name) or _PRODUCTS.get(ifc_class)


def classify(model: Model, references: Iterable[tuple[tuple[str, str], Entity]]) -> None:
    """Associate elements with their references: one relation for every code."""
    system = model.make(
        "IfcClassification",
        Source="NBS",
        Edition=EDITION,
        Name="Uniclass 2015",
        Location="https://uniclass.thenbs.com",
    )
    members: dict[tuple[str, str], list[Entity]] = {}
    for reference, entity in references:
        members.setdefault(reference, []).append(entity)
    for (code, title), entities in members.items():
        entry = model.make("IfcClassificationReference", Identification=code, Name=title, ReferencedSource=system)
        model.relate(
            "IfcRelAssociatesClassification", code, "RelatingClassification", entry, "RelatedObjects", entities
        )
