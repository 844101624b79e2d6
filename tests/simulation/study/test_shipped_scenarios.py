"""The scenario files that come with the sites."""

from pathlib import Path

import pytest

from simulation.models.calendar import timetable
from simulation.study.scenario import load_scenario

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "site_models" / "sites").glob("*/scenarios/*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_shipped_scenario_loads_and_is_named_after_its_file(path: Path) -> None:
    scenario = load_scenario(path)
    assert scenario.about.key == path.stem
    for group in scenario.group:
        assert timetable(scenario, group)[-1].end_s == scenario.horizon_s


def test_the_post_plan_of_vilnius_has_24_posts_by_day_and_9_at_night() -> None:
    scenario = load_scenario(ROOT / "site_models" / "sites" / "vilnius" / "scenarios" / "closed-day.toml")
    for hour, posts in ((6, 9), (12, 24), (20, 9)):
        at_s = hour * 3600
        assert sum(post.count for post in scenario.staff.post if post.start <= at_s < post.end) == posts
