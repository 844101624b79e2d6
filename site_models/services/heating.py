"""Heating and hot water: district-heat substation, header, circuits with pump and radiators, hot-water store."""

from __future__ import annotations

from collections.abc import Sequence

from site_models.plant_files import CircuitEntry
from site_models.programme import Room
from site_models.services import kinds
from site_models.services.air import COIL
from site_models.services.assembly import Assembly, Medium
from twin.model.vocabulary import SpaceUse

UNHEATED = frozenset(
    {
        SpaceUse.LIFT,
        SpaceUse.STORE,
        SpaceUse.UTILITY,
        SpaceUse.PLANT,
        SpaceUse.TECHNICAL,
        SpaceUse.YARD,
        SpaceUse.VOID,
        SpaceUse.UNKNOWN,
    }
)
"""Uses without a radiator (assumption: stores and technical rooms take heat from their neighbours)."""


def add_heating(assembly: Assembly) -> None:
    """Substation with heat meter, every circuit of the brief, hot-water store with its circulation pump.

    The header also feeds the heating coils, which `add_air` has built in.
    """
    entry = assembly.brief.file.plant.heating
    exchanger = assembly.add_placed(assembly.tag(entry.code), kinds.HEAT_EXCHANGER, entry)
    meter = assembly.add_placed(assembly.tag(f"HM-{entry.code}"), kinds.HEAT_METER, entry)
    header = assembly.add_placed(f"{exchanger}.HD", kinds.HEATING_HEADER, entry)
    coils = [f"{assembly.tag(unit.code)}.{COIL}" for unit in assembly.brief.file.plant.air_handlers]
    assembly.feed(Medium.WATER, meter, exchanger)
    assembly.feed(Medium.WATER, exchanger, header)
    assembly.feed(Medium.WATER, header, *coils)
    assembly.system(f"{exchanger} district heat", "HEATING", [meter, exchanger, header])
    left = [room for room in assembly.brief.spaces if room.use not in UNHEATED]
    ordered: list[CircuitEntry] = sorted(entry.circuits, key=lambda circuit: not circuit.bands)
    for circuit in ordered:
        rooms = [room for room in left if not circuit.bands or _begins(room.band, circuit.bands)]
        left = [room for room in left if room not in rooms]
        _circuit(assembly, circuit, header, rooms)
    store = assembly.add_placed(assembly.tag(entry.store), kinds.HOT_WATER_STORE, entry)
    pump = assembly.add_placed(f"P.{store}", kinds.PUMP, entry)
    assembly.feed(Medium.WATER, header, store)
    assembly.feed(Medium.WATER, store, pump)
    assembly.system(f"{store} hot water", "DOMESTICHOTWATER", [store, pump])


def _begins(band: str, starts: Sequence[str]) -> bool:
    return any(band.startswith(start) for start in starts)


def _circuit(assembly: Assembly, circuit: CircuitEntry, header: str, rooms: list[Room]) -> None:
    entry = assembly.brief.file.plant.heating
    tag = assembly.tag(circuit.code)
    pump = assembly.add_placed(f"P.{tag}", kinds.PUMP, entry)
    pipe = assembly.add_placed(f"{tag}.PI", kinds.HEATING_PIPE, entry)
    radiators = [assembly.add(f"RAD.{room.code}", kinds.RADIATOR, room, assembly.under_window(room)) for room in rooms]
    assembly.feed(Medium.WATER, header, pump)
    assembly.feed(Medium.WATER, pump, pipe)
    assembly.feed(Medium.WATER, pipe, *radiators)
    assembly.system(
        f"{tag} heating",
        "HEATING",
        [pump, pipe, *radiators],
        zones=[room.hvac_zone for room in rooms if room.hvac_zone],
        served=[room.code for room in rooms],
    )
