"""What a site folder says, as values: the rooms of the programme and the brief they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from site_models.brief_files import (
    BriefFile,
    DoorRow,
    DoorTypeRow,
    ExternalStairEntry,
    LinkRow,
    PartEntry,
    ProgrammeRow,
    StoreyEntry,
)
from twin.model.errors import Fault
from twin.model.vocabulary import SpaceUse, UseCondition

OUTSIDE_CODE = "OUTSIDE"
"""How the door list names the outdoors."""

BRIEF_FILE = "brief.toml"
PROGRAMME_FILE = "programme.csv"
DOORS_FILE = "doors.csv"
LINKS_FILE = "links.csv"
DOOR_TYPES_FILE = "door_types.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One space of the programme: its clear rectangle in plan [m], level, part and the line it was written on."""

    code: str
    name: str
    use: SpaceUse
    level: str
    wing: str
    band: str
    part: str
    x0: float
    y0: float
    x1: float
    y1: float
    floor_m: float
    height_m: float
    capacity: int
    hvac_zone: str
    supply_l_s: float
    annex_m2: float
    has_partitioned_annex: bool
    row: int

    @property
    def area_m2(self) -> float:
        """Net floor area."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRange:
    """What the code of a line names: ``C01-C03`` is C01, C02, C03; any other code stands for itself (no digits)."""

    stem: str
    low: int = 0
    high: int = 0
    digits: int = 0
    is_reversed: bool = False

    @classmethod
    def of(cls, code: str) -> CodeRange:
        """The range that a code of the programme is."""
        match = re.fullmatch(r"([A-Z]+)(\d+)-\1(\d+)", code)
        if not match:
            return cls(stem=code)
        start, end = int(match[2]), int(match[3])
        return cls(
            stem=match[1], low=min(start, end), high=max(start, end), digits=len(match[2]), is_reversed=start > end
        )

    @property
    def size(self) -> int:
        """How many codes it names."""
        return self.high - self.low + 1

    def first(self, count: int) -> list[str]:
        """The first codes, ``count`` at most, in ascending order."""
        numbers = range(self.low, min(self.high + 1, self.low + count))
        return [f"{self.stem}{number:0{self.digits}d}" if self.digits else self.stem for number in numbers]


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Everything a site folder says. Doors and links keep the line they were written on."""

    file: BriefFile
    rooms: tuple[Room, ...]
    doors: tuple[tuple[int, DoorRow], ...]
    links: tuple[tuple[int, LinkRow], ...]
    door_types: dict[str, DoorTypeRow]

    @property
    def site(self) -> str:
        """Site code."""
        return self.file.site

    @cached_property
    def room_by_code(self) -> dict[str, Room]:
        """Rooms by full code."""
        return {room.code: room for room in self.rooms}

    @cached_property
    def storeys(self) -> dict[tuple[str, str], StoreyEntry]:
        """(part, level) → storey."""
        return {(part.code, storey.name): storey for part in self.file.parts for storey in part.storeys}

    def external_stair(self, code: str) -> ExternalStairEntry | None:
        """Where a stair outdoors stands; None for every other link."""
        return next((entry for entry in self.file.external_stairs if entry.code == code), None)

    def regime_zone(self, room: Room) -> str:
        """The unit a space belongs to: as the brief lists it, else site, level and wing."""
        entry = next((entry for entry in self.file.regime_zones if room.code in entry.spaces), None)
        return entry.name if entry else f"{self.site}-{room.level}-{room.wing}"

    def use_condition(self, room: Room) -> UseCondition:
        """How freely people move there: as its regime zone says, else its part."""
        name = self.regime_zone(room)
        entry = next((entry for entry in self.file.regime_zones if entry.name == name and entry.use_condition), None)
        part = next(part for part in self.file.parts if part.code == room.part)
        return entry.use_condition if entry and entry.use_condition else part.use_condition

    @property
    def spaces(self) -> tuple[Room, ...]:
        """Rooms that are spaces; an opening in a floor is none."""
        return tuple(room for room in self.rooms if room.use is not SpaceUse.VOID)


def rooms_of(file: BriefFile, programme: list[tuple[int, ProgrammeRow]], faults: list[Fault]) -> Iterator[Room]:
    """Rooms of a programme, every range of codes expanded; what cannot be placed is added to ``faults``."""
    for number, row in programme:
        part = part_of(file, row.band)
        storey = next((one for one in part.storeys if one.name == row.storey), None) if part else None
        if part is None or storey is None:
            text = f"no part of the site has band {row.band} on storey {row.storey}"
            faults.append(Fault(PROGRAMME_FILE, f"row {number}, storey", text))
            continue
        codes = CodeRange.of(row.code)
        if codes.is_reversed:
            faults.append(Fault(PROGRAMME_FILE, f"row {number}, code", f"{row.code} runs backwards"))
        if codes.size != row.count:
            text = f"{row.code} names {codes.size} spaces, count says {row.count}"
            faults.append(Fault(PROGRAMME_FILE, f"row {number}, count", text))
        if row.count > 1 and row.pitch_m < row.width_m:
            text = f"pitch {row.pitch_m:g} m is less than the width {row.width_m:g} m"
            faults.append(Fault(PROGRAMME_FILE, f"row {number}, pitch_m", text))
            continue
        for index, code in enumerate(codes.first(row.count)):  # the count is limited, a range is not
            yield _room(file, part, storey, number, row, index, code)


def _room(
    file: BriefFile, part: PartEntry, storey: StoreyEntry, number: int, row: ProgrammeRow, index: int, code: str
) -> Room:
    wing = row.band.split("-")[0]
    x0 = round(row.x0_m + index * row.pitch_m, 4)
    outdoors = row.type is SpaceUse.YARD
    return Room(
        code=f"{file.site}-{row.storey}-{wing}-{code}",
        name=row.space_name,
        use=row.type,
        level=row.storey,
        wing=wing,
        band=row.band,
        part=part.code,
        x0=x0,
        y0=row.y0_m,
        x1=round(x0 + row.width_m, 4),
        y1=round(row.y0_m + row.depth_m, 4),
        floor_m=storey.elevation_m,
        height_m=file.yards.height_m if outdoors else row.height_m,
        capacity=row.capacity,
        hvac_zone=row.hvac_zone,
        supply_l_s=row.supply_l_s,
        annex_m2=row.annex_m2,
        has_partitioned_annex=row.annex_partitioned == "yes",
        row=number,
    )


def part_of(file: BriefFile, band: str) -> PartEntry | None:
    """The part that claims a band: by the beginning of its name, else the part that claims what is left."""
    claimed = (part for part in file.parts if any(band.startswith(start) for start in part.bands))
    rest = (part for part in file.parts if not part.bands)
    return next(claimed, None) or next(rest, None)
