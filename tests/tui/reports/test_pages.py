from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from tui.desk import MeasureRow, StudyResult
from tui.reports.pages import minutes, write_page
from tui.reports.study_report import write_study_report
from twin.model.runs import Interval


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (0.0, "0:00"), (59.6, "1:00"), (125.2, "2:05"), (3600.0, "60:00")]
)
def test_times_are_minutes_and_seconds(seconds, text):
    assert minutes(seconds) == text


def result(**more: object) -> StudyResult:
    fields = {
        "run": "run-1",
        "title": "A <b>day</b>",
        "replications": 3,
        "seed": 1,
        "measures": (
            MeasureRow(
                key="a", label="Time & air", unit="h", interval=Interval(mean=2.0, low=1.5, high=2.5), target="≥ 1"
            ),
            MeasureRow(key="b", label="None", unit="", interval=Interval(mean=0.0, low=0.0, high=0.0)),
            MeasureRow(
                key="c", label="One", unit="", interval=Interval(mean=1.0, low=float("-inf"), high=float("inf"))
            ),
        ),
        "door_queues": (("D<1>", 1.0, 9.0),),
    }
    return StudyResult(**{**fields, **more})  # type: ignore[arg-type]


def test_a_study_page_escapes_what_files_say_and_carries_its_figures(tmp_path):
    page = write_study_report(result(), "Block & Co", "gatehouse sim run x", tmp_path).read_text(encoding="utf-8")
    assert "A &lt;b&gt;day&lt;/b&gt;" in page
    assert "D&lt;1&gt;" in page
    assert "1.50 … 2.50" in page
    assert page.count("<svg") == 1
    assert "not a life-safety" in page


def test_a_page_is_written_whole_or_not_at_all(tmp_path):
    with pytest.raises(UndefinedError):
        write_page("drill.html", tmp_path / "x.html", "t", {})
    assert list(tmp_path.iterdir()) == []
