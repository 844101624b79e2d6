"""A study: independent replications of one plan, on one core or several, with an interval for every measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from simulation.models.terms import Scenario
from simulation.study.backends import Backend, InThisProcess, Processes
from simulation.study.ledger import Ledger, study_key
from simulation.study.precision import Precision, Stopping
from simulation.study.summary import StudyRun, summarise
from twin.model.facility import Facility

LARGEST_BLOCK_DAYS = 5
BLOCKS_PER_PLACE = 4
"""Blocks are large enough to be worth sending, and small enough to show progress and to lose little when killed."""

Progress = Callable[[int, int], None]
"""Told (replications done, replications in all or at most)."""


def run_study(
    facility: Facility,
    scenario: Scenario,
    seed: int,
    replications: int,
    *,
    on_progress: Progress | None = None,
    workers: int = 1,
    backend: Backend | None = None,
    ledger: Ledger | None = None,
    precision: Precision | None = None,
) -> StudyRun:
    """Simulate `replications` days and put intervals round the measures.

    Seeds depend on (seed, index) only: the result is the same for any backend, any number of workers, any order of
    completion, and for a study that was stopped and goes on.

    Args:
        facility: the building.
        scenario: the plan.
        seed: of the study.
        replications: how many days, or with a precision how many at most; below 2 there is no interval.
        on_progress: told how far it is, in this process.
        workers: processes; 1 runs in this one. Without meaning where a backend is given.
        backend: where blocks run.
        ledger: keeps what is finished; what it holds already is not simulated again.
        precision: ends the study as soon as it is reached.

    Raises:
        ValueError: fewer than one replication or worker.
        ScenarioError: the building cannot be played with this scenario.
    """
    if replications < 1 or workers < 1:
        raise ValueError("a study needs at least one replication and one worker")
    backend = backend or (InThisProcess() if workers == 1 else Processes(workers))
    tell = on_progress or (lambda _done, _total: None)
    kept = ledger.kept() if ledger else ()
    days = {day.index: day for day in kept if day.index < replications}
    stopping = Stopping(precision, replications)
    if days:
        tell(len(days), replications)
    if not stopping.is_enough(days):
        missing = [index for index in range(replications) if index not in days]
        with closing(
            backend.run(facility, scenario, seed, _blocks(missing, backend.places(), scenario.calendar.days))
        ) as finished:
            for block in finished:
                if ledger:
                    ledger.keep(block)
                days.update((day.index, day) for day in block)
                tell(len(days), replications)
                if stopping.is_enough(days):
                    break
    assert stopping.enough_at is not None
    in_order = [days[index] for index in range(stopping.enough_at)]
    return summarise(scenario, study_key(facility, scenario, seed), seed, in_order, precision, replications)


def _blocks(indices: Sequence[int], places: int, days: int) -> Iterator[Sequence[int]]:
    """Blocks of the indices, in order; alone, one at a time."""
    share = len(indices) // (places * BLOCKS_PER_PLACE)
    size = 1 if places == 1 else min(max(share, 1), max(1, LARGEST_BLOCK_DAYS // days))
    return (indices[at : at + size] for at in range(0, len(indices), size))
