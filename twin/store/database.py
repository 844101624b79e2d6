"""The site's database: opened, recognised and brought to this program's schema version."""

from __future__ import annotations

from pathlib import Path

from twin.model.errors import SchemaVersionError, StoreError
from twin.store.connection import Database, read_rows, translated
from twin.store.migrations import APPLICATION_ID, NEWEST, migrate

__all__ = ["Database", "open_database"]


def open_database(path: Path | str, *, create: bool = False) -> Database:
    """Open a site's database and bring its schema up to this program's version.

    Args:
        path: The file.
        create: Make the file if it is missing; its folder must exist.

    Raises:
        SchemaVersionError: a newer program wrote it.
        StoreError: it is missing, is no SQLite database, is another program's, or cannot be opened.
    """
    file = Path(path)
    if not create and not file.is_file():
        raise StoreError(str(path), "there is no such database")
    _refuse_foreign(file)
    database = Database(file)
    try:
        with translated(file):
            found = _schema_version(database)
        if found > NEWEST:
            raise SchemaVersionError(str(path), found, NEWEST)
        if found < NEWEST:
            migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _refuse_foreign(file: Path) -> None:
    """Look at a file without changing it: connecting as we do would turn another program's database to our journal."""
    if not file.is_file() or file.stat().st_size == 0:
        return
    with translated(file):
        (application,) = read_rows(file, "", "PRAGMA application_id")[0]
        (tables,) = read_rows(file, "", "SELECT count(*) FROM sqlite_master")[0]
    if application != APPLICATION_ID and tables:
        raise StoreError(str(file), "is a database of another program")


def _schema_version(database: Database) -> int:
    connection = database.connection()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and tables:
        raise StoreError(str(database.path), "is a database of another program")
    return int(version)
