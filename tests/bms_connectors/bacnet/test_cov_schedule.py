from __future__ import annotations

import itertools
import random
from collections import Counter

from bms_connectors.bacnet.cov_schedule import LIFETIME_S, REFUSED_PAUSE_S, CovSchedule

DOORS = ("D1", "D2", "D3")


def schedule() -> CovSchedule[str]:
    return CovSchedule(DOORS, 0.0, rng=random.Random(7))


def test_everything_is_due_at_the_start() -> None:
    assert schedule().due(0.0) == list(DOORS)


def test_it_renews_at_half_the_lifetime_give_or_take_a_tenth() -> None:
    plan = schedule()
    for door in DOORS:
        plan.accepted(door, 100.0)
    assert plan.due(100.0 + 0.44 * LIFETIME_S) == []
    assert plan.due(100.0 + 0.56 * LIFETIME_S) == list(DOORS)
    assert len({term.due_s for term in plan._terms.values()}) == 3
    assert plan.live(399.0) == 3
    assert plan.live(400.0) == 0


def test_no_subscription_ever_lapses_while_the_device_answers() -> None:
    plan = schedule()
    now_s, renewals = 0.0, Counter[str]()
    while now_s < 24 * 3600:
        for door in plan.due(now_s):
            plan.accepted(door, now_s)
            renewals[door] += 1
        assert all(plan.is_live(door, now_s) for door in DOORS)
        now_s = plan.next_s()
    assert all(500 < count < 650 for count in renewals.values())


def test_one_lost_renewal_loses_nothing() -> None:
    plan = schedule()
    plan.accepted("D1", 0.0)
    now_s = plan.next_s()
    for door in plan.due(200.0):
        plan.unanswered(door, 200.0)
        break
    assert plan.is_live("D1", now_s)
    assert plan.due(207.0) == list(DOORS)
    assert plan.is_live("D1", 207.0)


def test_a_silent_device_is_tried_for_one_object_less_and_less_often() -> None:
    plan = schedule()
    now_s, tries = 0.0, []
    while now_s < 600.0:
        plan.unanswered(plan.due(now_s)[0], now_s)
        tries.append(now_s)
        now_s = plan.next_s()
    assert 12 <= len(tries) <= 16
    assert max(later - sooner for sooner, later in itertools.pairwise(tries)) <= 66.0


def test_a_refusal_is_believed_until_a_restart() -> None:
    plan = schedule()
    plan.refused("D2", 0.0)
    assert plan.given_up() == 1
    assert "D2" not in plan.due(0.85 * REFUSED_PAUSE_S)
    plan.again(10.0)
    assert plan.due(10.0) == list(DOORS)


def test_one_object_whose_notifications_stopped_is_subscribed_anew() -> None:
    plan = schedule()
    for door in DOORS:
        plan.accepted(door, 0.0)
    plan.again(20.0, "D3")
    assert plan.due(20.0) == ["D3"]
