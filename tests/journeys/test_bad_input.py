"""What users get wrong: a clear message that names the thing, the documented exit code, nothing half-written."""

from __future__ import annotations

import errno
import shutil
import socket
from pathlib import Path

import pytest

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from tui.settings import Site
from tui.wiring import sites
from twin.model.errors import BriefError
from twin.model.points import Protocol
from twin.store.database import open_database
from twin.store.register import load_devices

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


def test_a_folder_that_is_no_site(gatehouse, tmp_path):
    done = gatehouse("twin", "spaces", "--site", tmp_path)
    assert done.returncode == 3
    assert "gatehouse.toml" in done.stderr


@pytest.mark.parametrize("verb", ["init", "build"])
def test_a_sample_that_does_not_exist_is_an_unknown_name(gatehouse, tmp_path, verb):
    target = {"init": tmp_path / "a", "build": tmp_path / "a.ifc"}[verb]
    done = gatehouse("site", verb, "atlantis", *([target] if verb == "init" else ["--output", target]))
    assert done.returncode == 2
    assert done.stderr.startswith("error: site: atlantis: ")
    assert list(tmp_path.iterdir()) == []


def test_a_site_folder_is_never_overwritten(gatehouse, site: Site):
    before = sorted(path.name for path in site.folder.iterdir())
    done = gatehouse("site", "init", "vilnius", site.folder)
    assert done.returncode == 3
    assert "there already" in done.stderr
    assert sorted(path.name for path in site.folder.iterdir()) == before


def test_a_folder_with_anything_in_it_is_not_made_a_site(gatehouse, tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    done = gatehouse("site", "init", "vilnius", folder)
    assert done.returncode == 3
    assert "thesis.txt: is there already: choose an empty folder" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("contents", [None, [], [".gatehouse-demo"]], ids=["absent", "empty", "marked"])
def test_a_site_that_cannot_be_built_leaves_no_part_of_itself(tmp_path, monkeypatch, contents):
    def full(_site: str, path: Path) -> None:
        path.write_text("ISO-10303-21;")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sites, "build_model", full)
    folder = tmp_path / "site"
    if contents is not None:
        folder.mkdir()
        for name in contents:
            (folder / name).touch()
    with pytest.raises(OSError, match="No space left"):
        sites.init_site("vilnius", folder)
    assert [path.name for path in tmp_path.iterdir()] == ([] if contents is None else ["site"])
    assert contents is None or [path.name for path in folder.iterdir()] == contents


@pytest.fixture
def built_before(pristine: Path, monkeypatch) -> None:
    """The model of the sample site is not authored once more."""
    monkeypatch.setattr(sites, "build_model", lambda _site, path: shutil.copy(pristine / "model.ifc", path))


@pytest.mark.usefixtures("built_before")
def test_a_site_is_made_in_an_empty_folder_whose_demo_mark_stays(tmp_path):
    (tmp_path / ".gatehouse-demo").touch()
    prepared = sites.init_site("vilnius", tmp_path)
    assert prepared.site.folder == tmp_path
    files = {".gatehouse-demo", "gatehouse.toml", "model.ifc", prepared.site.database.name}
    assert {path.name for path in tmp_path.iterdir()} >= {*files, "drills", "scenarios"}


@pytest.mark.usefixtures("built_before")
def test_a_site_that_cannot_be_moved_to_its_place_is_not_there_in_part(tmp_path, monkeypatch):
    move = shutil.move

    def stuck(entry: Path, to: Path) -> None:
        if entry.name == "model.ifc":
            raise OSError(errno.EIO, "Input/output error")
        move(entry, to)

    monkeypatch.setattr(shutil, "move", stuck)
    with pytest.raises(OSError, match="Input/output error"):
        sites.init_site("vilnius", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def brief_folder(tmp_path) -> Path:
    """A copy of the Vilnius brief that the test may spoil."""
    folder = tmp_path / "brief"
    shutil.copytree(site_folder("vilnius"), folder)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        (
            "programme.csv",
            "SRCH,STAFF,1,3.60,4.00,2.70,49.00,",
            "SRCH,STAFF,1,3.60,4.00,2.70,48.00,",
            "programme.csv: row 31, x0_m: VIL-L00-C-SRCH overlaps",
        ),
        (
            "doors.csv",
            "D.VIL-L00-C-SRCH.1,L00,D-STAFF,",
            "D.VIL-L00-C-SRCH.1,L00,D-SECRET,",
            "doors.csv: row 66, type: there is no door type D-SECRET",
        ),
    ],
    ids=["overlapping rooms", "unknown door type"],
)
def test_a_brief_that_contradicts_itself_makes_no_model(brief_folder, tmp_path, file, old, new, named):
    text = (brief_folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (brief_folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BriefError) as caught:
        write_ifc(read_brief(brief_folder), tmp_path / "model.ifc")
    assert caught.value.exit_code == 3
    assert any(str(fault).startswith(named) for fault in caught.value.faults), str(caught.value)
    assert not (tmp_path / "model.ifc").exists()


def test_a_port_in_use_is_named(gatehouse, site: Site):
    with open_database(site.database) as database:
        device = next(one for one in load_devices(database) if one.protocol is Protocol.BACNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((device.host, device.port))
        done = gatehouse("bms", "serve", "--site", site.folder)
    assert done.returncode == 4
    assert f"{device.host}:{device.port}: cannot be bound" in done.stderr
    assert "Traceback" not in done.stderr


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
