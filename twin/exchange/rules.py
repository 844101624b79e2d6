"""Binding by rules: names of objects, read by regular expressions, tell their element and what they mean.

For models that carry no sensors, for EDE files of others and for devices that were found on the network. Texts are only
ever put together from the named groups of a pattern; nothing in a rule or a name is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from twin.exchange.named_objects import NamedObject
from twin.exchange.object_meanings import misfit
from twin.exchange.patterns import LONGEST_NAME, compiled, longest_name
from twin.files.text import plain
from twin.files.toml import read_toml
from twin.model.doors import Door
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, Point
from twin.model.spaces import Space

OWN_GROUPS = ("site", "device", "name")
"""Groups that every rule has: code of the site, name of the device, name of the object."""

_GROUP = re.compile(r"\{(\w+)\}")
_NOT_IN_AN_ID = re.compile(r"[^!-~]")
_MOST_RULES = 1000
_Template = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Rule(BaseModel):
    """One ``[[rule]]``: objects whose name (or description) fits the pattern, and what they are.

    ``element``, ``kind`` and ``point`` may hold ``{group}`` of the pattern or of `OWN_GROUPS`. ``element`` is a code or
    GlobalId of a space, door or equipment, with ``by = "name"`` its name. ``property``: for values of an access door.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    pattern: Annotated[str, Field(min_length=1)]
    field: Literal["name", "description"] = "name"
    property: str = "present-value"
    element: _Template
    by: Literal["code", "name"] = "code"
    kind: _Template
    point: _Template = "{site}/{device}/{name}"

    @field_validator("pattern")
    @classmethod
    def _is_bounded(cls, pattern: str) -> str:
        compiled(pattern)
        return pattern

    @field_validator("element", "kind", "point")
    @classmethod
    def _names_groups(cls, template: str, info: ValidationInfo) -> str:
        pattern = info.data.get("pattern")
        if pattern is None:
            return template
        known = {*OWN_GROUPS, *re.compile(pattern).groupindex}
        for group in _GROUP.findall(template):
            if group not in known:
                raise ValueError(f"{{{group}}} is no group of the pattern")
        if re.search(r"[{}]", _GROUP.sub("", template)):
            raise ValueError("has a brace that belongs to no {group}")
        return template

    @field_validator("kind")
    @classmethod
    def _is_known(cls, kind: str) -> str:
        if "{" not in kind and kind not in POINT_KINDS:
            raise ValueError(f"there is no kind of point {kind}")
        return kind


class Rules(BaseModel):
    """A file of rules; the first that matches an object decides."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: tuple[Rule, ...]

    @field_validator("rule")
    @classmethod
    def _is_a_fair_number(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if not 1 <= len(rules) <= _MOST_RULES:
            raise ValueError(f"holds {len(rules)} rules, not 1 to {_MOST_RULES}")
        return rules


def read_rules(path: Path | str) -> Rules:
    """Read a TOML file of rules.

    Raises:
        ConfigError: every fault at once, with file and key (``rule[2].pattern``).
    """
    return read_toml(path, Rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbound:
    """An object that became no point, and why, in people's words."""

    object: NamedObject
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What rules made of objects: every object stands in exactly one of the two, in the order given."""

    points: tuple[Point, ...] = ()
    unbound: tuple[Unbound, ...] = ()


def bind(objects: Iterable[NamedObject], facility: Facility, rules: Rules) -> Bound:
    """Points of the objects whose names the rules understand.

    The work on one name and pattern is bounded, see `twin.exchange.patterns`; a name that is too long for a pattern is
    left unbound rather than given to a later rule.
    """
    book = _Book(facility, rules)
    points: dict[PointId, Point] = {}
    unbound: list[Unbound] = []
    for named in objects:
        result = book.point_of(named)
        if isinstance(result, Point) and result.id in points:
            result = f"point {result.id} stands already for another object"
        if isinstance(result, Point):
            points[result.id] = result
        else:
            unbound.append(Unbound(object=named, reason=plain(result, limit=2 * LONGEST_NAME)))
    return Bound(points=tuple(points.values()), unbound=tuple(unbound))


class _Book:
    """Rules made ready, and the elements by what they are called."""

    def __init__(self, facility: Facility, rules: Rules) -> None:
        self._site = facility.code
        self._rules = [(rule, compiled(rule.pattern), longest_name(rule.pattern)) for rule in rules.rule]
        self._elements = {"code": _elements_by_code(facility), "name": _elements_by_name(facility)}

    def point_of(self, named: NamedObject) -> Point | str:
        """The point, or why there is none."""
        for rule, pattern, longest in self._rules:
            text = named.name if rule.field == "name" else named.description
            if not _has_property(named, rule.property):
                continue
            if len(text) > longest:
                return f"its {rule.field} has {len(text)} characters, rule {rule.name!r} is tried on {longest} at most"
            found = pattern.search(plain(text))
            if found:
                return self._point(named, rule, self._values(named, found.groupdict("")))
        return "no rule matches"

    def _values(self, named: NamedObject, groups: Mapping[str, str]) -> dict[str, str]:
        device = named.binding.device if named.binding else ""
        return {"site": self._site, "device": plain(device), "name": plain(named.name), **groups}

    def _point(self, named: NamedObject, rule: Rule, values: Mapping[str, str]) -> Point | str:
        key = _filled(rule.element, values)
        elements = self._elements[rule.by].get(key, set())
        if not elements:
            return f"rule {rule.name!r} names element {key}, which the facility has not"
        if len(elements) > 1:
            return f"rule {rule.name!r} names element {key}, which the facility has {len(elements)} times"
        kind = POINT_KINDS.get(_filled(rule.kind, values))
        if kind is None:
            return f"rule {rule.name!r}: there is no kind of point {_filled(rule.kind, values)}"
        trouble = misfit(kind, named.binding, unit=named.unit, states=named.states)
        if trouble:
            return f"rule {rule.name!r}: {trouble}"
        point = _NOT_IN_AN_ID.sub("_", _filled(rule.point, values))
        if not 1 <= len(point) <= LONGEST_NAME:
            return f"rule {rule.name!r}: the id of its point has {len(point)} characters, not 1 to {LONGEST_NAME}"
        return Point(
            id=PointId(point),
            kind=kind.key,
            element=next(iter(elements)),
            binding=named.binding,
            low=named.low,
            high=named.high,
            states=() if named.states == kind.states else tuple(map(plain, named.states)),
        )


def _has_property(named: NamedObject, property: str) -> bool:
    return not isinstance(named.binding, BacnetBinding) or named.binding.property == property


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Groups put in once; a brace in a name stays a brace."""
    return _GROUP.sub(lambda group: values[group[1]], template)


def _elements_by_code(facility: Facility) -> dict[str, set[GlobalId]]:
    elements: list[Space | Door | Equipment] = [*facility.spaces, *facility.doors, *facility.equipment]
    return _gathered((key, element.global_id) for element in elements for key in (element.code, element.global_id))


def _elements_by_name(facility: Facility) -> dict[str, set[GlobalId]]:
    """Doors have a code only."""
    elements: list[Space | Equipment] = [*facility.spaces, *facility.equipment]
    return _gathered((element.name, element.global_id) for element in elements)


def _gathered(pairs: Iterable[tuple[str, GlobalId]]) -> dict[str, set[GlobalId]]:
    found: dict[str, set[GlobalId]] = {}
    for key, element in pairs:
        found.setdefault(key, set()).add(element)
    return found
