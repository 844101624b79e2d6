from __future__ import annotations

from simulation.plant.matrix import Matrix
from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.ids import GlobalId

SC1, SC2 = GlobalId("SC-1"), GlobalId("SC-2")


def row(source: GlobalId, effect: Effect, target: str, delay_s: float = 0.0, code: str = "") -> CauseEffect:
    return CauseEffect(
        cause=Cause.FIRE_ALARM,
        source=source,
        source_code=source,
        effect=effect,
        target=GlobalId(target),
        target_code=code,
        delay_s=delay_s,
    )


STOP_1, STOP_2 = row(SC1, Effect.STOP_AIR, "AHU"), row(SC2, Effect.STOP_AIR, "AHU")
LATE = row(SC1, Effect.ARM_RELEASE, "", 30.0, "RG-N")


def test_a_row_is_due_once_its_delay_has_passed_and_only_once():
    matrix = Matrix([LATE, STOP_1])
    matrix.trigger(Cause.FIRE_ALARM, SC1, 100.0)
    assert matrix.due(100.0) == [STOP_1]
    assert matrix.due(129.9) == []
    assert not matrix.holds(Effect.ARM_RELEASE, "RG-N")
    assert matrix.due(130.0) == [LATE]
    assert matrix.due(200.0) == []
    assert matrix.holds(Effect.ARM_RELEASE, "RG-N")


def test_rows_come_in_the_order_of_their_time():
    matrix = Matrix([LATE, STOP_1])
    matrix.trigger(Cause.FIRE_ALARM, SC1, 0.0)
    assert matrix.due(60.0) == [STOP_1, LATE]


def test_a_cause_that_is_there_already_sets_nothing_going_anew():
    matrix = Matrix([STOP_1])
    matrix.trigger(Cause.FIRE_ALARM, SC1, 0.0)
    matrix.due(0.0)
    matrix.trigger(Cause.FIRE_ALARM, SC1, 10.0)
    assert matrix.due(20.0) == []


def test_another_source_or_cause_sets_nothing_going():
    matrix = Matrix([STOP_1])
    matrix.trigger(Cause.FIRE_ALARM, SC2, 0.0)
    matrix.trigger(Cause.MAINS_FAILURE, SC1, 0.0)
    assert matrix.due(100.0) == []


def test_an_effect_of_two_causes_stands_until_both_are_gone():
    matrix = Matrix([STOP_1, STOP_2])
    for source in (SC1, SC2):
        matrix.trigger(Cause.FIRE_ALARM, source, 0.0)
    matrix.due(0.0)
    assert matrix.withdraw(Cause.FIRE_ALARM, SC1) == [STOP_1]
    assert matrix.holds(Effect.STOP_AIR, "AHU")
    matrix.withdraw(Cause.FIRE_ALARM, SC2)
    assert not matrix.holds(Effect.STOP_AIR)


def test_what_was_only_waiting_is_forgotten_with_its_cause():
    matrix = Matrix([LATE])
    matrix.trigger(Cause.FIRE_ALARM, SC1, 0.0)
    assert matrix.withdraw(Cause.FIRE_ALARM, SC1) == []
    assert matrix.due(100.0) == []
    matrix.trigger(Cause.FIRE_ALARM, SC1, 100.0)
    assert matrix.due(130.0) == [LATE]
