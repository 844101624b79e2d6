"""The import rule holds, names everything there is, and bites."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = PROJECT["tool"]["importlinter"]
CONTRACTS = LINTER["contracts"]
PACKAGES = tuple(LINTER["root_packages"])
FREE = {"numpy": "arrays are everybody's, except the words of the building"}
"""Dependencies without a door of their own, and why."""
IMPORT_NAMES = {"sqlite-utils": "sqlite_utils", "textual-plot": "textual_plot"}

BREACHES = {
    "a wing that looks at another wing": ("twin/store/breach.py", "import twin.ifc.breach", "Wings open only"),
    "a wing that looks at the gate": ("simulation/breach.py", "import tui.desk", "Wings open only"),
    "the courtyard that looks at a wing": ("twin/files/breach.py", "import twin.store.breach", "Wings open only"),
    "a word that needs a library": ("twin/model/breach.py", "import numpy", "The words of the building"),
    "a hidden look": (
        "twin/live/breach.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import bms_connectors.ports",
        "Wings open only",
    ),
    "ifcopenshell past its door": ("simulation/plant/breach.py", "import ifcopenshell.util", "ifcopenshell"),
    "bacpypes3 past its door": ("bms_connectors/breach.py", "from bacpypes3 import pdu", "bacpypes3"),
    "pymodbus past its door": ("bms_connectors/bacnet/breach.py", "import pymodbus", "pymodbus"),
    "simpy past its door": ("tui/wiring/breach.py", "import simpy", "simpy"),
    "distributed past its door": ("simulation/study/breach.py", "import distributed", "Dask"),
    "networkx past its door": ("simulation/models/breach.py", "import networkx", "networkx"),
    "shapely past its door": ("site_models/author/breach.py", "import shapely", "shapely"),
    "pydantic among the facts": ("twin/ifc/breach.py", "import pydantic", "pydantic"),
    "sql past its door": ("tui/commands/breach.py", "def late():\n    import sqlite3", "SQLite"),
    "a plot past its door": ("tui/screens/breach.py", "import matplotlib.pyplot", "matplotlib"),
    "textual past its door": ("tui/control/breach.py", "import textual.app", "textual"),
}
CIRCLE = ("tui/reports/breach.py", "import tui.widgets.breach", "tui/widgets/breach.py", "import tui.reports.breach")


def lint(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "COLUMNS": "400", "PYTHONPATH": str(folder)},
    )
    assert not done.stderr or "Traceback" not in done.stderr, done.stderr
    return done.stdout


def broken(report: str) -> list[str]:
    return re.findall(r"^(.*) BROKEN", report, re.MULTILINE)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, so that a breach can be tried."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=lambda _, names: [n for n in names if not _is_code(n)])
    return folder


def _is_code(name: str) -> bool:
    return name != "__pycache__" and (name.endswith(".py") or "." not in name)


@pytest.fixture(scope="module")
def sound(house: Path) -> str:
    """What the linter says of the copy as it is."""
    return lint(house)


@pytest.fixture(scope="module")
def breached(house: Path, sound: str) -> str:
    """What the linter says of the copy with every breach in it, which comes after `sound` has looked."""
    assert sound
    texts: dict[str, list[str]] = {}
    for path, text, _ in BREACHES.values():
        texts.setdefault(path, []).append(text)
    texts.setdefault("twin/ifc/breach.py", [])
    for path, text in (CIRCLE[:2], CIRCLE[2:]):
        texts.setdefault(path, []).append(text)
    for path, lines in texts.items():
        (house / path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lint(house)


def test_the_house_keeps_its_rule(sound: str) -> None:
    assert "KEPT" in sound
    assert broken(sound) == [], sound


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_added_on_purpose_is_caught(breached: str, breach: str) -> None:
    path, _, contract = BREACHES[breach]
    module = path.removesuffix(".py").replace("/", ".")
    assert any(contract in name for name in broken(breached)), breached
    assert module in breached


def test_a_circle_added_on_purpose_is_caught(breached: str) -> None:
    assert any("circles" in name for name in broken(breached)), breached


def test_a_package_that_no_contract_names_is_caught() -> None:
    layers = next(contract for contract in CONTRACTS if contract["type"] == "layers")["layers"]
    named = {module.strip(" ()") for layer in layers for module in layer.split("|")}
    for package in PACKAGES:
        rooms = {f"{package}.{room.parent.name}" for room in (ROOT / package).glob("*/__init__.py")}
        assert package in named or rooms <= named, f"not in the layers contract: {sorted(rooms - named)}"
    assert set(PACKAGES) == {path.parent.name for path in ROOT.glob("*/__init__.py")}


def test_every_package_is_built_into_the_wheel() -> None:
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)


def test_every_library_has_its_doors() -> None:
    doors = {
        module
        for contract in CONTRACTS
        if contract["type"] == "forbidden" and contract["source_modules"] != ["twin.model"]
        for module in contract["forbidden_modules"]
    }
    names = {re.split(r"[<>=\[ ]", dependency)[0] for dependency in PROJECT["project"]["dependencies"]}
    assert {IMPORT_NAMES.get(name, name) for name in names} - doors - set(FREE) == set()
