"""Opening the site's database."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from twin.model.errors import SchemaVersionError, StoreError
from twin.store.database import open_database
from twin.store.migrations import NEWEST


def test_a_missing_file_is_an_error_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        open_database(tmp_path / "absent.db")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_keeps_its_promises_to_power_cuts_and_neighbours(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", create=True) as database:
        settings = {name: database.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous")}
        assert settings == {"journal_mode": "wal", "synchronous": 2}
        assert database.rows("PRAGMA busy_timeout")[0][0] >= 5000


def test_an_opened_file_is_opened_again(tmp_path: Path) -> None:
    open_database(tmp_path / "a.db", create=True).close()
    with open_database(tmp_path / "a.db") as database:
        assert database.rows("PRAGMA user_version") == [(NEWEST,)]


def test_the_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", create=True) as database:
        database.connection().execute(f"PRAGMA user_version = {NEWEST + 1}")
    with pytest.raises(SchemaVersionError) as caught:
        open_database(tmp_path / "a.db")
    assert (caught.value.found, caught.value.expected) == (NEWEST + 1, NEWEST)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE songs (title TEXT)")
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_database(path, create=True)
    with sqlite3.connect(path) as foreign:
        assert foreign.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    foreign.close()
    assert len(path.read_bytes()) == len(before)


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is a letter, not a database. " * 40)
    with pytest.raises(StoreError):
        open_database(path)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_database(tmp_path / "absent" / "a.db", create=True)


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", create=True) as database:

        def fail_half_way() -> None:
            with database.transaction() as tables:
                tables.utils.table("building").insert({"seq": 0, "global_id": "x", "name": "half"})
                raise RuntimeError("power cut")

        with pytest.raises(RuntimeError):
            fail_half_way()
        assert database.rows("SELECT * FROM building") == []


def test_every_thread_has_its_own_connection_and_the_dead_are_forgotten(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", create=True) as database:
        seen = [database.connection()]
        for _ in range(3):
            thread = threading.Thread(target=lambda: seen.append(database.connection()))
            thread.start()
            thread.join()
        assert len(set(map(id, seen))) == 4
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            seen[1].execute("SELECT 1")
