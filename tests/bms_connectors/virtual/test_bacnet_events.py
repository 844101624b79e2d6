"""Event states of one object, apart from any wire."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from bms_town import bacnet, point
from wire_peer import local

from bms_connectors.virtual.bacnet_alarm_rules import ALARM_STATES, algorithm_of, notification_row
from bms_connectors.virtual.bacnet_events import (
    AcknowledgementError,
    AlarmValues,
    EventBook,
    Limits,
    State,
    Transition,
)
from twin.model.point_kinds import POINT_KINDS

AT = local(2026, 3, 1, 8, 0)


def at(minute: int) -> datetime:
    return AT + timedelta(minutes=minute)


def states(book: EventBook, *values: float | None) -> list[State]:
    found = []
    for minute, value in enumerate(values):
        book.look(value, at(minute))
        found.append(book.state)
    return found


def test_limits_alarm_beyond_them_and_return_inside_the_dead_band() -> None:
    book = EventBook(Limits(18.0, 26.0, 0.5))
    n, h, l_ = State.NORMAL, State.HIGH_LIMIT, State.LOW_LIMIT
    assert states(book, 20.0, 26.0, 26.1, 25.6, 25.4, 17.9, 18.3, 18.6) == [n, n, h, h, n, l_, l_, n]


def test_a_jump_from_one_limit_to_the_other_is_one_transition() -> None:
    assert states(EventBook(Limits(18.0, 26.0, 0.5)), 30.0, 10.0) == [State.HIGH_LIMIT, State.LOW_LIMIT]


def test_a_limit_that_is_not_there_never_alarms() -> None:
    assert states(EventBook(Limits(None, 26.0)), -40.0) == [State.NORMAL]
    assert states(EventBook(Limits(18.0, None)), 99.0) == [State.NORMAL]


def test_an_unknown_value_is_a_fault_and_what_comes_after_it_is_judged_afresh() -> None:
    book = EventBook(Limits(18.0, 26.0, 1.0))
    assert states(book, 27.0, None, 25.5) == [State.HIGH_LIMIT, State.FAULT, State.NORMAL]


def test_alarm_values_tell_a_fire_from_a_warning() -> None:
    book = EventBook(AlarmValues({1.0: State.OFFNORMAL, 2.0: State.LIFE_SAFETY_ALARM}))
    assert states(book, 0.0, 1.0, 2.0, 0.0) == [
        State.NORMAL,
        State.OFFNORMAL,
        State.LIFE_SAFETY_ALARM,
        State.NORMAL,
    ]


def test_only_a_change_of_state_is_a_change() -> None:
    book = EventBook(Limits(None, 26.0))
    change = book.look(30.0, at(1))
    assert change is not None
    assert (change.before, change.after, change.transition) == (State.NORMAL, State.HIGH_LIMIT, Transition.TO_OFFNORMAL)
    assert book.look(31.0, at(2)) is None


def test_an_event_is_active_until_it_is_normal_and_acknowledged() -> None:
    book = EventBook(Limits(None, 26.0))
    assert not book.is_active
    book.look(30.0, at(1))
    book.look(20.0, at(2))
    assert book.state is State.NORMAL
    assert book.is_active
    assert book.acknowledge(State.HIGH_LIMIT, at(1)) is Transition.TO_OFFNORMAL
    assert not book.is_active


def test_a_new_event_asks_for_a_new_acknowledgement() -> None:
    book = EventBook(Limits(None, 26.0))
    for minute, value in enumerate((30.0, 20.0, 30.0)):
        book.look(value, at(minute))
    with pytest.raises(AcknowledgementError, match="invalidTimeStamp"):
        book.acknowledge(State.HIGH_LIMIT, at(0))
    assert not book.acked[Transition.TO_OFFNORMAL]
    book.acknowledge(State.HIGH_LIMIT, at(2))
    assert book.acked[Transition.TO_OFFNORMAL]


@pytest.mark.parametrize("state", [State.LOW_LIMIT, State.OFFNORMAL, State.FAULT, State.NORMAL])
def test_what_did_not_happen_cannot_be_acknowledged(state: State) -> None:
    book = EventBook(Limits(18.0, 26.0))
    book.look(30.0, at(1))
    with pytest.raises(AcknowledgementError, match="invalidEventState"):
        book.acknowledge(state, at(1))


def test_every_rule_names_a_kind_and_states_that_it_has() -> None:
    for kind, values in ALARM_STATES.items():
        assert all(0 < value < len(POINT_KINDS[kind].states) for value in values), kind


def test_commands_measurements_without_limits_and_doors_do_not_alarm() -> None:
    for kind, where in (
        ("light", "binary-value"),
        ("temperature", "analog-input"),
        ("fan_run", "binary-input"),
        ("door_command", "access-door"),
    ):
        subject = point("P/1", kind, bacnet("D", where, 1))
        assert algorithm_of(subject, subject.binding) is None, kind  # type: ignore[arg-type]


def test_duress_is_reported_before_a_leak_and_after_a_fire() -> None:
    rows = [notification_row(point("P/1", kind, None)) for kind in ("smoke_detector", "duress", "leak")]
    assert [row.priorities[0] for row in rows] == sorted(row.priorities[0] for row in rows)
    assert [row.instance for row in rows] == [1, 2, 3]
