"""A person writes a fifth site from the how-to alone: the files on the page make a house that passes every check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli import cli
from twin.store.database import open_database
from twin.store.facilities import load_facility
from twin.store.register import load_points

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-site.md"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], standalone_mode=False)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The folder that a reader of the page has written."""
    folder = tmp_path / "mysite"
    folder.mkdir()
    blocks = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for name, text in blocks:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_page_shows_every_file_of_a_site(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == {
        "brief.toml", "programme.csv", "doors.csv", "links.csv", "door_types.csv", "operation.toml",
    }  # fmt: skip


def test_the_house_is_built_drawn_and_passes_the_norms_and_both_levels_of_the_ids(
    written: Path, tmp_path: Path
) -> None:
    model, plans = tmp_path / "house.ifc", tmp_path / "plans"
    assert run("site", "build", written, "-o", model, "--plan", plans).exception is None
    assert [path.name for path in plans.iterdir()] == ["HSE-L00.svg"]
    checked = run("twin", "check", model, "--ids")
    assert checked.return_value in (None, 0), checked.output
    assert checked.exception is None, checked.output


def test_the_house_becomes_a_site_folder_with_register_and_cause_and_effect(written: Path, tmp_path: Path) -> None:
    house = tmp_path / "house"
    assert run("site", "init", written, house, "--network", "127.6", "--quiet").exception is None
    with open_database(house / "gatehouse.db") as store:
        facility, points = load_facility(store), load_points(store)
    assert (len(facility.spaces), len(facility.doors), facility.certified_places) == (7, 8, 2)
    assert len(points) > 100
    table = (house / "cause-and-effect.csv").read_text(encoding="utf-8")
    assert "SC-HSE-L00-N1" in table


def test_a_folder_without_a_brief_is_refused_by_its_name(tmp_path: Path) -> None:
    done = run("site", "build", tmp_path, "-o", tmp_path / "model.ifc")
    assert str(tmp_path) in str(done.exception)
    assert not (tmp_path / "model.ifc").exists()
