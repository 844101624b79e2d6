"""The scripted tour, as a new user without a terminal runs it: what it prints is what the programme and journal say."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

from site_models.catalogue import site_folder
from tui.settings import load_site
from tui.wiring.tour import DRILL_SPEED
from twin.store.database import open_database
from twin.store.journal import rows, verify
from twin.store.runs import list_runs, load_run

pytestmark = pytest.mark.timed

ROUTED = ("ACS-VIL-U: ", "ROOM-VIL-U-", "ROOM-VIL-K-L00-LINK: ", "ROOM-VIL-K-L04-")
"""Devices behind the lossy line of the site: once in some thousand requests three frames in a row are lost."""


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("demo") / "site"
    network = f"127.{140 + os.getpid() % 100}"
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", "demo", "--folder", str(folder), "--network", network],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in done.stderr.splitlines() if not line.startswith(ROUTED)] == []
    return folder, done.stdout


def found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in\n{text}"
    return match.groups()


def test_the_printed_counts_are_those_of_the_programme_files(tour):
    _folder, text = tour
    source = site_folder("vilnius")
    spaces = sum(
        int(row["count"])
        for row in csv.DictReader((source / "programme.csv").open(encoding="utf-8"))
        if row["type"] != "VOID"
    )
    doors = sum(1 for _ in csv.DictReader((source / "doors.csv").open(encoding="utf-8")))
    assert found(r"spaces (\d+), doors (\d+), doors joined (\d+)", text) == (str(spaces), str(doors), str(doors))


def test_points_were_polled_over_both_protocols_without_a_bad_reading_but_what_the_line_lost(tour):
    _folder, text = tour
    for protocol in ("bacnet", "modbus"):
        points, good, bad = map(int, found(rf"{protocol}: (\d+) points polled, (\d+) good readings, (\d+) bad", text))
        assert points > 400
        assert good >= points
        assert bad == 0 or (protocol == "bacnet" and bad < 0.02 * good)  # a line of the site loses 2 % of its frames


def test_two_processes_took_part(tour):
    building, operator = found(r"building process (\d+), operator process (\d+)", tour[1])
    assert building != operator


def test_every_time_of_the_drill_is_the_one_in_the_journal(tour):
    folder, text = tour
    site = load_site(folder)
    with open_database(site.database) as store:
        assert verify(store) > 100
        journal = {row.number: row for row in rows(store)}
    start = next(row for row in journal.values() if row.entry.kind == "drill.started")
    lines = re.findall(r"^   (.+?) +(\d+):(\d\d) of +\S+ +met +journal rows ([\d, ]+)$", text, re.MULTILINE)
    assert len(lines) >= 10
    for _text, minute, second, cited in lines:
        numbers = [int(number) for number in cited.split(",")]
        last = journal[numbers[-1]].entry
        since = journal[numbers[0]].entry if len(numbers) > 1 else start.entry
        taken = (last.exercise_at - since.exercise_at).total_seconds()
        # Score and journal read the exercise clock at different moments: up to a second apart on a busy machine.
        assert taken == pytest.approx(60 * int(minute) + int(second), abs=DRILL_SPEED * 1.0)


def test_the_command_was_read_back_the_alarm_lived_and_the_second_door_was_refused(tour):
    folder, text = tour
    found(r"unlock (\S+): done, physical read-back (\d+\.\d+) s", text)
    found(r"forced: priority 1 alarm after", text)
    found(r"refused \(interlock", text)
    with open_database(load_site(folder).database) as store:
        kinds = [row.entry.kind for row in rows(store)]
    for kind in ("command.done", "command.refused", "alarm.unacknowledged", "alarm.acknowledged", "alarm.latched"):
        assert kind in kinds


def test_the_printed_means_are_those_of_the_stored_run(tour):
    folder, text = tour
    with open_database(load_site(folder).database) as store:
        (header,) = list_runs(store)
        _header, stored = load_run(store, header.id)
    values = [row.value for row in stored if row.measure == "out_of_cell"]
    assert len(values) == header.replications == 20
    (mean,) = found(r"Time out of cell +(\d+\.\d+) \[", text)
    assert float(mean) == pytest.approx(sum(values) / len(values), abs=0.006)


def test_the_reports_are_whole_pages_that_load_nothing_from_elsewhere(tour):
    folder, _text = tour
    pages = sorted((folder / "reports").glob("*.html"))
    assert len(pages) == 2
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.rstrip().endswith("</html>")
        assert "not a life-safety" in text
        assert not re.search(r'(src|href)="https?:', text)
