"""What one process prints of a study, another reads."""

from __future__ import annotations

from math import inf, isnan, nan

import pytest

from tui.desk import MeasureRow, PrecisionRow, QuantileRow, StudyResult
from tui.wiring.studies import result_from_json, result_to_json
from twin.model.runs import Interval

QUANTILES = (
    QuantileRow(share=0.5, bounded_from=6, value=2.0, low=1.0, high=3.0, coverage=0.96),
    QuantileRow(share=0.95, bounded_from=72, value=3.0),
    QuantileRow(share=0.9, bounded_from=36),
)


def result(row: MeasureRow, precision: PrecisionRow | None = None) -> StudyResult:
    return StudyResult(
        run="day-1",
        title="Day",
        replications=12,
        seed=1,
        measures=(row,),
        door_queues=(("D.1", 0.1 + 0.2, 9.0),),
        report="reports/day-1.html",
        digest="ab",
        precision=precision,
    )


@pytest.mark.parametrize(
    "precision",
    [None, PrecisionRow(percent=5.0, measures=("late", "contact"), reached=False, short=("late",), most=12)],
)
def test_a_result_comes_back_as_it_was_printed(precision: PrecisionRow | None) -> None:
    row = MeasureRow(
        key="late",
        label="Late",
        unit="%",
        interval=Interval(mean=2.0, low=1.5, high=2.5),
        target="≤ 3",
        verdict="met",
        n=12,
        half_width=0.5,
        precision_percent=25.0,
        quantiles=QUANTILES,
    )
    assert result_from_json(result_to_json(result(row, precision))) == result(row, precision)


def test_what_is_no_number_is_null_and_comes_back_as_none() -> None:
    row = MeasureRow(
        key="late", label="Late", unit="%", interval=Interval(mean=nan, low=-inf, high=inf), precision_percent=inf
    )
    text = result_to_json(result(row))
    assert '"low": null' in text
    (found,) = result_from_json(text).measures
    assert all(map(isnan, (found.interval.mean, found.interval.low, found.half_width, found.precision_percent)))
