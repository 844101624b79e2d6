"""The documentation is tested: every error, command and word stands in it, and every link leads somewhere."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import twin.model.errors as errors

sys.path.insert(0, str(Path(__file__).parent))
from tree import ROOT, files, sources

from tui.about import FICTION, SAFETY_STATEMENT
from tui.cli import VERBS

PAGES = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ERRORS = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, errors.GatehouseError) and not error.__name__.startswith("_")
]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def flat(text: str) -> str:
    """Text without line ends and quotation marks, for comparing sentences."""
    return re.sub(r"[\s>]+", " ", text)


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", page(str(path)), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in LINK.findall(text)]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (ROOT / path.parent / target).exists()] == []


def test_no_page_is_lost() -> None:
    linked = {
        (ROOT / path.parent / target.partition("#")[0]).resolve()
        for path in PAGES
        for target in LINK.findall(page(str(path)))
    }
    folders = [target for target in linked if target.is_dir()]
    lost = [
        str(path)
        for path in PAGES
        if path.parts[0] == "docs"
        and (ROOT / path).resolve() not in linked
        and not any((ROOT / path).resolve().parent == folder for folder in folders)
    ]
    assert lost == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_documented_with_its_exit_code(error: type[errors.GatehouseError]) -> None:
    rows = re.findall(rf"^\| `{error.__name__}` \|.*\| (\d+) \|$", page("docs/reference/errors.md"), re.MULTILINE)
    assert rows == [str(error.exit_code)]


def test_every_command_is_documented() -> None:
    for group, verbs in VERBS.items():
        text = page(f"docs/reference/cli/{group or 'gatehouse'}.md")
        for verb in verbs:
            assert f"## {' '.join(filter(None, ('gatehouse', group, verb)))}\n" in text


def test_the_command_reference_is_what_the_commands_say() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs/reference/generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_word_of_the_courtyard_is_in_the_nomenclature() -> None:
    text = page("docs/nomenclature.md")
    words = [
        node.name
        for path in sources()
        if path.parent == Path("twin/model") and path.name != "errors.py"
        for node in ast.parse(page(str(path))).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [word for word in words if f"`{word}`" not in text] == []


def test_every_unit_is_in_the_nomenclature() -> None:
    text = page("docs/nomenclature.md")
    names = {
        node.target.id
        for path in sources()
        if path.parts[:2] == ("twin", "model")
        for node in ast.walk(ast.parse(page(str(path))))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    suffixes = {
        name.rpartition("_")[2] for name in names if re.fullmatch(r"[a-z_]+_(m|m2|mm|s|c|ppm|mps|pps|pa)", name)
    }
    assert {suffix for suffix in suffixes if f"`_{suffix}`" not in text} == set()


def test_the_safety_statement_stands_in_the_readme() -> None:
    assert SAFETY_STATEMENT in flat(page("README.md"))


def test_the_readme_says_that_the_buildings_are_fictional() -> None:
    assert FICTION in flat(page("README.md"))


def test_every_target_of_make_that_the_pages_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    named = {word for path in PAGES for word in re.findall(r"`make ([a-z]+)`", page(str(path)))}
    assert named - targets == set()


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads(page("pyproject.toml"))["project"]["version"]
    assert re.search(rf"^## \[(Unreleased|{re.escape(version)})\]", page("CHANGELOG.md"), re.MULTILINE)


def test_decision_records_are_numbered_without_holes() -> None:
    numbers = sorted(int(path.name[:4]) for path in PAGES if path.parent == Path("docs/adr") and path.name[0].isdigit())
    assert numbers == list(range(1, len(numbers) + 1))
