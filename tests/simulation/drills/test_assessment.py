from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulation.drills.assessment import assess

START = datetime(2026, 5, 4, 2, 10, tzinfo=UTC)
ACK = ("alarm.acknowledged", "SC", {"alarm": "fire"})
DONE = ("command.done", "RG-N", {})


def ratings(script, rows):
    return {rating.key: rating.rating for rating in assess(script, rows, START).ratings}


def test_actions_in_time_are_met_and_cite_their_rows(script, rows):
    assessment = assess(script, rows((8, *ACK), (20, *DONE)), START)
    ack, released = assessment.verdicts
    assert (ack.taken_s, ack.is_met, ack.rows) == (8.0, True, (1,))
    assert (released.taken_s, released.rows) == (12.0, (1, 2)), "counted from the acknowledgement"
    assert assessment.is_passed


@pytest.mark.parametrize(("at_s", "rating"), [(15, "P"), (16, "S"), (22.5, "S"), (23, "M")])
def test_late_by_up_to_a_half_is_some_challenges_and_more_is_major(script, rows, at_s, rating):
    assert ratings(script, rows((at_s, *ACK), (at_s + 5, *DONE)))["detect"] == rating


def test_what_was_never_done_is_unable_and_what_follows_from_it_too(script, rows):
    assessment = assess(script, rows((20, *DONE)), START)
    assert [verdict.taken_s for verdict in assessment.verdicts] == [None, None]
    assert ratings(script, rows((20, *DONE))) == {"detect": "U", "group": "U"}
    assert not assessment.is_passed


def test_something_forbidden_is_a_major_challenge_whatever_the_times(script, rows):
    journal = rows((8, *ACK), (10, "command.requested", "RG", {}), (20, *DONE))
    assert ratings(script, journal)["group"] == "M"
    rating = next(r for r in assess(script, journal, START).ratings if r.key == "group")
    assert 2 in rating.rows


def test_rows_from_before_the_start_and_of_other_alarms_prove_nothing(script, rows):
    journal = rows((-5, *ACK), (3, "alarm.acknowledged", "SC", {"alarm": "cell-call"}))
    assert assess(script, journal, START).verdicts[0].taken_s is None
