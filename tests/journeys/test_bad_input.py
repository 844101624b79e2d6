"""What users get wrong: a clear message that names the thing, the documented exit code, nothing half-written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tui.settings import Site

SAMPLES = Path(__file__).parents[2].parent / "shared" / "ifc"


def test_a_missing_ifc_file(gatehouse, tmp_path):
    done = gatehouse("twin", "import", tmp_path / "gone.ifc", "--db", tmp_path / "x.db")
    assert done.returncode == 3
    assert "gone.ifc" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_broken_ifc_file_leaves_the_former_building_untouched(gatehouse, site: Site, tmp_path):
    broken = tmp_path / "broken.ifc"
    broken.write_bytes(site.model.read_bytes()[:200_000])
    before = gatehouse("twin", "spaces", "--site", site.folder, "--json").stdout
    done = gatehouse("twin", "import", broken, "--db", site.database)
    assert done.returncode == 3
    assert "broken.ifc" in done.stderr
    assert gatehouse("twin", "spaces", "--site", site.folder, "--json").stdout == before


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('mode = "virtual"', 'mode = "pretend"', "mode"),
        ('post = "control-1"', 'pots = "control-1"', "pots"),
        ('start = "21:45"', 'start = "quarter to ten"', "regime[0].start"),
        ('name = "Vilnius', "name = Vilnius", "gatehouse.toml"),
    ],
)
def test_a_wrong_key_or_value_in_a_site_file(gatehouse, site: Site, old, new, named):
    file = site.folder / "gatehouse.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    done = gatehouse("twin", "spaces", "--site", site.folder)
    assert done.returncode == 3
    assert "gatehouse.toml" in done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_key_in_a_scenario(gatehouse, site: Site):
    file = site.folder / "scenarios" / "closed-day.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n[nonsense]\nx = 1\n", encoding="utf-8")
    done = gatehouse("sim", "run", "closed-day", "--site", site.folder)
    assert done.returncode == 3
    assert "nonsense" in done.stderr
    assert not site.reports.exists()


def test_unknown_names_and_missing_options_are_usage_errors(gatehouse, site: Site):
    for arguments, named in (
        (("twin", "route", "NOWHERE", "VIL-L00-C-CORE", "--site", site.folder), "NOWHERE"),
        (("twin", "spaces"), "--site"),
        (("bms", "read", "NO/POINT", "--site", site.folder), "NO/POINT"),
        (("site", "build"), "SITE"),
        (("fly",), "fly"),
    ):
        done = gatehouse(*arguments)
        assert done.returncode == 2, (arguments, done.stderr)
        assert named in done.stderr


def test_a_folder_that_is_no_site_and_a_sample_that_does_not_exist(gatehouse, tmp_path):
    done = gatehouse("twin", "spaces", "--site", tmp_path)
    assert done.returncode == 3
    assert "gatehouse.toml" in done.stderr
    done = gatehouse("site", "init", "atlantis", tmp_path / "a")
    assert done.returncode in (2, 3)
    assert "atlantis" in done.stderr
    assert not (tmp_path / "a" / "gatehouse.toml").exists()


def test_a_site_folder_is_never_overwritten(gatehouse, site: Site):
    done = gatehouse("site", "init", "vilnius", site.folder)
    assert done.returncode == 3
    assert "there already" in done.stderr


def test_a_demo_never_removes_a_folder_that_is_not_its_own(gatehouse, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    done = gatehouse("demo", "--folder", tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "thesis.txt").exists()


def test_a_database_of_another_program_or_a_newer_one_is_refused(gatehouse, site: Site, tmp_path):
    import sqlite3

    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("create table t (x)")
    assert gatehouse("twin", "spaces", "--db", other).returncode == 3
    newer = tmp_path / "newer.db"
    shutil.copy(site.database, newer)
    with sqlite3.connect(newer) as connection:
        connection.execute("pragma user_version = 999")
    done = gatehouse("twin", "spaces", "--db", newer)
    assert done.returncode == 3
    assert "999" in done.stderr


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the folder of third-party sample models is not beside the checkout")
@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("errorfile.ifc", "errorfile.ifc"),
        ("Duplex-Design-COBie.ifc", "yntax"),
        ("Allplan-Smiley-West.ifc", "IFC2X_FINAL"),
        ("Jesse.1.ifc", "no spaces"),
    ],
)
def test_trouble_files_are_named_with_their_cause(gatehouse, tmp_path, name, named):
    done = gatehouse("twin", "import", SAMPLES / name, "--db", tmp_path / "x.db", "--quiet")
    assert done.returncode == 3
    assert named in done.stderr
    assert not (tmp_path / "x.db").exists()
