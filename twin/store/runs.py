"""Studies in the database: what was run, and every measure of every replication."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from twin.model.errors import StoreError
from twin.model.runs import RunRow
from twin.store.columns import DOCUMENT, MOMENT, Form, Rows
from twin.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """What was run. ``parameters`` are plain JSON values, enough to run it again."""

    id: str
    scenario: str
    title: str
    seed: int
    replications: int
    finished_at: datetime
    parameters: Mapping[str, object] = field(default_factory=dict)


# SQLite stores NaN as NULL; a measure that has no value in one replication must come back as NaN, not vanish.
_ROWS = Rows(RunRow)
_HEADERS = Rows(RunHeader, {"finished_at": MOMENT, "parameters": Form(DOCUMENT.write, DOCUMENT.read)})
_VALUE = _ROWS.columns.index("value")


def save_run(database: Database, header: RunHeader, rows: Iterable[RunRow]) -> None:
    """Save a run whole; a run of the same id is replaced.

    Raises:
        StoreError: the database cannot serve; nothing was written.
    """
    with database.transaction() as tables:
        utils = tables.utils
        utils.table("run_row").delete_where("run = ?", [header.id])
        utils.table("run").upsert(_HEADERS.row(header), pk="id")
        utils.table("run_row").insert_all(map(_ROWS.row, rows))


def list_runs(database: Database) -> list[RunHeader]:
    """Headers of all runs, newest first.

    Raises:
        StoreError: the database cannot serve.
    """
    found = database.rows(f"SELECT {_HEADERS.selection} FROM run ORDER BY finished_at DESC, id")  # noqa: S608
    return [_HEADERS.item(row) for row in found]


def load_run(database: Database, run: str) -> tuple[RunHeader, list[RunRow]]:
    """One run with its rows, in the order saved.

    Raises:
        StoreError: there is no such run, or the database cannot serve.
    """
    headers = database.rows(f"SELECT {_HEADERS.selection} FROM run WHERE id = ?", (run,))  # noqa: S608
    if not headers:
        raise StoreError(str(database.path), f"knows no run {run}")
    found = database.rows(f"SELECT {_ROWS.selection} FROM run_row WHERE run = ? ORDER BY seq", (run,))  # noqa: S608
    return _HEADERS.item(headers[0]), [_ROWS.item(_with_nan(row)) for row in found]


def _with_nan(row: tuple[object, ...]) -> tuple[object, ...]:
    if row[_VALUE] is not None:
        return row
    return (*row[:_VALUE], math.nan, *row[_VALUE + 1 :])
