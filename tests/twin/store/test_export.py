"""An export has every sample and gap once, the same from packed days; the figures of the days count them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile
from twin.store.export import Line, export_hours
from twin.store.history_figures import DayFigures, day_figures
from twin.store.packing import pack_days
from twin.store.recordings import RecordingLog
from twin.store.sample_rows import DAY_MS, moment_of

A, B = PointId("TST/A"), PointId("TST/B")
START = 20_000 * DAY_MS  # 2024-10-04
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
LATER = datetime(2025, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return moment_of(START + round(1000 * seconds))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Two hours of two points; a gap between two recordings, another after the last sample."""
    file = DayFile(tmp_path, 20_000)
    file.insert(
        [
            Reading(B, 0.1, Quality.GOOD, at(0)),
            Reading(A, 21.5, Quality.GOOD, at(0)),
            Reading(A, None, Quality.TIMEOUT, at(5)),
            Reading(A, 1e300, Quality.GOOD, at(3600)),
        ]
    )
    file.close()
    for start, end in ((0, 3000), (3500, 8000), (9000, 9500)):
        RecordingLog(tmp_path, at(start)).close(at(end))
    return tmp_path


def lines(
    folder: Path, since: datetime = EVER[0], until: datetime = EVER[1], points: tuple[str, ...] = ()
) -> list[Line]:
    return [line for hour in export_hours(folder, since, until, points) for line in hour.lines]


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_everything_is_exported_once_in_order(history: Path, is_packed: bool) -> None:
    if is_packed:
        list(pack_days(history, LATER))
    assert lines(history) == [
        ("2024-10-04T00:50:00.000+00:00", "", "", "gap", "recorded"),
        ("2024-10-04T00:00:00.000+00:00", "TST/A", "21.5", "good", "recorded"),
        ("2024-10-04T00:00:05.000+00:00", "TST/A", "", "timeout", "recorded"),
        ("2024-10-04T00:00:00.000+00:00", "TST/B", "0.1", "good", "recorded"),
        ("2024-10-04T01:00:00.000+00:00", "TST/A", "1e+300", "good", "recorded"),
        ("2024-10-04T02:13:20.000+00:00", "", "", "gap", "recorded"),
    ]
    assert [line[2] for line in lines(history, at(1), at(3600), ("TST/A",))] == ["", ""]
    assert [line[1:] for line in lines(history, at(0), at(1), ("TST/B",))] == [("TST/B", "0.1", "good", "recorded")]


def test_an_export_of_nothing_is_empty(tmp_path: Path) -> None:
    assert lines(tmp_path / "absent") == []


def test_figures_count_what_is_packed_and_what_is_not(history: Path) -> None:
    (before,) = day_figures(history)
    size = (history / "2024-10-04.db").stat().st_size
    assert before == DayFigures(day=date(2024, 10, 4), points=2, packed=0, loose=4, bytes=size)
    assert before.bytes_a_sample == size / 4
    list(pack_days(history, LATER))
    (after,) = day_figures(history)
    assert (after.points, after.packed, after.loose) == (2, 4, 0)


def test_a_day_without_samples_has_no_bytes_a_sample(tmp_path: Path) -> None:
    DayFile(tmp_path, 20_000).close()
    (day,) = day_figures(tmp_path)
    assert day.bytes_a_sample is None
