"""The files beside an EDE file: state texts, units and object types, each a number and its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from twin.exchange.ede_cells import bare, read_lines, rows, whole_of
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault

_ENDINGS = {
    "state_texts": ("statetexts", "statetext"),
    "units": ("units", "unittexts", "unittext"),
    "object_types": ("objtypes", "objecttypes", "objecttype"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """What the files beside say. ``state_texts`` is None where there is no such file."""

    state_texts: Mapping[int, tuple[str, ...]] | None = None
    units: Mapping[int, str] = field(default_factory=dict)
    object_types: Mapping[int, str] = field(default_factory=dict)


def read_companions(path: Path, separator: str, faults: list[Fault]) -> Companions:
    """Companions of the EDE file ``path``, by name: ``NAME_StateTexts.csv`` or ``NAME_State-Texts.csv`` in any case.

    Everything wrong in them is added to ``faults``.
    """
    found = {kind: _found(path, endings) for kind, endings in _ENDINGS.items()}
    tables = {kind: _table(file, separator, faults) for kind, file in found.items() if file is not None}
    return Companions(
        state_texts=tables.get("state_texts"),
        units={code: texts[0] for code, texts in tables.get("units", {}).items() if texts},
        object_types={code: texts[0] for code, texts in tables.get("object_types", {}).items() if texts},
    )


def _found(path: Path, endings: Sequence[str]) -> Path | None:
    project = bare(re.sub(r"(?i)[-_ ]?EDE$", "", path.stem))
    wanted = {project + ending for ending in endings}
    try:
        beside = [file for file in path.parent.iterdir() if file != path and file.suffix.lower() == path.suffix.lower()]
    except OSError:  # a folder that cannot be listed shows no companions, and the reader notes that they are missing
        return None
    return min((file for file in beside if bare(file.stem) in wanted), default=None)


def _table(path: Path, separator: str, faults: list[Fault]) -> dict[int, tuple[str, ...]]:
    where = str(path)
    table: dict[int, tuple[str, ...]] = {}
    try:
        for number, cells in _numbered(path, separator):
            texts = tuple(plain(cell) for cell in cells[1:])
            try:
                code = whole_of(cells[0])
            except ValueError as error:
                faults.append(Fault(where, f"row {number}", f"{plain(cells[0], limit=40)} {error}"))
                continue
            if table.setdefault(code, texts) != texts:
                faults.append(Fault(where, f"row {number}", f"number {code} stands twice with other texts"))
    except ConfigError as error:
        faults += error.faults
    return table


def _numbered(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows without the empty cells that spreadsheets put at their ends, and without titles that are no comments."""
    lines = read_lines(path)
    has_begun = False
    for number, cells in rows(lines, _separator(lines, separator), str(path)):
        is_title = not has_begun and not cells[0][:1].isdigit()
        if is_title:
            continue
        has_begun = True
        while cells and not cells[-1]:
            cells.pop()
        yield number, cells


def _separator(lines: Sequence[str], likely: str) -> str:
    return next((mark for mark in (likely, ";", "\t", ",") if any(mark in line for line in lines)), likely)
