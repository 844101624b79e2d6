"""A COBie-like workbook of a facility and its points: what facility managers load into their maintenance system."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from twin.exchange.cobie_names import UNKNOWN
from twin.exchange.cobie_sheets import COLUMNS, Sheet, sheets_of
from twin.files.atomic import write_bytes
from twin.files.text import plain
from twin.model.facility import Facility
from twin.model.register import Register

_FORMULA_STARTS = ("=", "+", "-", "@")
_LONGEST_CELL = 32_767
_CORE_PROPERTIES = "docProps/core.xml"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip archive can carry: the workbook's own time stands in its properties."""
_NARROW, _WIDE = 14.0, 42.0
"""Widths of columns [characters]; wide are those that carry text."""
_WIDE_COLUMNS = frozenset({"Name", "Description", "RowName", "SpaceNames", "ComponentNames", "Value", "Text"})


def write_cobie(
    facility: Facility, register: Register, path: Path | str, *, at: datetime, model: str
) -> Mapping[str, int]:
    """Write Facility, Floor, Space, Zone, Type, Component, System and Attribute in the columns of COBie 2.4.

    The same input gives the same bytes. No cell is ever a formula, whatever a model calls its rooms. A list of names
    (``SpaceNames``, ``ComponentNames``) is separated by commas, lengths are in m, areas in m²; what is not known is
    ``n/a``. Contact has one row, a role; Instruction says what the workbook is.

    Args:
        facility: the building.
        register: its points and controllers.
        path: the ``.xlsx`` file; it appears whole or not at all.
        at: when it is written, an aware time; it stands in ``CreatedOn`` as UTC.
        model: name of the model the GlobalIds are from; it stands in ``ExtSystem``.

    Returns:
        Rows by sheet, without the line of headings.

    Raises:
        ValueError: ``at`` has no time zone.
        OSError: the folder is missing or cannot be written.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a workbook needs a time zone")
    sheets = sheets_of(facility, register, at=at, model=model)
    write_bytes(path, _workbook(sheets, at))
    return {sheet.name: len(sheet.rows) for sheet in sheets}


def _workbook(sheets: Iterable[Sheet], at: datetime) -> bytes:
    book = Workbook(write_only=True)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    written = BytesIO()
    book.save(written)
    # Saving stamps the time of the clock; the core properties are therefore written again.
    book.properties.creator = "Gatehouse"
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return _without_clock(written.getvalue(), {_CORE_PROPERTIES: tostring(book.properties.to_tree())})


def _fill(page: Any, sheet: Sheet) -> None:
    columns = COLUMNS[sheet.name]
    page.freeze_panes = "B2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(sheet.rows) + 1}"
    for place, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = _WIDE if column in _WIDE_COLUMNS else _NARROW
    bold = Font(bold=True)
    page.append([_heading(page, column, bold) for column in columns])
    for row in sheet.rows:
        page.append([_cell(page, row.get(column, UNKNOWN)) for column in columns])


def _heading(page: Any, column: str, font: Font) -> Any:
    cell = WriteOnlyCell(page, column)
    cell.font = font
    return cell


def _cell(page: Any, value: object) -> Any:
    if isinstance(value, int | float):
        return value if isfinite(value) else UNKNOWN
    text = plain(str(value), limit=_LONGEST_CELL)
    if not text.startswith((*_FORMULA_STARTS, "#")):
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"  # the library takes "=…" for a formula and "#N/A" for an error
    cell.quotePrefix = True  # so that it stays text when somebody edits the cell
    return cell


def _without_clock(archive: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """The same zip archive with all its members at one time, and some of them replaced."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as source, zipfile.ZipFile(made, "w") as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, date_time=_ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, replaced.get(member.filename) or source.read(member))
    return made.getvalue()
