"""Runs come back with every row."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from twin.model.errors import StoreError
from twin.model.runs import RunRow
from twin.store.connection import Database
from twin.store.runs import RunHeader, list_runs, load_run, save_run


@pytest.fixture
def header(now: datetime) -> RunHeader:
    return RunHeader(
        id="r-1",
        scenario="regime-day",
        title="Regime day",
        seed=7,
        replications=2,
        finished_at=now,
        parameters={"officers": 4, "posts": ["A", "B"]},
    )


def row(replication: int, value: float, run: str = "r-1") -> RunRow:
    return RunRow(
        run=run, scenario="regime-day", seed=7, replication=replication, measure="wait", value=value, unit="s"
    )


def test_a_run_comes_back_equal_and_in_order(database: Database, header: RunHeader) -> None:
    rows = [row(1, 0.1 + 0.2), row(0, math.inf)]
    save_run(database, header, rows)
    assert load_run(database, "r-1") == (header, rows)


def test_a_measure_without_a_value_stays_without_a_value(database: Database, header: RunHeader) -> None:
    save_run(database, header, [row(0, math.nan)])
    (found,) = load_run(database, "r-1")[1]
    assert math.isnan(found.value)


def test_a_run_of_the_same_id_is_replaced_and_others_stay(database: Database, header: RunHeader) -> None:
    older = replace(header, id="r-0", finished_at=header.finished_at - timedelta(days=1))
    save_run(database, header, [row(0, 1.0), row(1, 2.0)])
    save_run(database, older, [row(0, 5.0, "r-0")])
    save_run(database, header, [row(0, 3.0)])
    assert list_runs(database) == [header, older]
    assert load_run(database, "r-1")[1] == [row(0, 3.0)]
    assert load_run(database, "r-0")[1] == [row(0, 5.0, "r-0")]


def test_an_unknown_run_is_an_error(database: Database) -> None:
    with pytest.raises(StoreError, match="knows no run r-9"):
        load_run(database, "r-9")
