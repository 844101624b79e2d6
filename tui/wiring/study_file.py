"""The file of one study beside its site: finished replications, a block a line, so that a killed study goes on.

    {"study": "<key>", "scenario": "closed-day", "seed": 1}
    [{"index": 0, …}, {"index": 1, …}]

A line is synced before the study goes on; what stands behind the last line end was being written when the power went.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from twin.model.errors import Fault, RefusedError, ScenarioError

if TYPE_CHECKING:
    from simulation.study.block import Replication


class StudyFile:
    """Fits `simulation.study.ledger.Ledger`. `studied` opens one."""

    def __init__(self, file: IO[bytes], days: Sequence[Replication]) -> None:
        self._file = file
        self._days = days
        self.count = len({day.index for day in days})

    def kept(self) -> Sequence[Replication]:
        """See `Ledger`."""
        return self._days

    def keep(self, block: Sequence[Replication], /) -> None:
        """See `Ledger`."""
        from simulation.study.ledger import text_of

        _append(self._file, text_of(block))
        self.count += len(block)


@contextmanager
def studied(path: Path, key: str, *, scenario: str, seed: int, anew: bool = False) -> Iterator[StudyFile]:
    """Open the file of a study, or begin it; nobody else may meanwhile.

    Args:
        path: of the file.
        key: of the study (`simulation.study.ledger.study_key`).
        scenario: its plan, for people who look into the file.
        seed: likewise.
        anew: forget what is kept.

    Raises:
        ScenarioError: it is the file of another study, or a line is damaged.
        RefusedError: another process runs this study.
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefusedError(f"{path}: another process is running this study") from error
        if anew:
            file.truncate(0)
        days = _read(file, path, key)
        if not file.tell():
            _append(file, json.dumps({"study": key, "scenario": scenario, "seed": seed}, ensure_ascii=False))
        yield StudyFile(file, days)


def _append(file: IO[bytes], line: str) -> None:
    file.write(line.encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _read(file: IO[bytes], path: Path, key: str) -> list[Replication]:
    """Replications of the whole lines; a torn last line is cut off."""
    from simulation.study.ledger import block_of

    file.seek(0)
    content = file.read()
    whole = content.rpartition(b"\n")[0]
    file.truncate(len(whole) + 1 if whole else 0)
    file.seek(0, os.SEEK_END)
    head, *lines = whole.split(b"\n") if whole else [b""]
    if head and _key_of(head) != key:
        raise ScenarioError([Fault(str(path), "", "is the file of another study; move it away to run this one")])
    days: list[Replication] = []
    for number, line in enumerate(lines, start=2):
        try:
            days += block_of(line)
        except ValueError as error:
            text = f"line {number} is damaged; run with --anew to begin this study from nothing"
            raise ScenarioError([Fault(str(path), "", text)]) from error
    return days


def _key_of(head: bytes) -> object:
    with suppress(ValueError, AttributeError):
        return json.loads(head).get("study")
    return None
