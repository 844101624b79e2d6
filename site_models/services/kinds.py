"""Kinds of equipment as a table: IFC class and predefined type, name of the type object, size of its body.

Sizes [m] (width, depth, height) are assumptions for the picture, not selections of products.
"""

from __future__ import annotations

from dataclasses import dataclass

from twin.model.equipment import Equipment
from twin.model.facility import Facility


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of equipment; ``size_m`` is width, depth and height of its body."""

    ifc_class: str
    predefined_type: str
    type: str
    size_m: tuple[float, float, float]


AIR_HANDLER = Kind("IfcUnitaryEquipment", "AIRHANDLER", "Air handling unit", (2.4, 1.2, 1.8))
OUTDOOR_DAMPER = Kind("IfcDamper", "CONTROLDAMPER", "Outdoor air damper", (0.6, 0.2, 0.6))
FILTER = Kind("IfcFilter", "AIRPARTICLEFILTER", "Supply air filter", (0.6, 0.4, 0.6))
HEAT_RECOVERY = Kind("IfcAirToAirHeatRecovery", "ROTARYWHEEL", "Heat recovery wheel", (0.6, 0.4, 1.2))
HEATING_COIL = Kind("IfcCoil", "WATERHEATINGCOIL", "Heating coil", (0.6, 0.2, 0.6))
SUPPLY_FAN = Kind("IfcFan", "CENTRIFUGALBACKWARDINCLINEDCURVED", "Supply fan", (0.6, 0.6, 0.6))
EXTRACT_FAN = Kind("IfcFan", "CENTRIFUGALBACKWARDINCLINEDCURVED", "Extract fan", (0.6, 0.6, 0.6))
SANITARY_FAN = Kind("IfcFan", "CENTRIFUGALBACKWARDINCLINEDCURVED", "Sanitary exhaust fan", (0.8, 0.8, 0.8))
DUST_FAN = Kind("IfcFan", "CENTRIFUGALRADIAL", "Dust extraction unit", (1.0, 1.0, 2.0))
SUPPLY_DUCT = Kind("IfcDuctSegment", "RIGIDSEGMENT", "Supply duct", (0.6, 0.4, 0.4))
EXTRACT_DUCT = Kind("IfcDuctSegment", "RIGIDSEGMENT", "Extract duct", (0.6, 0.4, 0.4))
FIRE_DAMPER = Kind("IfcDamper", "FIRESMOKEDAMPER", "Fire and smoke damper", (0.4, 0.3, 0.4))
SUPPLY_TERMINAL = Kind("IfcAirTerminal", "DIFFUSER", "Supply air diffuser", (0.4, 0.4, 0.05))
EXHAUST_TERMINAL = Kind("IfcAirTerminal", "GRILLE", "Exhaust air grille", (0.3, 0.3, 0.05))

HEAT_EXCHANGER = Kind("IfcHeatExchanger", "PLATE", "District heat substation", (1.2, 0.6, 1.6))
HEAT_METER = Kind("IfcFlowMeter", "ENERGYMETER", "Heat meter", (0.3, 0.2, 0.2))
HEATING_HEADER = Kind("IfcPipeSegment", "RIGIDSEGMENT", "Heating header", (1.5, 0.2, 0.2))
HEATING_PIPE = Kind("IfcPipeSegment", "RIGIDSEGMENT", "Heating pipe", (0.6, 0.1, 0.1))
PUMP = Kind("IfcPump", "CIRCULATOR", "Circulation pump", (0.3, 0.3, 0.4))
RADIATOR = Kind("IfcSpaceHeater", "RADIATOR", "Radiator", (1.0, 0.1, 0.5))
HOT_WATER_STORE = Kind("IfcTank", "STORAGE", "Hot water store", (1.0, 1.0, 2.0))

MAIN_BOARD = Kind("IfcElectricDistributionBoard", "SWITCHBOARD", "Main distribution board", (1.2, 0.4, 2.0))
POWER_METER = Kind("IfcFlowMeter", "ENERGYMETER", "Electricity meter", (0.2, 0.1, 0.3))
GENERATOR = Kind("IfcElectricGenerator", "ENGINEGENERATOR", "Emergency generator", (2.5, 1.0, 1.5))
UPS = Kind("IfcElectricFlowStorageDevice", "UPS", "Uninterruptible power supply", (0.6, 0.8, 1.8))

FIRE_PANEL = Kind("IfcUnitaryControlElement", "ALARMPANEL", "Fire detection panel", (0.5, 0.2, 0.7))
CALL_UNIT = Kind("IfcCommunicationsAppliance", "USERDEFINED", "Cell call unit", (0.15, 0.05, 0.2))
KIOSK = Kind("IfcCommunicationsAppliance", "COMPUTER", "E-service kiosk", (0.5, 0.5, 1.5))
SIGN_IN = Kind("IfcCommunicationsAppliance", "USERDEFINED", "Sign-in terminal", (0.4, 0.3, 1.4))
CAMERA = Kind("IfcAudioVisualAppliance", "CAMERA", "Camera", (0.15, 0.15, 0.1))
DURESS_BUTTON = Kind("IfcAlarm", "MANUALPULLBOX", "Duress button", (0.1, 0.05, 0.1))
PORTAL = Kind("IfcUnitaryControlElement", "USERDEFINED", "Metal-detector portal", (0.9, 0.6, 2.2))
TOOL_BOARD = Kind("IfcUnitaryControlElement", "USERDEFINED", "Tool board", (1.5, 0.1, 1.5))
FENCE_UNIT = Kind("IfcUnitaryControlElement", "USERDEFINED", "Perimeter detection unit", (0.3, 0.2, 0.4))
CONTROLLER = Kind("IfcController", "PROGRAMMABLE", "Field controller", (0.4, 0.15, 0.4))

KINDS = {(kind.ifc_class, kind.type): kind for kind in list(vars().values()) if isinstance(kind, Kind)}
"""Kinds by IFC class and name of the type object."""


def of_kind(facility: Facility, kind: Kind) -> list[Equipment]:
    """Equipment of one kind, in the order of the facility."""
    return [item for item in facility.equipment if (item.ifc_class, item.type) == (kind.ifc_class, kind.type)]
