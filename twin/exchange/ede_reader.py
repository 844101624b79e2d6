"""Reads EDE files, our own and those of others: every fault at once, with file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.exchange.bacnet_codes import (
    LARGEST_INSTANCE,
    OBJECT_TYPE_CODES,
    OBJECT_TYPES,
    PROPRIETARY_TYPES,
    UNIT_CODES,
    UNITS_BY_CODE,
)
from twin.exchange.ede import COLUMNS, LAYOUTS, MANDATORY, TITLES, EdeFile, EdeObject
from twin.exchange.ede_cells import bare, flag_of, number_of, read_lines, rows, whole_of
from twin.exchange.ede_companions import Companions, read_companions
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault
from twin.model.units import UNITS

SEPARATORS = (";", ",", "\t")
_HEAD_LINES = 60
_LEAST_TITLES = 3
_LONGEST_TEXT = 1000
_LONGEST_ADDRESS = 4000
_BY_TITLE = {bare(title): column for column, titles in COLUMNS.items() for title in titles}
_HEADER = {"projectname": "project", "versionofreferencefile": "version", "timestampoflastchange": "changed"}


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the table begins and which cell is which column."""

    separator: str
    lines: int
    places: Mapping[str, int]
    width: int
    unknown: tuple[str, ...]


def read_ede(path: Path | str) -> EdeFile:
    """Read an EDE file and the companions beside it.

    Cells are parted by semicolons, commas or tabs; the text is UTF-8, UTF-16 with a byte order mark or Windows-1252;
    the line of titles may be a comment or not; columns may stand in any order, unknown ones are passed over and noted.

    Raises:
        ConfigError: the file is missing, too large or no text; its layout is none of 2.0 to 2.3; a title is missing or
            stands twice; a mandatory cell is empty; a number, type, limit or reference makes no sense; an object
            stands twice. All faults at once, keys as ``row 9, object-type``.
    """
    where = str(path)
    lines = read_lines(Path(path))
    faults: list[Fault] = []
    head = _head(lines, where)
    header = dict(_header(lines, head, where, faults))
    faults += [Fault(where, f"row {head.lines}, {TITLES[column]}", "the column is missing")
               for column in MANDATORY if column not in head.places]  # fmt: skip
    if faults:
        raise ConfigError(faults)
    companions = read_companions(Path(path), head.separator, faults)
    objects = tuple(_objects(lines, head, where, companions, faults))
    if faults:
        raise ConfigError(faults)
    notes = (*(f"column {title} is passed over" for title in head.unknown), *_missing(objects, companions))
    return EdeFile(path=where, objects=objects, state_texts=companions.state_texts or {}, notes=notes, **header)


