"""The facility: one building model as facts. Invariants are checked once, here, when it is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from twin.model.doors import Door, Link
from twin.model.equipment import Equipment, System
from twin.model.errors import Fault, ModelError, UnknownIdError
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.spaces import Building, Space, Storey, Zone


@dataclass(frozen=True, kw_only=True)
class Facility:
    """Site → buildings → storeys → spaces, with doors, links, zones, equipment and systems.

    Raises:
        ModelError: every broken invariant at once: a repeated GlobalId, a space on no storey, a door, link or zone
            that names something that is not there.
    """

    code: str
    name: str
    buildings: tuple[Building, ...]
    storeys: tuple[Storey, ...]
    spaces: tuple[Space, ...]
    doors: tuple[Door, ...]
    links: tuple[Link, ...] = ()
    zones: tuple[Zone, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    systems: tuple[System, ...] = ()
    site_id: GlobalId = field(default=GlobalId(""))

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise ModelError(faults)

    def _faults(self) -> Iterator[Fault]:
        seen: set[str] = set()
        placed: list[Space | Door | Equipment] = [*self.spaces, *self.doors, *self.equipment]
        ways: list[Door | Link] = [*self.doors, *self.links]
        elements: list[Building | Storey | Space | Door | Equipment | Link | Zone | System] = [
            *self.buildings,
            *self.storeys,
            *placed,
            *self.links,
            *self.zones,
            *self.systems,
        ]
        for element in elements:
            if element.global_id in seen:
                yield Fault(type(element).__name__, element.global_id, "GlobalId is used twice")
            seen.add(element.global_id)
        buildings = {building.global_id for building in self.buildings}
        storeys = {storey.global_id for storey in self.storeys}
        nodes = {space.global_id for space in self.spaces} | {outside_id(storey) for storey in storeys}
        for storey in self.storeys:
            if storey.building not in buildings:
                yield Fault("Storey", storey.name, f"stands in no building: {storey.building}")
        for thing in placed:
            if thing.storey not in storeys:
                yield Fault(type(thing).__name__, thing.code, f"is on no storey: {thing.storey}")
        for way in ways:
            for node in way.joins or ():
                if node not in nodes:
                    yield Fault(type(way).__name__, way.code, f"joins an unknown space: {node}")
        for zone in self.zones:
            for member in zone.members:
                if member not in nodes:
                    yield Fault("Zone", zone.name, f"lists an unknown space: {member}")

    @cached_property
    def space_by_id(self) -> Mapping[GlobalId, Space]:
        """Spaces by GlobalId."""
        return {space.global_id: space for space in self.spaces}

    @cached_property
    def door_by_id(self) -> Mapping[GlobalId, Door]:
        """Doors by GlobalId."""
        return {door.global_id: door for door in self.doors}

    @cached_property
    def storey_by_id(self) -> Mapping[GlobalId, Storey]:
        """Storeys by GlobalId."""
        return {storey.global_id: storey for storey in self.storeys}

    @cached_property
    def outside_nodes(self) -> frozenset[GlobalId]:
        """The outdoors of every storey."""
        return frozenset(outside_id(storey.global_id) for storey in self.storeys)

    @cached_property
    def _by_code(self) -> Mapping[str, Space | Door]:
        elements: list[Space | Door] = [*self.doors, *self.spaces]
        return {key: element for element in elements for key in (element.code, element.global_id)}

    @cached_property
    def doors_of(self) -> Mapping[GlobalId, tuple[Door, ...]]:
        """Doors that open on each space."""
        found: dict[GlobalId, list[Door]] = {}
        for door in self.doors:
            for node in set(door.joins or ()):
                found.setdefault(node, []).append(door)
        return {node: tuple(doors) for node, doors in found.items()}

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Names of storeys from the lowest up; buildings that share a storey name are drawn on one plan."""
        lowest: dict[str, float] = {}
        for storey in self.storeys:
            lowest[storey.name] = min(storey.elevation_m, lowest.get(storey.name, storey.elevation_m))
        return tuple(sorted(lowest, key=lambda name: (lowest[name], name)))

    @property
    def certified_places(self) -> int:
        """Sum of the certified sleeping places."""
        return sum(space.certified_places for space in self.spaces)

    @property
    def doors_joined(self) -> int:
        """Doors whose two spaces are known."""
        return sum(door.joins is not None for door in self.doors)

    def space(self, key: str) -> Space:
        """The space with this code or GlobalId.

        Raises:
            UnknownIdError: there is none.
        """
        element = self.space_by_id.get(GlobalId(key)) or self._by_code.get(key)
        if not isinstance(element, Space):
            raise UnknownIdError("space", key)
        return element

    def door(self, key: str) -> Door:
        """The door with this code or GlobalId.

        Raises:
            UnknownIdError: there is none.
        """
        element = self.door_by_id.get(GlobalId(key)) or self._by_code.get(key)
        if not isinstance(element, Door):
            raise UnknownIdError("door", key)
        return element

    def node_label(self, node: GlobalId) -> str:
        """A space's code, or ``OUTSIDE`` for an outdoors node."""
        return "OUTSIDE" if is_outside(node) else self.space_by_id[node].code

    def level_of(self, element: Space | Door) -> str:
        """Name of the storey an element is on."""
        return self.storey_by_id[element.storey].name

    def zone_members(self, purpose: str) -> dict[str, tuple[GlobalId, ...]]:
        """Zones of one purpose: name → spaces."""
        return {zone.name: zone.members for zone in self.zones if zone.purpose == purpose}
