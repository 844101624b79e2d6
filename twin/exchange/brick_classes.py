"""Which class of Brick 1.5 a space, zone, unit, system or point is: tables, from the house's words to Brick's.

Where nothing fits, the nearest wider class stands (``Room``, ``Equipment``, ``System``). Brick 1.5 marks its classes of
locations as superseded by those of RealEstateCore; they are used because readers of Brick files still expect them.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.model.vocabulary import LinkKind, SpaceUse

SPACE_CLASSES: Mapping[SpaceUse, str] = {
    SpaceUse.CELL_SINGLE: "Detention_Room",
    SpaceUse.CELL_DOUBLE: "Detention_Room",
    SpaceUse.CELL_ACCESSIBLE: "Detention_Room",
    SpaceUse.CELL_OBSERVATION: "Detention_Room",
    SpaceUse.CELL_PROTOTYPE: "Room",  # of a training centre: nobody is confined there
    SpaceUse.ROOM_OPEN: "Detention_Room",
    SpaceUse.HOTEL: "Room",
    SpaceUse.DAYROOM: "Lounge",
    SpaceUse.LANDING: "Hallway",
    SpaceUse.CORRIDOR: "Hallway",
    SpaceUse.STAIR: "Staircase",
    SpaceUse.LIFT: "Elevator_Shaft",
    SpaceUse.SALLY: "Security_Service_Room",
    SpaceUse.SEARCH: "Security_Service_Room",
    SpaceUse.CONTROL: "Control_Room",
    SpaceUse.STAFF: "Office",
    SpaceUse.MEET: "Conference_Room",
    SpaceUse.HEALTH: "Medical_Room",
    SpaceUse.CONTACT: "Room",
    SpaceUse.KIOSK: "Information_Area",
    SpaceUse.PROGRAMME: "Room",
    SpaceUse.CLASS: "Room",
    SpaceUse.LIBRARY: "Library",
    SpaceUse.FAITH: "Prayer_Room",
    SpaceUse.SPORT: "Exercise_Room",
    SpaceUse.WORKSHOP: "Workshop",
    SpaceUse.PRACTICE: "Room",
    SpaceUse.MUSEUM: "Room",
    SpaceUse.ASSEMBLY: "Auditorium",
    SpaceUse.LOBBY: "Lobby",
    SpaceUse.WET: "Restroom",
    SpaceUse.UTILITY: "Service_Room",
    SpaceUse.STORE: "Storage_Room",
    SpaceUse.TECHNICAL: "Service_Room",
    SpaceUse.PLANT: "Mechanical_Room",
    SpaceUse.YARD: "Outdoor_Area",
    SpaceUse.VOID: "Vertical_Space",
    SpaceUse.UNKNOWN: "Space",
}

ZONE_CLASSES: Mapping[str, str] = {"hvac": "HVAC_Zone", "smoke": "Fire_Zone"}
OTHER_ZONE = "Zone"

LINK_CLASSES: Mapping[LinkKind, str] = {
    LinkKind.STAIR: "brick:Staircase",
    LinkKind.LIFT: "brick:Elevator",
    LinkKind.OPENING: "gh:Opening",
}

EQUIPMENT_CLASSES: Mapping[tuple[str, str], str] = {
    # IFC class and predefined type; the empty type stands for every other of the class.
    ("IfcAirTerminal", ""): "Terminal_Unit",
    ("IfcAirTerminal", "DIFFUSER"): "Air_Diffuser",
    ("IfcAirTerminalBox", ""): "Terminal_Unit",
    ("IfcAirTerminalBox", "CONSTANTFLOW"): "CAV",
    ("IfcAirToAirHeatRecovery", ""): "Heat_Exchanger",
    ("IfcAirToAirHeatRecovery", "ROTARYWHEEL"): "Heat_Wheel",
    ("IfcAlarm", ""): "Safety_Equipment",  # a pull box may be for fire or for duress
    ("IfcAudioVisualAppliance", ""): "Audio_Visual_Equipment",
    ("IfcAudioVisualAppliance", "CAMERA"): "Camera",
    ("IfcBoiler", ""): "Boiler",
    ("IfcChiller", ""): "Chiller",
    ("IfcCoil", ""): "Coil",
    ("IfcCoil", "DXCOOLINGCOIL"): "Direct_Expansion_Cooling_Coil",
    ("IfcCoil", "WATERCOOLINGCOIL"): "Chilled_Water_Coil",
    ("IfcCoil", "WATERHEATINGCOIL"): "Hot_Water_Coil",
    ("IfcCommunicationsAppliance", ""): "ICT_Equipment",
    ("IfcCommunicationsAppliance", "COMPUTER"): "ICT_Hardware",
    ("IfcCommunicationsAppliance", "NETWORKAPPLIANCE"): "Data_Network_Equipment",
    ("IfcCommunicationsAppliance", "ROUTER"): "Network_Router",
    ("IfcCompressor", ""): "Compressor",
    ("IfcController", ""): "Controller",
    ("IfcCooledBeam", ""): "Chilled_Beam",
    ("IfcCooledBeam", "ACTIVE"): "Active_Chilled_Beam",
    ("IfcCooledBeam", "PASSIVE"): "Passive_Chilled_Beam",
    ("IfcCoolingTower", ""): "Cooling_Tower",
    ("IfcDamper", ""): "Damper",
    ("IfcElectricAppliance", ""): "Electrical_Equipment",
    ("IfcElectricDistributionBoard", ""): "Breaker_Panel",
    ("IfcElectricDistributionBoard", "MOTORCONTROLCENTRE"): "Motor_Control_Center",
    ("IfcElectricDistributionBoard", "SWITCHBOARD"): "Switchgear",
    ("IfcElectricFlowStorageDevice", ""): "Energy_Storage",
    ("IfcElectricFlowStorageDevice", "BATTERY"): "Battery",
    ("IfcElectricGenerator", ""): "Electrical_Equipment",
    ("IfcElectricMotor", ""): "Motor",
    ("IfcFan", ""): "Fan",
    ("IfcFilter", ""): "Filter",
    ("IfcFireSuppressionTerminal", ""): "Fire_Safety_Equipment",
    ("IfcFlowMeter", ""): "Meter",
    ("IfcFlowMeter", "GASMETER"): "Gas_Meter",
    ("IfcFlowMeter", "WATERMETER"): "Water_Meter",
    ("IfcHeatExchanger", ""): "Heat_Exchanger",
    ("IfcHeatExchanger", "PLATE"): "Plate_Heat_Exchanger",
    ("IfcHumidifier", ""): "Humidifier",
    ("IfcLamp", ""): "Light_Source",
    ("IfcLightFixture", ""): "Luminaire",
    ("IfcProtectiveDevice", "CIRCUITBREAKER"): "Circuit_Breaker",
    ("IfcPump", ""): "Pump",
    ("IfcPump", "CIRCULATOR"): "Circulator_Pump",
    ("IfcSensor", ""): "Sensor_Equipment",
    ("IfcSensor", "SMOKESENSOR"): "Smoke_Detector",
    ("IfcSolarDevice", "SOLARCOLLECTOR"): "Solar_Thermal_Collector",
    ("IfcSolarDevice", "SOLARPANEL"): "PV_Panel",
    ("IfcSpaceHeater", ""): "Space_Heater",
    ("IfcSpaceHeater", "RADIATOR"): "Radiator",
    ("IfcSwitchingDevice", ""): "Electrical_Equipment",
    ("IfcSwitchingDevice", "DIMMERSWITCH"): "Dimmer",
    ("IfcSwitchingDevice", "SWITCHDISCONNECTOR"): "Disconnect_Switch",
    ("IfcTank", ""): "Tank",
    ("IfcTank", "EXPANSION"): "Thermal_Expansion_Tank",
    ("IfcTank", "STORAGE"): "Storage_Tank",
    ("IfcTransformer", ""): "Transformer",
    ("IfcTransportElement", "ELEVATOR"): "Elevator",
    ("IfcUnitaryControlElement", ""): "Controller",
    ("IfcUnitaryControlElement", "ALARMPANEL"): "Safety_Equipment",
    ("IfcUnitaryControlElement", "THERMOSTAT"): "Thermostat",
    ("IfcUnitaryEquipment", ""): "HVAC_Equipment",
    ("IfcUnitaryEquipment", "AIRHANDLER"): "AHU",
    ("IfcUnitaryEquipment", "ROOFTOPUNIT"): "RTU",
    ("IfcValve", ""): "Valve",
    ("IfcValve", "CHECK"): "Check_Valve",
    ("IfcValve", "ISOLATING"): "Isolation_Valve",
    ("IfcValve", "MIXING"): "Mixing_Valve",
    ("IfcValve", "PRESSUREREDUCING"): "Pressure_Reducing_Valve",
    ("IfcValve", "PRESSURERELIEF"): "Pressure_Relief_Valve",
}
OTHER_EQUIPMENT = "Equipment"

SYSTEM_CLASSES: Mapping[str, str] = {
    "AIRCONDITIONING": "HVAC_System",
    "CHILLEDWATER": "Chilled_Water_System",
    "CONDENSERWATER": "Condenser_Water_System",
    "DOMESTICHOTWATER": "Domestic_Hot_Water_System",
    "ELECTRICAL": "Electrical_System",
    "EXHAUST": "Air_System",
    "FIREPROTECTION": "Fire_Safety_System",
    "GAS": "Gas_System",
    "HEATING": "Hot_Water_System",
    "LIGHTING": "Lighting_System",
    "POWERGENERATION": "Energy_Generation_System",
    "REFRIGERATION": "Refrigeration_System",
    "VENTILATION": "Ventilation_Air_System",
}
OTHER_SYSTEM = "System"


def equipment_class(ifc_class: str, predefined_type: str) -> str:
    """The Brick class of a unit: by class and predefined type, else by class alone, else ``Equipment``."""
    known = EQUIPMENT_CLASSES.get((ifc_class, predefined_type.upper()))
    return known or EQUIPMENT_CLASSES.get((ifc_class, ""), OTHER_EQUIPMENT)
