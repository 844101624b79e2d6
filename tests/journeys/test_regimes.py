"""The shipped regimes in their buildings: they can be played, and what comes out is what the timetable lets expect."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from simulation.graph import CompiledBuilding
from simulation.hours import Hours, hours_of
from simulation.measures import measure_day
from simulation.models.regime import compile_for, simulate_day
from simulation.models.terms import Scenario
from simulation.record import EventRecord, Kind
from simulation.streams import replication_seed
from simulation.study.scenario import load_scenario
from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names
from site_models.layout import declared_facility
from twin.model.facility import Facility

SHIPPED = [(site, path) for site in site_names() for path in sorted((site_folder(site) / "scenarios").glob("*.toml"))]


@lru_cache
def facility(site: str) -> Facility:
    return declared_facility(read_brief(site_folder(site)))


@lru_cache
def played(site: str, name: str, index: int = 0) -> tuple[EventRecord, CompiledBuilding, Scenario]:
    scenario = load_scenario(site_folder(site) / "scenarios" / f"{name}.toml")
    building = compile_for(facility(site), scenario)
    return simulate_day(building, scenario, replication_seed(1, index)), building, scenario


def hours(site: str, name: str) -> Hours:
    record, building, scenario = played(site, name)
    return hours_of(record, building, scenario.horizon_s, tuple(errand.name for errand in scenario.errand))


@pytest.mark.parametrize(("site", "path"), SHIPPED, ids=lambda part: part.stem if isinstance(part, Path) else part)
def test_every_shipped_regime_can_be_played_and_loses_nobody(site: str, path: Path) -> None:
    record, building, scenario = played(site, path.stem)
    people = int((~record.is_staff).sum())
    assert people > 0
    found = hours_of(record, building, scenario.horizon_s, tuple(errand.name for errand in scenario.errand))
    assert sum(found.people.values()) == pytest.approx(np.full(scenario.calendar.days * 24, float(people)))


@pytest.mark.parametrize(("site", "path"), SHIPPED, ids=lambda part: part.stem if isinstance(part, Path) else part)
def test_every_wait_is_somewhere_in_the_hours(site: str, path: Path) -> None:
    """Little's law on every queue: the mean number that waits, over all hours, is the sum of the waits."""
    record, building, scenario = played(site, path.stem)
    found = hours_of(record, building, scenario.horizon_s, tuple(errand.name for errand in scenario.errand))
    kinds = (Kind.PASS, Kind.WAIT, Kind.HELD, Kind.SERVE, Kind.TURNED, Kind.SEARCH)
    mine = np.isin(record.kind, kinds) & (record.entity >= 0)
    mine[mine] &= ~record.is_staff[record.entity[mine]]
    total_s = sum(float(series.sum()) for series in found.queues.values()) * 3600
    assert total_s == pytest.approx(float(record.aux[mine].sum()), rel=1e-6, abs=1.0)


def test_the_week_of_vilnius_has_five_working_days_and_a_weekend() -> None:
    where = hours("vilnius", "closed-week").people
    workshop = where["WORKSHOP"].reshape(7, 24)
    assert (workshop[:5, 9:12] > 40).all()
    assert (workshop[5:] < 0.1).all()
    asleep = sum(series for use, series in where.items() if use.startswith("CELL-")).reshape(7, 24)
    assert asleep[:, :5] == pytest.approx(200.0)
    assert where["FAITH"].reshape(7, 24)[5:, 10:12].sum() > 10
    record, building, scenario = played("vilnius", "closed-week")
    values = measure_day(record, building, scenario)
    assert values["count_first"] < 15
    assert values["count_clear"] < 30
    assert 20 < values["purposeful_week"] < 30
    assert values["open_air"] == pytest.approx(1.0, abs=0.1)


def test_a_fourth_portal_shortens_the_search_and_the_interlock_remains() -> None:
    waits_s, doors_s = {}, {}
    for name in ("half-day-shifts", "four-portals"):
        values = [measure_day(*played("pravieniskes", name, index)) for index in range(5)]
        waits_s[name] = np.mean([each["search_wait"] for each in values])
        doors_s[name] = np.mean([each["longest_wait"] for each in values])
    assert waits_s["four-portals"] < 0.8 * waits_s["half-day-shifts"]
    assert doors_s["half-day-shifts"] > 600
    assert doors_s["four-portals"] > 500
    queues = hours("pravieniskes", "half-day-shifts").queues
    assert max(queues, key=lambda name: queues[name][8]) == "D.PRA-L00-N-ENT.1"
    assert max(queues, key=lambda name: queues[name][12]) == "D.PRA-L00-N-ENT.2"


def test_at_the_open_prison_the_workers_sign_out_and_everybody_is_back_at_night() -> None:
    where = hours("olaine-open-prison", "open-week").people
    outside = where["outside"].reshape(7, 24)
    assert outside[:5, 9:16] == pytest.approx(30.0)
    assert outside[6].max() < 1e-6
    assert where["ROOM-O"].reshape(7, 24)[:, 22:] == pytest.approx(40.0, abs=1.0)
    record, building, _ = played("olaine-open-prison", "open-week")
    lobby = next(node for node in range(len(building.nodes)) if _code(building, node) == "OAC-L00-C-ENT")
    signed = (record.kind == Kind.SEARCH) & (record.space == lobby)
    assert signed.sum() == 2 * (5 * 30 + 30)  # out and in, five working days and Saturday's leave


def _code(building: CompiledBuilding, node: int) -> str:
    space = building.space(node)
    return space.code if space else ""


def test_the_course_week_fills_the_hall_on_monday_and_the_canteen_at_noon() -> None:
    where = hours("olaine-training-centre", "course-week").people
    assert where["ASSEMBLY"].reshape(5, 24)[0, 9] > 100
    assert where["ASSEMBLY"].reshape(5, 24)[1:].sum() == pytest.approx(0.0, abs=1e-6)
    canteen = where["DAYROOM"].reshape(5, 24)
    assert (canteen[:, 12] > 10).all()
    assert where["HOTEL"].reshape(5, 24)[:, 0:7] == pytest.approx(18.0)
