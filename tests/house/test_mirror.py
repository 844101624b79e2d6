"""Tests mirror the packages, and a wing's tests stay in their wing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from tree import COURTYARD, PACKAGES, ROOT, WINGS, imports, suites, within

WING_TESTS = sorted(
    path for path in suites() if any(path.is_relative_to(f"tests/{w.replace('.', '/')}") for w in WINGS)
)


def wing_of(path: Path) -> str:
    return next(wing for wing in WINGS if path.is_relative_to(f"tests/{wing.replace('.', '/')}"))


def ours(path: Path) -> set[str]:
    return {module for module in imports(path) if module.split(".", maxsplit=1)[0] in PACKAGES}


def test_every_folder_of_tests_mirrors_a_package() -> None:
    tests = (path for path in suites() if path.name.startswith("test_"))
    folders = {path.parent.relative_to("tests") for path in tests if path.parts[1] in PACKAGES}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder).is_dir()] == []


@pytest.mark.parametrize("path", WING_TESTS, ids=str)
def test_a_wings_tests_import_that_wing_and_the_courtyard(path: Path) -> None:
    allowed = (wing_of(path), *COURTYARD)
    assert {module for module in ours(path) if not any(within(module, room) for room in allowed)} == set()


def test_the_tests_of_the_courtyard_stay_in_the_courtyard() -> None:
    for path in suites():
        if any(path.is_relative_to(f"tests/{room.replace('.', '/')}") for room in COURTYARD):
            outside = {module for module in ours(path) if not any(within(module, room) for room in COURTYARD)}
            assert outside == set(), path


def test_every_wing_has_tests() -> None:
    tested = {wing_of(path) for path in WING_TESTS}
    assert {wing for wing in WINGS if (ROOT / wing.replace(".", "/")).is_dir()} - tested == set()
