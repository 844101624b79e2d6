"""CSV files: header checks, row numbers as in the file, every fault at once."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from twin.files.csv import read_rows, write_rows
from twin.model.errors import ConfigError


class Row(BaseModel):
    code: str
    width_m: float
    note: str = ""


class Loose(BaseModel):
    model_config = ConfigDict(extra="ignore")
    code: str


def write(folder: Path, text: str) -> Path:
    path = folder / "doors.csv"
    path.write_text(text, encoding="utf-8")
    return path


def complaints(path: Path) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        read_rows(path, Row)
    assert {fault.where for fault in caught.value.faults} == {str(path)}
    return {fault.key: fault.text for fault in caught.value.faults}


def test_rows_carry_their_line_number_past_blank_lines_and_quoted_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path, 'code,width_m,note\nD1,0.9,"two\nlines"\n\nD2,1.2,\n')
    assert read_rows(path, Row) == [
        (2, Row(code="D1", width_m=0.9, note="two\nlines")),
        (5, Row(code="D2", width_m=1.2)),
    ]


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "doors.csv"
    path.write_bytes(b"\xef\xbb\xbfcode,width_m\r\nD1,1\r\n")
    assert read_rows(path, Row) == [(2, Row(code="D1", width_m=1.0))]


def test_the_header_is_checked_whole(tmp_path: Path) -> None:
    found = complaints(write(tmp_path, "code,code,colour\nD1,D1,red\n"))
    assert found == {
        "row 1, code": "the column stands twice in the header",
        "row 1, colour": "is not a known column",
        "row 1, width_m": "the column is missing",
    }


def test_every_bad_row_is_reported_at_once(tmp_path: Path) -> None:
    found = complaints(write(tmp_path, "code,width_m\nD1,wide\n,0.9\nD3,1,2,3\nD4,1\n"))
    assert set(found) == {"row 2, width_m", "row 3, code", "row 4"}
    assert found["row 3, code"] == "is missing"


def test_a_model_may_ignore_the_columns_of_others(tmp_path: Path) -> None:
    assert read_rows(write(tmp_path, "code,width_m\nD1,0.9\n"), Loose) == [(2, Loose(code="D1"))]


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    assert complaints(write(tmp_path, "")) == {"": "has no header line"}


def test_broken_quoting_names_the_row(tmp_path: Path) -> None:
    assert set(complaints(write(tmp_path, 'code,width_m\nD1,"0.9\n'))) == {"row 2"}


def test_a_key_that_is_no_column_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colour"):
        write_rows(tmp_path / "x.csv", ["code"], [{"code": "D1", "colour": "red"}])
    assert list(tmp_path.iterdir()) == []


CELLS = st.text(string.ascii_letters + ' ,"\n', min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.tuples(CELLS, st.floats(0, 1e6))))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, float]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    rows = [Row(code=code, width_m=width_m) for code, width_m in pairs]
    write_rows(path, ["code", "width_m", "note"], [row.model_dump() for row in rows])
    assert [row for _, row in read_rows(path, Row)] == rows
