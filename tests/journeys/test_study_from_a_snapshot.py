"""A study that begins from what is known now: the roll and the doors of a snapshot."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.settings import Site
from twin.store.database import open_database
from twin.store.facilities import load_facility

Gatehouse = Callable[..., "subprocess.CompletedProcess[str]"]


def snapshot(site: Site, path: Path, **changes: object) -> Path:
    """19:30, ten people counted in each day room of Vilnius, fifty more somewhere."""
    with open_database(site.database) as store:
        facility = load_facility(store)
    dayrooms = [space for space in facility.spaces if space.code.endswith("-DAY")]
    counts = {space.code if space.code.endswith("A-DAY") else space.global_id: 10 for space in dayrooms}
    roll = {"source": "counted", "at": "2026-05-04T19:20:00+03:00", "counts": counts}
    content = {"kind": "snapshot", "at": "2026-05-04T19:30:00+03:00", "roll": roll, "unplaced": 50, **changes}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_day_goes_on_from_the_roll(site: Site, gatehouse: Gatehouse, tmp_path: Path) -> None:
    file = snapshot(site, tmp_path / "now.json")
    done = gatehouse(
        "sim", "run", "closed-day", "--site", site.folder, "--snapshot", file, "--replications", "2", "--json"
    )
    assert done.returncode == 0, done.stderr
    people = json.loads(done.stdout)["people"]
    totals = [sum(hours) for hours in zip(*people.values(), strict=True)]
    assert totals[:19] == pytest.approx([0.0] * 19)
    assert totals[19] == pytest.approx(65.0, abs=0.1)  # 130 people for half an hour
    assert totals[20:] == pytest.approx([130.0] * 4, abs=0.1)


def test_a_snapshot_of_another_building_is_refused_with_every_fault(
    site: Site, gatehouse: Gatehouse, tmp_path: Path
) -> None:
    roll = {"source": "counted", "at": "2026-05-04T19:20:00+03:00", "counts": {"x1": 1, "x2": 2}}
    file = snapshot(site, tmp_path / "now.json", roll=roll)
    done = gatehouse("sim", "run", "closed-day", "--site", site.folder, "--snapshot", file)
    assert done.returncode == 3
    assert "roll.counts.x1: there is no space with this GlobalId or code" in done.stderr
    assert "roll.counts.x2: there is no space with this GlobalId or code" in done.stderr
