"""The scenario file: one plan, as a person writes it in TOML (`simulation.models.terms`).

A file may say only what differs from another one in its folder:

    [about]
    based_on = "closed-day"

The other file is read first. Tables are merged key by key; everything else, lists of tables too, is replaced whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulation.models.terms import Scenario
from twin.files.text import plain
from twin.files.toml import faults_of, read_text
from twin.model.errors import ConfigError, Fault

_NAME = re.compile(r"[\w-][\w.-]*")
"""A file's name without its suffix; nothing that could lead to another folder."""


def load_scenario(path: Path | str) -> Scenario:
    """Read a scenario file, and what it is based on. Without a key of its own it is called after its file.

    Raises:
        ConfigError: a file is missing or is not TOML, files are based on one another in a circle, or a key is unknown,
            missing or wrong; every fault with its key and the file that says it.
    """
    sources = _sources(Path(path))
    merged: dict[str, Any] = {}
    for source in reversed(sources):
        merged = _merged(merged, source.words)
    if len(sources) > 1 and "key" not in _table(sources[0].words, "about"):
        merged["about"]["key"] = Path(path).stem
    try:
        return Scenario.model_validate(merged)
    except ValidationError as error:
        files = [_said_in(sources, complaint["loc"]) for complaint in error.errors(include_url=False)]
        faults = zip(files, faults_of(error, ""), strict=True)
        raise ConfigError([Fault(file, fault.key, fault.text) for file, fault in faults]) from error


@dataclass(frozen=True, slots=True)
class _Source:
    """A file as it is called in faults, and its words; ``about.based_on`` is taken out."""

    path: str
    words: dict[str, Any]


def _sources(path: Path) -> list[_Source]:
    """The file, what it is based on, and so on."""
    found: list[_Source] = []
    names: list[str] = []
    while True:
        words = _words(path)
        about = _table(words, "about")
        based_on = about.pop("based_on", None)
        found.append(_Source(str(path), words))
        names.append(path.stem)
        if based_on is None:
            return found
        path = _beside(path, based_on)
        if path.stem in names:
            circle = " → ".join((*names[names.index(path.stem) :], path.stem))
            raise ConfigError([Fault(found[-1].path, "about.based_on", f"goes round in a circle: {circle}")])


def _words(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Fault(str(path), "", f"is not TOML: {error}")]) from error


def _table(words: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A table of a file; an empty one where it is missing or no table."""
    table = words.get(key)
    return table if isinstance(table, dict) else {}


def _beside(path: Path, name: object) -> Path:
    """The scenario of this name in the same folder."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        text = f"{plain(str(name))!r} is no name of a scenario: write the name of a file in this folder without .toml"
        raise ConfigError([Fault(str(path), "about.based_on", text)])
    base = path.with_name(f"{name}.toml")
    if not base.is_file():
        known = ", ".join(sorted(plain(other.stem) for other in path.parent.glob("*.toml") if other != path))
        text = f"there is no {plain(base.name)} in this folder; there are: {known or 'none'}"
        raise ConfigError([Fault(str(path), "about.based_on", text)])
    return base


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both; where both have a key, tables are merged and anything else is that of `above`."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _merged(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return merged


def _said_in(sources: Sequence[_Source], place: Sequence[str | int]) -> str:
    """The file whose words are meant: it says the longest part of the place, or comes first of those that do."""
    saying: list[tuple[str, object]] = [(source.path, source.words) for source in sources]
    for step in place:
        deeper = [(path, _part(words, step)) for path, words in saying if _has(words, step)]
        if not deeper:
            break
        saying = deeper if isinstance(deeper[0][1], dict) else deeper[:1]
    return saying[0][0]


def _has(words: object, step: str | int) -> bool:
    if isinstance(words, list):
        return isinstance(step, int) and step < len(words)
    return isinstance(words, dict) and step in words


def _part(words: Any, step: str | int) -> object:
    return words[step]
