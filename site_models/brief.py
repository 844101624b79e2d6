"""A site's brief: what people wrote about a building that is to be authored, read from its folder and checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from site_models.brief_checks import Whole, contradictions
from site_models.brief_files import BriefFile, DoorRow, DoorTypeRow, LinkRow, ProgrammeRow
from site_models.programme import BRIEF_FILE, DOOR_TYPES_FILE, DOORS_FILE, LINKS_FILE, PROGRAMME_FILE, Brief, rooms_of
from twin.files.csv import fitting_rows
from twin.files.toml import known_part
from twin.model.errors import BriefError, ConfigError, Fault

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


def read_brief(folder: Path) -> Brief:
    """Read and check a site folder.

    Args:
        folder: Holds brief.toml, programme.csv, doors.csv, links.csv and door_types.csv.

    Raises:
        BriefError: everything wrong with it at once: faults of file, row and key, and contradictions between files.
    """
    faults: list[Fault] = []
    file = _attempt(lambda: known_part(folder / BRIEF_FILE, BriefFile, faults), faults)
    programme, has_rooms = _rows(folder / PROGRAMME_FILE, ProgrammeRow, faults)
    doors, has_doors = _rows(folder / DOORS_FILE, DoorRow, faults)
    links, _ = _rows(folder / LINKS_FILE, LinkRow, faults)
    types, has_types = _rows(folder / DOOR_TYPES_FILE, DoorTypeRow, faults)
    if has_rooms and not programme:
        faults.append(Fault(PROGRAMME_FILE, "", "has no rows: a building has at least one room"))
    if file is None or not programme:
        raise BriefError(_of_folder(faults))
    readable = len(faults)
    rooms = tuple(rooms_of(file, programme, faults))
    brief = Brief(
        file=file,
        rooms=rooms,
        doors=tuple(doors),
        links=tuple(links),
        door_types={row.type: row for _, row in types},
    )
    whole = Whole(rooms=has_rooms and len(faults) == readable, doors=has_doors, types=has_types)
    faults.extend(contradictions(brief, whole=whole, programme=programme))
    if faults:
        raise BriefError(_of_folder(faults))
    return brief


def _rows(path: Path, model: type[M], faults: list[Fault]) -> tuple[list[tuple[int, M]], bool]:
    """The rows that fit, and whether these are all of them."""
    before = len(faults)
    rows = _attempt(lambda: fitting_rows(path, model, faults), faults)
    return rows or [], len(faults) == before


def _of_folder(faults: list[Fault]) -> list[Fault]:
    """The faults with the names of files alone: the folder is known."""
    return [Fault(Path(fault.where).name, fault.key, fault.text) for fault in faults]


def _attempt(read: Callable[[], T], faults: list[Fault]) -> T | None:
    try:
        return read()
    except ConfigError as error:
        faults.extend(error.faults)
        return None
