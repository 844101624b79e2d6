"""CSV that people and spreadsheets write, into rows of a pydantic model: every fault at once, with file and row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from twin.files.atomic import write_text
from twin.files.text import plain
from twin.files.toml import faults_of, read_text
from twin.model.errors import ConfigError, Fault

M = TypeVar("M", bound=BaseModel)
_OTHER_MARKS = {";": "semicolons", "\t": "tabs"}
"""What spreadsheets write instead of commas where the comma is for decimals."""


def read_rows(path: Path | str, model: type[M]) -> list[tuple[int, M]]:
    """Read a CSV file with a header line; columns are the model's field names (or aliases).

    An empty cell counts as absent: the field's default applies, and a field without default is a fault. Columns of
    fields with a default may be left out; an unknown column is a fault unless the model's configuration says
    ``extra="ignore"`` or ``"allow"``. Blank lines are skipped.

    Args:
        path: The file, UTF-8, comma separated; faults name it as it was given.
        model: The pydantic model of one row; it receives texts.

    Returns:
        Pairs of (number of the row's first line in the file, the header being line 1; the row).

    Raises:
        ConfigError: the file is missing or no UTF-8, the header lacks a column, has one too many or one twice, or rows
            do not fit the model; all faults at once, keys as ``row 7, width_m``.
    """
    faults: list[Fault] = []
    rows = fitting_rows(path, model, faults)
    if faults:
        raise ConfigError(faults)
    return rows


def fitting_rows(path: Path | str, model: type[M], faults: list[Fault]) -> list[tuple[int, M]]:
    """The rows that fit, for a caller who has more to check; everything wrong is added to ``faults``.

    Raises:
        ConfigError: the file is missing, no UTF-8 or no CSV.
    """
    where = str(path)
    lines = _lines(read_text(path), where)
    number, header = next(lines, (1, []))
    columns = [name.strip() for name in header]
    header_faults = list(_header_faults(columns, model, where, number))
    rows: list[tuple[int, M]] = []
    if header_faults:
        faults += header_faults
        return rows
    for number, cells in lines:
        if len(cells) > len(columns):
            text = f"has {len(cells)} cells, the header has {len(columns)}"
            faults.append(Fault(where, f"row {number}", text))
            continue
        present = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
        try:
            rows.append((number, model.model_validate(present)))
        except ValidationError as error:
            faults.extend(faults_of(error, where, prefix=f"row {number},"))
    return rows


def write_rows(path: Path | str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a CSV file (UTF-8, comma, line feed) whole or not at all; None is written as an empty cell.

    Raises:
        ValueError: a row has a key that is no column.
        OSError: the folder cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def _lines(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ConfigError([Fault(where, f"row {first}", f"is not CSV: {error}")]) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield first, cells


def _header_faults(columns: Sequence[str], model: type[BaseModel], where: str, number: int) -> Iterator[Fault]:
    known = {_column_of(name, field): field for name, field in model.model_fields.items()}
    accepts_more = model.model_config.get("extra") in {"allow", "ignore"}
    if not columns:
        yield Fault(where, "", "has no header line")
        return
    if len(columns) == 1 and (mark := next((mark for mark in _OTHER_MARKS if mark in columns[0]), None)):
        yield Fault(where, f"row {number}", f"cells are parted by {_OTHER_MARKS[mark]}: save the file with commas")
        return
    for column in dict.fromkeys(columns):
        if columns.count(column) > 1:
            yield Fault(where, f"row {number}, {plain(column)}", "the column stands twice in the header")
        if column not in known and not accepts_more:
            yield Fault(where, f"row {number}, {plain(column)}", "is not a known column")
    for column, field in known.items():
        if field.is_required() and column not in columns:
            yield Fault(where, f"row {number}, {column}", "the column is missing")


def _column_of(name: str, field: FieldInfo) -> str:
    return field.alias or name
