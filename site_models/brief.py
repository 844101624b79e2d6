"""A site's brief: what people wrote about a building that is to be authored, read from its folder and checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from site_models.brief_checks import contradictions
from site_models.brief_files import BriefFile, DoorRow, DoorTypeRow, LinkRow, ProgrammeRow
from site_models.programme import BRIEF_FILE, DOOR_TYPES_FILE, DOORS_FILE, LINKS_FILE, PROGRAMME_FILE, Brief, rooms_of
from twin.files.csv import read_rows
from twin.files.toml import read_toml
from twin.model.errors import BriefError, ConfigError, Fault

T = TypeVar("T")


def read_brief(folder: Path) -> Brief:
    """Read and check a site folder.

    Args:
        folder: Holds brief.toml, programme.csv, doors.csv, links.csv and door_types.csv.

    Raises:
        BriefError: everything wrong with it at once: faults of file, row and key, and contradictions between files.
    """
    faults: list[Fault] = []
    file = _attempt(lambda: read_toml(folder / BRIEF_FILE, BriefFile), faults)
    programme = _attempt(lambda: read_rows(folder / PROGRAMME_FILE, ProgrammeRow), faults)
    doors = _attempt(lambda: read_rows(folder / DOORS_FILE, DoorRow), faults)
    links = _attempt(lambda: read_rows(folder / LINKS_FILE, LinkRow), faults)
    types = _attempt(lambda: read_rows(folder / DOOR_TYPES_FILE, DoorTypeRow), faults)
    if file is None or programme is None:
        raise BriefError(faults)
    brief = Brief(
        file=file,
        rooms=tuple(rooms_of(file, programme, faults)),
        doors=tuple(doors or ()),
        links=tuple(links or ()),
        door_types={row.type: row for _, row in types or ()},
    )
    faults.extend(contradictions(brief, types_known=types is not None, programme=programme))
    if faults:
        raise BriefError(faults)
    return brief


def _attempt(read: Callable[[], T], faults: list[Fault]) -> T | None:
    try:
        return read()
    except ConfigError as error:
        faults.extend(Fault(Path(fault.where).name, fault.key, fault.text) for fault in error.faults)
        return None
