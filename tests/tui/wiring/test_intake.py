"""The journal while the database cannot take it: the building's doings wait, a person's are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tui.wiring import intake
from tui.wiring.intake import RETRY_S, DatabaseJournal
from twin.live.audit import FIELD
from twin.model.errors import StoreError
from twin.model.journal import JournalEntry
from twin.store import journal
from twin.store.database import Database, open_database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(kind: str, actor: str = FIELD) -> JournalEntry:
    return JournalEntry(at=NOON, kind=kind, subject="D1", actor=actor, source="virtual", data={})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "gatehouse.db", create=True) as store:
        yield store


class Disk:
    """A disk that can be full, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        self.tries = 0
        self.now_s = 0.0
        self._append_all = journal.append_all
        monkeypatch.setattr(journal, "append_all", self._write)

    def _write(self, database: Database, entries: list[JournalEntry]) -> object:
        self.tries += 1
        if self.is_full:
            raise StoreError("gatehouse.db", "database or disk is full")
        return self._append_all(database, entries)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def kinds(database: Database) -> list[str]:
    journal.verify(database)
    return [row.entry.kind for row in journal.rows(database)]


def test_what_the_building_did_while_the_disk_was_full_is_journalled_in_order_when_it_is_not(
    database: Database, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    book = DatabaseJournal(database, lambda: disk.now_s)
    disk.is_full = True
    book.append([entry("a")])
    book.append([entry("b"), entry("c")])
    assert "full" in book.problem
    disk.is_full = False
    book.catch_up()
    assert (disk.tries, kinds(database)) == (1, [])  # not again before it is time
    disk.now_s += RETRY_S
    book.catch_up()
    book.append([entry("d")])
    assert book.problem == ""
    assert kinds(database) == ["a", "b", "c", "d"]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_what_a_person_does_is_tried_at_once_and_refused_while_the_disk_is_full(database: Database, disk: Disk) -> None:
    book = DatabaseJournal(database, lambda: disk.now_s)
    disk.is_full = True
    book.append([entry("a")])
    with pytest.raises(StoreError, match="full"):
        book.append([entry("b", "control-1 (operator)"), entry("c")])
    disk.is_full = False
    book.append([entry("d", "control-1 (operator)")])
    assert kinds(database) == ["a", "c", "d"]


def test_entries_beyond_what_may_wait_are_counted_in_a_row_of_their_own(
    database: Database, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "WAITING", 3)
    book = DatabaseJournal(database, lambda: disk.now_s)
    disk.is_full = True
    for kind in "abcde":
        book.append([entry(kind)])
    disk.is_full, disk.now_s = False, RETRY_S
    book.catch_up()
    assert kinds(database) == ["a", "b", "c", "journal.dropped"]
    assert journal.rows(database)[-1].entry.data == {"dropped": 2}
