"""Units that points carry: the project's short name, the symbol for people, the BACnet engineering unit.

SI inside, with the unit in every name; these are the units in which field devices report. Source of the BACnet names:
ANSI/ASHRAE 135, BACnetEngineeringUnits.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: key in files, symbol for people, BACnet engineering unit."""

    key: str
    symbol: str
    bacnet: str


UNITS = {
    unit.key: unit
    for unit in (
        Unit("none", "", "no-units"),
        Unit("degC", "°C", "degrees-celsius"),
        Unit("ppm", "ppm", "parts-per-million"),
        Unit("percent", "%", "percent"),
        Unit("Pa", "Pa", "pascals"),
        Unit("s", "s", "seconds"),
        Unit("m", "m", "meters"),
        Unit("kW", "kW", "kilowatts"),
        Unit("kWh", "kWh", "kilowatt-hours"),
        Unit("bar", "bar", "bars"),
        Unit("dB", "dB(A)", "decibels-a"),
        Unit("min", "min", "minutes"),
        Unit("cycles", "cycles", "no-units"),
        Unit("tools", "tools", "no-units"),
        Unit("persons", "persons", "no-units"),
    )
}
