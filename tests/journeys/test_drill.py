"""A slow team fails the drill's standards, and the verdicts cite the rows that show it."""

from __future__ import annotations

import json

import pytest

from tui.settings import Site

pytestmark = pytest.mark.timed


def test_a_slow_scripted_team_fails_the_standard_and_the_report_says_which(site: Site, gatehouse):
    done = gatehouse(
        "drill",
        "run",
        "d1-cell-fire",
        "--site",
        site.folder,
        "--speed",
        "12",
        "--slowness",
        "5",
        "--json",
        timeout_s=200,
    )
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    assert not result["passed"]
    times = {row["key"]: row for row in result["times"]}
    assert not times["acknowledge"]["met"]
    assert times["acknowledge"]["taken_s"] > 15
    assert times["acknowledge"]["rows"]
    ratings = {row["key"]: row["rating"] for row in result["ratings"]}
    assert ratings["detection"] in "SMU"
    page = (site.reports / result["report"].rsplit("/", 1)[1]).read_text(encoding="utf-8")
    assert "missed" in page
    assert "EXERCISE" in page


def test_drills_are_listed_and_an_unknown_one_is_named(site: Site, gatehouse):
    listed = gatehouse("drill", "list", "--site", site.folder, "--json")
    assert [row["key"] for row in json.loads(listed.stdout)] == ["d1-cell-fire"]
    unknown = gatehouse("drill", "run", "d99", "--site", site.folder)
    assert unknown.returncode == 3
    assert "d99" in unknown.stderr
