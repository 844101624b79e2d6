"""The Vilnius day, event by event the same wherever it is simulated: here, by loky, by Dask, in any blocks."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from distributed import LocalCluster

from simulation.models.terms import Scenario
from simulation.study.backends import Backend, Days, InThisProcess, Processes
from simulation.study.block import attempt_block
from simulation.study.cluster import Cluster, cluster_at
from simulation.study.replicate import run_study
from simulation.study.scenario import load_scenario
from simulation.study.summary import StudyRun
from tui.settings import load_site
from tui.wiring.planners_files import find_scenario
from twin.model.errors import ConnectError, ScenarioError
from twin.model.facility import Facility
from twin.store.database import open_database
from twin.store.facilities import load_facility

DAYS, SEED = 4, 20


@pytest.fixture(scope="module")
def facility(pristine: Path) -> Facility:
    with open_database(load_site(pristine).database) as store:
        return load_facility(store)


@pytest.fixture(scope="module")
def scenario(pristine: Path) -> Scenario:
    return load_scenario(find_scenario(load_site(pristine), "closed-day"))


@pytest.fixture(scope="module")
def serial(facility: Facility, scenario: Scenario) -> StudyRun:
    return run_study(facility, scenario, SEED, DAYS)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as workers:
        yield workers.scheduler_address


@pytest.fixture(scope="module")
def cluster(address: str) -> Iterator[Cluster]:
    with cluster_at(address) as found:
        yield found


@dataclass
class Otherwise:
    """Another backend, whose blocks have another size and come in another order."""

    backend: Backend
    size: int

    def places(self) -> int:
        return self.backend.places()

    def run(self, facility: Facility, scenario: Scenario, seed: int, blocks: Iterable[Sequence[int]], /) -> Days:
        indices = [index for block in blocks for index in block]
        random.Random(self.size).shuffle(indices)
        cut = [indices[at : at + self.size] for at in range(0, len(indices), self.size)]
        yield from self.backend.run(facility, scenario, seed, cut)


def same(one: StudyRun, other: StudyRun) -> bool:
    """To the last bit; NaN is NaN."""
    return repr(one) == repr(other)


@pytest.mark.parametrize("size", [None, 1, 3])
@pytest.mark.parametrize("name", ["serial", "loky", "dask"])
def test_every_event_is_the_same_on_every_backend(
    facility: Facility, scenario: Scenario, serial: StudyRun, cluster: Cluster, name: str, size: int | None
) -> None:
    backends: dict[str, Backend] = {"serial": InThisProcess(), "loky": Processes(2), "dask": cluster}
    backend = backends[name] if size is None else Otherwise(backends[name], size)
    study = run_study(facility, scenario, SEED, DAYS, backend=backend)
    assert study.digests == serial.digests
    assert same(study, serial)
    assert len(set(study.digests)) == DAYS


def test_the_plan_lies_where_workers_of_other_machines_find_it_and_is_gone_afterwards(
    facility: Facility, scenario: Scenario, serial: StudyRun, address: str, tmp_path: Path
) -> None:
    with cluster_at(address, share=tmp_path) as cluster:
        blocks = cluster.run(facility, scenario, SEED, [[0]])
        (day,) = next(blocks)
        (lying,) = tmp_path.iterdir()
        assert lying.name.startswith("gatehouse-plan-")
        blocks.close()
    assert day.digest == serial.digests[0]
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_cannot_read_the_plan_says_so(
    facility: Facility, scenario: Scenario, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(source: object, seed: int, indices: Sequence[int]) -> object:
        from dataclasses import replace

        return attempt_block(replace(source, path=Path("not-on-this-machine")), seed, indices)  # type: ignore[type-var]

    monkeypatch.setattr("simulation.study.backends.attempt_block", elsewhere)
    unseen = scenario.model_copy(update={"about": scenario.about.model_copy(update={"title": "not compiled yet"})})
    with (
        cluster_at(address, share=tmp_path) as cluster,
        pytest.raises(ScenarioError, match=r"not-on-this-machine: cannot be read on .* need a folder .*--share DIR"),
    ):
        run_study(facility, unseen, SEED, 1, backend=cluster)


def test_workers_that_die_one_after_the_other_end_the_study_instead_of_holding_it_up(
    facility: Facility, scenario: Scenario, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadly(*_: object) -> None:
        import os

        os._exit(1)

    monkeypatch.setattr("simulation.study.backends.attempt_block", deadly)
    with cluster_at(address) as cluster, pytest.raises(ConnectError, match="workers died"):
        run_study(facility, scenario, SEED, 1, backend=cluster)


def test_a_cluster_without_a_scheduler_is_told(gatehouse, pristine: Path) -> None:  # type: ignore[no-untyped-def]
    done = gatehouse("sim", "run", "closed-day", "--site", pristine, "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 4
    assert "tcp://127.0.0.1:9: no Dask scheduler answers" in done.stderr
