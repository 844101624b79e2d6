"""The journal in the database: append only, hash-chained, safe with several processes appending at once.

What the chain shows: a row that was changed, removed or put in between. What it cannot show by itself: rows cut off at
the end; an exported copy of the last hash, kept elsewhere, does that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from twin.model.errors import ChainError, StoreError
from twin.model.journal import GENESIS, JournalEntry, JournalRow, entry_hash, first_broken_row
from twin.store.connection import Database, Tables

_COLUMNS = "number, at, exercise_at, kind, subject, actor, source, data, previous_hash, hash"


def append(database: Database, entry: JournalEntry) -> JournalRow:
    """Append one entry; its number and hash follow the last row of the file, whichever process wrote that.

    Raises:
        StoreError: the database cannot serve; nothing was written.
        TypeError: the entry's data is not plain JSON values.
    """
    (row,) = append_all(database, [entry])
    return row


def append_all(database: Database, entries: Iterable[JournalEntry]) -> list[JournalRow]:
    """Append several entries in one transaction, in order; all or nothing.

    Raises:
        StoreError: the database cannot serve; nothing was written.
        TypeError: an entry's data is not plain JSON values.
    """
    listed = list(entries)
    with database.transaction() as tables:
        return append_within(tables, listed)


def append_within(tables: Tables, entries: Iterable[JournalEntry]) -> list[JournalRow]:
    """Append entries within a transaction of the caller's, together with what they tell of.

    Raises:
        TypeError: an entry's data is not plain JSON values.
    """
    added: list[JournalRow] = []
    number, previous = tables.one("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1") or (0, GENESIS)
    for entry in entries:
        text = json.dumps(entry.data, ensure_ascii=False, separators=(",", ":"))
        number += 1
        row = _linked(number, previous, entry, text)
        _insert(tables, row, text)
        added.append(row)
        previous = row.hash
    return added


def rows(
    database: Database, *, since: datetime | None = None, limit: int | None = None, newest_first: bool = False
) -> list[JournalRow]:
    """Rows of the journal.

    Args:
        database: Where.
        since: Leave out entries before this moment.
        limit: At most so many, counted from the end that comes first.
        newest_first: Newest first instead of oldest first.

    Raises:
        StoreError: the database cannot serve, or a row cannot be read at all.
    """
    order = "DESC" if newest_first else "ASC"
    found = database.rows(
        f"SELECT {_COLUMNS} FROM journal WHERE at_ms >= ? ORDER BY number {order} LIMIT ?",  # noqa: S608
        (-(2**63) if since is None else _ms(since), -1 if limit is None else limit),
    )
    try:
        return [_row(values) for values in found]
    except ValueError as error:
        raise StoreError(str(database.path), f"a row of the journal makes no sense: {error}") from error


def verify(database: Database) -> int:
    """Check the chain from the first row to the last; the number of rows that hold.

    Raises:
        ChainError: a row was changed, removed or put in between; the first such number.
        StoreError: the database cannot serve.
    """
    seen = 0

    def counted() -> Iterator[JournalRow]:
        nonlocal seen
        for values in database.stream(f"SELECT {_COLUMNS} FROM journal ORDER BY number"):  # noqa: S608
            try:
                row = _row(values)
            except ValueError as error:
                raise ChainError(str(database.path), values[0]) from error
            seen += 1
            yield row

    broken = first_broken_row(counted())
    if broken is not None:
        raise ChainError(str(database.path), broken)
    return seen


def _linked(number: int, previous: str, entry: JournalEntry, text: str) -> JournalRow:
    # The hash covers what a reader will get back, not what JSON turned on the way (tuples, keys that are numbers).
    stored = JournalEntry(
        at=entry.at,
        kind=entry.kind,
        subject=entry.subject,
        actor=entry.actor,
        source=entry.source,
        data=json.loads(text),
        exercise_at=entry.exercise_at,
    )
    return JournalRow(number=number, entry=stored, previous_hash=previous, hash=entry_hash(previous, number, stored))


def _insert(tables: Tables, row: JournalRow, text: str) -> None:
    entry = row.entry
    tables.execute(
        f"INSERT INTO journal ({_COLUMNS}, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            row.number,
            entry.at.isoformat(),
            entry.exercise_at.isoformat() if entry.exercise_at else None,
            entry.kind,
            entry.subject,
            entry.actor,
            entry.source,
            text,
            row.previous_hash,
            row.hash,
            _ms(entry.at),
        ),
    )


def _row(values: tuple[Any, ...]) -> JournalRow:
    number, at, exercise_at, kind, subject, actor, source, data, previous_hash, own_hash = values
    return JournalRow(
        number=number,
        entry=JournalEntry(
            at=datetime.fromisoformat(at),
            exercise_at=datetime.fromisoformat(exercise_at) if exercise_at else None,
            kind=kind,
            subject=subject,
            actor=actor,
            source=source,
            data=json.loads(data),
        ),
        previous_hash=previous_hash,
        hash=own_hash,
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
