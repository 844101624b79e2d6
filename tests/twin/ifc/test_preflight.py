from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twin.ifc import preflight as module
from twin.ifc.preflight import Preflight
from twin.model.errors import IfcError

Write = Callable[[Any], Path]


def preflight(path: Path, limit_bytes: int = 1_000_000) -> Preflight:
    return module.preflight(path, limit_bytes=limit_bytes)


def test_instances_are_counted_as_the_parser_does(house: Any, written: Write) -> None:
    assert preflight(written(house)).instances == len(house.lines)


def test_blanks_several_on_a_line_and_one_over_lines_count_but_texts_and_comments_do_not(written: Write) -> None:
    data = "#1 = IFCX();#2=IFCX(); #3\n=\nIFCX('#4= ''#5=');/* #6=\n#7= */\n"
    text = f"ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4X3_ADD2'));ENDSEC;DATA;{data}ENDSEC;END-ISO-10303-21;"
    seen = preflight(written(text))
    assert (seen.instances, seen.schema) == (3, "IFC4X3_ADD2")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("END-ISO-10303-21", "", "cut off"),
        ("IFC4", "IFC2X_FINAL", "has schema IFC2X_FINAL"),
        ("FILE_SCHEMA", "FILE_SCHEME", "names no schema"),
        ("ISO-10303-21;\nHEADER", "HELLO", "is not an IFC file"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(house: Any, written: Write, old: str, new: str, what: str) -> None:
    with pytest.raises(IfcError, match=what):
        preflight(written(house.text().replace(old, new)))


@pytest.mark.parametrize("content", [b"", b" \n", b"\x00\xff\x00", b"PK\x03\x04zip"])
def test_an_empty_or_binary_file_is_no_ifc_file(written: Write, content: bytes) -> None:
    with pytest.raises(IfcError, match=r"is empty|is not an IFC file"):
        preflight(written(content))


def test_a_missing_file_and_a_folder_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(IfcError, match="no such file"):
        preflight(tmp_path / "nothing.ifc")
    with pytest.raises(IfcError, match="cannot be read"):
        preflight(tmp_path)


def test_a_file_for_which_there_is_no_memory_is_refused_before_it_is_read(house: Any, written: Write) -> None:
    with pytest.raises(IfcError, match=r"there is memory to read 0 MB: raise the limit"):
        preflight(written(house), limit_bytes=100)
