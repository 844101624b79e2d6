"""A study: independent replications of one plan, on one core or several, with an interval for every measure."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import joblib

from simulation.measures import MEASURES
from simulation.models.regime import compile_for
from simulation.models.terms import Scenario
from simulation.queues import DoorQueue
from simulation.study.block import Replication, run_block, run_days, without_plant, write_facility
from simulation.study.statistics import t_interval
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.runs import Interval, RunRow

BLOCKS_PER_WORKER = 4
"""Blocks are large enough to be worth sending and small enough to show progress."""

Progress = Callable[[int, int], None]
"""Told (replications done, replications in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorWaits:
    """Waits in front of one door over the study [s]: interval of the daily mean, longest of all days."""

    door: GlobalId
    code: str
    passages_per_day: float
    mean_wait: Interval
    longest_wait_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRun:
    """A finished study. ``door_queues``: the greatest total wait first; ``digests``: of each record, by replication."""

    run: str
    scenario: str
    title: str
    seed: int
    replications: int
    rows: tuple[RunRow, ...]
    measures: dict[str, Interval]
    door_queues: tuple[DoorWaits, ...]
    digests: tuple[str, ...]


def run_study(
    facility: Facility,
    scenario: Scenario,
    seed: int,
    replications: int,
    *,
    on_progress: Progress | None = None,
    workers: int = 1,
) -> StudyRun:
    """Simulate `replications` days and put intervals round the measures.

    Seeds depend on (seed, index) only: the result is the same for any number of workers and any order of completion.

    Args:
        facility: the building.
        scenario: the plan.
        seed: of the study.
        replications: how many days; below 2 there is no interval.
        on_progress: told how far it is, in this process.
        workers: processes; 1 runs in this one.

    Raises:
        ValueError: fewer than one replication or worker.
        ScenarioError: the building cannot be played with this scenario.
    """
    if replications < 1 or workers < 1:
        raise ValueError("a study needs at least one replication and one worker")
    done: list[Replication] = []
    blocks = _serial if workers == 1 else _parallel
    for block in blocks(facility, scenario, seed, replications, workers):
        done.extend(block)
        if on_progress is not None:
            on_progress(len(done), replications)
    done.sort(key=lambda replication: replication.index)
    return _summary(facility, scenario, seed, done)


def _serial(
    facility: Facility, scenario: Scenario, seed: int, replications: int, _: int
) -> Iterator[list[Replication]]:
    building = compile_for(without_plant(facility), scenario)
    for index in range(replications):
        yield run_days(building, scenario, seed, [index])


def _parallel(
    facility: Facility, scenario: Scenario, seed: int, replications: int, workers: int
) -> Iterator[list[Replication]]:
    size = max(1, -(-replications // (workers * BLOCKS_PER_WORKER)))
    blocks = [range(at, min(at + size, replications)) for at in range(0, replications, size)]
    with tempfile.TemporaryDirectory(prefix="gatehouse-study-") as folder:
        source = write_facility(facility, Path(folder))
        run = joblib.delayed(run_block)
        yield from joblib.Parallel(n_jobs=workers, backend="loky", return_as="generator_unordered")(
            run(source, scenario, seed, block) for block in blocks
        )


def _summary(facility: Facility, scenario: Scenario, seed: int, done: list[Replication]) -> StudyRun:
    run = _run_name(facility, scenario, seed, len(done))
    rows = tuple(
        RunRow(
            run=run,
            scenario=scenario.about.key,
            seed=replication.seed,
            replication=replication.index,
            measure=key,
            value=value,
            unit=MEASURES[key].unit,
        )
        for replication in done
        for key, value in replication.values.items()
    )
    return StudyRun(
        run=run,
        scenario=scenario.about.key,
        title=scenario.about.title,
        seed=seed,
        replications=len(done),
        rows=rows,
        measures={key: t_interval([replication.values[key] for replication in done]) for key in MEASURES},
        door_queues=_door_waits(done),
        digests=tuple(replication.digest for replication in done),
    )


def _run_name(facility: Facility, scenario: Scenario, seed: int, replications: int) -> str:
    """The same study has the same name: scenario, and eight digits of what went in, every part of the building too.

    The fields are written out because a pickle of equal facilities may differ (it also says which values are shared).
    """
    content = f"{without_plant(facility)!r} {scenario.model_dump_json()} {seed} {replications}"
    return f"{scenario.about.key}-{sha256(content.encode()).hexdigest()[:8]}"


def _door_waits(done: list[Replication]) -> tuple[DoorWaits, ...]:
    days: dict[GlobalId, list[DoorQueue]] = {}
    codes: dict[GlobalId, str] = {}
    for replication in done:
        for queue in replication.queues:
            codes[queue.door] = queue.code
            days.setdefault(queue.door, []).append(queue)
    total_s = {door: sum(queue.total_wait_s for queue in queues) for door, queues in days.items()}
    return tuple(
        DoorWaits(
            door=door,
            code=codes[door],
            passages_per_day=sum(queue.passages for queue in days[door]) / len(done),
            mean_wait=t_interval([queue.mean_wait_s for queue in days[door]]),
            longest_wait_s=max(queue.longest_wait_s for queue in days[door]),
        )
        for door in sorted(days, key=lambda door: (-total_s[door], codes[door]))
    )
