"""A building through its revisions, as an engineer brings them: nothing is lost, nothing goes to a wrong door."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid
import pytest

SAMPLES = Path(__file__).parents[2].parent / "shared" / "ifc"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the folder of third-party sample models is not beside the checkout"
)
HOUSE = SAMPLES / "ExampleHOM.ifc"
RULES = """
[[rule]]
name = "temperature of a room"
pattern = '(?P<room>[\\w.]+)/TEMP$'
element = "{room}"
kind = "temperature"
point = "{name}"

[[rule]]
name = "lock of a door"
pattern = '(?P<door>[\\w.]+)/LOCK$'
element = "{door}"
kind = "lock_status"
point = "{name}"
"""

Run = Callable[..., Any]


@pytest.fixture
def run(gatehouse, tmp_path: Path) -> Run:
    """A verb of the twin over one database, as JSON."""

    def one(*arguments: str | Path, code: int | None = 0, as_json: bool = True) -> Any:
        more = ("--json",) if as_json else ()
        done = gatehouse("twin", *arguments, "--db", tmp_path / "twin.db", *more)
        assert code is None or done.returncode == code, done.stderr
        return json.loads(done.stdout) if as_json and done.stdout else done

    return one


@pytest.fixture
def bound(run: Run, tmp_path: Path) -> dict[str, str]:
    """ExampleHOM with a point on every room and door; point → GlobalId."""
    run("import", HOUSE)
    rooms = [(room["code"], "TEMP", "analog-input") for room in run("spaces")]
    doors = [(door["code"], "LOCK", "multi-state-input") for door in run("doors")]
    lines = ["point,device,protocol,host,port,instance,object_type,object_instance"]
    for number, (code, what, kind) in enumerate([*rooms, *doors], start=1):
        lines.append(f"{code}/{what},RC,bacnet,192.0.2.1,47808,1001,{kind},{number}")
    (tmp_path / "list.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "rules.toml").write_text(RULES)
    taken = run("bind", tmp_path / "rules.toml", "--points", tmp_path / "list.csv")
    assert (len(taken["points"]), taken["left_out"]) == (22, [])
    return bindings(tmp_path)


def bindings(folder: Path) -> dict[str, str]:
    with sqlite3.connect(folder / "twin.db") as database:
        return dict(database.execute("SELECT id, element FROM point"))


def revised(tmp_path: Path, change: Callable[[Any], None]) -> Path:
    file = ifcopenshell.open(str(HOUSE))
    change(file)
    path = tmp_path / "revised.ifc"
    file.write(str(path))
    return path


def test_the_pair_with_a_radiator_added_carries_every_binding(run: Run, bound: dict[str, str], tmp_path: Path) -> None:
    report = run("import", SAMPLES / "ExampleHOM_with_radiator.ifc")
    assert [(one["ifc_class"], one["name"]) for one in report["added"]] == [("IfcSpaceHeater", "Test")]
    assert (report["lost"], report["moved"], report["reissued"]) == ([], [], [])
    carried = report["carried"]
    assert (carried["points"], carried["unresolved"], carried["rebound"]) == (22, [], [])
    assert bindings(tmp_path) == bound


def test_the_duplex_pair_tells_the_rooms_that_came_and_those_that_shrank(run: Run, tmp_path: Path) -> None:
    rows = run("import", SAMPLES / "Duplex_A_20110505.ifc") and run("import", SAMPLES / "Duplex_A_20110907.ifc")
    assert {one["name"] for one in rows["added"]} == {"A105", "B105", "R301"}
    assert {one["name"] for one in rows["moved"]} == {"A101", "A201", "B101", "B201"}
    assert rows["lost"] == []
    areas = {one["element"]: (one["before"], one["after"]) for one in rows["changed"] if one["fact"] == "area_m2"}
    assert areas["A101"] == ("19.395", "15.591")


def test_a_door_with_a_new_globalid_is_found_where_it_stands(run: Run, bound: dict[str, str], tmp_path: Path) -> None:
    def change(file: Any) -> None:
        file.by_type("IfcDoor")[0].GlobalId = ifcopenshell.guid.new()

    report = run("import", revised(tmp_path, change))
    (row,) = report["reissued"]
    now = bindings(tmp_path)
    assert {point for point in bound if bound[point] != now[point]} == {f"{row['name']}/LOCK"}
    assert now[f"{row['name']}/LOCK"] == row["new"]


def test_a_door_that_is_gone_leaves_its_point_waiting_for_a_decision(
    run: Run, bound: dict[str, str], tmp_path: Path
) -> None:
    def change(file: Any) -> None:
        gone.append(file.by_type("IfcDoor")[0].Name)
        file.remove(file.by_type("IfcDoor")[0])

    gone: list[str] = []
    report = run("import", revised(tmp_path, change))
    point = f"{gone[0]}/LOCK"
    assert [row["subject"] for row in report["carried"]["unresolved"]] == [point]
    assert bindings(tmp_path)[point] == f"lost/{bound[point]}", "it is kept, and speaks for nothing"
    assert [row["subject"] for row in run("unresolved", code=1)] == [point]
    other = next(door["code"] for door in run("doors"))
    who = ("--role", "engineer", "--reason", "the lock was moved to the next door")
    assert run("decide", point, "--to", other, *who, as_json=False).returncode == 0
    assert bindings(tmp_path)[point] == run("doors")[0]["global_id"]
    assert run("unresolved") == []
    with sqlite3.connect(tmp_path / "twin.db") as database:
        kinds = [kind for (kind,) in database.execute("SELECT kind FROM journal")]
    assert kinds == ["twin.imported", "twin.points-taken", "twin.imported", "twin.decided"]


def test_exchanged_globalids_do_not_exchange_the_locks(run: Run, bound: dict[str, str], tmp_path: Path) -> None:
    def change(file: Any) -> None:
        first, second = file.by_type("IfcDoor")[:2]
        first.GlobalId, second.GlobalId = second.GlobalId, first.GlobalId

    run("import", revised(tmp_path, change))
    doors = {door["code"]: door["global_id"] for door in run("doors")}
    now = bindings(tmp_path)
    assert all(now[f"{code}/LOCK"] == global_id for code, global_id in doors.items())


def test_a_globalid_that_another_door_took_over_does_not_take_the_lock_along(
    run: Run, bound: dict[str, str], tmp_path: Path
) -> None:
    def change(file: Any) -> None:
        gone, heir = file.by_type("IfcDoor")[:2]
        names.extend((gone.Name, heir.Name))
        reused = gone.GlobalId
        file.remove(gone)
        heir.GlobalId = reused

    names: list[str] = []
    report = run("import", revised(tmp_path, change))
    gone, heir = names
    doors = {door["code"]: door["global_id"] for door in run("doors")}
    now = bindings(tmp_path)
    assert now[f"{heir}/LOCK"] == doors[heir], "found where it stands"
    assert now[f"{gone}/LOCK"] == f"lost/{bound[f'{gone}/LOCK']}"
    assert [row["subject"] for row in report["carried"]["unresolved"]] == [f"{gone}/LOCK"]


def test_a_room_that_moved_is_followed_and_told(run: Run, bound: dict[str, str], tmp_path: Path) -> None:
    def change(file: Any) -> None:
        space = file.by_type("IfcSpace")[0]
        place = space.ObjectPlacement.RelativePlacement
        x, y, z = place.Location.Coordinates
        place.Location = file.create_entity("IfcCartesianPoint", (x + 2000.0 / scale(file), y, z))
        moved.append(space.Name)

    moved: list[str] = []
    report = run("import", revised(tmp_path, change))
    assert [(row["name"], row["moved_m"]) for row in report["moved"]] == [(moved[0], pytest.approx(2.0))]
    assert bindings(tmp_path) == bound


def scale(file: Any) -> float:
    import ifcopenshell.util.unit

    return float(ifcopenshell.util.unit.calculate_unit_scale(file)) * 1000.0


def test_corrections_outlive_the_next_model(run: Run, tmp_path: Path) -> None:
    run("import", SAMPLES / "Duplex_A_20110505.ifc")
    who = ("--role", "engineer", "--reason", "seen on site")
    assert run("correct", "A102", "use", "STAFF", *who, as_json=False).returncode == 0
    assert run("correct", "A102", "release", "RG-1", *who, as_json=False).returncode == 0
    door = run("doors")[0]
    assert run("correct", door["code"], "joins", "A102", "OUTSIDE", *who, as_json=False).returncode == 0
    report = run("import", SAMPLES / "Duplex_A_20110907.ifc")
    assert report["carried"]["corrections"] == 3
    assert {one["code"]: one["use"] for one in run("spaces")}["A102"] == "STAFF"
    corrected = next(one for one in run("doors") if one["global_id"] == door["global_id"])
    assert (corrected["source"], corrected["confidence"]) == ("manual", "sure")
    assert "OUTSIDE" in corrected["spaces"]
    assert len(run("corrections")) == 3
    assert run("correct", "A102", "use", "--undo", *who, as_json=False).returncode == 0
    assert {one["code"]: one["use"] for one in run("spaces")}["A102"] == "UNKNOWN"
    refused = run("correct", "A102", "use", "STAFF", "--role", "viewer", "--reason", "x", as_json=False, code=None)
    assert refused.returncode == 5


def test_diff_tells_the_same_and_writes_nothing(gatehouse, run: Run, bound: dict[str, str], tmp_path: Path) -> None:
    database = tmp_path / "twin.db"
    before = database.read_bytes()
    radiator = SAMPLES / "ExampleHOM_with_radiator.ifc"
    for old in (database, HOUSE):
        rows = json.loads(gatehouse("twin", "diff", old, radiator, "--json").stdout)
        assert [(one["ifc_class"], one["name"]) for one in rows["added"]] == [("IfcSpaceHeater", "Test")]
    assert database.read_bytes() == before


def test_another_building_does_not_take_the_place_of_this_one_unasked(
    run: Run, bound: dict[str, str], tmp_path: Path
) -> None:
    refused = run("import", SAMPLES / "LargeBuilding.ifc", as_json=False, code=3)
    assert "holds another building" in refused.stderr
    assert bindings(tmp_path) == bound
    report = run("import", SAMPLES / "LargeBuilding.ifc", "--replace")
    assert len(report["carried"]["unresolved"]) == 22
    kept = {point: element.removeprefix("lost/") for point, element in bindings(tmp_path).items()}
    assert kept == bound, "kept until somebody decides"
    back = run("import", HOUSE, "--replace")
    assert (back["carried"]["points"], back["carried"]["unresolved"]) == (22, [])
    assert bindings(tmp_path) == bound, "and at home again when the building is back"


def test_several_disciplines_become_one_facility_and_stay_one(run: Run, tmp_path: Path) -> None:
    files = (SAMPLES / "Duplex_A_20110907.ifc", SAMPLES / "Duplex_Electrical.ifc")
    report = run("import", *files)
    assert (report["spaces"], report["equipment"]) == (21, 99)
    again = run("import", *files)
    assert (again["added"], again["lost"], again["moved"], again["reissued"], again["changed"]) == ([], [], [], [], [])
    with sqlite3.connect(tmp_path / "twin.db") as database:
        models = {model for (model,) in database.execute("SELECT DISTINCT model FROM element")}
    assert models == {file.name for file in files}


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("errorfile.ifc", "is damaged: 6184 instances in the file, 7 were read"),
        ("Duplex-Design-COBie.ifc", "Syntax error"),
        ("Allplan-Smiley-West.ifc", "has schema IFC2X_FINAL"),
        ("Jesse.1.ifc", "has no spaces"),
    ],
)
def test_a_file_that_is_refused_gives_a_report_and_leaves_the_building_alone(
    run: Run, bound: dict[str, str], tmp_path: Path, name: str, cause: str
) -> None:
    database = tmp_path / "twin.db"
    before = database.read_bytes()
    page = tmp_path / "report.html"
    report = run("import", SAMPLES / name, "--report", page, code=3)
    assert report["outcome"] == "refused"
    assert cause in report["cause"]
    assert "Refused" in page.read_text()
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("AC20-FZK-Haus_NoneAndDoubleGUID.ifc", "1Oms875aH3Wg$9l65H2ZGw: GlobalId is used more than once"),
        ("AC20-FZK-Haus_NoneAndDoubleGUID.ifc", "GlobalId is empty"),
        ("AC20-FZK-Haus_NoneAndDoubleGUID.ifc", "GlobalId is None"),
        ("doubleguids.ifc", "GlobalId has 24 characters"),
        ("doubleguids.ifc", "IfcWall"),
    ],
)
def test_repeated_and_malformed_globalids_are_kept_apart_and_told(run: Run, name: str, odd: str) -> None:
    report = run("import", SAMPLES / name)
    assert any(odd in warning for warning in report["warnings"])
    doors = run("doors")
    assert len({door["global_id"] for door in doors}) == len(doors) == report["doors"]
