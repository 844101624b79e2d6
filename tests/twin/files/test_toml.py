"""TOML files: every fault at once, with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from twin.files.toml import key_of, read_toml
from twin.model.errors import ConfigError, Fault


class Device(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    port: int = Field(ge=1)


class Site(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    devices: list[Device] = []


def faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        read_toml(path, Site)
    return caught.value.faults


def write(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_becomes_the_model(tmp_path: Path) -> None:
    path = write(tmp_path, 'name = "VIL"\n[[devices]]\nname = "DDC1"\nport = 47808\n')
    assert read_toml(path, Site) == Site(name="VIL", devices=[Device(name="DDC1", port=47808)])


def test_every_fault_is_reported_at_once_with_file_and_key(tmp_path: Path) -> None:
    path = write(tmp_path, 'colour = "red"\n[[devices]]\nname = "a"\nport = 1\n[[devices]]\nport = 0\n')
    found = {(fault.where, fault.key): fault.text for fault in faults(path)}
    assert set(found) == {(str(path), key) for key in ("name", "colour", "devices[1].name", "devices[1].port")}
    assert found[str(path), "colour"] == "is not a known key"
    assert found[str(path), "devices[1].name"] == "is missing"


def test_a_syntax_error_names_the_line(tmp_path: Path) -> None:
    (fault,) = faults(write(tmp_path, "name = \n"))
    assert "line 1" in fault.text


def test_a_missing_file_is_a_configuration_error(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "absent.toml")
    assert fault == Fault(str(tmp_path / "absent.toml"), "", "there is no such file")


def test_a_folder_is_a_configuration_error(tmp_path: Path) -> None:
    assert "cannot be read" in faults(tmp_path)[0].text


def test_a_file_that_is_not_utf8_is_a_configuration_error(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(b'name = "V\xe9l"\n')
    assert "UTF-8" in faults(path)[0].text


def test_a_key_from_the_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (fault,) = (one for one in faults(write(tmp_path, '"a\\u001b[31m" = 1\nname = "x"\n')) if one.key != "name")
    assert "\x1b" not in str(fault)


@pytest.mark.parametrize(
    ("location", "key"),
    [((), ""), (("a",), "a"), (("a", "b", 2, "c"), "a.b[2].c"), ((0, "x"), "[0].x")],
)
def test_a_place_in_nested_data_is_written_as_people_write_it(location: tuple[str | int, ...], key: str) -> None:
    assert key_of(location) == key
