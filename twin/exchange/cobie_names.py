"""Names in a COBie workbook: harmless, unique in their sheet, and without the comma that parts names in a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from twin.files.text import plain
from twin.model.doors import Door
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import NO_ID, GlobalId, is_outside
from twin.model.points import Device
from twin.model.register import Register
from twin.model.vocabulary import CIRCULATION

UNKNOWN = "n/a"
"""What COBie writes where nothing is known; an empty cell would be a fault."""
CONTROLLER_CLASS = "IfcController"

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A door, a piece of equipment or a controller. ``type`` is empty where the model names none."""

    global_id: GlobalId
    code: str
    description: str
    ifc_class: str
    type: str
    place: GlobalId = NO_ID
    storey: GlobalId = NO_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What everything is called in the workbook: by GlobalId, components by position, types by class and name."""

    facility: str
    floors: Mapping[GlobalId, str]
    spaces: Mapping[GlobalId, str]
    zones: Mapping[GlobalId, str]
    systems: Mapping[GlobalId, str]
    types: Mapping[tuple[str, str], str]
    components: Mapping[int, str]
    component_by_id: Mapping[GlobalId, str]

    def place(self, component: Component) -> str:
        """Space of a component, its floor where the space is unknown."""
        return self.spaces.get(component.place) or self.floors.get(component.storey) or UNKNOWN


def cell_text(text: str) -> str:
    """Text of a model as one harmless line, ``n/a`` where there is none."""
    return plain(text).strip() or UNKNOWN


def unique_names(wishes: Iterable[tuple[Key, str]], taken: Iterable[str] = ()) -> dict[Key, str]:
    """The wished names, with a number behind those that are taken (capitals do not count); commas become semicolons."""
    used = {UNKNOWN, *(name.casefold() for name in taken)}
    found: dict[Key, str] = {}
    for key, wish in wishes:
        wished = cell_text(wish).replace(",", ";")
        name, number = wished, 2
        while name.casefold() in used:
            name, number = f"{wished} ({number})", number + 1
        used.add(name.casefold())
        found[key] = name
    return found


def components_of(facility: Facility, register: Register) -> tuple[Component, ...]:
    """Doors, equipment, and the controllers of the register that the model does not have as equipment."""
    known = {equipment.global_id for equipment in facility.equipment}
    return (
        *(_of_door(door, facility) for door in facility.doors),
        *(_of_equipment(equipment) for equipment in facility.equipment),
        *(_of_device(device) for device in register.devices if device.global_id not in known),
    )


def names_of(facility: Facility, components: tuple[Component, ...]) -> Names:
    """Everybody's name. Order of the facility decides who keeps a name that two claim."""
    floors = unique_names(_floor_wishes(facility))
    kinds = dict.fromkeys((component.ifc_class, component.type) for component in components)
    named = unique_names((place, one.code or one.description) for place, one in enumerate(components))
    return Names(
        facility=cell_text(facility.name or facility.code),
        floors=floors,
        # A component stands in a space or on a floor, so that no space may be called like a floor.
        spaces=unique_names(((space.global_id, space.code) for space in facility.spaces), floors.values()),
        zones=unique_names((zone.global_id, zone.name) for zone in facility.zones),
        systems=unique_names((system.global_id, system.name) for system in facility.systems),
        types=unique_names((kind, kind[1] or kind[0]) for kind in kinds),
        components=named,
        component_by_id={one.global_id: named[place] for place, one in enumerate(components) if one.global_id},
    )


def _floor_wishes(facility: Facility) -> Iterable[tuple[GlobalId, str]]:
    """Two buildings may both have a ground floor: then the building's name stands before that of every storey."""
    buildings = {building.global_id: building.name for building in facility.buildings}
    names = [storey.name for storey in facility.storeys]
    is_told_apart = len(set(names)) == len(names)
    for storey in facility.storeys:
        yield storey.global_id, storey.name if is_told_apart else f"{buildings[storey.building]} {storey.name}"


def _of_door(door: Door, facility: Facility) -> Component:
    sides = [facility.space_by_id[node] for node in dict.fromkeys(door.joins or ()) if not is_outside(node)]
    # A cell's door belongs to the cell, not to the landing.
    home = next((space for space in sides if space.use not in CIRCULATION), sides[0] if sides else None)
    ends = " and ".join(facility.node_label(node) for node in dict.fromkeys(door.joins or ()))
    return Component(
        global_id=door.global_id,
        code=door.code,
        description=f"door of {ends}" if ends else "door",
        ifc_class="IfcDoor",
        type=door.type,
        place=home.global_id if home else NO_ID,
        storey=door.storey,
    )


def _of_equipment(equipment: Equipment) -> Component:
    return Component(
        global_id=equipment.global_id,
        code=equipment.code,
        description=equipment.name,
        ifc_class=equipment.ifc_class,
        type=equipment.type,
        place=equipment.space or NO_ID,
        storey=equipment.storey,
    )


def _of_device(device: Device) -> Component:
    return Component(
        global_id=device.global_id,
        code=device.name,
        description=f"{device.protocol.value} controller {device.instance}",
        ifc_class=CONTROLLER_CLASS,
        type="",
    )
