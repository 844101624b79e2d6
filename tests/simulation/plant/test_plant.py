from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from equipped_block import upon_fire

from simulation.plant.plant import Plant
from twin.model.cause_effect import Effect
from twin.model.errors import ScenarioError, UnknownIdError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import Point
from twin.model.regime import Regime

START = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
NIGHT = Regime(name="night", start=time(21), end=time(6))


MATRIX = (upon_fire(Effect.STOP_AIR, "B"), upon_fire(Effect.CLOSE_DOOR, "D.F"))
"""What the hardware of the test block does upon fire."""


@pytest.fixture
def building(plant_facility: Facility) -> Facility:
    return plant_facility


def point(kind: str, element: str, states: tuple[str, ...] = ()) -> Point:
    return Point(id=PointId(f"{element}/{kind}"), kind=kind, element=GlobalId(element), states=states)


@pytest.fixture
def plant(building: Facility) -> Plant:
    points = [
        point(kind, door.global_id)
        for door in building.doors
        for kind in ("door_position", "lock_status", "deadlock", "door_fault", "cell_call", "door_command")
    ]
    points += [point(kind, "C1") for kind in ("temperature", "co2")]
    points += [
        point("fire_zone", "SC-1"),
        point("fan_run", "B"),
        point("fire_stop", "B"),
        point("supply_setpoint", "B"),
    ]
    points += [point(kind, "B") for kind in ("exercise_day", "exercise_second", "exercise_speed", "heartbeat")]
    points += [point("response_dispatch", "B", ("base", "LAND"))]
    return Plant(building, points, start=START, regime=NIGHT, effects=MATRIX)


def test_every_kind_that_is_a_point_of_the_register_has_a_value(plant):
    for known in plant.services.points.values():
        assert plant.value(known.id) is not None, known.id
    assert plant.value(PointId("nothing")) is None
    assert {known.kind for known in plant.services.points.values()} <= set(POINT_KINDS)


def test_an_order_through_the_points_moves_the_bolt(plant):
    assert plant.write(PointId("D.C1/door_command"), 1.0) == ""
    assert plant.value(PointId("D.C1/lock_status")) == 0.0
    plant.advance(2.0)
    assert plant.value(PointId("D.C1/lock_status")) == 1.0
    assert plant.value(PointId("D.C1/door_command")) == 1.0


def test_inputs_and_life_safety_refuse_to_be_written(plant):
    for name in ("D.C1/door_position", "C1/temperature", "SC-1/fire_zone", "B/fire_stop", "unknown"):
        assert plant.write(PointId(name), 1.0) != ""
    assert "no door command" in plant.write(PointId("D.C1/door_command"), 7.0)


def test_the_controller_itself_keeps_the_interlock(plant):
    assert plant.write(PointId("D.SP.1/door_command"), 1.0) == ""
    assert "D.SP.1" in plant.write(PointId("D.SP.2/door_command"), 1.0)


def test_only_what_changed_is_drained(plant):
    assert len(plant.drain_changed()) == len(plant.services.points)
    assert plant.drain_changed() == []
    plant.write(PointId("D.C1/door_command"), 1.0)
    assert plant.drain_changed() == [PointId("D.C1/door_command")]


def test_fire_stops_the_fan_shuts_held_open_doors_and_leaves_secure_doors_locked(plant):
    fire_door = plant.doors[GlobalId("D.F")]
    fire_door.settle(locked=False, leaf_open=True)
    plant.inject("fire", "C1")
    plant.advance(5.0)
    assert plant.value(PointId("SC-1/fire_zone")) == 2.0
    assert plant.value(PointId("B/fan_run")) == 0.0
    assert fire_door.is_closed
    assert plant.doors[GlobalId("D.C1")].is_secured
    plant.inject("fire-reset", "")
    assert plant.value(PointId("SC-1/fire_zone")) == 0.0


def test_fire_unlocks_the_doors_of_an_open_zone_by_the_hardware_itself(building):
    plant = Plant(building, [], start=START, regime=NIGHT, effects=[upon_fire(Effect.UNLOCK_DOOR, "D.C1", 10.0)])
    plant.inject("fire", "C1")
    plant.advance(9.0)
    assert plant.doors[GlobalId("D.C1")].is_locked
    plant.advance(1.0)
    plant.advance(2.0)
    assert not plant.doors[GlobalId("D.C1")].is_locked
    assert plant.doors[GlobalId("D.C2")].is_locked


def test_without_a_table_nothing_but_the_panel_reacts(building):
    plant = Plant(building, [point("fan_run", "B"), point("fire_panel", "B")], start=START, regime=NIGHT)
    plant.doors[GlobalId("D.F")].settle(locked=False, leaf_open=True)
    plant.inject("fire", "C1")
    plant.advance(30.0)
    assert plant.value(PointId("B/fire_panel")) == 2.0
    assert plant.value(PointId("B/fan_run")) == 1.0
    assert not plant.doors[GlobalId("D.F")].is_closed


def test_the_clock_is_published_as_points(plant):
    plant.speed = 6.0
    plant.advance(3600.0)
    assert plant.value(PointId("B/exercise_second")) == pytest.approx(3 * 3600)
    assert plant.value(PointId("B/exercise_day")) == (START.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days
    assert plant.value(PointId("B/exercise_speed")) == 6.0


def test_an_unknown_inject_or_subject_is_named(plant):
    with pytest.raises(ScenarioError, match="explode"):
        plant.inject("explode", "C1")
    with pytest.raises(UnknownIdError, match=r"D\.C9"):
        plant.inject("force", "D.C9")


def test_people_breathe_in_the_room_they_are_in(plant):
    class OnePerson:
        response_at, response_count = "base", 0

        def advance(self, until_s: float, /) -> None: ...

        def counts(self) -> dict[GlobalId, int]:
            return {GlobalId("C1"): 1}

        def dispatch(self, destination: str, /) -> str:
            return "" if destination == "LAND" else "no"

    before = plant.value(PointId("C1/co2"))
    plant.people = OnePerson()
    plant.advance(1800)
    assert plant.value(PointId("C1/co2")) > before
    assert plant.write(PointId("B/response_dispatch"), 1.0) == ""
    assert plant.write(PointId("B/response_dispatch"), 0.0) == "no"


def test_a_fire_zone_that_the_building_does_not_have_is_unknown_and_not_quiet(building):
    plant = Plant(building, [point("fire_zone", "SC-2")], start=START)
    assert plant.value(PointId("SC-2/fire_zone")) is None


def test_the_panel_is_reset_by_its_own_operation_and_by_no_other_point(plant):
    zone = PointId("SC-1/fire_zone")
    plant.inject("fire", "C1")
    assert plant.value(zone) == 2.0
    assert plant.operate_life_safety(zone, "silence") == ""
    assert plant.value(zone) == 2.0
    assert "no detector" in plant.operate_life_safety(PointId("D.C1/door_command"), "reset")
    assert "mended where it is" in plant.operate_life_safety(zone, "reset-fault")
    assert plant.operate_life_safety(zone, "reset-alarm") == ""
    assert plant.value(zone) == 0.0
