"""What differs in the building between two revisions, beyond which element is which: outlines, widths, joins, zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from twin.model.doors import Door, Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside
from twin.model.spaces import Space

_AREA_M2, _LENGTH_M = 0.01, 0.005
"""Differences that are worth a line (assumption: below them it is rounding)."""

_SPACE_FACTS = (
    "code", "use", "capacity", "hvac_zone", "smoke_compartment", "release_group", "regime_zone", "area_m2", "height_m",
)  # fmt: skip
_DOOR_FACTS = (
    "code", "type", "clear_width_m", "clear_height_m", "lock_type", "fail_mode", "fire_action", "interlock_group",
    "release_group",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact of one space or door, before and after."""

    kind: str
    code: str
    global_id: GlobalId
    fact: str
    before: str
    after: str


def differences(old: Facility, new: Facility, new_id: Mapping[GlobalId, GlobalId]) -> tuple[Difference, ...]:
    """Facts that differ of every space and door that is in both, and ways that are in one only.

    Args:
        old: The older revision.
        new: The newer one.
        new_id: Old GlobalId → new one (`twin.model.revision.Revision.new_id`).
    """
    return (*_spaces(old, new, new_id), *_doors(old, new, new_id), *_links(old, new, new_id))


def _spaces(old: Facility, new: Facility, new_id: Mapping[GlobalId, GlobalId]) -> Iterator[Difference]:
    for space in old.spaces:
        other = new.space_by_id.get(new_id.get(space.global_id, GlobalId("")))
        if other is not None:
            yield from _facts("space", space, other, _SPACE_FACTS)


def _doors(old: Facility, new: Facility, new_id: Mapping[GlobalId, GlobalId]) -> Iterator[Difference]:
    for door in old.doors:
        other = new.door_by_id.get(new_id.get(door.global_id, GlobalId("")))
        if other is None:
            continue
        yield from _facts("door", door, other, _DOOR_FACTS)
        expected = {new_id.get(node, node) for node in door.joins or ()}
        found = set(other.joins or ())
        if {_plain(node) for node in expected} != {_plain(node) for node in found}:
            yield _difference("door", other, "joins", _nodes(old, door), _nodes(new, other))


def _links(old: Facility, new: Facility, new_id: Mapping[GlobalId, GlobalId]) -> Iterator[Difference]:
    """Stairs, lifts and openings by the two spaces that they link."""
    before = {_ends(link.kind, (new_id.get(node, node) for node in link.joins)): link for link in old.links}
    after = {_ends(link.kind, link.joins): link for link in new.links}
    for key in sorted(before.keys() - after.keys(), key=lambda key: before[key].code):
        link = before[key]
        yield Difference(
            kind="link", code=link.code, global_id=link.global_id, fact=link.kind, before=_way(old, link), after="none"
        )
    for key in sorted(after.keys() - before.keys(), key=lambda key: after[key].code):
        link = after[key]
        yield Difference(
            kind="link", code=link.code, global_id=link.global_id, fact=link.kind, before="none", after=_way(new, link)
        )


def _ends(kind: str, nodes: Iterable[GlobalId]) -> tuple[str, frozenset[str]]:
    return kind, frozenset(map(_plain, nodes))


def _way(facility: Facility, link: Link) -> str:
    return " and ".join(sorted(facility.node_label(node) for node in link.joins))


def _facts(kind: str, old: Any, new: Any, facts: tuple[str, ...]) -> Iterator[Difference]:
    for fact in facts:
        before, after = getattr(old, fact), getattr(new, fact)
        if before != after and not _is_rounding(fact, before, after):
            yield _difference(kind, new, fact, _text(before), _text(after))


def _difference(kind: str, element: Space | Door, fact: str, before: str, after: str) -> Difference:
    return Difference(kind=kind, code=element.code, global_id=element.global_id, fact=fact, before=before, after=after)


def _is_rounding(fact: str, before: object, after: object) -> bool:
    limit = {"area_m2": _AREA_M2}.get(fact, _LENGTH_M)
    return isinstance(before, float) and isinstance(after, float) and abs(before - after) <= limit


def _plain(node: GlobalId) -> str:
    """The outdoors of one storey is that of another where a storey has a new GlobalId."""
    return "OUTSIDE" if is_outside(node) else node


def _nodes(facility: Facility, door: Door) -> str:
    return " and ".join(sorted(facility.node_label(node) for node in door.joins)) if door.joins else "unknown"


def _text(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
