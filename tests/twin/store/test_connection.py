"""Connections: SQLite's errors become ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.model.errors import StoreError
from twin.store.connection import Database, read_rows


def test_what_sqlite_says_keeps_the_file_name(database: Database) -> None:
    with pytest.raises(StoreError, match=r"gatehouse\.db: no such table: nowhere"):
        database.rows("SELECT * FROM nowhere")
    with pytest.raises(StoreError):
        list(database.stream("SELECT * FROM nowhere"))


def test_a_closed_database_may_be_used_again(database: Database) -> None:
    database.close()
    assert database.rows("SELECT count(*) FROM journal") == [(0,)]


def test_a_file_that_is_only_being_born_has_no_rows(tmp_path: Path) -> None:
    with Database(tmp_path / "young.db") as young:
        young.rows("SELECT 1")
        assert read_rows(tmp_path / "young.db", "sample", "SELECT * FROM sample") == []


def test_reading_alone_never_changes_a_file(database: Database) -> None:
    with pytest.raises(StoreError, match="readonly"):
        read_rows(database.path, "journal", "CREATE TABLE x (y)")
