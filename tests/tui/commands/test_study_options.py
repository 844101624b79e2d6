"""How far a study is, and how long it still takes."""

from __future__ import annotations

import sys

import pytest

from tui.commands.study_options import Pace, Teller, told
from twin.model.errors import ConnectError


class Clock:
    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize(
    ("kept", "steps", "text"),
    [
        (0, [], "0 of 100 replications"),
        (0, [(10.0, 20)], "20 of 100 replications, 0:40 left"),
        (60, [(10.0, 70)], "70 of 100 replications, 0:30 left"),
        (0, [(10.0, 5), (10.0, 20)], "20 of 100 replications, 1:20 left"),
        (0, [(100.0, 1)], "1 of 100 replications, 2:45:00 left"),
        (0, [(100.0, 100)], "100 of 100 replications"),
        (100, [], "100 of 100 replications"),
    ],
)
def test_the_time_left_is_that_of_what_was_simulated_now(kept: int, steps: list[tuple[float, int]], text: str) -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    said = pace.text(kept, 100)
    for seconds, done in steps:
        clock.now_s += seconds
        said = pace.text(done, 100)
    assert said == text


def test_a_study_that_may_end_sooner_says_so() -> None:
    clock = Clock()
    pace = Pace(clock=clock, at_most=True)
    pace.text(0, 50)
    clock.now_s += 10
    assert pace.text(10, 50) == "10 of at most 50 replications, at most 0:40 left"


def test_a_program_gets_lines_that_it_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller(quiet=True, lines=True)
    with told(teller):
        teller(0, 4)
        teller(4, 4)
    assert capsys.readouterr().err == "progress 0/4\nprogress 4/4\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ConnectError("tcp://there:1", "went away")])
def test_who_is_interrupted_is_told_what_is_kept_and_how_to_go_on(
    error: BaseException, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["x", "sim", "run", "my day.toml", "--anew", "--site", "s"])
    teller = Teller(quiet=True)
    teller(3, 9)
    with pytest.raises(type(error)), told(teller):
        raise error
    assert capsys.readouterr().err == (
        "3 finished replications are kept; to go on: gatehouse sim run 'my day.toml' --site s\n"
    )


def test_of_several_studies_the_one_that_ran_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller(quiet=False)
    for name, done in (("one", 9), ("other", 2)):
        teller.begin(name)
        teller(done, 9)
    with pytest.raises(KeyboardInterrupt), told(teller):
        raise KeyboardInterrupt
    said = capsys.readouterr().err
    assert "\rone: 9 of 9 replications\n\rother: 2 of 9 replications\nother: 2 finished replications are kept;" in said


def test_before_anything_is_known_of_the_study_nothing_is_said_to_be_lost(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), told(Teller(quiet=True)):
        raise KeyboardInterrupt
    assert capsys.readouterr().err.startswith("all finished replications are kept; to go on: ")


def test_an_error_before_the_first_replication_needs_no_advice(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConnectError), told(Teller(quiet=False)):
        raise ConnectError("tcp://there:1", "no Dask scheduler answers")
    assert capsys.readouterr().err == ""
