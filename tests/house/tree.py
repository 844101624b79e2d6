"""The house as files: what the guards look at."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("twin", "bms_connectors", "simulation", "site_models", "tui")
COURTYARD = ("twin.model", "twin.graph", "twin.files")
WINGS = (
    "twin.ifc",
    "twin.store",
    "twin.live",
    "twin.checks",
    "twin.exchange",
    "bms_connectors",
    "simulation",
    "site_models",
)


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return tuple(Path(name) for name in sorted(listed.stdout.split("\0")) if name and (ROOT / name).is_file())


def sources() -> Iterator[Path]:
    """Python files of the packages, relative to the root."""
    return (path for path in files() if path.suffix == ".py" and path.parts[0] in PACKAGES)


def suites() -> Iterator[Path]:
    """Python files of the tests, relative to the root."""
    return (path for path in files() if path.suffix == ".py" and path.parts[0] == "tests")


def imports(path: Path) -> set[str]:
    """Modules that a Python file imports anywhere in it, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(module: str, package: str) -> bool:
    """Whether a dotted name is in a package."""
    return module == package or module.startswith(package + ".")
