"""What is kept of a study: whole lines only, of this study only, for one process at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf, nan
from pathlib import Path

import pytest

from simulation.study.block import Replication
from tui.wiring.study_file import StudyFile, studied
from twin.model.errors import RefusedError, ScenarioError


def day(index: int, value: float = 0.1) -> Replication:
    return Replication(index=index, seed=index + 7, values={"late": value}, queues=(), digest=f"d{index}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "studies" / "day-12345678.jsonl"


@contextmanager
def opened(path: Path, key: str = "key", *, anew: bool = False) -> Iterator[StudyFile]:
    with studied(path, key, scenario="day", seed=1, anew=anew) as file:
        yield file


def kept(path: Path) -> list[Replication]:
    with opened(path) as file:
        return list(file.kept())


def test_finished_blocks_are_there_when_the_file_is_opened_again(path: Path) -> None:
    with opened(path) as file:
        assert (list(file.kept()), file.count) == ([], 0)
        file.keep([day(0), day(2)])
        file.keep([day(1, inf)])
        assert file.count == 3
    with opened(path) as file:
        assert file.count == 3
        file.keep([day(3)])
    assert kept(path) == [day(0), day(2), day(1, inf), day(3)]
    assert json.loads(path.read_text().splitlines()[0]) == {"study": "key", "scenario": "day", "seed": 1}


def test_a_block_is_on_the_disk_when_keep_returns(path: Path) -> None:
    with opened(path) as file:
        file.keep([day(0, nan)])
        assert '"NaN"' in path.read_text().splitlines()[1]


def test_a_torn_last_line_is_as_if_it_had_never_been_begun(path: Path) -> None:
    with opened(path) as file:
        file.keep([day(0)])
        file.keep([day(1), day(2)])
    whole = path.read_bytes()
    second = whole.rindex(b"\n", 0, -1) + 1
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        days = kept(path)
        assert days == ([day(0)] if length >= second else []), length
        with opened(path) as file:
            file.keep([day(9)])
        assert kept(path) == [*days, day(9)]


def test_the_file_of_another_study_is_refused_by_name(path: Path) -> None:
    with opened(path, "one") as file:
        file.keep([day(0)])
    before = path.read_bytes()
    with pytest.raises(ScenarioError, match=r"day-12345678.jsonl: is the file of another study"), opened(path, "other"):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("head", [b"[]", b"3", b"{}", b"\xff", b"nonsense"])
def test_a_file_that_is_no_study_is_refused(path: Path, head: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(head + b"\n[]\n")
    with pytest.raises(ScenarioError, match="another study"), opened(path):
        pass


def test_a_damaged_line_is_named_and_anew_begins_from_nothing(path: Path) -> None:
    with opened(path) as file:
        file.keep([day(0)])
        file.keep([day(1)])
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1][:-9], lines[2]]) + "\n")
    with pytest.raises(ScenarioError, match=r"day-12345678.jsonl: line 2 is damaged; run with --anew"), opened(path):
        pass
    with opened(path, anew=True) as file:
        assert file.count == 0
        file.keep([day(5)])
    assert kept(path) == [day(5)]


def test_two_processes_do_not_run_the_same_study(path: Path) -> None:
    with opened(path), pytest.raises(RefusedError, match="another process is running this study"), opened(path):
        pass
    with opened(path, anew=True) as file:
        file.keep([day(0)])
        with pytest.raises(RefusedError), opened(path, anew=True):
            pass
    assert kept(path) == [day(0)]
