"""Units, seats, turns and errands: what is decided before the clock starts."""

from collections import Counter
from dataclasses import replace

import pytest

from simulation.graph import CompiledBuilding, compile_building
from simulation.models.allocation import allocate
from simulation.models.errands import ErrandBook
from simulation.models.movements import plan_day
from simulation.models.open_air import assign_turns, turns_of
from simulation.models.stretches import without
from simulation.models.terms import ActivityTerms, ErrandTerms, OpenAirTerms, Scenario
from simulation.models.units import living_units
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import SpaceUse


@pytest.fixture
def building(block: Facility) -> CompiledBuilding:
    return compile_building(block)


def test_a_cell_belongs_to_the_nearest_day_room(building: CompiledBuilding) -> None:
    units = living_units(building)
    assert [unit.name for unit in units] == ["DAYA", "DAYB"]
    assert [building.nodes[cell.space] for cell in units[1].cells] == ["B1", "B2", "B3"]
    assert {building.nodes[space] for space in units[0].spaces} == {"DAYA", "LANDA"}


def test_a_building_without_a_day_room_is_refused(block: Facility) -> None:
    spaces = tuple(
        replace(space, use=SpaceUse.STAFF) if space.use is SpaceUse.DAYROOM else space for space in block.spaces
    )
    with pytest.raises(ScenarioError, match="day room"):
        living_units(compile_building(replace(block, spaces=spaces)))


def test_no_room_gets_more_people_than_seats_and_nobody_two_seats(building: CompiledBuilding) -> None:
    activities = [ActivityTerms(use=SpaceUse.WORKSHOP, whole_day=True), ActivityTerms(use=SpaceUse.CLASS)]
    seats = allocate(building, activities, [1, 2], range(10), seed=3)
    taken = Counter((space, session) for (_, session), space in seats.items())
    shop, room = (building.node_index[GlobalId(code)] for code in ("SHOP", "CLAS"))
    assert taken == {(shop, 1): 3, (shop, 2): 3, (room, 1): 2, (room, 2): 2}
    workers = [{person for (person, number), space in seats.items() if (space, number) == (shop, n)} for n in (1, 2)]
    learners = [{person for (person, number), space in seats.items() if (space, number) == (room, n)} for n in (1, 2)]
    assert workers[0] == workers[1]
    assert not learners[0] & learners[1]


def test_turns_fit_their_windows() -> None:
    terms = OpenAirTerms.model_validate({"windows": [["09:00", "11:10"]], "turn_min": 60, "change_min": 5})
    assert turns_of(terms) == [(32_400.0, 36_000.0), (36_300.0, 39_900.0)]


def test_a_yard_is_never_fuller_than_it_may_be_and_the_busy_come_first(building: CompiledBuilding) -> None:
    terms = OpenAirTerms.model_validate({"windows": [["09:00", "11:00"]], "turn_min": 60, "change_min": 0})
    yard = building.node_index[GlobalId("YARD")]
    engaged = {person: [(36_000.0, 40_000.0)] if person >= 4 else [] for person in range(8)}
    turns = assign_turns(building, terms, dict.fromkeys(range(8), yard), engaged, {p: p for p in range(8)})
    first = {person for person, turn in turns.items() if turn.start == 32_400.0}
    assert first == {4, 5, 6}
    assert 7 not in turns
    assert {person for person, turn in turns.items() if turn.start == 36_000.0} == {0, 1, 2}


def test_a_booked_seat_is_taken(building: CompiledBuilding) -> None:
    units = living_units(building)
    terms = [ErrandTerms(name="class", use=SpaceUse.CLASS, start=0, end=1800, minutes=30, share=1.0)]
    book = ErrandBook(building, terms, units)
    booked = [book.book(f"P-{number}", units[0], [(0.0, 86_400.0)], seed=1) for number in range(5)]
    assert [len(errands) for errands in booked] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize("minutes", [(30, 45), (45, 30)])
def test_errands_of_different_lengths_share_the_seats_of_a_room(
    building: CompiledBuilding, minutes: tuple[int, int]
) -> None:
    units = living_units(building)
    terms = [
        ErrandTerms(name=f"{length}", use=SpaceUse.CLASS, start=0, end=10_800, minutes=length, share=1.0)
        for length in minutes
    ]
    book = ErrandBook(building, terms, units)
    booked = [slot for n in range(12) for slot in book.book(f"P-{n}", units[0], [(0.0, 86_400.0)], seed=1)]
    assert len(booked) >= 8
    for start, _, _ in booked:
        assert sum(opens <= start < closes for opens, closes, _ in booked) <= 2


def test_what_is_left_of_the_day_room() -> None:
    assert without([(0.0, 10.0), (20.0, 30.0)], [(8.0, 22.0), (25.0, 26.0)]) == [(0.0, 8.0), (22.0, 25.0), (26.0, 30.0)]
    assert without([(0.0, 10.0)], [(0.0, 10.0)]) == []


def test_a_plan_covers_the_day_in_order(building: CompiledBuilding, scenario: Scenario) -> None:
    units = living_units(building)
    prisoners = plan_day(building, scenario, units, ErrandBook(building, scenario.errand, units), 5)
    assert len(prisoners) == building.facility.certified_places == 8
    for prisoner in prisoners:
        leaves = [appointment.leave_s for appointment in prisoner.plan]
        assert leaves == sorted(leaves)
        assert prisoner.goal_at(0.0) == prisoner.goal_at(80_000.0) == prisoner.cell.space
        yard_s = sum(a.end_s - a.due_s for a in prisoner.plan if building.nodes[a.goal] == "YARD")
        assert yard_s == 3600.0


def test_half_occupancy_fills_first_beds_first(building: CompiledBuilding, scenario: Scenario) -> None:
    units = living_units(building)
    half = scenario.model_copy(update={"people": scenario.people.model_copy(update={"occupancy": 0.75})})
    prisoners = plan_day(building, half, units, ErrandBook(building, (), units), 5)
    assert len({prisoner.cell.space for prisoner in prisoners}) == len(prisoners) == 6
