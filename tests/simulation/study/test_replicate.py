from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.models.regime import compile_for
from simulation.models.terms import Scenario
from simulation.study.backends import Days
from simulation.study.block import Replication, attempt_block, plan_file, run_block, run_days
from simulation.study.precision import FEWEST, Precision
from simulation.study.replicate import run_study
from simulation.study.statistics import t_interval
from simulation.targets import MEASURES
from twin.model.errors import Fault, ScenarioError
from twin.model.facility import Facility
from twin.model.vocabulary import SpaceUse


@dataclass
class Pretended:
    """Days without a simulation: the value of every measure is drawn by the index, blocks end in a given order."""

    order: Sequence[int] = ()
    spread: float = 1.0
    at_once: int = 1
    ran: list[int] = field(default_factory=list)

    def places(self) -> int:
        return self.at_once

    def run(self, facility: Facility, scenario: Scenario, seed: int, blocks: Iterable[Sequence[int]], /) -> Days:
        rest = list(blocks)
        for turn in self.order:
            if rest:
                yield self.block(seed, rest.pop(turn % len(rest)))
        for indices in rest:
            yield self.block(seed, indices)

    def block(self, seed: int, indices: Sequence[int]) -> list[Replication]:
        self.ran += indices
        return [self.day(seed, index) for index in indices]

    def day(self, seed: int, index: int) -> Replication:
        value = 10 + self.spread * ((index * 7 + seed) % 11 - 5)
        return Replication(index=index, seed=index, values=dict.fromkeys(MEASURES, value), queues=(), digest=str(index))


class Pages:
    """Fits `simulation.study.ledger.Ledger`, in memory."""

    def __init__(self) -> None:
        self.blocks: list[list[Replication]] = []

    def kept(self) -> list[Replication]:
        return [day for block in self.blocks for day in block]

    def keep(self, block: Sequence[Replication]) -> None:
        self.blocks.append(list(block))


def test_workers_and_order_do_not_change_a_study(block: Facility, scenario: Scenario) -> None:
    alone, shared = (run_study(block, scenario, 11, 5, workers=workers) for workers in (1, 2))
    assert alone.digests == shared.digests
    assert repr(alone) == repr(shared)  # NaN too


def test_days_of_a_study_differ_and_studies_with_other_seeds_too(block: Facility, scenario: Scenario) -> None:
    first, second = (run_study(block, scenario, seed, 3) for seed in (1, 2))
    assert len({*first.digests, *second.digests}) == 6
    assert first.run != second.run


def test_a_study_of_a_changed_building_has_a_name_of_its_own(block: Facility, scenario: Scenario) -> None:
    doors = tuple(replace(door, clear_width_m=0.6) if door.code == "wA" else door for door in block.doors)
    one, again, changed, piped = (
        run_study(facility, scenario, 1, 1).run
        for facility in (block, replace(block), replace(block, doors=doors), replace(block, zones=()))
    )
    assert one == again == piped
    assert changed != one


def test_a_longer_study_begins_with_the_shorter_one(block: Facility, scenario: Scenario) -> None:
    short, long = (run_study(block, scenario, 1, count) for count in (2, 4))
    assert long.digests[:2] == short.digests


def test_intervals_and_queues_are_made_of_the_rows(block: Facility, scenario: Scenario) -> None:
    steps: list[tuple[int, int]] = []
    study = run_study(block, scenario, 1, 4, on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert len(study.rows) == 4 * len(MEASURES)
    values = [row.value for row in study.rows if row.measure == "out_of_cell"]
    assert study.measures["out_of_cell"] == t_interval(values)
    totals = [waits.mean_wait.mean * waits.passages_per_day for waits in study.door_queues]
    assert totals[0] == max(totals)
    assert {waits.code for waits in study.door_queues} <= {door.code for door in block.doors}


def test_a_narrower_door_changes_its_own_figures_in_the_study(block: Facility, scenario: Scenario) -> None:
    doors = tuple(replace(door, clear_width_m=0.4) if door.code == "wA" else door for door in block.doors)
    wide, narrow = (
        {waits.code: waits for waits in run_study(facility, scenario, 1, 3).door_queues}["wA"]
        for facility in (block, replace(block, doors=doors))
    )
    assert narrow.mean_wait.mean > wide.mean_wait.mean
    assert narrow.longest_wait_s > wide.longest_wait_s


def test_a_worker_runs_the_plan_it_was_given_and_the_file_is_gone_afterwards(
    block: Facility, scenario: Scenario, tmp_path: Path
) -> None:
    with plan_file(block, scenario, tmp_path) as source:
        days = run_block(source, 1, [0]), run_days(compile_for(block, scenario), scenario, 1, [0])
        assert repr(days[0]) == repr(days[1])  # NaN too
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"digest": "0" * 64}, "is not the plan"),
        ({"engine": "another"}, "is another one than that which started this study"),
        ({"path": Path("nowhere.pickle")}, r"cannot be read on .*--share DIR"),
    ],
)
def test_a_worker_refuses_a_plan_that_is_not_what_was_written(
    block: Facility, scenario: Scenario, tmp_path: Path, change: dict[str, Any], text: str
) -> None:
    with plan_file(replace(block, name=text), scenario, tmp_path) as source:
        changed = replace(source, **change)
        with pytest.raises(ScenarioError, match=text):
            run_block(changed, 1, [0])
        (fault,) = attempt_block(changed, 1, [0])
        assert isinstance(fault, Fault)


