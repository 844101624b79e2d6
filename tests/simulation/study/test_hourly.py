import pytest

from simulation.models.terms import Scenario
from simulation.study.hourly import mean_hours
from simulation.study.replicate import run_study
from twin.model.facility import Facility


def test_a_replication_without_a_queue_had_none_and_the_fullest_series_comes_first() -> None:
    days = [{"door": (0.0, 2.0)}, {"door": (0.0, 4.0), "kiosk": (9.0, 9.0)}, {}, {}]
    assert mean_hours(days) == {"kiosk": (2.25, 2.25), "door": (0.0, 1.5)}
    assert list(mean_hours(days)) == ["kiosk", "door"]


def test_a_study_knows_where_its_people_were_hour_by_hour(block: Facility, scenario: Scenario) -> None:
    study = run_study(block, scenario, 1, 3)
    assert [sum(hour) for hour in zip(*study.people.values(), strict=True)] == pytest.approx([8.0] * 24, abs=1e-3)
    assert study.people["WORKSHOP"][10] == pytest.approx(3.0, abs=0.01)
    assert study.waiting["s1"][8] > 0
