"""Which class of Brick 1.5 a kind of point is, and which QUDT unit it is in: tables.

Brick tells apart sensors (a quantity), status (a state), alarms (somebody must act), commands and set-points. It has no
lock, bolt or search portal; where nothing fits, the nearest wider class stands (``Status``, ``Sensor``, ``Point``).
"""

from __future__ import annotations

from collections.abc import Mapping

POINT_CLASSES: Mapping[str, str] = {
    # Doors and interlocks.
    "door_position": "Open_Close_Status",
    "lock_status": "Status",
    "deadlock": "Status",
    "tamper": "Alarm",
    "door_fault": "Fault_Status",
    "key_override": "Overridden_Status",
    "night_lock": "Status",
    "cell_call": "Alarm",
    "door_command": "Command",
    "interlock_state": "Status",
    "interlock_occupancy": "Occupancy_Status",
    "door_mode": "Mode_Status",
    "open_time": "Duration_Sensor",
    "cycle_count": "Sensor",
    # Rooms.
    "temperature": "Zone_Air_Temperature_Sensor",
    "co2": "CO2_Level_Sensor",
    "humidity": "Relative_Humidity_Sensor",
    "noise": "Sensor",
    "radiator_valve": "Valve_Position_Sensor",
    "window_contact": "Contact_Sensor",
    "presence": "Occupancy_Sensor",
    "leak": "Leak_Alarm",
    "camera": "Fault_Status",
    "light": "On_Off_Command",
    "night_light": "On_Off_Command",
    "socket_power": "On_Off_Command",
    "water_inhibit": "Disable_Command",
    "duress": "Emergency_Push_Button_Status",
    # Workshops, search portals, kiosks, sign-in.
    "dust_pressure": "Air_Static_Pressure_Sensor",
    "extraction_run": "On_Off_Status",
    "machine_enable": "Enable_Command",
    "emergency_stop": "Emergency_Push_Button_Status",
    "tool_count": "Sensor",
    "portal_in": "Sensor",
    "portal_out": "Sensor",
    "portal_alarm_rate": "Sensor",
    "portal_alarm": "Alarm",
    "portal_fault": "Fault_Status",
    "kiosk_online": "Availability_Status",
    "kiosk_session": "Status",
    "kiosk_queue": "Occupancy_Count_Sensor",
    "signed_out": "Sensor",
    "late_returns": "Sensor",
    "next_return": "Duration_Sensor",
    "perimeter_alarm": "Alarm",
    "perimeter_tamper": "Alarm",
    # Air.
    "supply_temperature": "Supply_Air_Temperature_Sensor",
    "extract_temperature": "Return_Air_Temperature_Sensor",
    "supply_setpoint": "Supply_Air_Temperature_Setpoint",
    "static_pressure": "Supply_Air_Static_Pressure_Sensor",
    "filter_pressure": "Filter_Air_Differential_Pressure_Sensor",
    "fan_speed": "Speed_Sensor",
    "heat_recovery": "Sensor",
    "outdoor_damper": "Damper_Position_Sensor",
    "fan_run": "Fan_On_Off_Status",
    "frost": "Freeze_Status",
    "fire_stop": "System_Shutdown_Status",
    # Heat and hot water.
    "circuit_supply": "Supply_Hot_Water_Temperature_Sensor",
    "circuit_return": "Return_Hot_Water_Temperature_Sensor",
    "circuit_pressure": "Water_Pressure_Sensor",
    "pump_run": "Pump_On_Off_Status",
    "hot_water_store": "Domestic_Hot_Water_Temperature_Sensor",
    "hot_water_return": "Entering_Domestic_Hot_Water_Temperature_Sensor",
    "hot_water_mixed": "Leaving_Domestic_Hot_Water_Temperature_Sensor",
    "legionella_cycle": "Status",
    # Power and meters.
    "mains": "Power_Loss_Alarm",
    "generator": "Emergency_Generator_Status",
    "ups_on_battery": "Status",
    "ups_autonomy": "Duration_Sensor",
    "electrical_energy": "Electric_Energy_Sensor",
    "electrical_power": "Electric_Power_Sensor",
    "heat_energy": "Thermal_Energy_Usage_Sensor",
    "heat_power": "Thermal_Power_Sensor",
    # Fire.
    "fire_panel": "Emergency_Alarm",
    "fire_zone": "Emergency_Alarm",
    "smoke_detector": "Smoke_Detection_Alarm",
    "damper_position": "Damper_Position_Status",
    "mist_flow": "Status",
    "lift_recall": "Operating_Mode_Status",
    "release_armed": "Enable_Status",
    "override_enabled": "Enable_Status",
    # Controllers and the exercise.
    "heartbeat": "On_Timer_Sensor",
    "exercise_day": "Point",
    "exercise_second": "Point",
    "exercise_speed": "Point",
    "response_dispatch": "Command",
    "response_position": "Status",
    "response_count": "Occupancy_Count_Sensor",
}

QUDT_UNITS: Mapping[str, str] = {
    # Not stated: "none", and dB(A), which QUDT knows only without the weighting.
    "degC": "DEG_C",
    "ppm": "PPM",
    "percent": "PERCENT",
    "Pa": "PA",
    "s": "SEC",
    "m": "M",
    "kW": "KiloW",
    "kWh": "KiloW-HR",
    "bar": "BAR",
    "min": "MIN",
    "cycles": "NUM",
    "tools": "NUM",
    "persons": "NUM",
}
"""Local names in ``http://qudt.org/vocab/unit/``."""
