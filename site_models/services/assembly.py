"""What the building services of a site are put together from: equipment, what feeds what, systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from site_models.plant_files import PlacedEntry, RoofEntry
from site_models.programme import Brief, Room
from site_models.services.kinds import Kind
from site_models.windows import Window
from twin.model.equipment import Equipment, System
from twin.model.ids import GlobalId, global_id_for
from twin.model.spaces import Space, Storey

Position = tuple[float, float, float]


class Medium(StrEnum):
    """What flows from one piece of equipment to another; value: the predefined type of its ports (IFC)."""

    AIR = "DUCT"
    WATER = "PIPE"
    POWER = "CABLE"


@dataclass(frozen=True, slots=True)
class Feed:
    """One piece of equipment feeds another: the flow goes out of one port and into the other."""

    source: str
    sink: str
    medium: Medium


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The building services of a site; ``wholes`` are units and the codes of what is built into them.

    ``served`` lists the spaces that each system serves, by the system's name; ``flows_l_s`` the design flow of each air
    terminal, by its code.
    """

    equipment: tuple[Equipment, ...]
    systems: tuple[System, ...]
    feeds: tuple[Feed, ...]
    wholes: dict[str, tuple[str, ...]]
    served: dict[str, tuple[str, ...]]
    flows_l_s: dict[str, float]


