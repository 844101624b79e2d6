"""The journal: appended by several processes at once, verified by its chain."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from twin.model.errors import ChainError, StoreError
from twin.model.journal import GENESIS, JournalEntry
from twin.store.connection import Database
from twin.store.journal import append, append_all, rows, verify

APPENDER = """
import sys
from datetime import UTC, datetime
from twin.model.journal import JournalEntry
from twin.store.database import open_database
from twin.store.journal import append
with open_database(sys.argv[1]) as database:
    for n in range(60):
        append(database, JournalEntry(
            at=datetime.now(UTC), kind="test.row", subject=str(n), actor=sys.argv[2], source="test"))
"""


def entry(now: datetime, subject: str, **data: object) -> JournalEntry:
    return JournalEntry(at=now, kind="command.requested", subject=subject, actor="operator", source="desk", data=data)


def tamper(database: Database, statement: str) -> None:
    database.connection().executescript(
        f"DROP TRIGGER journal_is_not_UPDATE; DROP TRIGGER journal_is_not_DELETE; {statement}"
    )


def test_rows_are_numbered_and_chained(database: Database, now: datetime) -> None:
    first, second = append_all(database, [entry(now, "D1"), entry(now, "D2")])
    third = append(database, entry(now, "D3", value=1.0, note="ąž"))
    assert [row.number for row in (first, second, third)] == [1, 2, 3]
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == (GENESIS, first.hash, second.hash)
    assert rows(database) == [first, second, third]
    assert verify(database) == 3


def test_an_entry_comes_back_as_it_was_hashed(database: Database, now: datetime) -> None:
    exercise = now.replace(microsecond=0)
    odd = JournalEntry(
        at=now,
        kind="k",
        subject="s",
        actor="a",
        source="x",
        data={"pair": (1, 2), "nested": {10: "ten", 9: "nine"}, "none": None},
        exercise_at=exercise,
    )
    row = append(database, odd)
    assert row.entry.data == {"pair": [1, 2], "nested": {"10": "ten", "9": "nine"}, "none": None}
    assert rows(database) == [row]
    assert rows(database)[0].entry.exercise_at == exercise
    assert verify(database) == 1


def test_data_that_is_not_plain_values_is_refused_before_anything_is_written(database: Database, now: datetime) -> None:
    with pytest.raises(TypeError):
        append_all(database, [entry(now, "D1"), entry(now, "D2", what=object())])
    assert rows(database) == []


def test_the_newest_rows_come_first_when_asked(database: Database, now: datetime) -> None:
    append_all(database, [entry(now + timedelta(seconds=n), f"D{n}") for n in range(5)])
    assert [row.number for row in rows(database, limit=2, newest_first=True)] == [5, 4]
    assert [row.number for row in rows(database, limit=2)] == [1, 2]
    assert [row.number for row in rows(database, since=now + timedelta(seconds=3))] == [4, 5]


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE journal SET subject = 'D9' WHERE number = 2", 2),
        ("UPDATE journal SET data = '{' WHERE number = 2", 2),
        ("UPDATE journal SET at = 'yesterday' WHERE number = 3", 3),
        ("DELETE FROM journal WHERE number = 2", 2),
        ("DELETE FROM journal WHERE number = 1", 1),
    ],
)
def test_the_first_row_that_was_touched_is_named(database: Database, now: datetime, statement: str, row: int) -> None:
    append_all(database, [entry(now, f"D{n}") for n in range(4)])
    tamper(database, statement)
    with pytest.raises(ChainError) as caught:
        verify(database)
    assert caught.value.row == row


@pytest.mark.parametrize("statement", ["UPDATE journal SET subject = 'D9'", "DELETE FROM journal"])
def test_the_database_itself_refuses_to_change_the_journal(database: Database, now: datetime, statement: str) -> None:
    append(database, entry(now, "D1"))

    def change() -> None:
        with database.transaction() as tables:
            tables.execute(statement)

    with pytest.raises(StoreError, match="append-only"):
        change()
    assert verify(database) == 1


def test_two_processes_append_to_one_unbroken_chain(database: Database) -> None:
    appenders = [
        subprocess.Popen([sys.executable, "-c", APPENDER, str(database.path), name], cwd=Path(__file__).parents[3])
        for name in ("first", "second")
    ]
    assert [appender.wait(timeout=60) for appender in appenders] == [0, 0]
    assert verify(database) == 120
    actors = [row.entry.actor for row in rows(database)]
    assert actors.count("first") == actors.count("second") == 60
