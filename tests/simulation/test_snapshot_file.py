"""A snapshot file is read strictly, and what it names must be in the building."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulation.snapshot_file import load_snapshot, snapshot_json
from twin.model.errors import ConfigError
from twin.model.facility import Facility
from twin.model.vocabulary import DoorState

GOOD: dict[str, Any] = {
    "kind": "snapshot",
    "at": "2026-01-15T02:10:00+02:00",
    "regime": "night",
    "roll": {"source": "counted", "at": "2026-01-15T02:00:00+02:00", "counts": {"A1": 1, "A3": 2, "B1": 0}},
    "unplaced": 3,
    "door_states": {"cA1": "locked", "gA": "unknown"},
}


def written(folder: Path, **changes: Any) -> Path:
    path = folder / "snapshot.json"
    path.write_text(json.dumps({**GOOD, **changes}), encoding="utf-8")
    return path


def test_it_is_read_and_written_as_it_is(block: Facility, tmp_path: Path) -> None:
    placed = load_snapshot(written(tmp_path), block)
    assert placed.placed == {"A1": 1, "A3": 2}
    assert (placed.to_sample, placed.clock_s) == (3, 2 * 3600 + 600)
    assert placed.snapshot.door_states["cA1"] is DoorState.LOCKED
    again = tmp_path / "again.json"
    again.write_text(snapshot_json(placed), encoding="utf-8")
    assert load_snapshot(again, block) == placed


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "roll"}, "kind"),
        ({"at": "2026-01-15T02:10:00"}, "at"),
        ({"unplaced": -1}, "unplaced"),
        ({"unplaced": 1.5}, "unplaced"),
        ({"people": 3}, "people: is not a known key"),
        ({"door_states": {"cA1": "ajar"}}, "door_states.cA1"),
        ({"door_states": {"nowhere": "locked"}}, "door_states.nowhere: there is no door with this GlobalId"),
        ({"roll": {**GOOD["roll"], "counts": {"X": 1}}}, "roll.counts.X: there is no space with this GlobalId"),
        ({"roll": {**GOOD["roll"], "counts": {"A1": -1}}}, "roll.counts.A1"),
        ({"roll": {**GOOD["roll"], "source": "guessed"}}, "roll.source"),
    ],
)
def test_what_is_wrong_is_named(block: Facility, tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_snapshot(written(tmp_path, **changes), block)
    assert named in str(caught.value)
    assert "snapshot.json" in str(caught.value)


def test_text_that_is_no_json_is_refused(block: Facility, tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="JSON"):
        load_snapshot(path, block)
