"""One service point on a clock: who is served when, who goes away, and Little's law whatever the terms."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy import Environment

from simulation.models.rota import Breaks, Rota, Shifts
from simulation.models.service_point import Outcome, ServicePoint, Visit
from simulation.people import Steps

Guest = tuple[float, float, float]
"""(comes at, service, patience)."""


ONE = Breaks(1)


def played(guests: list[Guest], rota: Rota = ONE, **terms: float) -> tuple[list[tuple[float, Visit]], ServicePoint]:
    """When each visit ended, and how."""
    env = Environment()
    point = ServicePoint(env, rota, **terms)
    ended: list[tuple[float, Visit]] = [(0.0, Visit(outcome=Outcome.BLOCKED))] * len(guests)

    def come(number: int, at: float, service: float, patience: float) -> Steps:
        yield env.timeout(at)
        visit = yield from point.visit(service, patience=patience)
        ended[number] = (env.now, visit)

    for number, guest in enumerate(guests):
        env.process(come(number, *guest))
    env.run()
    return ended, point


def outcomes(ended: list[tuple[float, Visit]]) -> list[Outcome]:
    return [visit.outcome for _, visit in ended]


def test_two_servers_take_people_in_order_of_arrival() -> None:
    ended, _ = played([(0, 10, inf), (1, 10, inf), (2, 10, inf), (3, 1, inf)], Breaks(2))
    assert [(at, visit.wait) for at, visit in ended] == [(10, 0), (11, 0), (20, 8), (12, 8)]


def test_who_finds_no_place_is_not_let_in_and_who_finds_a_long_queue_does_not_join() -> None:
    guests = [(0.0, 10.0, inf), (1.0, 10.0, inf), (2.0, 10.0, inf)]
    assert outcomes(played(guests, capacity=2)[0]) == [Outcome.SERVED, Outcome.SERVED, Outcome.BLOCKED]
    assert outcomes(played(guests, balk_at=1)[0]) == [Outcome.SERVED, Outcome.SERVED, Outcome.BALKED]


def test_patience_ends_in_the_queue_and_never_during_the_service() -> None:
    ended, point = played([(0, 10, 1), (1, 10, 5), (2, 10, 20)])
    assert [(at, visit.outcome, visit.wait) for at, visit in ended] == [
        (10, Outcome.SERVED, 0),
        (6, Outcome.LEFT, 5),
        (20, Outcome.SERVED, 8),
    ]
    assert point.waiting == 0


def test_in_a_break_no_service_begins_and_what_has_begun_is_finished() -> None:
    ended, _ = played([(0, 10, inf), (4, 3, inf), (6, 3, inf)], Breaks(2, [(5, 20)], 100))
    assert [at for at, _ in ended] == [10, 7, 23]
    again, _ = played([(106, 1, inf)], Breaks(1, [(5, 20)], 100))
    assert again[0][0] == 121


def test_as_many_serve_as_are_on_their_shift() -> None:
    ended, _ = played([(0, 10, inf)] * 5, Shifts([(0, 100), (15, 100)]))
    assert [at for at, _ in ended] == [10, 20, 25, 30, 35]
    nobody, _ = played([(0, 1, 30)], Shifts([(50, 100)]))
    assert nobody == [(30, Visit(outcome=Outcome.LEFT, wait=30))]


def test_a_server_is_taken_for_as_long_as_what_is_done_takes() -> None:
    env = Environment()
    point = ServicePoint(env, Breaks(1))
    begun: list[float] = []

    def walk() -> Steps:
        yield env.timeout(3)
        yield env.timeout(4)

    def come() -> Steps:
        yield from point.visit(walk, begins=begun.append)

    env.process(come())
    env.process(come())
    env.run()
    assert begun == [0, 7]
    assert env.now == 14


GUESTS = st.lists(
    st.tuples(
        st.floats(0, 100).map(lambda x: round(x, 2)),
        st.floats(0.01, 20).map(lambda x: round(x, 2)),
        st.one_of(st.just(inf), st.floats(0, 30).map(lambda x: round(x, 2))),
    ),
    min_size=1,
    max_size=30,
)
ROTAS = st.one_of(
    st.builds(
        Breaks,
        st.integers(1, 4),
        st.sampled_from([(), ((10.0, 15.0),), ((0.0, 5.0), (50.0, 60.0))]),
        st.sampled_from([inf, 100.0]),
    ),
    st.sampled_from([Shifts([(0.0, 50.0), (20.0, 1e6)]), Shifts([(30.0, 1e6), (30.0, 60.0)])]),
)
LIMITS = st.fixed_dictionaries(
    {
        "capacity": st.one_of(st.just(inf), st.integers(4, 8)),
        "balk_at": st.one_of(st.just(inf), st.integers(1, 5)),
    }
)


@settings(deadline=None, max_examples=150)
@given(GUESTS, ROTAS, LIMITS)
def test_littles_law_holds_on_every_path(guests: list[Guest], rota: Rota, limits: dict[str, float]) -> None:
    """The time-integral of the queue's length, counted at every event, is the sum of all waits in it."""
    env = Environment()
    point = ServicePoint(env, rota, **limits)
    visits: list[Visit] = []

    def come(at: float, service: float, patience: float) -> Steps:
        yield env.timeout(at)
        visits.append((yield from point.visit(service, patience=patience)))

    for guest in guests:
        env.process(come(*guest))
    area, before = 0.0, 0.0
    while env.peek() < inf:
        area += point.waiting * (env.peek() - before)
        before = env.peek()
        env.step()
    assert len(visits) == len(guests)
    assert point.waiting == 0
    assert area == pytest.approx(sum(visit.wait for visit in visits), abs=1e-6)
