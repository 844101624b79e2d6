"""Two revisions of a model compared: which element of the old one is which of the new one.

Exporters re-issue GlobalIds (on a new export, a phase, a split) and move what keeps its GlobalId. An element is looked
for by GlobalId, then by Tag, then by class, name, container and placement; each only where the answer is the only one.
What is not found is lost, and said to be: a binding that follows the wrong element is worse than one that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import product
from math import dist, floor

from twin.model.elements import Element
from twin.model.ids import GlobalId

PLACE_M = 0.05
"""Elements of two revisions that stand nearer than this stand in the same place."""
_REPEATED = "~"
"""In GlobalIds that had to be kept apart: which of them is which cannot be told by the GlobalId."""


class MatchedBy(StrEnum):
    """By what an element was found again."""

    GLOBAL_ID = "global-id"
    TAG = "tag"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An element of the old revision, the same one of the new, and what changed. ``moved_m`` is None without places."""

    old: Element
    new: Element
    by: MatchedBy
    moved_m: float | None = None
    changes: tuple[str, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether it stands somewhere else."""
        return self.moved_m is not None and self.moved_m > PLACE_M

    @property
    def is_reissued(self) -> bool:
        """Whether it has another GlobalId."""
        return self.old.global_id != self.new.global_id


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What became of every element of the old revision, and what is new.

    ``near``: for a lost element, new ones that a person may take it for; never carried by themselves.
    """

    matches: tuple[Match, ...]
    added: tuple[Element, ...]
    lost: tuple[Element, ...]
    near: Mapping[GlobalId, tuple[Element, ...]] = field(default_factory=dict)

    @cached_property
    def new_id(self) -> Mapping[GlobalId, GlobalId]:
        """Old GlobalId → new one, for every element that was found again."""
        return {match.old.global_id: match.new.global_id for match in self.matches}

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.lost or any(m.changes or m.is_moved or m.is_reissued for m in self.matches))


def compare(old: Sequence[Element], new: Sequence[Element]) -> Revision:
    """Find every element of the old revision in the new one."""
    search = _Search(old, new)
    search.match_keys(MatchedBy.GLOBAL_ID, _by_global_id(old, new), accept=search.is_undisputed)
    search.match_keys(MatchedBy.TAG, _by_tag, accept=_is_plausible)
    # What stands in a space can only be looked for when the space is found.
    while search.match_places():
        pass
    lost, added = tuple(search.old.values()), tuple(search.new.values())
    near = {element.global_id: found for element in lost if (found := search.lookalikes(element))}
    return Revision(matches=tuple(search.matches), added=added, lost=lost, near=near)


Key = Callable[[Element], Hashable | None]


