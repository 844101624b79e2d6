from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_models.cause_effect_csv import COLUMNS, read_cause_effect_csv, write_cause_effect_csv
from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.errors import ConfigError
from twin.model.ids import GlobalId

word = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["L", "N", "P", "S"]), max_size=12)
some_word = word.filter(bool)
crossings = st.builds(
    CauseEffect,
    cause=st.sampled_from(Cause),
    source=some_word.map(GlobalId),
    source_code=word,
    effect=st.sampled_from(Effect),
    target=word.map(GlobalId),
    target_code=some_word,
    delay_s=st.floats(0, allow_nan=False, allow_infinity=False),
    basis=word,
)
tables = st.lists(crossings, unique_by=lambda row: (row.cause, row.source, row.effect, row.target, row.target_code))


@given(rows=tables)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_table_comes_back_as_it_was_written(rows: list[CauseEffect]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cause-and-effect.csv"
        write_cause_effect_csv(rows, path)
        assert read_cause_effect_csv(path) == tuple(rows)


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "cause-and-effect.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return path


def test_cells_that_no_row_must_have_may_stay_empty(tmp_path: Path) -> None:
    (row,) = read_cause_effect_csv(written(tmp_path, "fire-alarm,SC-1,,enable-override,,IL-1,,"))
    assert (row.target, row.target_code, row.delay_s, row.basis) == ("", "IL-1", 0.0, "")


def test_an_unknown_word_a_missing_source_and_a_negative_delay_are_all_told(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "earthquake,SC-1,,stop-air,AHU,,0,",
        "fire-alarm,,,stop-air,AHU,,0,",
        "fire-alarm,SC-1,,open-everything,AHU,,0,",
        "fire-alarm,SC-1,,stop-air,AHU,,-5,",
    )
    with pytest.raises(ConfigError) as caught:
        read_cause_effect_csv(path)
    keys = [fault.key for fault in caught.value.faults]
    assert keys == ["row 2, cause", "row 3, source", "row 4, effect", "row 5, delay_s"]


def test_a_row_without_target_and_a_crossing_that_stands_twice_are_told_with_their_rows(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "fire-alarm,SC-1,,stop-air,AHU,,0,",
        "fire-alarm,SC-1,,close-damper,,,0,",
        "fire-alarm,SC-1,,stop-air,AHU,,20,",
    )
    with pytest.raises(ConfigError) as caught:
        read_cause_effect_csv(path)
    assert [fault.key for fault in caught.value.faults] == ["row 3, target", "row 4, effect"]


def test_a_file_that_is_not_there_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_cause_effect_csv(tmp_path / "nothing.csv")
