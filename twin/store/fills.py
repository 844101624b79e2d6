"""Back-filled readings on their way into the day files: by the process that records, or by one that holds its lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from twin.model.points import Reading
from twin.store.dayfiles import DayFile, by_day
from twin.store.writer_lock import only_writer


@dataclass(slots=True)
class Filling:
    """Readings that wait for the writer's thread; ``is_done`` is set when it knows what became of them."""

    readings: list[Reading]
    is_done: threading.Event = field(default_factory=threading.Event)
    inserted: int = 0
    failure: str = ""

    def settle(self, inserted: int = 0, failure: str = "") -> None:
        """What became of them; only the first word counts."""
        if not self.is_done.is_set():
            self.inserted, self.failure = inserted, failure
            self.is_done.set()


def fill_days(readings: Iterable[Reading], open_day: Callable[[int], DayFile]) -> int:
    """Insert readings into the files of their days, one transaction a day; how many were new.

    Args:
        readings: The readings, at the time at which the device logged them.
        open_day: The open file of a day since 1970-01-01; whoever opens it closes it.

    Raises:
        StoreError: a file cannot serve; earlier days are written, and inserting everything again does no harm.
    """
    days = sorted(by_day(list(readings)).items())
    return sum(open_day(day).fill(part, moments) for day, (part, moments) in days)


def fill_history(folder: Path | str, readings: Iterable[Reading]) -> int:
    """Insert back-filled readings where nobody records; how many were new.

    The writer's lock is held only for the moment, so that a desk which is opened meanwhile can record.

    Raises:
        StoreError: another process is recording there, or a file cannot serve.
    """
    path = Path(folder)
    opened: dict[int, DayFile] = {}

    def open_day(day: int) -> DayFile:
        if day not in opened:
            opened[day] = DayFile(path, day)
        return opened[day]

    with only_writer(path):
        try:
            return fill_days(readings, open_day)
        finally:
            for file in opened.values():
                file.close()


def check_nobody_records(folder: Path | str) -> None:
    """Returns where nobody records at this moment.

    Raises:
        StoreError: another process is recording there, or the folder cannot be written.
    """
    only_writer(Path(folder)).close()
