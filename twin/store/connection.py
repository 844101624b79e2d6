"""Connections to a SQLite file: one per thread, transactions, and errors as ours.

Several processes may work on the file at once: write-ahead log, full synchronisation, a busy time-out, and every change
in a transaction that takes the write lock at its start.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from twin.model.errors import StoreError

if TYPE_CHECKING:
    import sqlite_utils

BUSY_TIMEOUT_S = 10.0
"""How long a write waits for another process (assumption: many times the longest transaction measured, 0.3 s)."""


class Database:
    """An open database. Threads get their own connection the first time they ask; `close` closes all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def connection(self) -> sqlite3.Connection:
        """The connection of the calling thread."""
        thread = threading.current_thread()
        with self._lock:
            found = self._connections.get(thread)
            if found is None:
                self._forget_dead_threads()
                found = self._connections[thread] = _connect(self.path)
            return found

    def _forget_dead_threads(self) -> None:
        for thread in [thread for thread in self._connections if not thread.is_alive()]:
            self._connections.pop(thread).close()

    def close(self) -> None:
        """Close the connections of all threads. The object may be used again; it then reconnects."""
        with self._lock:
            while self._connections:
                self._connections.popitem()[1].close()

    @contextmanager
    def transaction(self) -> Iterator[Tables]:
        """All or nothing, with the write lock taken at the start, so that what is read inside stays true.

        Raises:
            StoreError: SQLite cannot serve: locked for too long, disk full, file damaged.
        """
        with translated(self.path):
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Tables(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query.

        Raises:
            StoreError: SQLite cannot serve.
        """
        with translated(self.path):
            return self.connection().execute(query, parameters).fetchall()

    def stream(self, query: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows of a query one by one, for lists that do not fit in memory.

        Raises:
            StoreError: SQLite cannot serve.
        """
        with translated(self.path):
            yield from self.connection().execute(query, parameters)


class Tables:
    """The tables inside one transaction: plain SQL, and sqlite-utils for ordinary inserts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @property
    def utils(self) -> sqlite_utils.Database:
        """The same connection for sqlite-utils; its own transactions nest as savepoints."""
        # 0.15 s and numpy; readers of a database never pay it.
        import sqlite_utils

        return sqlite_utils.Database(self.connection, execute_plugins=False)

    def one(self, query: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        row: tuple[Any, ...] | None = self.connection.execute(query, parameters).fetchone()
        return row

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement; the number of rows it changed."""
        return self.connection.execute(statement, parameters).rowcount


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Whatever SQLite says inside becomes a `StoreError` about this file."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(str(path), str(error)) from error


def _connect(path: Path) -> sqlite3.Connection:
    with translated(path):
        # Transactions are ours (isolation_level None); `close` may come from another thread.
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


def read_rows(path: Path, table: str, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows of a file that another process may be writing, without ever changing it.

    Args:
        path: The SQLite file.
        table: A table the query needs, if any; while the file is so young that it is not there yet, there are no rows.
        query: The query.
        parameters: Its parameters.

    Raises:
        StoreError: SQLite cannot serve.
    """
    with translated(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
        try:
            if table and not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                return []
            return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()
