"""Rules that every file of the house keeps."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from tree import PACKAGES, ROOT, files, sources, suites

LONGEST = 400
"""Lines of a Python file; a longer one has more than one idea."""

# One letter of each word is in brackets, so that this file does not find itself.
PATTERNS = {
    "a machine path": r"(^|[^\w.])/(wo[r]k|fa[r]m|ro[o]t|ho[m]e|tm[p])/[a-z]",
    "a package-index host": r"https?://\S*(py[p]i|python[h]osted|npm[j]s|deb[i]an)\b",
    "unfinished work": r"\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b|NotImplemented[E]rror|not implemented [y]et",
    "talk of how this was made": r"\b(AI|coding|sub)[ -]?[a]gents?\b|\blanguage [m]odel\b|\bthis [s]ession\b",
}
BINARY = {".png", ".ifc", ".ico", ".db"}


def texts() -> list[tuple[Path, str]]:
    return [
        (path, (ROOT / path).read_text(encoding="utf-8"))
        for path in files()
        if path.suffix not in BINARY and path.name != "requirements.lock"
    ]


@pytest.mark.parametrize("what", PATTERNS)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(PATTERNS[what], re.MULTILINE)
    found = [f"{path}: {match.group().strip()}" for path, text in texts() for match in pattern.finditer(text)]
    assert found == []


def test_the_lock_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_lock_has_a_hash_for_everything() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9_.-]+==(?:.*\\\n)+.*", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9_.-]+==", text, re.MULTILINE))
    assert all("--hash=sha256:" in pin for pin in pins)


def test_importing_a_package_loads_nothing() -> None:
    assert [path for path in sources() if path.name == "__init__.py" and (ROOT / path).read_text()] == []


def test_every_folder_of_a_package_is_a_package() -> None:
    folders = {path.parent for path in sources()}
    assert [folder for folder in folders if not (ROOT / folder / "__init__.py").is_file()] == []


def test_tests_are_no_package() -> None:
    assert [path for path in suites() if path.name == "__init__.py"] == []


def test_no_file_holds_more_than_one_idea() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in (*sources(), *suites())}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_no_name_says_nothing() -> None:
    empty_words = {"utils", "util", "misc", "helpers", "helper", "common", "base", "manager", "core"}
    assert [path for path in (*sources(), *suites()) if path.stem in empty_words] == []


def test_the_packages_are_all_there_is() -> None:
    assert {path.parts[0] for path in files() if path.name == "__init__.py"} == set(PACKAGES)
