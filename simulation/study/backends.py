"""Where the blocks of a study run: in this process, or in several on this machine."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol
from warnings import catch_warnings, filterwarnings

import joblib

from simulation.models.regime import compile_for
from simulation.models.terms import Scenario
from simulation.study.block import PlanFile, Replication, attempt_block, plan_file, run_days, without_plant
from twin.model.errors import Fault, ScenarioError
from twin.model.facility import Facility

Days = Generator[list[Replication], None, None]
"""Finished blocks in any order; closing it stops what still runs."""


class Backend(Protocol):
    """Runs blocks of replications. What comes out must not depend on it, only when and in which order."""

    def places(self) -> int:
        """How many blocks run at once."""
        ...

    def run(self, facility: Facility, scenario: Scenario, seed: int, blocks: Iterable[Sequence[int]], /) -> Days:
        """Simulate blocks of indices.

        Raises:
            ScenarioError: the building cannot be played with this scenario, or a worker was lost.
        """
        ...


class InThisProcess:
    """One block after the other, here."""

    def places(self) -> int:
        """See `Backend`."""
        return 1

    def run(self, facility: Facility, scenario: Scenario, seed: int, blocks: Iterable[Sequence[int]], /) -> Days:
        """See `Backend`."""
        building = compile_for(without_plant(facility), scenario)
        for indices in blocks:
            yield run_days(building, scenario, seed, indices)


@dataclass(frozen=True, slots=True)
class Processes:
    """Worker processes on this machine (loky)."""

    workers: int

    def places(self) -> int:
        """See `Backend`."""
        return self.workers

    def run(self, facility: Facility, scenario: Scenario, seed: int, blocks: Iterable[Sequence[int]], /) -> Days:
        """See `Backend`."""
        with plan_file(facility, scenario) as source:
            try:
                yield from collected(source, seed, blocks, backend="loky", n_jobs=self.workers)
            except BrokenProcessPool as error:
                text = "a worker process was killed, or this machine has too little memory: try fewer workers"
                raise ScenarioError([Fault("workers", "", text)]) from error


def collected(
    source: PlanFile, seed: int, blocks: Iterable[Sequence[int]], *, n_jobs: int, backend: str | None = None
) -> Days:
    """Blocks that joblib runs, as they finish: one block is one task, because blocks have the right size already.

    Raises:
        ScenarioError: what a worker found wrong.
    """
    attempt = joblib.delayed(attempt_block)
    parallel = joblib.Parallel(n_jobs=n_jobs, backend=backend, batch_size=1, return_as="generator_unordered")
    with catch_warnings(), closing(parallel(attempt(source, seed, indices) for indices in blocks)) as outcomes:
        filterwarnings(
            "ignore", "[0-9]+ tasks which were still being processed", UserWarning
        )  # that is what closing is for
        for outcome in outcomes:
            if isinstance(outcome, tuple):
                raise ScenarioError(outcome)
            yield outcome
