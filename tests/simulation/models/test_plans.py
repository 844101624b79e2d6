"""Units, seats, turns and errands: what is decided before the clock starts."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from simulation.graph import CompiledBuilding, compile_building
from simulation.models.allocation import Allocation
from simulation.models.errands import Errand, ErrandBook
from simulation.models.homes import homes_of
from simulation.models.notation import Weekday
from simulation.models.open_air import assign_turns, turns_of
from simulation.models.plans import plan_days
from simulation.models.service_point import ServiceTime
from simulation.models.stretches import without
from simulation.models.terms import RESIDENTS, ErrandTerms, OpenAirTerms, Scenario
from simulation.models.units import living_units
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
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
    with pytest.raises(ScenarioError, match="needs a space of use DAYROOM"):
        living_units(compile_building(replace(block, spaces=spaces)))


def with_sessions(scenario: Scenario, days: int = 1, **more: object) -> Scenario:
    """The short day with a second session after lunch."""
    afternoon = {"name": "session 2", "start": "13:00", "end": "16:00", "place": "session", "session": 2}
    plain = scenario.model_dump()
    morning = [block for block in plain["block"] if block["start"] < 12 * 3600]
    lunch = {"name": "lunch", "start": "12:00", "end": "13:00", "place": "dayroom"}
    plain["block"] = [*morning, lunch, afternoon, {"name": "night", "start": "16:00", "end": "24:00", "place": "cell"}]
    plain["calendar"]["days"] = days
    return Scenario.model_validate({**plain, **more})


def test_no_room_gets_more_people_than_seats_and_nobody_two_seats(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    plan = with_sessions(scenario)
    allocation = Allocation(building, plan, {"residents": range(10)}, seed=3)
    seats = allocation.day(Weekday.MONDAY, range(10))
    taken = Counter((space, session) for (_, session), space in seats.items())
    shop, room = (building.node_index[GlobalId(code)] for code in ("SHOP", "CLAS"))
    assert taken == {(shop, 1): 3, (shop, 2): 3, (room, 1): 2, (room, 2): 2}
    workers = [{person for (person, number), space in seats.items() if (space, number) == (shop, n)} for n in (1, 2)]
    learners = [{person for (person, number), space in seats.items() if (space, number) == (room, n)} for n in (1, 2)]
    assert workers[0] == workers[1]
    assert not learners[0] & learners[1]


def test_over_a_week_work_stays_with_its_people_and_the_class_goes_round(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    plan = with_sessions(scenario, days=7)
    allocation = Allocation(building, plan, {"residents": range(8)}, seed=3)
    days = [allocation.day(plan.calendar.weekday(day), range(8)) for day in range(5)]
    shop, room = (building.node_index[GlobalId(code)] for code in ("SHOP", "CLAS"))
    assert len({frozenset(person for (person, _), space in day.items() if space == shop) for day in days}) == 1
    turns = Counter(person for day in days for (person, _), space in day.items() if space == room)
    assert len(turns) == 5
    assert set(turns.values()) == {4}


def test_who_is_away_leaves_a_seat_at_work_empty_and_one_in_class_to_others(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    plan = with_sessions(scenario)
    shop, room = (building.node_index[GlobalId(code)] for code in ("SHOP", "CLAS"))
    full = Allocation(building, plan, {"residents": range(8)}, seed=3).day(Weekday.MONDAY, range(8))
    worker = next(person for (person, _), space in full.items() if space == shop)
    learner = next(person for (person, _), space in full.items() if space == room)
    present = set(range(8)) - {worker, learner}
    seats = Allocation(building, plan, {"residents": range(8)}, seed=3).day(Weekday.MONDAY, present)
    assert Counter((space, session) for (_, session), space in seats.items())[shop, 1] == 2
    assert Counter((space, session) for (_, session), space in seats.items())[room, 1] == 2


def test_turns_fit_their_windows() -> None:
    terms = OpenAirTerms.model_validate({"windows": [["09:00", "11:10"]], "turn_min": 60, "change_min": 5})
    assert turns_of(terms) == [(32_400.0, 36_000.0), (36_300.0, 39_900.0)]


def test_a_yard_is_never_fuller_than_it_may_be_and_the_busy_come_first(building: CompiledBuilding) -> None:
    terms = OpenAirTerms.model_validate({"windows": [["09:00", "11:00"]], "turn_min": 60, "change_min": 0})
    yard = building.node_index[GlobalId("YARD")]
    engaged = {person: [(36_000.0, 40_000.0)] if person >= 4 else [] for person in range(8)}
    turns = assign_turns(building, turns_of(terms), dict.fromkeys(range(8), yard), engaged, {p: p for p in range(8)})
    first = {person for person, turn in turns.items() if turn.start == 32_400.0}
    assert first == {4, 5, 6}
    assert 7 not in turns
    assert {person for person, turn in turns.items() if turn.start == 36_000.0} == {0, 1, 2}


def booked_by(building: CompiledBuilding, scenario: Scenario, *terms: ErrandTerms, people: int) -> list[list[Errand]]:
    homes = homes_of(building, scenario)
    book = ErrandBook(building, terms, [home.unit for home in homes])
    day = [(0.0, 86_400.0)]
    return [
        book.book(replace(homes[0], name=f"P-{n}"), Weekday.MONDAY, 0.0, free=day, at_home=day, seed=1)
        for n in range(people)
    ]


def test_a_booked_seat_is_taken(building: CompiledBuilding, scenario: Scenario) -> None:
    terms = ErrandTerms(name="class", use=SpaceUse.CLASS, start=0.0, end=1800.0, minutes=30, share=1.0)
    booked = booked_by(building, scenario, terms, people=5)
    assert [len(errands) for errands in booked] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize("minutes", [(30, 45), (45, 30)])
def test_errands_of_different_lengths_share_the_seats_of_a_room(
    building: CompiledBuilding, scenario: Scenario, minutes: tuple[int, int]
) -> None:
    terms = [
        ErrandTerms(name=f"{length}", use=SpaceUse.CLASS, start=0.0, end=10_800.0, minutes=length, share=1.0)
        for length in minutes
    ]
    booked = [errand for errands in booked_by(building, scenario, *terms, people=12) for errand in errands]
    assert len(booked) >= 8
    for errand in booked:
        assert sum(other.start_s <= errand.start_s < other.end_s for other in booked) <= 2


def test_to_a_service_point_people_come_when_they_are_free_and_it_is_open(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    terms = ErrandTerms(
        name="phone",
        use=SpaceUse.CLASS,
        start=3600.0,
        end=7200.0,
        service=ServiceTime(distribution="fixed", mean_min=10),
        share=1.0,
    )
    booked = [errand for errands in booked_by(building, scenario, terms, people=40) for errand in errands]
    assert len(booked) == 40
    assert all(errand.queues and 3600 <= errand.start_s <= 6600 and errand.closes_s == 7200 for errand in booked)
    assert len({errand.start_s for errand in booked}) == 40


def test_what_is_left_of_the_day_room() -> None:
    assert without([(0.0, 10.0), (20.0, 30.0)], [(8.0, 22.0), (25.0, 26.0)]) == [(0.0, 8.0), (22.0, 25.0), (26.0, 30.0)]
    assert without([(0.0, 10.0)], [(0.0, 10.0)]) == []


def test_a_plan_covers_the_days_in_order(building: CompiledBuilding, scenario: Scenario) -> None:
    plan = scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update={"days": 3})})
    prisoners = plan_days(building, plan, homes_of(building, plan), 5)
    assert len(prisoners) == building.facility.certified_places == 8
    for prisoner in prisoners:
        leaves = [appointment.leave_s for appointment in prisoner.plan]
        assert leaves == sorted(leaves)
        assert prisoner.cell is not None
        for day in range(3):
            at_s = day * 86_400.0
            assert prisoner.goal_at(at_s) == prisoner.goal_at(at_s + 80_000.0) == prisoner.cell.space
        yard_s = sum(a.end_s - a.due_s for a in prisoner.plan if building.nodes[a.goal] == "YARD")
        assert yard_s == 3 * 3600.0


def test_half_occupancy_fills_first_beds_first(building: CompiledBuilding, scenario: Scenario) -> None:
    half = scenario.model_copy(update={"people": scenario.people.model_copy(update={"occupancy": 0.75})})
    homes = homes_of(building, half)
    assert len({home.space for home in homes}) == len(homes) == 6


def test_people_from_outside_have_no_cell_and_names_of_their_own(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    visitors = {"name": "trainees", "count": 3, "prefix": "T"}
    plan = Scenario.model_validate({**scenario.model_dump(), "group": [RESIDENTS.model_dump(), visitors]})
    homes = homes_of(building, plan)
    assert [home.name for home in homes[-3:]] == ["T-0001", "T-0002", "T-0003"]
    assert {(building.nodes[home.space], home.cell) for home in homes[-3:]} == {(outside_id("L0"), None)}


def test_more_people_than_places_are_refused_by_group(building: CompiledBuilding, scenario: Scenario) -> None:
    crowd = RESIDENTS.model_copy(update={"count": 9})
    with pytest.raises(ScenarioError, match=r"group residents: 9 people, but 8 places"):
        homes_of(building, scenario.model_copy(update={"group": (crowd,)}))


def test_two_activities_in_one_room_share_its_seats_and_sessions_at_one_time_do_too(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    room = building.node_index[GlobalId("CLAS")]
    twice = with_sessions(scenario, activity=[{"use": "CLASS", "sessions": [1]}, {"use": "CLASS"}])
    seats = Allocation(building, twice, {"residents": range(8)}, seed=3).day(Weekday.MONDAY, range(8))
    assert Counter((space, session) for (_, session), space in seats.items()) == {(room, 1): 2, (room, 2): 2}
    plain = with_sessions(scenario).model_dump()
    plain["block"] = list(plain["block"])
    crowd = {"name": "others", "home": ["CELL-S", "CELL-D"], "count": 4}
    plain["group"] = [{**RESIDENTS.model_dump(), "count": 4}, crowd]
    for block in list(plain["block"]):
        if block["place"] == "session" and block["session"] == 1:
            block["groups"] = ["residents"]
            plain["block"].append({**block, "name": "other", "session": 9, "groups": ["others"], "lead_s": 0.0})
    clash = Scenario.model_validate({**plain, "activity": [{"use": "CLASS"}]})
    members = {"residents": range(4), "others": range(4, 8)}
    given = Allocation(building, clash, members, seed=3).day(Weekday.MONDAY, range(8))
    assert sum(session in (1, 9) for _, session in given) == 2


def test_who_is_on_an_errand_when_a_block_begins_is_not_called_away(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    phone = {"name": "phone", "use": "CLASS", "start": "12:00", "end": "19:00", "minutes": 60, "share": 1.0, "seats": 8}
    plain = scenario.model_dump()
    plain["block"] = list(plain["block"])
    association = plain["block"].pop(4)
    plain["block"] += [
        {**association, "name": "first", "end": 14 * 3600.0},
        {**association, "name": "then", "start": 14 * 3600.0},
    ]
    plan = Scenario.model_validate({**plain, "errand": [phone], "open_air": {"windows": []}})
    prisoners = plan_days(building, plan, homes_of(building, plan), 5)
    room = building.node_index[GlobalId("CLAS")]
    visits = [
        (there, after)
        for prisoner in prisoners
        for there, after in pairwise(prisoner.plan)
        if there.goal == room and there.due_s >= 12 * 3600
    ]
    assert len(visits) >= 6
    assert any(there.due_s == 14 * 3600 for there, _ in visits)
    assert all(after.leave_s >= there.due_s + 3600 for there, after in visits)


def test_who_comes_back_one_by_one_plans_nothing_before(building: CompiledBuilding, scenario: Scenario) -> None:
    phone = {"name": "phone", "use": "CLASS", "start": "12:00", "end": "19:00", "minutes": 30, "share": 1.0}
    plain = scenario.model_dump()
    plain["block"] = list(plain["block"])
    plain["block"][3] = {"name": "work", "start": "08:30", "end": "12:00", "place": "away"}
    plain["block"][4]["spread_min"] = 180
    plan = Scenario.model_validate({**plain, "errand": [phone], "open_air": {"windows": []}})
    room = building.node_index[GlobalId("CLAS")]
    for prisoner in plan_days(building, plan, homes_of(building, plan), 5):
        back = next(a.leave_s for a in prisoner.plan if a.leave_s >= 12 * 3600)
        calls = [a.leave_s for a in prisoner.plan if a.goal == room]
        assert all(call > back for call in calls)
