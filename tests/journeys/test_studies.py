"""Studies as a planner runs them: killed and resumed, extended, stopped by their precision, compared."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from simulation.targets import MEASURES
from tui.settings import Site, load_site
from twin.store.database import open_database
from twin.store.runs import list_runs, load_run

Gatehouse = Callable[..., "subprocess.CompletedProcess[str]"]
DAYS = 10
STUDY = ("sim", "run", "closed-day", "--replications", str(DAYS), "--seed", "6")
LONGEST_S = 120.0
"""Within which a study begins to keep something, on a busy machine."""


def study_lines(site: Site) -> list[str]:
    """Whole lines of the only study kept at a site."""
    return [line for path in (site.folder / "studies").glob("*.jsonl") for line in path.read_text().splitlines()]


def kept_days(site: Site) -> dict[int, dict[str, Any]]:
    return {day["index"]: day for line in study_lines(site)[1:] for day in json.loads(line)}


def stop_at(site: Site, sign: signal.Signals, *arguments: str, lines: int = 4) -> tuple[int, str]:
    """Start a command, and stop it when so many lines are kept: exit code and standard error."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tui.cli", *arguments, "--site", str(site.folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(site.folder.parent)},  # where what a kill leaves lying is thrown away
    )
    until_s = time.monotonic() + LONGEST_S
    while process.poll() is None and len(study_lines(site)) < lines and time.monotonic() < until_s:
        time.sleep(0.01)
    assert process.poll() is None, "it ended before it could be stopped"
    os.killpg(process.pid, sign)
    said = process.communicate()[1]
    return process.returncode, said


def rows_of(site: Site) -> list[str]:
    """Rows in the database, to the last bit."""
    with open_database(site.database) as store:
        (run,) = list_runs(store)
        header, rows = load_run(store, run.id)
    facts = {name: value for name, value in asdict(header).items() if name != "finished_at"}
    return [repr(facts), *map(repr, rows)]


@pytest.fixture
def twin_site(pristine: Path, tmp_path: Path) -> Site:
    """Another copy of the site, of the same name, for the study that nobody stops."""
    folder = tmp_path / "unstopped" / "site"
    shutil.copytree(pristine, folder)
    return load_site(folder)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_study_killed_half_way_and_resumed_equals_one_that_ran_through(
    site: Site, twin_site: Site, gatehouse: Gatehouse, workers: str
) -> None:
    command = (*STUDY, "--workers", workers)
    code, _ = stop_at(site, signal.SIGKILL, *command)
    assert code == -signal.SIGKILL
    (path,) = (site.folder / "studies").glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b'[{"index": 99, "se')  # as if killed in the middle of a line
    before = kept_days_of(path)
    assert 0 < len(before) < DAYS

    resumed, through = (
        gatehouse(*command, "--json", "--site", where.folder, timeout_s=LONGEST_S) for where in (site, twin_site)
    )
    assert (resumed.returncode, through.returncode) == (0, 0), resumed.stderr
    assert f"{len(before)} of {DAYS} replications" in resumed.stderr.splitlines()[1]
    one, other = (json.loads(done.stdout) for done in (resumed, through))
    assert Path(one.pop("report")).name == Path(other.pop("report")).name
    assert one == other
    assert rows_of(site) == rows_of(twin_site)
    assert kept_days(site) == kept_days(twin_site)
    assert sorted(kept_days(site)) == list(range(DAYS))
    lines = [day["index"] for line in study_lines(site)[1:] for day in json.loads(line)]
    assert len(lines) == DAYS, "a finished day was simulated again"
    assert [kept_days(site)[index] for index in before] == list(before.values())


def kept_days_of(path: Path) -> dict[int, dict[str, Any]]:
    """Days of the whole lines of a file."""
    lines = path.read_bytes().split(b"\n")[1:-1]
    return {day["index"]: day for line in lines for day in json.loads(line)}


def test_who_interrupts_a_study_is_told_what_is_kept_and_the_command_that_goes_on(
    site: Site, gatehouse: Gatehouse
) -> None:
    code, said = stop_at(site, signal.SIGINT, *STUDY, lines=3)
    assert code == 130
    found = re.search(r"(\d+) finished replications are kept; to go on: gatehouse (.*)", said)
    assert found, said
    assert 0 <= len(kept_days(site)) - int(found[1]) <= 5  # a block may be safe before it is told
    done = gatehouse(*found[2].split(), "--quiet", "--json", timeout_s=LONGEST_S)
    assert json.loads(done.stdout)["replications"] == DAYS


def test_a_study_can_be_extended_and_stops_when_it_is_precise_enough(site: Site, gatehouse: Gatehouse) -> None:
    run = ("sim", "run", "closed-day", "--site", site.folder, "--json")
    short = json.loads(gatehouse(*run, "--replications", "3").stdout)
    assert short["precision"] is None
    done = gatehouse(
        *run, "--precision", "8", "--measure", "landing_ratio", "--replications", "60", timeout_s=LONGEST_S
    )
    long = json.loads(done.stdout)
    assert "3 of at most 60 replications" in done.stderr
    assert long["run"] == short["run"]
    assert long["precision"] == {
        "percent": 8.0,
        "measures": ["landing_ratio"],
        "reached": True,
        "short": [],
        "most": 60,
    }
    (row,) = (row for row in long["measures"] if row["key"] == "landing_ratio")
    assert 10 <= long["replications"] == row["n"] < 60
    assert long["replications"] % 5 == 0
    assert row["precision_percent"] == pytest.approx(100 * row["half_width"] / row["interval"]["mean"])
    assert row["precision_percent"] <= 8
    alone = gatehouse(
        *run, "--precision", "8", "--measure", "landing_ratio", "--anew", "--workers", "1", timeout_s=LONGEST_S
    )
    assert json.loads(alone.stdout)["digest"] == long["digest"]


