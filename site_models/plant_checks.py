"""Contradictions in the plant of a brief: rooms that are not there, zones that nobody or everybody serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from site_models.plant_files import PlacedEntry
from site_models.points.rooms import MOST_IN_A_ROOM
from site_models.programme import BRIEF_FILE, Brief
from twin.model.errors import Fault


def plant_faults(brief: Brief) -> Iterator[Fault]:
    """Every contradiction of the table ``[plant]``."""
    plant = brief.file.plant
    named = list(_rooms_named(brief))
    for key, code in named:
        if code not in brief.room_by_code:
            yield Fault(BRIEF_FILE, f"plant.{key}", f"there is no space {code}")
    for (key, code), times in Counter(named).items():
        if times > 1 and key != "power.ups":
            yield Fault(BRIEF_FILE, f"plant.{key}", f"{code} stands {times} times")
    for code in sorted(plant.portals.keys() | plant.kiosks.keys()):
        count = plant.portals.get(code, 0) + plant.kiosks.get(code, 0)
        if count > MOST_IN_A_ROOM:
            text = f"{count} portals and kiosks in {code}: a room controller has numbers for {MOST_IN_A_ROOM}"
            yield Fault(BRIEF_FILE, "plant.portals" if code in plant.portals else "plant.kiosks", text)
    placed: list[tuple[str, PlacedEntry]] = [
        *((f"air_handlers.{unit.code}", unit) for unit in plant.air_handlers),
        *((f"exhaust_fans.{fan.code}", fan) for fan in plant.exhaust_fans),
        ("heating", plant.heating),
        ("power.generator", plant.power.generator),
    ]
    for key, entry in placed:
        yield from _place_faults(brief, f"plant.{key}", entry)
    codes = Counter(
        code
        for code in (
            *(unit.code for unit in plant.air_handlers),
            *(fan.code for fan in plant.exhaust_fans),
            plant.heating.code,
            plant.heating.store,
            *(circuit.code for circuit in plant.heating.circuits),
        )
    )
    for code, times in codes.items():
        if times > 1:
            yield Fault(BRIEF_FILE, "plant", f"{code} is used {times} times")
    if sum(not circuit.bands for circuit in plant.heating.circuits) > 1:
        yield Fault(BRIEF_FILE, "plant.heating.circuits", "only one circuit may serve the bands that are left")
    yield from _zone_faults(brief)


def _rooms_named(brief: Brief) -> Iterator[tuple[str, str]]:
    plant = brief.file.plant
    lists: dict[str, Iterable[str]] = {
        "fire_panel": (plant.fire_panel,),
        "comms": (plant.comms,),
        "power.board": (plant.power.board,),
        "power.ups": plant.power.ups,
        "dust_extraction": plant.dust_extraction,
        "tool_counts": plant.tool_counts,
        "portals": plant.portals,
        "kiosks": plant.kiosks,
        "sign_in": plant.sign_in,
        "perimeter": plant.perimeter,
    }
    return ((key, code) for key, codes in lists.items() for code in codes)


def _place_faults(brief: Brief, key: str, entry: PlacedEntry) -> Iterator[Fault]:
    if bool(entry.room) == (entry.roof is not None):
        yield Fault(BRIEF_FILE, key, "stands either in a room or on a roof")
    elif entry.room and entry.room not in brief.room_by_code:
        yield Fault(BRIEF_FILE, f"{key}.room", f"there is no space {entry.room}")
    elif entry.roof is not None and entry.roof.part not in {part.code for part in brief.file.parts}:
        yield Fault(BRIEF_FILE, f"{key}.roof.part", f"there is no part {entry.roof.part}")


def _zone_faults(brief: Brief) -> Iterator[Fault]:
    plant, declared = brief.file.plant, brief.file.hvac_zones
    for zone, times in Counter(zone for fan in plant.exhaust_fans for zone in set(fan.zones)).items():
        if times > 1:
            yield Fault(BRIEF_FILE, "plant.exhaust_fans", f"{zone} is exhausted by {times} fans")
    served: Counter[str] = Counter()
    for table, units in (("air_handlers", plant.air_handlers), ("exhaust_fans", plant.exhaust_fans)):
        for unit in units:
            for zone in unit.zones:
                if zone not in declared:
                    yield Fault(BRIEF_FILE, f"plant.{table}.{unit.code}.zones", f"there is no HVAC zone {zone}")
    for unit in plant.air_handlers:
        served.update(unit.zones)
    served.update(plant.unserved_zones)
    for zone in declared:
        if served[zone] != 1:
            who = "no air handling unit" if not served[zone] else f"{served[zone]} entries"
            text = f"{zone} is served by {who}; name it once, or in unserved_zones"
            yield Fault(BRIEF_FILE, "plant.air_handlers", text)
