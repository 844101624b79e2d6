from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
    if what == "note":
        Path(rest[0]).write_text(str(os.getpid()))
        time.sleep(60)
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
    if "apart_probe" in apart._keepers:
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


def test_a_process_that_does_not_start_in_time_is_given_up_and_the_answers_stay_in_step(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurry:
        hurry.setattr(apart, "_START_S", 0.0)
        with pytest.raises(ApartError, match="did not start"):
            run(module, "answer")
    assert run(module, "answer", "a")["rest"] == ["a"]
    assert run(module, "answer", "b")["rest"] == ["b"]


def test_work_dies_with_whoever_asked_for_it(module: str, tmp_path: Path) -> None:
    """A program that is killed while a file is read leaves no reader behind."""
    script = f"""
import sys
from twin.files.apart import run_apart
run_apart({module!r}, ["note", {str(tmp_path / "pid")!r}], timeout_s=60, memory_mb=900)
"""
    program = subprocess.Popen([sys.executable, "-c", script], cwd=Path(apart.__file__).parents[2])
    noted = tmp_path / "pid"
    assert _soon(lambda: noted.exists() and bool(noted.read_text()))
    program.kill()
    program.wait()
    assert _soon(lambda: not _runs(int(noted.read_text())))


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _soon(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False
