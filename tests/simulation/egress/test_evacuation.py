"""Evacuations of networks: closed forms, and what must hold of every network."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.egress.evacuation import Evacuation, evacuate
from simulation.egress.network_file import Network


def network(spaces: list[dict[str, Any]], links: list[dict[str, Any]]) -> Network:
    return Network.model_validate({"space": [*spaces, {"id": "out", "exit": True}], "link": links})


def room(**space: Any) -> dict[str, Any]:
    return {"id": "room", **space}


def door(name: str = "d1", start: str = "room", to: str = "out", width_m: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"id": name, "from": start, "to": to, "kind": "door", "width_m": width_m, **more}


def effective(spaces: list[dict[str, Any]], links: list[dict[str, Any]]) -> Evacuation:
    return evacuate(network(spaces, links)).effective_width


def test_the_kth_person_passes_at_the_first_ones_time_and_k_minus_1_headways() -> None:
    pair = evacuate(network([room(people=100)], [door(specific_flow_per_m_s=1.33)]))
    assert pair.effective_width.total_s == pytest.approx(99 / (1.33 * 0.7))
    assert pair.full_width.total_s == pytest.approx(99 / 1.33)
    assert pair.effective_width.mean_flow_per_s == pytest.approx(1.33 * 0.7)
    assert (pair.effective_width.links["d1"].count, pair.effective_width.links["d1"].peak_queue) == (100, 99)


@pytest.mark.parametrize("delay_s", [30.0, 120.0])
def test_a_fixed_delay_is_added_exactly(delay_s: float) -> None:
    without = effective([room(people=100)], [door()])
    later = effective([room(people=100, pre_movement_s=delay_s)], [door()])
    assert without.total_s is not None
    assert later.total_s == pytest.approx(without.total_s + delay_s)


def test_walking_takes_the_speed_that_is_given_or_that_of_the_density() -> None:
    assert effective([room(people=1, walk_m=40, speed_m_s=1.0)], [door()]).total_s == pytest.approx(40.0)
    dense = effective([room(people=80, area_m2=40, walk_m=20)], [door(width_m=100)])
    assert dense.first_out_s == pytest.approx(20 / 0.6552, rel=1e-4)


def test_a_stair_is_walked_behind_its_entrance_and_left_at_its_end() -> None:
    stair = door(kind="stair", length_m=200, riser_mm=180, tread_mm=280, specific_flow_per_m_s=1.012)
    one = effective([room(people=1)], [stair])
    ten = effective([room(people=10)], [stair])
    assert one.total_s == pytest.approx(216.90, abs=0.01)
    assert ten.total_s == pytest.approx(216.90 + 9 / (1.012 * 0.7), abs=0.01)
    assert ten.links["d1"].first_s == ten.first_out_s == one.total_s


def test_behind_a_locked_link_everybody_waits_and_then_comes_as_if_they_had_just_arrived() -> None:
    locked = effective([room(people=50)], [door(unlock_at_s=60)])
    free = effective([room(people=50)], [door()])
    assert free.total_s is not None
    assert (locked.first_out_s, locked.total_s) == (60.0, pytest.approx(60 + free.total_s))
    assert locked.links["d1"].peak_queue == 50


def test_an_unlocking_that_comes_before_anybody_changes_nothing() -> None:
    """The door with a lock (slow path) and the one without (two floats) let people through at the same times."""
    slow = effective([room(people=40, walk_m=10)], [door(unlock_at_s=1)])
    fast = effective([room(people=40, walk_m=10)], [door()])
    assert slow == fast


def test_two_doors_that_are_equally_near_are_shared_by_their_capacities() -> None:
    both = effective([room(people=90)], [door("a", width_m=1.0), door("b", width_m=1.7)])
    assert (both.links["a"].count, both.links["b"].count) == (30, 60)
    assert both.total_s == pytest.approx(29 / (1.3 * 0.7), rel=0.02)


def test_half_of_the_exits_take_twice_as_long() -> None:
    quarters = [{"id": name, "people": 250} for name in "abcd"]
    exits = [door(f"exit-{name}", start=name) for name in "abcd"]
    gaps = [
        {"id": f"gap-{one}", "from": one, "to": other, "kind": "opening", "width_m": 1000}
        for one, other in ("ba", "dc")
    ]
    four = effective(quarters, exits)
    two = effective(quarters, [exits[0], exits[2], *gaps])
    assert four.total_s is not None
    assert two.total_s is not None
    assert two.total_s / four.total_s == pytest.approx(499 / 249, rel=1e-3)


def test_of_two_doors_in_a_row_the_narrower_one_decides() -> None:
    spaces = [room(people=60), {"id": "hall"}]
    found = effective(spaces, [door("d1", to="hall", width_m=2.0), door("d2", start="hall", width_m=0.9)])
    assert found.total_s == pytest.approx(59 / (1.3 * 0.6))
    assert found.links["d1"].last_s == pytest.approx(59 / (1.3 * 1.7))


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    st.lists(st.floats(0.5, 3.0), min_size=4, max_size=4),
    st.integers(0, 3),
    st.floats(0.05, 0.9),
)
def test_in_a_row_with_one_exit_a_narrower_door_never_shortens_it_and_nobody_is_lost(
    people: list[int], widths: list[float], narrowed: int, share: float
) -> None:
    names = [f"s{n}" for n in range(len(people))]
    spaces = [{"id": name, "people": count, "walk_m": 5.0} for name, count in zip(names, people, strict=True)]

    def run(factors: list[float]) -> Evacuation:
        ends = [*names[1:], "out"]
        return effective(
            spaces,
            [
                door(f"d{n}", start=start, to=end, width_m=0.3 + factors[n])
                for n, (start, end) in enumerate(zip(names, ends, strict=True))
            ],
        )

    wide = run(widths)
    narrow = run([width * (share if n == narrowed else 1.0) for n, width in enumerate(widths)])
    assert wide.people == narrow.people == sum(people)
    if sum(people):
        assert wide.total_s is not None
        assert narrow.total_s is not None
        assert narrow.total_s >= wide.total_s - 1e-6
    assert [wide.links[f"d{n}"].count for n in range(len(people))] == [sum(people[: n + 1]) for n in range(len(people))]


def limited(people: int, storage: int | None, first_m: float = 1.3, second_m: float = 0.9) -> Evacuation:
    corridor = {"id": "corridor", "walk_m": 10.0, "speed_m_s": 1.0}
    return effective(
        [room(people=people), corridor if storage is None else corridor | {"storage": storage}],
        [door("d1", to="corridor", width_m=first_m), door("d2", start="corridor", width_m=second_m)],
    )


def test_a_full_space_holds_back_the_door_before_it() -> None:
    found = limited(100, 20)
    assert found.links["d1"].last_s == pytest.approx(10 + 79 / (1.3 * 0.6))
    assert found.total_s == limited(100, None).total_s == pytest.approx(10 + 99 / (1.3 * 0.6))
    assert found.links["d2"].peak_queue < 20


def test_a_space_that_holds_too_few_starves_the_door_behind_it() -> None:
    assert limited(100, 5).total_s == pytest.approx(20 * 10 + 4 / (1.3 * 0.6))


@given(st.integers(1, 40), st.floats(0.4, 2.0), st.floats(0.4, 2.0), st.integers(0, 20))
def test_a_storage_limit_that_nobody_reaches_changes_nothing(
    people: int, first_m: float, second_m: float, more: int
) -> None:
    free, held = limited(people, None, first_m, second_m), limited(people, people + more, first_m, second_m)
    assert held.people == free.people == people
    assert held.total_s == pytest.approx(free.total_s, abs=1e-6)
    for link in ("d1", "d2"):
        assert held.links[link].first_s == pytest.approx(free.links[link].first_s, abs=1e-6)
        assert held.links[link].last_s == pytest.approx(free.links[link].last_s, abs=1e-6)


@given(st.integers(1, 40), st.integers(1, 10), st.integers(0, 3))
def test_less_storage_never_shortens_it_and_nobody_is_lost(people: int, storage: int, less: int) -> None:
    much, little = limited(people, storage), limited(people, max(1, storage - less))
    assert much.people == little.people == people
    assert much.total_s is not None
    assert little.total_s is not None
    assert little.total_s >= much.total_s - 1e-6


@given(st.integers(1, 60), st.floats(0.5, 1.5), st.floats(0.2, 1.0), st.integers(0, 10))
def test_a_queue_spills_back_by_its_closed_form_for_any_numbers(
    people: int, second_m: float, wider_m: float, more: int
) -> None:
    first_per_s, second_per_s = 1.3 * (second_m + wider_m), 1.3 * second_m
    storage = int(10.0 * second_per_s) + 2 + more  # enough to keep the second door busy
    found = limited(people, storage, second_m + wider_m + 0.3, second_m + 0.3)
    assert found.total_s == pytest.approx(10 + (people - 1) / second_per_s)
    in_the_way_s = 10 + (people - storage - 1) / second_per_s if people > storage else 0.0
    assert found.links["d1"].last_s == pytest.approx(max((people - 1) / first_per_s, in_the_way_s))
