"""What a worker does: a block of replications, from a plan on disk and a list of indices to a small table."""

from __future__ import annotations

import gc
import pickle
import platform
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from simulation.graph import CompiledBuilding
from simulation.hours import hours_of
from simulation.measures import measure_day
from simulation.models.regime import compile_for, simulate_day
from simulation.models.terms import Scenario
from simulation.queues import DoorQueue, door_queues
from simulation.record import record_digest
from simulation.streams import replication_seed
from simulation.study.engine import engine_digest
from twin.model.errors import Fault, ModelError, ScenarioError
from twin.model.facility import Facility

HOUR_DIGITS = 4

_ONE_AT_A_TIME = Lock()
"""Dask may give a process several threads. They would share a compiled building, which searches ways when first asked,
and the collector's switch; and Python would run them one after the other in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A facility and a scenario written for workers: the SHA-256 the file must have, and which program wrote it.

    Where it is does not count: a worker compiles a plan once, whatever the file is called the next time.
    """

    digest: str
    engine: str
    path: Path = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """One simulated plan: its values, its door queues, its hours and the digest of its record.

    ``people``, ``waiting``: see `simulation.hours`, rounded to a ten-thousandth of a person.

    Fields are kept as text and read back by their types (`simulation.study.ledger`); an array of floats is a tuple.
    """

    index: int
    seed: int
    values: dict[str, float]
    queues: tuple[DoorQueue, ...]
    digest: str
    people: dict[str, tuple[float, ...]] = field(default_factory=dict)
    waiting: dict[str, tuple[float, ...]] = field(default_factory=dict)


def without_plant(facility: Facility) -> Facility:
    """The part of a facility that people meet: equipment, systems and zones are left behind."""
    return replace(facility, equipment=(), systems=(), zones=())


@contextmanager
def plan_file(facility: Facility, scenario: Scenario, folder: Path | None = None) -> Iterator[PlanFile]:
    """Write a plan once for all workers of a study; it is gone afterwards.

    Args:
        facility: the building.
        scenario: the plan.
        folder: where workers of other machines find it under the same path; None: where this machine keeps such files.

    Raises:
        ScenarioError: it cannot be written there.
    """
    content = pickle.dumps((without_plant(facility), scenario), protocol=pickle.HIGHEST_PROTOCOL)
    path = (folder or Path(tempfile.gettempdir())).resolve() / f"gatehouse-plan-{secrets.token_hex(8)}.pickle"
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ScenarioError(
            [Fault(str(path.parent), "", f"cannot be written for workers: {error.strerror}")]
        ) from error
    try:
        yield PlanFile(digest=sha256(content).hexdigest(), engine=engine_digest(), path=path)
    finally:
        path.unlink(missing_ok=True)


def run_block(source: PlanFile, seed: int, indices: Sequence[int]) -> list[Replication]:
    """Simulate the replications with these indices. A worker compiles a plan once and keeps it by its digest.

    Raises:
        ScenarioError: the building cannot be played; the file cannot be read, or is not the one that was written; this
            worker's program is another one than that of whoever started the study.
    """
    with _ONE_AT_A_TIME:
        building, scenario = _compiled(source)
        return run_days(building, scenario, seed, indices)


def attempt_block(source: PlanFile, seed: int, indices: Sequence[int]) -> list[Replication] | tuple[Fault, ...]:
    """The same for another process: what is wrong comes back as data, because not every error survives the way."""
    try:
        return run_block(source, seed, indices)
    except (ScenarioError, ModelError) as error:
        return error.faults


def run_days(building: CompiledBuilding, scenario: Scenario, seed: int, indices: Sequence[int]) -> list[Replication]:
    """The same, of a building that is compiled already."""
    return [_replication(building, scenario, seed, index) for index in indices]


def _replication(building: CompiledBuilding, scenario: Scenario, seed: int, index: int) -> Replication:
    own_seed = replication_seed(seed, index)
    with _collector_off():
        record = simulate_day(building, scenario, own_seed)
    hours = hours_of(record, building, scenario.horizon_s, tuple(errand.name for errand in scenario.errand))
    return Replication(
        index=index,
        seed=own_seed,
        values=measure_day(record, building, scenario),
        queues=door_queues(record, building),
        digest=record_digest(record),
        people=_rounded(hours.people),
        waiting=_rounded(hours.queues),
    )


def _rounded(series: Mapping[str, NDArray[np.float64]]) -> dict[str, tuple[float, ...]]:
    rounded = {name: np.round(values, HOUR_DIGITS) for name, values in series.items()}
    return {name: tuple(values.tolist()) for name, values in rounded.items() if values.any()}


@lru_cache(maxsize=2)
def _compiled(source: PlanFile) -> tuple[CompiledBuilding, Scenario]:
    if source.engine != engine_digest():
        raise _unfit(source, f"the program on {platform.node()} is another one than that which started this study")
    try:
        content = source.path.read_bytes()
    except OSError as error:
        advice = "workers on other machines need a folder that they see under the same path: --share DIR"
        raise _unfit(source, f"cannot be read on {platform.node()} ({error.strerror}): {advice}") from error
    if sha256(content).hexdigest() != source.digest:
        raise _unfit(source, "is not the plan that this study was started with")
    facility, scenario = pickle.loads(content)  # noqa: S301 - written by this study, and its digest was just checked
    return compile_for(facility, scenario), scenario


def _unfit(source: PlanFile, text: str) -> ScenarioError:
    return ScenarioError([Fault(str(source.path), "", text)])


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
