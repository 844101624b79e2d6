"""The plant of a site as pydantic models: the table ``[plant]`` of ``brief.toml``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from site_models.strict import Code, Flow, Position, Strict

_Number = Annotated[int, Field(ge=1, le=99)]


class RoofEntry(Strict):
    """A place on the roof of a part [m]."""

    part: Code
    x_m: Position
    y_m: Position


class PlacedEntry(Strict):
    """Something that stands in a room, or on a roof where no room holds it."""

    room: str = ""
    roof: RoofEntry | None = None


class AirHandlerEntry(PlacedEntry):
    """An air handling unit: the HVAC zones it serves, its design supply [l/s], when it runs."""

    code: Code
    zones: Annotated[list[str], Field(min_length=1)]
    supply_l_s: Flow
    operation: str


class ExhaustFanEntry(PlacedEntry):
    """A sanitary exhaust fan: the HVAC zones whose sanitary annexes it exhausts, its design flow [l/s]."""

    code: Code
    zones: Annotated[list[str], Field(min_length=1)]
    flow_l_s: Flow


class CircuitEntry(Strict):
    """A heating circuit: beginnings of the band names whose radiators it serves; empty serves what is left."""

    code: Code
    bands: list[str]


class HeatingEntry(PlacedEntry):
    """The district-heat substation with its circuits, and the hot-water store beside it."""

    code: Code
    store: Code
    circuits: Annotated[list[CircuitEntry], Field(min_length=1)]


class PowerEntry(Strict):
    """Main board with meter, generator and UPS: the rooms they stand in."""

    board: str
    generator: PlacedEntry
    ups: Annotated[list[str], Field(min_length=1)]


class PlantEntry(Strict):
    """``[plant]``. Lists name spaces; tables give a number of devices by space."""

    air_handlers: tuple[AirHandlerEntry, ...] = ()
    exhaust_fans: tuple[ExhaustFanEntry, ...] = ()
    unserved_zones: tuple[str, ...] = ()
    heating: HeatingEntry
    power: PowerEntry
    fire_panel: str
    comms: str
    dust_extraction: tuple[str, ...] = ()
    tool_counts: tuple[str, ...] = ()
    portals: dict[str, _Number] = Field(default_factory=dict)
    kiosks: dict[str, _Number] = Field(default_factory=dict)
    sign_in: tuple[str, ...] = ()
    perimeter: tuple[str, ...] = ()
