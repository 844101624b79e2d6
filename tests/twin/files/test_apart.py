from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin.files import apart
from twin.files.apart import ApartError, run_apart

WORKER = """
import json, os, signal, sys, time
from pathlib import Path
LOADED = time.time_ns()
def main(arguments):
    result, memory_mb, what, *rest = arguments
    if what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "raise":
        raise ValueError("no good")
    if what == "sleep":
        time.sleep(60)
    if what == "silent":
        return 0
    print("what a library prints")
    answer = {"loaded": LOADED, "memory": memory_mb, "rest": rest, "folder": os.getcwd(), "pid": os.getpid()}
    Path(result).write_text(json.dumps(answer))
    return 0
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "apart_probe.py").write_text(WORKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield "apart_probe"
    apart._keepers.pop("apart_probe").close()


def run(module: str, *arguments: str, timeout_s: float = 20.0) -> dict[str, object]:
    return dict(run_apart(module, list(arguments), timeout_s=timeout_s, memory_mb=900))


def test_every_run_is_a_process_of_its_own_and_the_libraries_are_loaded_once(module: str) -> None:
    first, second = run(module, "answer", "a"), run(module, "answer", "b", "c")
    assert (first["rest"], second["rest"], first["memory"]) == (["a"], ["b", "c"], "900")
    assert first["loaded"] == second["loaded"]
    assert len({first["pid"], second["pid"], os.getpid()}) == 3


def test_it_works_where_we_are_also_when_we_go_elsewhere(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(module, "answer")
    monkeypatch.chdir(tmp_path)
    assert run(module, "answer")["folder"] == str(tmp_path)


@pytest.mark.parametrize(
    ("what", "said"),
    [("crash", "crashed \\(SIGSEGV\\)"), ("raise", "failed \\(exit 1\\): ValueError: no good"), ("silent", "exit 0")],
)
def test_what_goes_wrong_is_said_and_the_next_run_works(module: str, what: str, said: str) -> None:
    with pytest.raises(ApartError, match=said):
        run(module, what)
    assert run(module, "answer", "still here")["rest"] == ["still here"]


def test_work_that_takes_too_long_is_killed(module: str) -> None:
    run(module, "answer")
    begun = time.monotonic()
    with pytest.raises(ApartError, match=r"took longer than 0.2 s"):
        run(module, "sleep", timeout_s=0.2)
    assert time.monotonic() - begun < 20
    assert run(module, "answer")["rest"] == []


def test_a_kept_process_that_somebody_killed_is_started_again(module: str) -> None:
    run(module, "answer")
    keeper = apart._keepers[module]
    assert keeper._process is not None
    keeper._process.kill()
    keeper._process.wait()
    assert run(module, "answer", "again")["rest"] == ["again"]


def test_a_module_that_is_not_there_is_an_error(module: str) -> None:
    run(module, "answer")
    with pytest.raises(ApartError, match="gone"):
        run("no_such_module_of_ours")
    apart._keepers.pop("no_such_module_of_ours").close()