def test_a_study_needs_a_replication(block: Facility, scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="at least one"):
        run_study(block, scenario, 1, 0)


PERCENT = 5.0


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 50), max_size=40),
    st.integers(1, 9),
    st.floats(0.05, 3.0),
    st.integers(10, 90),
    st.integers(0, 30),
)
def test_how_many_replications_a_precision_takes_depends_on_nothing_but_their_values(
    block: Facility, scenario: Scenario, order: list[int], at_once: int, spread: float, most: int, kept: int
) -> None:
    precision = Precision(percent=PERCENT, measures=("contact",))
    pages = Pages()
    pages.keep(Pretended(spread=spread).block(3, range(kept)))
    plain, mixed = (
        run_study(block, scenario, 3, most, backend=backend, precision=precision, ledger=ledger)
        for backend, ledger in ((Pretended(spread=spread), None), (Pretended(order, spread, at_once), pages))
    )
    assert plain == mixed
    assert plain.stop is not None
    values = plain.values("contact")
    looks = [*range(FEWEST, most, 5), most]
    assert len(values) in looks
    enough = [count for count in looks if not precision.short_of(Pretended(spread=spread).block(3, range(count)))]
    assert len(values) == (enough[0] if enough else most)
    assert plain.stop.is_reached == bool(enough)


def test_a_study_that_is_precise_enough_simulates_no_further(block: Facility, scenario: Scenario) -> None:
    backend, steps = Pretended(spread=0.1), []
    study = run_study(
        block,
        scenario,
        1,
        1000,
        backend=backend,
        precision=Precision(percent=PERCENT),
        on_progress=lambda *step: steps.append(step),
    )
    assert (study.replications, len(backend.ran)) == (FEWEST, FEWEST)
    assert steps[-1] == (FEWEST, 1000)


def test_a_measure_without_numbers_is_never_precise(block: Facility, scenario: Scenario) -> None:
    class Empty(Pretended):
        def day(self, seed: int, index: int) -> Replication:
            day = super().day(seed, index)
            return replace(day, values={**day.values, "contact": float("nan")})

    study = run_study(
        block, scenario, 1, 12, backend=Empty(spread=0), precision=Precision(percent=5, measures=("contact", "late"))
    )
    assert study.stop is not None
    assert (study.replications, study.stop.short, study.counts["contact"]) == (12, ("contact",), 0)


def test_without_names_the_measures_count_that_have_a_target_and_finite_numbers(
    block: Facility, scenario: Scenario
) -> None:
    class Partly(Pretended):
        def day(self, seed: int, index: int) -> Replication:
            day = super().day(seed, index)
            odd = {"contact": float("nan"), "landing_ratio_worst": float("inf"), "late": 1000.0 * (index % 2)}
            return replace(day, values={**day.values, **odd})

    study = run_study(block, scenario, 1, 50, backend=Partly(spread=0.1), precision=Precision(percent=5))
    assert study.stop is not None
    assert (study.replications, study.stop.is_reached) == (FEWEST, True)
    assert set(study.stop.measures) == {key for key, measure in MEASURES.items() if measure.target is not None} - {
        "contact",
        "landing_ratio_worst",
    }


def test_a_study_goes_on_where_it_was_stopped_and_can_be_extended(block: Facility, scenario: Scenario) -> None:
    class StoppedError(Exception):
        pass

    def stop_at_3(done: int, _: int) -> None:
        if done == 3:
            raise StoppedError

    pages = Pages()
    with pytest.raises(StoppedError):
        run_study(block, scenario, 1, 5, ledger=pages, on_progress=stop_at_3)
    assert [day.index for day in pages.kept()] == [0, 1, 2]
    steps: list[tuple[int, int]] = []
    resumed = run_study(block, scenario, 1, 5, ledger=pages, on_progress=lambda *step: steps.append(step))
    assert steps == [(3, 5), (4, 5), (5, 5)]
    assert repr(resumed) == repr(run_study(block, scenario, 1, 5))  # NaN too
    rest = Pretended()
    extended = run_study(block, scenario, 1, 7, ledger=pages, backend=rest)
    assert rest.ran == [5, 6]
    assert extended.run == resumed.run
    assert extended.digests[:5] == resumed.digests


def test_a_shorter_study_takes_the_first_of_what_is_kept(block: Facility, scenario: Scenario) -> None:
    pages = Pages()
    pages.keep(Pretended().block(1, [4, 2, 0, 1, 3]))
    nothing = Pretended()
    study = run_study(block, scenario, 1, 3, ledger=pages, backend=nothing)
    assert (study.digests, nothing.ran) == (("0", "1", "2"), [])


def test_what_a_worker_finds_wrong_is_told_as_in_this_process(block: Facility, scenario: Scenario) -> None:
    post = scenario.staff.post[0].model_copy(update={"uses": (SpaceUse.LIBRARY,)})
    impossible = scenario.model_copy(update={"staff": scenario.staff.model_copy(update={"post": (post,)})})
    faults = []
    for workers in (1, 2):
        with pytest.raises(ScenarioError) as caught:
            run_study(block, impossible, 1, 2, workers=workers)
        faults.append(caught.value.faults)
    assert faults[0] == faults[1]