class _Search:
    """What is not found yet, and what is."""

    def __init__(self, old: Sequence[Element], new: Sequence[Element]) -> None:
        self.old = {element.global_id: element for element in old}
        self.new = {element.global_id: element for element in new}
        self.matches: list[Match] = []
        self._ids: dict[GlobalId, GlobalId] = {}
        self._disputed: dict[GlobalId, tuple[Element, ...]] = {}
        self._standing = {element.global_id: element.position for element in old}
        self._names = {element.global_id: element.name for element in (*old, *new)}

    def match_keys(self, by: MatchedBy, key_of: Key, accept: Callable[[Element, Element], bool] | None = None) -> None:
        """Pair the elements whose key is the only one of its kind on both sides."""
        waiting = [element for element in self.old.values() if element.global_id not in self._disputed]
        ours, theirs = _alone(waiting, key_of), _alone(self.new.values(), key_of)
        for key in [key for key in ours if key in theirs]:
            if accept is None or accept(ours[key], theirs[key]):
                self._pair(ours[key], theirs[key], by)

    def is_undisputed(self, old: Element, new: Element) -> bool:
        """Whether no other element took the place of one that moved.

        Then either two things changed places or their GlobalIds were exchanged. A name that went with the GlobalId
        speaks for the first, a name that stayed at the place for the second; where both are called the same, nobody
        can tell, and a person must.
        """
        rivals = tuple(self._rivals(old, new))
        if not rivals:
            return True
        if old.name == new.name:
            if all(rival.name != old.name for rival in rivals):
                return True
            self._disputed[old.global_id] = (new, *rivals)
        return False

    def _rivals(self, old: Element, new: Element) -> Iterator[Element]:
        if old.position is None or _is_one_place(old, new):
            return
        for other in self._new_by_cell.get(_cell(old), ()):
            before = self._standing.get(other.global_id)
            stood_there = before is not None and dist(before, old.position) <= PLACE_M
            if other.global_id != new.global_id and _is_one_place(old, other) and not stood_there:
                yield other

    @cached_property
    def _new_by_cell(self) -> Mapping[Hashable, Sequence[Element]]:
        """New elements by class and every cell of the grid that their place is near to."""
        found: dict[Hashable, list[Element]] = {}
        for element in self.new.values():
            for cell in _cells(element):
                found.setdefault(cell, []).append(element)
        return found

    def match_places(self) -> int:
        """Pair the elements of one class, name and container that stand in one place, alone; how many were."""
        wanted: dict[GlobalId, list[Element]] = {}
        for element in self.old.values():
            if element.global_id in self._disputed:
                continue
            there = [other for other in self._alike(element) if _is_one_place(element, other)]
            if len(there) == 1:
                wanted.setdefault(there[0].global_id, []).append(element)
        found = [(olds[0], self.new[new]) for new, olds in wanted.items() if len(olds) == 1]
        for old, other in found:
            self._pair(old, other, MatchedBy.PLACE)
        return len(found)

    def lookalikes(self, element: Element) -> tuple[Element, ...]:
        """What it may have become: the parties of a dispute, or new elements of its class, name and container."""
        parties = self._disputed.get(element.global_id)
        return tuple(self._alike(element)) if parties is None else parties

    def _alike(self, element: Element) -> Iterator[Element]:
        container = self._ids.get(element.container) if element.container else element.container
        if container is None or not element.name:
            return
        for other in self._new_by_name.get((_family(element), element.name), ()):
            if other.container == container and other.global_id in self.new:
                yield other

    @cached_property
    def _new_by_name(self) -> Mapping[Hashable, Sequence[Element]]:
        found: dict[Hashable, list[Element]] = {}
        for element in self.new.values():
            found.setdefault((_family(element), element.name), []).append(element)
        return found

    def _pair(self, old: Element, new: Element, by: MatchedBy) -> None:
        del self.old[old.global_id], self.new[new.global_id]
        self._ids[old.global_id] = new.global_id
        moved = round(dist(old.position, new.position), 4) if old.position and new.position else None
        changes = tuple(self._changes(old, new))
        self.matches.append(Match(old=old, new=new, by=by, moved_m=moved, changes=changes))

    def _changes(self, old: Element, new: Element) -> Iterator[str]:
        for what in ("name", "tag", "type"):
            before, after = getattr(old, what), getattr(new, what)
            if before != after:
                yield f"{what} {before!r} -> {after!r}"
        if old.container and self._ids.get(old.container, old.container) != new.container:
            yield f"container {self._names.get(old.container, '')!r} -> {self._names.get(new.container, '')!r}"


def _alone(elements: Iterable[Element], key_of: Key) -> dict[Hashable, Element]:
    found: dict[Hashable, list[Element]] = {}
    for element in elements:
        key = key_of(element)
        if key is not None:
            found.setdefault(key, []).append(element)
    return {key: some[0] for key, some in found.items() if len(some) == 1}


def _by_global_id(old: Sequence[Element], new: Sequence[Element]) -> Key:
    """With the class: exporters give GlobalIds to other things. One that a file repeats says nothing."""
    repeated = {one.global_id.split(_REPEATED)[0] for one in (*old, *new) if _REPEATED in one.global_id}

    def key_of(element: Element) -> Hashable | None:
        is_repeated = element.global_id.split(_REPEATED)[0] in repeated
        return None if is_repeated else (element.global_id, _family(element))

    return key_of


def _by_tag(element: Element) -> Hashable | None:
    return (element.tag, _family(element)) if element.tag else None


def _family(element: Element) -> str:
    """IFC4 exporters write a wall or door once as standard case and once not."""
    return element.ifc_class.removesuffix("StandardCase")


def _cell(element: Element) -> Hashable:
    """Class and cell of a grid of 1 m in plan and height."""
    position = element.position or (0.0, 0.0, 0.0)
    return (_family(element), *(floor(value) for value in position))


def _cells(element: Element) -> Iterator[Hashable]:
    """The cells within the tolerance round an element: one, or more at their edges."""
    if element.position is not None:
        ends = [{floor(value - PLACE_M), floor(value + PLACE_M)} for value in element.position]
        yield from ((_family(element), *cell) for cell in product(*ends))


def _is_plausible(old: Element, new: Element) -> bool:
    """A Tag is a number that programs count up: something else must speak for it as well."""
    is_near = old.position is not None and new.position is not None and dist(old.position, new.position) <= 1.0
    return is_near or (bool(old.name) and old.name == new.name)


def _is_one_place(old: Element, new: Element) -> bool:
    if old.position is None or new.position is None:
        return old.position is new.position
    return dist(old.position, new.position) <= PLACE_M