def _head(lines: Sequence[str], where: str) -> _Head:
    found = max(_title_lines(lines), key=lambda found: found[0], default=None)
    if found is None or found[0] < _LEAST_TITLES:
        if any("objecttype" in bare(line) for line in lines[:_HEAD_LINES]):
            raise ConfigError([Fault(where, "", "cells are parted by neither semicolons, commas nor tabs")])
        raise ConfigError([Fault(where, "", f"has no line with the titles {TITLES['key']}, {TITLES['device']}, …")])
    _, number, separator, titles = found
    columns = [_BY_TITLE.get(bare(title)) for title in titles]
    twice = [TITLES[column] for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise ConfigError([Fault(where, f"row {number}, {title}", "the column stands twice") for title in twice])
    return _Head(
        separator=separator,
        lines=number,
        places={column: place for place, column in enumerate(columns) if column},
        width=len(titles),
        unknown=tuple(plain(title) for title, column in zip(titles, columns, strict=True) if title and not column),
    )


def _title_lines(lines: Sequence[str]) -> Iterator[tuple[int, int, str, list[str]]]:
    for number, line in enumerate(lines[:_HEAD_LINES], start=1):
        for separator in SEPARATORS:
            titles = [title.strip().strip('"#').strip() for title in line.split(separator)]
            yield sum(bare(title) in _BY_TITLE for title in titles), number, separator, titles


def _header(lines: Sequence[str], head: _Head, where: str, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines[: head.lines - 1], start=1):
        cells = next(csv.reader([line[:_LONGEST_TEXT]], delimiter=head.separator), [])
        key, value = cells[0] if cells else "", plain(cells[1].strip()) if len(cells) > 1 else ""
        if bare(key) in _HEADER:
            yield _HEADER[bare(key)], value
        elif bare(key) == "versionoflayout":
            if value.replace(",", ".") not in (*LAYOUTS, ""):
                faults.append(Fault(where, f"row {number}, VERSION_OF_LAYOUT", f"layout {value} is none of 2.0 to 2.3"))
            yield "layout", value.replace(",", ".")


def _objects(
    lines: Sequence[str], head: _Head, where: str, companions: Companions, faults: list[Fault]
) -> Iterator[EdeObject]:
    seen: dict[tuple[int, str, int], int] = {}
    for number, cells in rows(lines, head.separator, where, after=head.lines):
        problems: list[tuple[str, str]] = []
        row = _object(number, cells, head, companions, problems)
        if row is not None:
            place = (row.device, row.type, row.instance)
            if place in seen:
                problems.append(("", f"{row.type} {row.instance} of device {row.device} is row {seen[place]} too"))
            seen.setdefault(place, number)
        faults += [Fault(where, f"row {number}, {key}" if key else f"row {number}", text) for key, text in problems]
        if row is not None and not problems:
            yield row


def _object(
    number: int, cells: Sequence[str], head: _Head, companions: Companions, problems: list[tuple[str, str]]
) -> EdeObject | None:
    if any(cells[head.width :]):
        problems.append(("", f"has {len(cells)} cells, the line of titles {head.width}"))
        return None
    given = {column: cells[place] for column, place in head.places.items() if place < len(cells) and cells[place]}
    values: dict[str, Any] = {}
    for column, read in _READERS.items():
        try:
            if column in given:
                values[column] = read(given[column], companions)
            elif column in MANDATORY:
                problems.append((TITLES[column], "is missing"))
        except ValueError as error:
            problems.append((TITLES[column], f"{plain(given[column], limit=40)} {error}"))
    name, key = given.get("name") or given.get("key"), given.get("key") or given.get("name")
    if name is None or key is None:
        problems.append((TITLES["name"], "is missing"))
        return None
    if problems:
        return None
    return EdeObject(
        row=number,
        key=plain(key, limit=_LONGEST_TEXT),
        name=plain(name, limit=_LONGEST_TEXT),
        states=(companions.state_texts or {}).get(values.get("state_reference", -1), ()),
        **values,
    )


def _instance(cell: str, _: Companions) -> int:
    value = whole_of(cell)
    if value > LARGEST_INSTANCE:
        raise ValueError(f"is more than {LARGEST_INSTANCE}")
    return value


def _object_type(cell: str, companions: Companions) -> str:
    if bare(cell) in _TYPE_NAMES:
        return _TYPE_NAMES[bare(cell)]
    code = whole_of(cell)
    if code < len(OBJECT_TYPES):
        return OBJECT_TYPES[code]
    if code in PROPRIETARY_TYPES or code in companions.object_types:
        return str(code)
    raise ValueError("is no object type")


def _unit(cell: str, companions: Companions) -> str:
    """By the layout a code; some programs write the name or the symbol."""
    if not cell[0].isdigit():
        return _UNIT_NAMES.get(cell) or plain(cell.strip("-"))
    code = whole_of(cell)
    return UNITS_BY_CODE[code] if code < len(UNITS_BY_CODE) else companions.units.get(code, f"unit {code}")


def _reference(cell: str, companions: Companions) -> int:
    reference = whole_of(cell)
    if companions.state_texts is not None and reference not in companions.state_texts:
        raise ValueError("is no reference number of the state texts")
    return reference


_TYPE_NAMES = {bare(name): name for name in OBJECT_TYPE_CODES}
_UNIT_NAMES = {name: name for name in UNIT_CODES} | {unit.symbol: unit.bacnet for unit in UNITS.values() if unit.symbol}
_READERS: Mapping[str, Callable[[str, Companions], object]] = {
    "device": _instance,
    "type": _object_type,
    "instance": _instance,
    "description": lambda cell, _: plain(cell, limit=_LONGEST_TEXT),
    "settable": lambda cell, _: flag_of(cell),
    "high": lambda cell, _: number_of(cell),
    "low": lambda cell, _: number_of(cell),
    "state_reference": _reference,
    "unit": _unit,
    "address": lambda cell, _: plain(cell, limit=_LONGEST_ADDRESS),
}


def _missing(objects: Sequence[EdeObject], companions: Companions) -> Iterator[str]:
    referring = sum(row.state_reference is not None for row in objects)
    if companions.state_texts is None and referring:
        yield f"{referring} rows refer to state texts, and no file of them stands beside it"
