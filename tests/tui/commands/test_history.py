"""``gatehouse history``: ask, export, pack, count."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tui.commands import history_export, history_pack, history_query, history_stats
from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.samples import HistoryWriter

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POINT = PointId("TST/A")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site folder with ten samples of a point, one of them bad, on a day long ago."""
    (tmp_path / "gatehouse.toml").write_text('name = "Test"\n', encoding="utf-8")
    with HistoryWriter(tmp_path / "history", lambda: NOON) as writer:
        writer.append(
            Reading(POINT, float(n), Quality.GOOD, NOON + timedelta(seconds=5 * n))
            if n != 3
            else Reading(POINT, None, Quality.TIMEOUT, NOON + timedelta(seconds=15))
            for n in range(10)
        )
    return tmp_path


def run(command: click.Command, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def test_samples_of_a_point_are_listed_and_a_bad_one_has_no_value(site: Path) -> None:
    span = ("--from", "2026-03-01T12:00:10", "--to", "2026-03-01T14:00:20+02:00")
    done = run(history_query.command, POINT, "--site", site, *span, "--json")
    assert json.loads(done.output) == [
        {"at": "2026-03-01T12:00:10.000+00:00", "value": 2.0, "quality": "good", "origin": "recorded"},
        {"at": "2026-03-01T12:00:15.000+00:00", "value": None, "quality": "timeout", "origin": "recorded"},
    ]


def test_figures_are_given_for_every_so_many_seconds(site: Path) -> None:
    span = ("--from", "2026-03-01T12:00", "--to", "2026-03-01T12:01")
    done = run(history_query.command, POINT, "--site", site, *span, "--every", "20", "--json")
    assert [
        (row["first"], row["last"], row["low"], row["high"], row["mean"], row["good"], row["bad"])
        for row in json.loads(done.output)
    ] == [(0.0, 2.0, 0.0, 2.0, 1.0, 3, 1), (4.0, 7.0, 4.0, 7.0, 5.5, 4, 0), (8.0, 9.0, 8.0, 9.0, 8.5, 2, 0)]


def test_a_point_without_samples_is_told(site: Path) -> None:
    done = run(history_query.command, "TST/\x1bNONE", "--site", site, "--from", "2026-03-01")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "no samples of TST/␛NONE in this time\n"


@pytest.mark.parametrize(
    "words",
    [("--from", "yesterday"), ("--from", "2026-03-02", "--to", "2026-03-01"), ("--from", "2000-01-01", "--every", "1")],
    ids=["no moment", "it ends before it begins", "too many rows"],
)
def test_a_time_that_makes_no_sense_is_a_fault_of_use(site: Path, words: tuple[str, ...]) -> None:
    assert run(history_query.command, POINT, "--site", site, *words).exit_code == 2


def test_an_export_is_the_same_before_and_after_packing(site: Path) -> None:
    plain, packed = site / "plain.csv", site / "packed.csv"
    span = ("--from", "2026-03-01", "--to", "2026-03-02")
    assert run(history_export.command, "--site", site, "-o", plain, *span).exit_code == 0
    done = run(history_pack.command, "--site", site, "--json", "--quiet")
    assert [(row["day"], row["done"], row["samples"]) for row in json.loads(done.output)] == [
        ("2026-03-01", "packed", 10)
    ]
    assert run(history_export.command, "--site", site, "-o", packed, *span).exit_code == 0
    assert plain.read_text(encoding="utf-8") == packed.read_text(encoding="utf-8")
    rows = list(csv.reader(plain.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["at", "point", "value", "quality", "origin"]
    assert rows[4] == ["2026-03-01T12:00:15.000+00:00", "TST/A", "", "timeout", "recorded"]
    assert len(rows) == 11


def test_an_export_may_name_points(site: Path) -> None:
    output = site / "one.csv"
    run(history_export.command, "--site", site, "-o", output, "--point", "TST/B", "--from", "2026-03-01")
    assert output.read_text(encoding="utf-8") == "at,point,value,quality,origin\n"


def test_days_are_counted_and_dropped_only_when_asked_for(site: Path) -> None:
    assert run(history_pack.command, "--site", site).exit_code == 0
    done = run(history_stats.command, "--site", site, "--json", "--quiet")
    (day,) = json.loads(done.output)
    assert (day["day"], day["points"], day["packed"], day["loose"]) == ("2026-03-01", 1, 10, 0)
    assert "10 samples in 1 days" in run(history_stats.command, "--site", site).stderr
    done = run(history_pack.command, "--site", site, "--drop-after", "30", "--json", "--quiet")
    assert [row["done"] for row in json.loads(done.output)] == ["dropped"]
    assert run(history_stats.command, "--site", site, "--json", "--quiet").output == "[]\n"


def test_a_day_that_cannot_be_packed_is_listed_and_an_error(site: Path) -> None:
    (site / "history/2026-02-01.db").write_bytes(b"no database at all" * 100)
    done = run(history_pack.command, "--site", site, "--json", "--quiet")
    assert isinstance(done.exception, StoreError)
    assert ["not a database" in row["problem"] for row in json.loads(done.output)] == [True, False]
