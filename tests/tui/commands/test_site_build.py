"""``gatehouse site build``: the plans; that the IFC file is right is tested where it is authored."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

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
