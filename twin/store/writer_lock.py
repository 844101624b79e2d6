"""One process records: a lock on the history folder."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from twin.model.errors import StoreError


def only_writer(folder: Path) -> IO[str]:
    """Take the folder's writer lock; the lock dies with the process, whatever happens to the file.

    Raises:
        StoreError: another process has it, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".writer").open("a")
    except OSError as error:
        raise StoreError(str(folder), f"cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StoreError(str(folder), "another process is recording there") from error
    return lock
