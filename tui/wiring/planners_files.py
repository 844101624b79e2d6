"""The planner's files in a site folder, found by name: scenarios, evacuation plans."""

from __future__ import annotations

from pathlib import Path

from tui.settings import Site
from twin.model.errors import Fault, ScenarioError


def scenario_paths(site: Site) -> list[Path]:
    """Scenario files of a site folder, by name."""
    return _paths(site, "scenarios")


def find_scenario(site: Site, key: str) -> Path:
    """The scenario file of this name, or the path itself.

    Raises:
        ScenarioError: there is neither.
    """
    return _found(site, "scenarios", key, "scenario")


def find_plan(site: Site, key: str) -> Path:
    """The evacuation plan of this name, or the path itself.

    Raises:
        ScenarioError: there is neither.
    """
    return _found(site, "evacuations", key, "plan")


def _paths(site: Site, folder: str) -> list[Path]:
    return sorted(path for path in (site.folder / folder).glob("*.toml") if path.is_file())


def _found(site: Site, folder: str, key: str, what: str) -> Path:
    for path in (*_paths(site, folder), Path(key)):
        if path.is_file() and key in (path.stem, str(path)):
            return path
    known = ", ".join(path.stem for path in _paths(site, folder)) or "none"
    raise ScenarioError([Fault(str(site.folder / folder), key, f"there is no such {what}; known: {known}")])
