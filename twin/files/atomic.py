"""Files that appear whole or not at all: written beside the target, synced, renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path in the same folder; it becomes ``path`` on success and disappears on any error.

    The temporary name keeps the suffix, because writers choose the format by it. The folder must exist. File and folder
    are synced, so that after a power cut either the old or the new content is there.

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.stem}.{secrets.token_hex(6)}{target.suffix}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        yield temporary
        _sync(temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def write_bytes(path: Path | str, data: bytes) -> None:
    """Write a whole file or nothing.

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path | str, text: str) -> None:
    """Write a whole UTF-8 file or nothing; line ends are written as given.

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    write_bytes(path, text.encode("utf-8"))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
