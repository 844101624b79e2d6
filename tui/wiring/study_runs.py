"""A study on a site: from its file, wherever its blocks run, into the site's database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.settings import Site
from tui.wiring.study_file import studied
from twin.model.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from simulation.models.terms import Scenario
    from simulation.study.backends import Backend
    from simulation.study.precision import Precision
    from simulation.study.summary import StudyRun
    from twin.model.facility import Facility
    from twin.store.connection import Database

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTerms:
    """How a study is run. ``replications``: at most, with a precision.

    ``cluster``: address of a Dask scheduler, which then runs the blocks instead of `workers`; ``share``: folder in
    which its workers find the plan; ``precision_percent``: reached by all `measures` (none named: those with a target);
    ``anew``: forget what is kept of the study; ``snapshot``: file of the roll and the doors from which it begins.
    """

    replications: int
    seed: int
    workers: int = 1
    cluster: str = ""
    share: Path | None = None
    precision_percent: float | None = None
    measures: tuple[str, ...] = ()
    anew: bool = False
    snapshot: Path | None = None


@contextmanager
def backend_of(terms: StudyTerms) -> Iterator[Backend]:
    """Where the blocks run.

    Raises:
        ConfigError, ConnectError: there is no such cluster, or it cannot run this program.
    """
    from simulation.study.backends import InThisProcess, Processes

    if not terms.cluster:
        yield InThisProcess() if terms.workers == 1 else Processes(terms.workers)
        return
    from simulation.study.cluster import cluster_at

    with cluster_at(terms.cluster, share=terms.share) as cluster:
        yield cluster


def play(
    site: Site,
    store: Database,
    facility: Facility,
    scenario: Scenario,
    terms: StudyTerms,
    backend: Backend,
    on_progress: Progress | None = None,
) -> StudyRun:
    """Run a study, go on with it, or extend it; its rows are in the database afterwards.

    Raises:
        ScenarioError: the building cannot be played, or the study's file is damaged.
        ConfigError: the snapshot is not one of this building.
        RefusedError: another process runs this study.
    """
    from simulation.study.ledger import study_key
    from simulation.study.replicate import run_study
    from simulation.study.summary import run_name
    from twin.store.runs import RunHeader, save_run

    scenario = _begun(scenario, facility, terms.snapshot)
    key = study_key(facility, scenario, terms.seed)
    path = site.folder / "studies" / f"{run_name(scenario, key)}.jsonl"
    with studied(path, key, scenario=scenario.about.key, seed=terms.seed, anew=terms.anew) as ledger:
        if on_progress is not None:
            on_progress(min(ledger.count, terms.replications), terms.replications)
        study = run_study(
            facility,
            scenario,
            terms.seed,
            terms.replications,
            on_progress=on_progress,
            backend=backend,
            ledger=ledger,
            precision=_precision(terms),
        )
    header = RunHeader(
        id=study.run,
        scenario=study.scenario,
        title=study.title,
        seed=study.seed,
        replications=study.replications,
        finished_at=datetime.now(tz=UTC),
        parameters=scenario.model_dump(mode="json"),
    )
    save_run(store, header, study.rows)
    return study


def _begun(scenario: Scenario, facility: Facility, snapshot: Path | None) -> Scenario:
    """The scenario from a snapshot on.

    Raises:
        ConfigError: every fault of the snapshot's file, spaces and doors that the building does not have among them.
        ScenarioError: the scenario has nothing on the weekday of the snapshot.
    """
    from simulation.models.start import begun
    from simulation.snapshot_file import load_snapshot

    if snapshot is None:
        return scenario
    return begun(scenario, load_snapshot(snapshot, facility))


def _precision(terms: StudyTerms) -> Precision | None:
    from simulation.study.precision import Precision

    if terms.precision_percent is None:
        return None
    return Precision(percent=terms.precision_percent, measures=terms.measures)


def known_measures(keys: Sequence[str]) -> tuple[str, ...]:
    """The keys of measures, each once.

    Raises:
        ScenarioError: there is no such measure; all of them at once.
    """
    from simulation.targets import MEASURES

    known = ", ".join(MEASURES)
    unknown = [key for key in keys if key not in MEASURES]
    if unknown:
        raise ScenarioError([Fault("--measure", key, f"there is no such measure; known: {known}") for key in unknown])
    return tuple(dict.fromkeys(keys))
