"""Who is where at the alarm: the known stay where they are known, the unknown are drawn from the regime by the seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from simulation.egress.opening import Opening, opening_of_regime, opening_of_snapshot
from simulation.models.regime import compile_for
from simulation.models.terms import Scenario
from simulation.snapshot_file import PlacedSnapshot
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.roll import Roll, Snapshot
from twin.model.vocabulary import DoorState, RollSource

AT = datetime(2026, 1, 15, 2, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def night(block: Facility, scenario: Scenario) -> Opening:
    return opening_of_regime(compile_for(block, scenario), scenario, 2 * 3600.0, 5)


def placed(counts: dict[str, int], *, source: RollSource = RollSource.COUNTED, unplaced: int = 0) -> PlacedSnapshot:
    roll = Roll(counts={GlobalId(space): n for space, n in counts.items()}, source=source, at=AT)
    return PlacedSnapshot(snapshot=Snapshot(at=AT, regime="night", roll=roll), unplaced=unplaced)


def where(opening: Opening) -> Counter[str]:
    return Counter(occupant.space for occupant in opening.occupants if not occupant.is_staff)


def test_by_night_everybody_is_locked_in(night: Opening) -> None:
    assert where(night) == {"A1": 1, "A2": 1, "A3": 2, "B1": 1, "B2": 1, "B3": 2}
    assert set(night.cells.values()) == {DoorState.LOCKED}


def test_by_day_people_are_elsewhere_and_their_cells_unlocked(block: Facility, scenario: Scenario) -> None:
    opening = opening_of_regime(compile_for(block, scenario), scenario, 17 * 3600.0, 5)
    assert sum(where(opening).values()) == 8
    assert where(opening)["DAYA"] + where(opening)["DAYB"] + where(opening)["YARD"] > 0
    assert DoorState.CLOSED in set(opening.cells.values())


def test_at_midnight_people_and_posts_are_in_their_places(block: Facility, scenario: Scenario) -> None:
    opening = opening_of_regime(compile_for(block, scenario), scenario, 0.0, 5)
    assert sum(where(opening).values()) == 8
    assert any(occupant.is_staff for occupant in opening.occupants)


def test_a_scenario_that_begins_from_a_snapshot_of_its_own_is_played_from_there(
    block: Facility, scenario: Scenario
) -> None:
    start = {"at": "02:00", "counts": {"B3": 2}, "unplaced": 1}
    later = Scenario.model_validate({**scenario.model_dump(), "start": start})
    building = compile_for(block, later)
    found = where(opening_of_regime(building, later, 2 * 3600.0, 5))
    assert (found["B3"], sum(found.values())) == (2, 3)
    with pytest.raises(ScenarioError, match="the alarm is at 01:00, before short-day begins"):
        opening_of_regime(building, later, 3600.0, 5)


def test_who_is_counted_stays_where_it_is_counted(night: Opening) -> None:
    assert where(opening_of_snapshot(placed({"DAYA": 3, "A1": 1}), None, 1)) == {"DAYA": 3, "A1": 1}
    drawn = where(opening_of_snapshot(placed({"DAYA": 3, "A1": 1}, unplaced=2), night, 1))
    assert sum(drawn.values()) == 6
    assert (drawn["DAYA"], drawn["A1"]) == (3, 1)  # the regime's person of A1 stands for the one counted there


def test_of_a_roll_of_unknown_source_only_the_number_is_believed(night: Opening) -> None:
    drawn = where(opening_of_snapshot(placed({"YARD": 8}, source=RollSource.UNKNOWN), night, 1))
    assert drawn == where(night)


def test_the_draw_is_the_seeds(night: Opening) -> None:
    one, same, other = (where(opening_of_snapshot(placed({}, unplaced=4), night, seed)) for seed in (1, 1, 3))
    assert one == same
    assert sum(other.values()) == 4


def test_more_unplaced_people_than_the_regime_has_are_refused(night: Opening) -> None:
    with pytest.raises(ScenarioError, match="9 people have no known place, and the regime has 8 left"):
        opening_of_snapshot(placed({}, unplaced=9), night, 1)