def test_quantiles_have_limits_only_where_there_are_enough_days(site: Site, gatehouse: Gatehouse) -> None:
    run = ("sim", "run", "closed-day", "--site", site.folder, "--replications", "6")
    table = gatehouse(*run, "--quantiles", timeout_s=LONGEST_S).stdout
    assert re.search(r"^Time out of cell .* … .* – .* – +h$", table, re.MULTILINE), table
    assert "p50 6, p90 36, p95 72" in table
    rows = json.loads(gatehouse(*run, "--json").stdout)["measures"]
    half, ninth, _ = rows[0]["quantiles"]
    assert (half["share"], half["bounded_from"]) == (0.5, 6)
    assert half["low"] <= half["value"] <= half["high"]
    assert half["coverage"] == pytest.approx(1 - 2 * 0.5**6)
    assert (ninth["low"], ninth["high"], ninth["coverage"]) == (None, None, None)


def test_three_plans_are_compared_on_the_same_days(site: Site, gatehouse: Gatehouse) -> None:
    for name, words in (("three", "[search]\nportals = 3\n"), ("slow", "[people]\nspeed_m_s = 0.7\n")):
        text = f'[about]\nbased_on = "closed-day"\ntitle = "{name}"\n{words}'
        (site.folder / "scenarios" / f"{name}.toml").write_text(text)
    compare = ("sim", "compare", "closed-day", "three", "slow", "--site", site.folder, "--replications", "5")
    found = json.loads(gatehouse(*compare, "--json", timeout_s=LONGEST_S).stdout)
    assert [plan["scenario"] for plan in found["plans"]] == ["closed-day", "three", "slow"]
    assert (found["confidence"], found["adjustment"]) == (pytest.approx(0.975), "Bonferroni")
    assert {row["key"] for part in ("measures", "not_compared") for row in found[part]} == set(MEASURES)
    (out,) = (row for row in found["measures"] if row["key"] == "out_of_cell")
    three, slow = out["differences"]
    assert (slow["plan"], slow["to"], slow["pairs"]) == ("slow", "closed-day", 5)
    assert slow["correlation"] > 0.9
    assert slow["half_width"] < slow["half_width_independent"]
    assert slow["variance_reduction"] > 1
    assert slow["difference"]["mean"] == pytest.approx(out["means"][2]["mean"] - out["means"][0]["mean"])
    assert three["plan"] == "three"
    text = gatehouse(*compare, timeout_s=LONGEST_S).stdout
    assert "2 comparisons: each interval holds with 97.5 % (Bonferroni)" in text
    alone = gatehouse(*compare[:4], *compare[5:])
    assert "Bonferroni" not in alone.stdout
    assert "Each interval holds with 95 %." in alone.stdout
    one = json.loads(gatehouse("sim", "run", "slow", "--site", site.folder, "--replications", "5", "--json").stdout)
    assert one["digest"] == found["plans"][2]["digest"]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (
            ("run", "closed-day", "--precision", "5", "--measure", "luck"),
            3,
            "--measure: luck: there is no such measure",
        ),
        (("run", "closed-day", "--measure", "late"), 2, "--measure says what --precision is asked of"),
        (("run", "closed-day", "--precision", "5", "--replications", "9"), 2, "looks at 10 replications or more"),
        (("run", "closed-day", "--precision", "0"), 2, "--precision"),
        (("run", "closed-day", "--precision", "nan"), 2, "give a number of per cent"),
        (("run", "closed-day", "--seed", "-1"), 2, "--seed"),
        (("run", "closed-day", "--share", "."), 2, "--share is for the workers of a --cluster"),
        (("run", "closed-day", "--cluster", "there"), 3, "is no address such as tcp://host:8786"),
        (("compare", "closed-day"), 2, "needs two scenarios or more"),
        (("compare", "closed-day", "closed-day"), 3, "nothing to compare"),
        (("compare", "closed-day", "nothing"), 3, "there is no such scenario; known: closed-day"),
    ],
)
def test_wrong_wishes_are_one_clear_error(
    pristine: Path, gatehouse: Gatehouse, arguments: tuple[str, ...], code: int, text: str
) -> None:
    done = gatehouse("sim", *arguments, "--site", pristine)
    assert (done.returncode, done.stdout) == (code, "")
    assert text in done.stderr
    assert not (pristine / "studies").exists()


def test_a_service_point_refuses_what_only_a_buildings_study_has(tmp_path: Path, gatehouse: Gatehouse) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(
        'kind = "service"\nservers = 1\narrivals_per_h = 2\nservice = {distribution = "fixed", mean_min = 5}\n'
    )
    done = gatehouse("sim", "run", path, "--precision", "5", "--measure", "late", "--anew")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--precision, --measure, --anew: not for a service point" in done.stderr
    assert gatehouse("sim", "run", path, "--replications", "3").returncode == 0


def test_a_scenario_whose_key_is_a_path_stays_in_the_folder(site: Site, gatehouse: Gatehouse) -> None:
    text = '[about]\nbased_on = "closed-day"\nkey = "../../out"\n'
    (site.folder / "scenarios" / "odd.toml").write_text(text)
    done = gatehouse("sim", "run", "odd", "--site", site.folder, "--replications", "1", "--json")
    found = json.loads(done.stdout)
    assert re.fullmatch(r"out-[0-9a-f]{8}", found["run"])
    assert Path(found["report"]).parent == site.reports
