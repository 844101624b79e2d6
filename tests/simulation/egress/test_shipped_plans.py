"""The plans that come with the sample sites are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.egress.plan import load_plan
from twin.model.errors import ConfigError

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "site_models" / "sites").glob("*/evacuations/*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_plan_is_read(path: Path) -> None:
    plan = load_plan(path)
    assert plan.pre_movement.source
    assert plan.start is None or (path.parents[1] / "scenarios" / f"{plan.start.scenario}.toml").is_file()


def test_there_are_some() -> None:
    assert {path.stem for path in SHIPPED} >= {
        "night-wing-by-crews",
        "night-wing-by-group-release",
        "whole-block-by-day",
        "hall-one-exit-closed",
    }


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('clock = "02:10"', 'clock = "25:10"'), "start.clock"),
        (("after_s = 30.0", "after_s = -1"), "notification.after_s"),
        (("median_s = 60.0", "median_s = -60"), "pre_movement.median_s"),
        (("cv = 0.6", ""), "lognormal takes cv and median_s"),
        (("cv = 0.6", "cv = 0.6\nhigh_s = 3"), "lognormal takes cv and median_s"),
        (("most_s = 180.0", "most_s = 30.0"), "most_s goes with a lognormal time and is more than its median_s"),
        (("officers = 2", "officers = 0"), "crew[1].officers"),
        (('name = "response"', 'name = "response"\nhaste = 2'), "crew[1].haste: is not a known key"),
        (("slowing = [1.0, 1.5]", "slowing = [0.5]"), "sensitivity.slowing[0]"),
        (("[evacuated]", "[goal]\noutdoors = false\n[evacuated]"), "leaves no goal"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    text = next(path for path in SHIPPED if path.stem == "night-wing-by-crews").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "plan.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_plan(path)
    assert named in str(caught.value)
    assert "plan.toml" in str(caught.value)
