"""A command loads what it needs and nothing else: a poll must not pay for IFC, a help text for nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tui.cli import VERBS
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import global_id_for, outside_id
from twin.model.spaces import Building, Space, Storey
from twin.model.vocabulary import SpaceUse
from twin.store.database import open_database
from twin.store.facilities import save_facility

HEAVY = frozenset(
    [
        "textual",
        "ifcopenshell",
        "matplotlib",
        "jinja2",
        "bacpypes3",
        "pymodbus",
        "simpy",
        "scipy",
        "joblib",
        "distributed",
        "networkx",
        "shapely",
        "pandas",
    ]
)
"""Libraries that cost a tenth of a second or more, or a terminal."""

VERBS_WITH_GROUP = [(*([group] if group else []), verb) for group, verbs in VERBS.items() for verb in verbs]
RUNS = {
    ("--version",): frozenset(),
    ("--help",): frozenset(),
    ("site", "list", "--json"): frozenset({"shapely"}),
    ("twin", "spaces", "--db", "DB", "--json"): frozenset(),
    ("twin", "doors", "--db", "DB", "--json"): frozenset(),
    ("twin", "route", "ROOM", "YARD", "--db", "DB"): frozenset({"networkx"}),
}
"""Command → heavy libraries that it may load."""

SPY = """
import sys
try:
    from tui.cli import main
    main()
finally:
    sys.stderr.write("\\nLOADED " + " ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded(*words: str) -> set[str]:
    """Top-level modules that the command has loaded when it ends; it must end well."""
    done = subprocess.run(
        [sys.executable, "-c", SPY, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("LOADED ")[2].split())


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a room and a yard, with one door between them."""
    storey, block = global_id_for("TST", "storey", "L00"), global_id_for("TST", "building", "B")
    spaces = tuple(
        Space(
            global_id=global_id_for("TST", "space", code),
            code=code,
            name=code,
            use=use,
            storey=storey,
            polygon=((x_m, 0.0), (x_m + 1, 0.0), (x_m + 1, 1.0), (x_m, 1.0)),
            floor_m=0.0,
            height_m=3.0,
            area_m2=1.0,
        )
        for code, use, x_m in (("ROOM", SpaceUse.STAFF, 0.0), ("YARD", SpaceUse.YARD, 1.0))
    )
    joins = ((spaces[0].global_id, spaces[1].global_id), (spaces[1].global_id, outside_id(storey)))
    doors = tuple(
        Door(
            global_id=global_id_for("TST", "door", f"D{n}"),
            code=f"D{n}",
            type="D-ROOM",
            storey=storey,
            joins=pair,
            centre=(1.0, 0.5),
            along=(0.0, 1.0),
            clear_width_m=0.9,
            clear_height_m=2.1,
        )
        for n, pair in enumerate(joins)
    )
    facility = Facility(
        code="TST",
        name="Room and yard",
        buildings=(Building(global_id=block, name="B"),),
        storeys=(Storey(global_id=storey, name="L00", building=block, elevation_m=0.0, is_ground=True),),
        spaces=spaces,
        doors=doors,
    )
    path = tmp_path_factory.mktemp("db") / "gatehouse.db"
    with open_database(path, create=True) as store:
        save_facility(store, facility, model="none.ifc", imported_at=datetime(2026, 1, 1, tzinfo=UTC))
    return path


@pytest.mark.parametrize("verb", VERBS_WITH_GROUP, ids=" ".join)
def test_a_help_text_loads_no_heavy_library(verb: tuple[str, ...]) -> None:
    assert loaded(*verb, "--help") & HEAVY == set()


@pytest.mark.parametrize("words", RUNS, ids=" ".join)
def test_a_headless_command_loads_only_what_it_needs(database: Path, words: tuple[str, ...]) -> None:
    found = loaded(*(str(database) if word == "DB" else word for word in words))
    assert found & HEAVY <= RUNS[words]
