"""Evacuation plans of the sample sites, each from one command; their numbers are held against hand calculations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tui.settings import Site
from tui.wiring.sites import init_site
from twin.model.ids import global_id_for

Gatehouse = Callable[..., CompletedProcess[str]]
PARTS = ("notification", "pre_movement", "unlocking", "travel", "queue")


def told(gatehouse: Gatehouse, plan: str, site: Path, *more: str | Path) -> dict[str, Any]:
    done = gatehouse("sim", "evacuate", plan, "--site", site, "--json", "--quiet", "--replications", "5", *more)
    assert done.returncode == 0, done.stderr
    study = json.loads(done.stdout)
    assert "Not for regulatory approval" in study["not_for"]
    for width in (study["effective_width"], study["full_width"]):
        for whose in ("mean", "last"):
            parts = sum(width[whose][part]["mean"] for part in PARTS)
            assert parts == pytest.approx(width[whose]["total"]["mean"])
        staying = sum(stay["people"] for stay in width["staying"])
        assert width["people"] == pytest.approx(width["out"] + staying)
    return study


def test_by_night_crews_take_longer_to_unlock_a_wing_than_the_control_room(site: Site, gatehouse: Gatehouse) -> None:
    crews = told(gatehouse, "night-wing-by-crews", site.folder)["effective_width"]
    release = told(gatehouse, "night-wing-by-group-release", site.folder)["effective_width"]
    assert crews["people"] == crews["out"] == release["out"] == 25
    assert crews["cells_locked"] == 19
    # 19 locks at 8 s are 152 s of work for one officer, who is helped for the last of them
    assert 120 < crews["cells_unlocked"]["mean"] < 30 + 19 * 8 + 60
    assert crews["cells_within"] == 0
    # 30 s notice, 15 s to arm and confirm, 19 doors at 4 a second
    assert release["cells_unlocked"]["mean"] == pytest.approx(30 + 15 + 18 / 4)
    assert release["cells_within"] == 1
    assert release["total"]["mean"] < crews["total"]["mean"]


def test_officers_against_the_stream_are_told_as_a_sensitivity(site: Site, gatehouse: Gatehouse) -> None:
    study = told(gatehouse, "night-release-fails-on-one-level", site.folder)
    assert study["effective_width"]["out"] == 100
    assert len(study["sensitivity"]) == 8
    assert study["sensitivity"][0]["total"] == study["effective_width"]["total"]


def test_the_whole_block_leaves_by_day_and_the_yards_count_as_out(site: Site, gatehouse: Gatehouse) -> None:
    study = told(gatehouse, "whole-block-by-day", site.folder)
    width = study["effective_width"]
    assert width["people"] == width["out"] == 200
    assert {"VIL-L00-YARD-YA", "VIL-L00-YARD-YB"} <= set(width["reached"])
    # a final exit of 1.1 m lets 1.3 · 0.8 people a second through, and no faster whatever the stair does
    busiest = max(width["reached"].values(), key=lambda reached: reached["count"])
    assert busiest["last_s"] - busiest["first_s"] >= (busiest["count"] - 1) / (1.3 * 0.8)


def test_a_full_hall_leaves_at_the_capacity_of_the_one_exit_that_it_finds(tmp_path: Path, gatehouse: Gatehouse) -> None:
    folder = tmp_path / "omc"
    init_site("olaine-training-centre", folder)
    study = told(gatehouse, "hall-one-exit-closed", folder)
    for width, metres in (("effective_width", 0.8), ("full_width", 1.1)):
        found = study[width]
        (exit_,) = found["reached"].values()
        queueing_s = 119 / (1.3 * metres)
        assert queueing_s <= exit_["last_s"] - exit_["first_s"] <= queueing_s + 10


def test_a_snapshot_says_who_is_where(site: Site, gatehouse: Gatehouse, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.json"
    cell = global_id_for("VIL", "space", "VIL-L02-A-C11")
    at = "2026-01-15T02:10:00+02:00"
    text = {"kind": "snapshot", "at": at, "roll": {"source": "counted", "at": at, "counts": {cell: 2}}, "unplaced": 198}
    snapshot.write_text(json.dumps(text), encoding="utf-8")
    study = told(gatehouse, "night-wing-by-group-release", site.folder, "--snapshot", snapshot)
    assert study["effective_width"]["people"] == 25  # all 200 are placed, so the wing is full

    snapshot.write_text(json.dumps({**text, "unplaced": 0, "people": 2}), encoding="utf-8")
    wrong = gatehouse("sim", "evacuate", "night-wing-by-crews", "--site", site.folder, "--snapshot", snapshot)
    assert wrong.returncode == 3
    assert "people: is not a known key" in wrong.stderr


def test_what_is_wrong_is_told_at_once(site: Site, gatehouse: Gatehouse) -> None:
    plan = site.folder / "evacuations" / "night-wing-by-crews.toml"
    text = plan.read_text(encoding="utf-8").replace('"closed-day"', '"no-day"').replace("VIL-L02-C-POST", "VIL-NO")
    plan.write_text(text, encoding="utf-8")
    done = gatehouse("sim", "evacuate", "night-wing-by-crews", "--site", site.folder)
    assert done.returncode == 3
    assert "no-day: there is no such scenario" in done.stderr
    assert "crew[0].start: there is no space VIL-NO" in done.stderr


def test_a_table_says_the_same_for_people(site: Site, gatehouse: Gatehouse) -> None:
    done = gatehouse("sim", "evacuate", "night-wing-by-crews", "--site", site.folder, "--replications", "2", "--quiet")
    assert done.returncode == 0
    assert done.stderr == ""
    for word in ("Not for regulatory approval", "effective", "full", "IBC 408.4.1", "Sensitivity", "unlocking"):
        assert word in done.stdout


def test_a_plan_needs_a_site_and_a_network_takes_no_snapshot(site: Site, gatehouse: Gatehouse) -> None:
    plan = site.folder / "evacuations" / "night-wing-by-crews.toml"
    assert gatehouse("sim", "evacuate", plan).returncode == 2
    assert gatehouse("sim", "evacuate", "net.toml", "--snapshot", "s.json").returncode == 2
