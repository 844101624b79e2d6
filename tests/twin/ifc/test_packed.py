from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twin.ifc.packed import unpacked
from twin.ifc.reader import read_facility
from twin.model.errors import IfcError


def packed(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return path


def test_a_packed_model_is_read_as_if_it_were_not(house: Any, tmp_path: Path) -> None:
    path = packed(tmp_path / "house.ifczip", {"../../etc/House.IFC": house.text(), "readme.txt": "hello"})
    read = read_facility(path)
    assert (read.report.spaces, read.report.file) == (2, "house.ifczip")
    assert not (tmp_path.parent / "etc").exists()


def test_a_file_that_is_not_packed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.ifczip"
    path.write_text("ISO-10303-21;")
    assert unpacked(path, tmp_path, limit_bytes=10) == path


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"readme.txt": "hello"}, "holds 0 IFC files"),
        ({"a.ifcxml": "<x/>"}, r"holds 0 IFC files, not one \(it holds a.ifcxml\)"),
        ({"a.ifc": "", "b.ifc": ""}, "holds 2 IFC files"),
        ({"a.ifc": "x" * 2000}, "larger when unpacked"),
        ({"a.ifc": "hello"}, None),
    ],
)
def test_what_a_zip_holds_is_checked(tmp_path: Path, members: dict[str, str], what: str | None) -> None:
    path = packed(tmp_path / "m.ifczip", members)
    if what is None:
        assert unpacked(path, tmp_path, limit_bytes=1000).read_text() == "hello"
        return
    with pytest.raises(IfcError, match=what):
        unpacked(path, tmp_path, limit_bytes=1000)


def test_a_damaged_zip_is_an_error_that_names_it(house: Any, tmp_path: Path) -> None:
    path = packed(tmp_path / "m.ifczip", {"a.ifc": house.text()})
    data = bytearray(path.read_bytes())
    data[60:80] = bytes(20)
    path.write_bytes(data)
    with pytest.raises(IfcError, match=r"m\.ifczip: cannot be unpacked"):
        unpacked(path, tmp_path, limit_bytes=10_000_000)


def test_a_packed_broken_model_is_told_by_the_name_of_the_zip(house: Any, tmp_path: Path) -> None:
    path = packed(tmp_path / "m.ifczip", {"a.ifc": house.text().replace("END-ISO-10303-21", "")})
    with pytest.raises(IfcError, match=r"m\.ifczip: is cut off"):
        read_facility(path)


def test_packed_and_plain_give_the_same_facility(house: Any, tmp_path: Path, written: Callable[[Any], Path]) -> None:
    path = packed(tmp_path / "m.ifczip", {"a.ifc": house.text()})
    assert read_facility(path).facility == read_facility(written(house)).facility
