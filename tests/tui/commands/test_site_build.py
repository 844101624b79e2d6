"""``gatehouse site build``: the plans; that the IFC file is right is tested where it is authored."""

from __future__ import annotations

import shutil
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from site_models.catalogue import site_folder
from tui.commands.site_build import ZONES, command
from tui.reports.plan.zones import PURPOSES
from twin.model.errors import RefusedError


def run(*words: object):
    return CliRunner().invoke(command, [str(word) for word in words])


def test_plans_are_drawn_without_an_ifc_file(tmp_path):
    done = run("vilnius", "--plan", tmp_path / "plans")
    assert done.exit_code == 0, done.output
    names = [f"VIL-L0{level}.svg" for level in range(5)]
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == names
    for name in names:
        assert name in done.output
        text = (tmp_path / "plans" / name).read_text(encoding="utf-8")
        assert "Fictional building" in " ".join(ET.fromstring(text).itertext())


def test_a_redacted_plan_of_the_sample_names_no_lock_and_no_group(tmp_path):
    assert run("vilnius", "--plan", tmp_path, "--redact", "--quiet").output == ""
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        found = [
            word
            for word in ("EM-FS", "MOT-", "RFID", "MAG", "LATCH", "LIFT", "fail-", "IL-VIL", "RG-VIL", "D.VIL", "EXIT")
            if word in text
        ]
        assert found == [], path.name


@pytest.mark.parametrize("words", [[], ["--redact", "-o", "x.ifc"], ["--zones", "hvac", "-o", "x.ifc"]])
def test_options_that_say_nothing_together_are_usage_errors(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("vilnius", *words).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_redacted_plan_by_release_group_is_refused(tmp_path):
    done = run("vilnius", "--plan", tmp_path / "plans", "--redact", "--zones", "release")
    assert isinstance(done.exception, RefusedError)
    assert done.exception.exit_code == 5
    assert not (tmp_path / "plans").exists()


def test_the_command_offers_the_zones_that_can_be_drawn():
    assert ZONES == PURPOSES


def test_nothing_but_an_ifc_file_is_written_over(tmp_path):
    brief = tmp_path / "brief.toml"
    brief.write_text("site = 'X'", encoding="utf-8")
    for name in ("brief.toml", "no-such-folder/model.ifc"):
        done = run("pravieniskes", "-o", tmp_path / name)
        assert done.exit_code == 2, done.output
    assert run("pravieniskes", "-o", "/dev/full").exit_code == 2
    assert brief.read_text(encoding="utf-8") == "site = 'X'"
    (tmp_path / "model.ifc").write_text("ISO-10303-21;\n", encoding="utf-8")
    assert run("pravieniskes", "-o", tmp_path / "model.ifc", "--quiet").exit_code == 0


def test_a_mistake_in_how_the_site_is_operated_is_told_before_anything_is_written(tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(site_folder("pravieniskes"), folder)
    operation = folder / "operation.toml"
    text = operation.read_text(encoding="utf-8")
    wrong = text.replace('end = "08:15"', 'end = "25:00"', 1)
    assert wrong != text
    operation.write_text(wrong, encoding="utf-8")
    done = run(folder, "-o", tmp_path / "model.ifc")
    assert [str(fault).split(": ")[:2] for fault in done.exception.faults] == [["operation.toml", "regime[0].end"]]
    operation.write_text(text.replace('"D-ROOM"', '"D-XX"', 1), encoding="utf-8")
    done = run(folder, "-o", tmp_path / "model.ifc")
    assert [fault.text for fault in done.exception.faults] == ["there is no door type D-XX"]
    assert not (tmp_path / "model.ifc").exists()
