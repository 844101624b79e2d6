"""What a study says: intervals and quantiles of every measure, waits in front of doors, rows for the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isnan

from simulation.models.terms import Scenario
from simulation.queues import DoorQueue
from simulation.study.block import Replication
from simulation.study.hourly import Series, mean_hours
from simulation.study.precision import FEWEST, Precision
from simulation.study.statistics import Quantile, quantile, t_interval
from simulation.targets import MEASURES
from twin.model.ids import GlobalId
from twin.model.runs import Interval, RunRow

SHARES = (0.5, 0.9, 0.95)
"""The quantiles of a report: the usual day, one day in ten, one day in twenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorWaits:
    """Waits in front of one door over the study [s]: interval of the daily mean, longest of all days."""

    door: GlobalId
    code: str
    passages_per_day: float
    mean_wait: Interval
    longest_wait_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What became of a wanted precision [%]: ``short`` are the measures that have not reached it."""

    percent: float
    measures: tuple[str, ...]
    short: tuple[str, ...]
    most: int

    @property
    def is_reached(self) -> bool:
        """Whether every measure has it."""
        return not self.short


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRun:
    """A finished study. ``door_queues``: the greatest total wait first; ``digests``: of each record, by replication.

    ``counts``: how many replications had a number for a measure; ``stop``: None where no precision was asked for.
    ``people`` by use of space and ``waiting`` by queue: hour by hour, on the mean of the replications.
    """

    run: str
    scenario: str
    title: str
    seed: int
    replications: int
    rows: tuple[RunRow, ...]
    measures: dict[str, Interval]
    counts: dict[str, int]
    quantiles: dict[str, tuple[Quantile, ...]]
    door_queues: tuple[DoorWaits, ...]
    digests: tuple[str, ...]
    people: dict[str, Series]
    waiting: dict[str, Series]
    stop: Stop | None = None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the digests of all records: equal where every event of every day is."""
        return sha256(" ".join(self.digests).encode()).hexdigest()

    def values(self, measure: str) -> list[float]:
        """Values of one measure, by replication."""
        return [row.value for row in self.rows if row.measure == measure]


def run_name(scenario: Scenario, key: str) -> str:
    """The name of a run, good for a file: scenario, and eight digits of the study's key. A key may hold anything."""
    word = re.sub(r"[^\w-]+", "-", scenario.about.key, flags=re.ASCII).strip("-")[:60]
    return f"{word or 'scenario'}-{key[:8]}"


def summarise(
    scenario: Scenario, key: str, seed: int, days: Sequence[Replication], precision: Precision | None, most: int
) -> StudyRun:
    """Put the replications of a study together, given in order of index. ``most``: how many there might have been."""
    run = run_name(scenario, key)
    columns = {measure: [day.values[measure] for day in days] for measure in MEASURES}
    return StudyRun(
        run=run,
        scenario=scenario.about.key,
        title=scenario.about.title,
        seed=seed,
        replications=len(days),
        rows=tuple(
            RunRow(
                run=run,
                scenario=scenario.about.key,
                seed=day.seed,
                replication=day.index,
                measure=measure,
                value=value,
                unit=MEASURES[measure].unit,
            )
            for day in days
            for measure, value in day.values.items()
        ),
        measures={measure: t_interval(values) for measure, values in columns.items()},
        counts={measure: sum(not isnan(value) for value in values) for measure, values in columns.items()},
        quantiles={measure: tuple(quantile(values, share) for share in SHARES) for measure, values in columns.items()},
        door_queues=_door_waits(days),
        digests=tuple(day.digest for day in days),
        people=mean_hours([day.people for day in days]),
        waiting=mean_hours([day.waiting for day in days]),
        stop=_stop(precision, days, most),
    )


def _stop(precision: Precision | None, days: Sequence[Replication], most: int) -> Stop | None:
    if precision is None:
        return None
    asked = precision.asked(days)
    short = asked if len(days) < FEWEST else precision.short_of(days)
    return Stop(percent=precision.percent, measures=asked, short=short, most=most)


def _door_waits(days: Sequence[Replication]) -> tuple[DoorWaits, ...]:
    found: dict[GlobalId, list[DoorQueue]] = {}
    for day in days:
        for queue in day.queues:
            found.setdefault(queue.door, []).append(queue)
    total_s = {door: sum(queue.total_wait_s for queue in queues) for door, queues in found.items()}
    code = {door: queues[0].code for door, queues in found.items()}
    return tuple(
        DoorWaits(
            door=door,
            code=code[door],
            passages_per_day=sum(queue.passages for queue in found[door]) / len(days),
            mean_wait=t_interval([queue.mean_wait_s for queue in found[door]]),
            longest_wait_s=max(queue.longest_wait_s for queue in found[door]),
        )
        for door in sorted(found, key=lambda door: (-total_s[door], code[door]))
    )
