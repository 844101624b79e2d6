"""Corrections of people and what waits for their decision, in the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twin.model.carrying import Hanging, Unresolved
from twin.model.corrections import Correctable, Correction
from twin.model.errors import StoreError
from twin.model.ids import GlobalId
from twin.model.vocabulary import Role
from twin.store.columns import LIST, MOMENT, Rows, choice
from twin.store.connection import Database, Tables

_CORRECTIONS = Rows(Correction, {"fact": choice(Correctable), "value": LIST, "role": choice(Role), "at": MOMENT})
_UNRESOLVED = Rows(Unresolved, {"hanging": choice(Hanging), "near": LIST})


def write_correction(tables: Tables, correction: Correction) -> None:
    """Keep a correction in the place of one of the same fact, within a transaction of the caller's."""
    tables.utils.table("correction").upsert(_CORRECTIONS.row(correction), pk=("element", "fact"))


def delete_correction(tables: Tables, element: GlobalId, fact: Correctable) -> bool:
    """Take a correction back within a transaction of the caller's; whether there was one."""
    return tables.execute("DELETE FROM correction WHERE element = ? AND fact = ?", (element, fact)) > 0


def load_corrections(database: Database) -> list[Correction]:
    """All corrections, oldest first.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    query = f"SELECT {_CORRECTIONS.selection} FROM correction ORDER BY at, element, fact"  # noqa: S608
    return _loaded(database, query, _CORRECTIONS)


def write_corrections(tables: Tables, corrections: Iterable[Correction]) -> None:
    """Replace all corrections within a transaction of the caller's."""
    table = tables.utils.table("correction")
    table.delete_where()
    table.insert_all(map(_CORRECTIONS.row, corrections))


def write_unresolved(tables: Tables, unresolved: Iterable[Unresolved]) -> None:
    """Replace all that waits for a decision, within a transaction of the caller's."""
    table = tables.utils.table("unresolved")
    table.delete_where()
    table.insert_all(map(_UNRESOLVED.row, unresolved))


def load_unresolved(database: Database) -> list[Unresolved]:
    """What waits for a decision.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    query = f"SELECT {_UNRESOLVED.selection} FROM unresolved ORDER BY hanging, subject"  # noqa: S608
    return _loaded(database, query, _UNRESOLVED)


def forget_unresolved(tables: Tables, hanging: Hanging, subject: str) -> int:
    """Strike what was decided, within a transaction of the caller's; how many rows it was."""
    return tables.execute("DELETE FROM unresolved WHERE hanging = ? AND subject = ?", (hanging, subject))


def _loaded(database: Database, query: str, rows: Rows[Any]) -> list[Any]:
    try:
        return [rows.item(row) for row in database.rows(query)]
    except ValueError as error:
        raise StoreError(str(database.path), f"a correction makes no sense: {error}") from error
