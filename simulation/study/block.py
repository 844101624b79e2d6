"""What a worker does: a block of replications, from a facility on disk and a list of indices to a small table."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from simulation.graph import CompiledBuilding
from simulation.measures import measure_day
from simulation.models.regime import compile_for, simulate_day
from simulation.models.terms import Scenario
from simulation.queues import DoorQueue, door_queues
from simulation.record import record_digest
from simulation.streams import replication_seed
from twin.model.errors import Fault, ScenarioError
from twin.model.facility import Facility


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityFile:
    """A facility written for workers: where, and the SHA-256 it must have."""

    path: Path
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """One simulated day: its values, its door queues and the digest of its record."""

    index: int
    seed: int
    values: dict[str, float]
    queues: tuple[DoorQueue, ...]
    digest: str


def without_plant(facility: Facility) -> Facility:
    """The part of a facility that people meet: equipment, systems and zones are left behind."""
    return replace(facility, equipment=(), systems=(), zones=())


def write_facility(facility: Facility, folder: Path) -> FacilityFile:
    """Write the facility once for all workers of a study."""
    content = pickle.dumps(without_plant(facility), protocol=pickle.HIGHEST_PROTOCOL)
    path = folder / "facility.pickle"
    path.write_bytes(content)
    return FacilityFile(path=path, digest=sha256(content).hexdigest())


def run_block(source: FacilityFile, scenario: Scenario, seed: int, indices: Sequence[int]) -> list[Replication]:
    """Simulate the replications with these indices. A worker compiles a building once and keeps it by its digest.

    Raises:
        ScenarioError: the building cannot be played, or the file is not the one that was written.
    """
    return run_days(_compiled(source, scenario), scenario, seed, indices)


def run_days(building: CompiledBuilding, scenario: Scenario, seed: int, indices: Sequence[int]) -> list[Replication]:
    """The same, of a building that is compiled already."""
    return [_replication(building, scenario, seed, index) for index in indices]


def _replication(building: CompiledBuilding, scenario: Scenario, seed: int, index: int) -> Replication:
    own_seed = replication_seed(seed, index)
    with _collector_off():
        record = simulate_day(building, scenario, own_seed)
    return Replication(
        index=index,
        seed=own_seed,
        values=measure_day(record, building, scenario),
        queues=door_queues(record, building),
        digest=record_digest(record),
    )


@lru_cache(maxsize=2)
def _compiled(source: FacilityFile, scenario: Scenario) -> CompiledBuilding:
    content = source.path.read_bytes()
    if sha256(content).hexdigest() != source.digest:
        raise ScenarioError([Fault(source.path.name, "", "is not the facility this study was started with")])
    facility = pickle.loads(content)  # noqa: S301 - written by this study, and its digest was just checked
    assert isinstance(facility, Facility)
    return compile_for(facility, scenario)


@contextmanager
def _collector_off() -> Iterator[None]:
    """The cyclic garbage collector off: a day makes millions of short-lived events (1.3 times faster)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
