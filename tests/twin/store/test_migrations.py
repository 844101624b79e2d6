"""The schema only goes forward, and only once."""

from __future__ import annotations

from twin.store import migrations
from twin.store.connection import Database, Tables
from twin.store.migrations import NEWEST, STEPS, migrate


def schema(database: Database) -> list[tuple[object, ...]]:
    return database.rows("SELECT type, name, sql FROM sqlite_master ORDER BY name")


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = schema(database)
    migrate(database)
    assert schema(database) == before


def test_every_step_may_be_run_again_over_its_own_work(database: Database) -> None:
    before = schema(database)
    with database.transaction() as tables:
        for step in STEPS:
            step(tables)
    assert schema(database) == before


def test_only_the_missing_steps_are_run(database: Database, monkeypatch) -> None:
    def next_release(tables: Tables) -> None:
        tables.execute("ALTER TABLE space ADD COLUMN colour TEXT")

    monkeypatch.setattr(migrations, "STEPS", (*STEPS, next_release))
    monkeypatch.setattr(migrations, "NEWEST", NEWEST + 1)
    migrate(database)
    migrate(database)  # a second colour column would be an error
    assert database.rows("PRAGMA user_version") == [(NEWEST + 1,)]