@dataclass(kw_only=True)
class Assembly:
    """Collects the services of one site while they are laid out."""

    brief: Brief
    spaces: dict[str, Space]
    storeys: dict[tuple[str, str], Storey]
    windows: dict[str, Window]
    equipment: dict[str, Equipment] = field(default_factory=dict)
    systems: list[System] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    wholes: dict[str, list[str]] = field(default_factory=dict)
    served: dict[str, tuple[str, ...]] = field(default_factory=dict)
    flows_l_s: dict[str, float] = field(default_factory=dict)
    _taken: Counter[str] = field(default_factory=Counter)

    @property
    def site(self) -> str:
        """Site code."""
        return self.brief.site

    def tag(self, code: str) -> str:
        """``AHU-01`` of the brief as people say it on site: ``AHU-VIL-01``."""
        stem, _, rest = code.partition("-")
        return f"{stem}-{self.site}-{rest}" if rest else f"{stem}-{self.site}"

    def room(self, code: str) -> Room:
        """A room of the programme."""
        return self.brief.room_by_code[code]

    def add(self, code: str, kind: Kind, room: Room, at: Position, *, inside: str = "") -> str:
        """Put a piece of equipment into a room; ``inside``: the unit it is built into. Returns its code."""
        return self._add(code, kind, self._storey(room), self.spaces[room.code].global_id, at, inside)

    def add_placed(self, code: str, kind: Kind, entry: PlacedEntry, *, inside: str = "", shift_m: float = 0.0) -> str:
        """Put a piece of equipment where the brief says: on a free spot of a room, or on a roof."""
        if entry.roof is None:
            room = self.room(entry.room)
            at = self.equipment[inside].position if inside else self.spot(room, is_large=kind.size_m[0] > 1.0)
            return self.add(code, kind, room, (round(at[0] + shift_m, 4), at[1], at[2]), inside=inside)
        x, y, z, storey = self._roof(entry.roof)
        return self._add(code, kind, storey, None, (round(x + shift_m, 4), y, z), inside)

    def feed(self, medium: Medium, source: str, *sinks: str) -> None:
        """Connect an outlet of one piece of equipment to the inlets of others."""
        self.feeds.extend(Feed(source, sink, medium) for sink in sinks)

    def system(
        self,
        name: str,
        predefined_type: str,
        codes: Iterable[str],
        *,
        zones: Iterable[str] = (),
        served: Iterable[str] = (),
    ) -> None:
        """A system of what was added; ``served``: codes of the spaces it serves, ``zones`` their HVAC zones."""
        members = tuple(dict.fromkeys(self.equipment[code].global_id for code in codes))
        self.served[name] = tuple(dict.fromkeys(served))
        self.systems.append(
            System(
                global_id=global_id_for(self.site, "system", name),
                name=name,
                predefined_type=predefined_type,
                members=members,
                serves=tuple(sorted(set(zones))),
            )
        )

    def spot(self, room: Room, height_m: float = 0.0, *, is_large: bool = False) -> Position:
        """The next free spot of a room; the spots begin again when the room is full.

        Small things stand in rows 1 m apart from the south-west corner, large ones 3 by 2 m apart from the north-west.
        """
        across_m, away_m, edge_m = (3.0, 2.0, 1.6) if is_large else (1.0, 1.0, 0.6)
        columns = max(int((room.x1 - room.x0 - 2 * edge_m) / across_m) + 1, 1)
        rows = max(int((room.y1 - room.y0 - 2 * edge_m) / away_m) + 1, 1)
        key = f"{room.code}/{is_large}"
        row, column = divmod(self._taken[key] % (columns * rows), columns)
        self._taken[key] += 1
        y = room.y1 - edge_m - away_m * row if is_large else room.y0 + edge_m + away_m * row
        return _rounded(room.x0 + edge_m + across_m * column, y, room.floor_m + height_m)

    def under_ceiling(self, room: Room, *, north_m: float = 0.0, below_m: float = 0.05) -> Position:
        """The middle of a room, below its ceiling."""
        x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
        return _rounded(x, y + north_m, room.floor_m + room.height_m - below_m)

    def under_window(self, room: Room) -> Position:
        """Below the first window of a room, at the wall; in a corner where there is none."""
        window = self.windows.get(room.code)
        if window is None:
            return _rounded(room.x0 + 0.6, room.y0 + 0.1, room.floor_m + 0.15)
        x, y = (window.lengthwise, window.across) if window.along == "x" else (window.across, window.lengthwise)
        inside_x = min(max(x, room.x0 + 0.1), room.x1 - 0.1)
        inside_y = min(max(y, room.y0 + 0.1), room.y1 - 0.1)
        return _rounded(inside_x, inside_y, room.floor_m + 0.15)

    def finished(self) -> Services:
        """What was collected."""
        return Services(
            equipment=tuple(self.equipment.values()),
            systems=tuple(self.systems),
            feeds=tuple(self.feeds),
            wholes={code: tuple(parts) for code, parts in self.wholes.items()},
            served=dict(self.served),
            flows_l_s=dict(self.flows_l_s),
        )

    def _storey(self, room: Room) -> Storey:
        return self.storeys[room.part, room.level]

    def _add(self, code: str, kind: Kind, storey: Storey, space: GlobalId | None, at: Position, inside: str) -> str:
        if inside:
            self.wholes.setdefault(inside, []).append(code)
        self.equipment[code] = Equipment(
            global_id=global_id_for(self.site, "equipment", code),
            code=code,
            ifc_class=kind.ifc_class,
            name=f"{kind.type} {code}",
            storey=storey.global_id,
            space=space,
            position=at,
            predefined_type=kind.predefined_type,
            type=kind.type,
        )
        return code

    def _roof(self, roof: RoofEntry) -> tuple[float, float, float, Storey]:
        """On top of the highest room under a point; of the part's highest storey where no room is below."""
        under = [
            room
            for room in self.brief.rooms
            if room.part == roof.part and room.x0 <= roof.x_m <= room.x1 and room.y0 <= roof.y_m <= room.y1
        ]
        highest = max(under, key=lambda room: room.floor_m, default=None)
        part = next(part for part in self.brief.file.parts if part.code == roof.part)
        level = highest.level if highest else part.storeys[-1].name
        entry = self.brief.storeys[roof.part, level]
        return (*_rounded(roof.x_m, roof.y_m, entry.elevation_m + entry.height_m), self.storeys[roof.part, level])


def _rounded(x: float, y: float, z: float) -> Position:
    return (round(x, 4), round(y, 4), round(z, 4))
