"""Two revisions of a model compared: which element of the old one is which of the new one.

Exporters re-issue GlobalIds (on a new export, a phase, a split) and move what keeps its GlobalId. An element is looked
for by GlobalId, then by Tag, then by class, name, container and placement; each only where the answer is the only one.
Likenesses of a lost element are named, the nearest first.
What is not found is lost, and said to be: a binding that follows the wrong element is worse than one that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import product
from math import dist, floor, inf

from twin.model.elements import Element
from twin.model.ids import GlobalId

PLACE_M = 0.05
"""Elements of two revisions that stand nearer than this stand in the same place."""
NEAR_M = 0.3
"""An element with the same Tag that stands nearer than this is the same (assumption)."""
MOST_NEAR = 10
"""Likenesses of a lost element that are named."""
_ROUND_M = 3
_MANY = 50
"""Of more things that look the same only those within some metres are looked at."""
_ONE_OF_EACH = frozenset({"IfcProject", "IfcSite", "IfcBuilding"})
_REPEATED = "~"
"""In GlobalIds that had to be kept apart: which of them is which cannot be told by the GlobalId."""


class MatchedBy(StrEnum):
    """By what an element was found again."""

    GLOBAL_ID = "global-id"
    ONLY = "only-one"
    TAG = "tag"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An element of the old revision, the same one of the new, and what changed: fact, before, after.

    ``moved_m`` is None without places.
    """

    old: Element
    new: Element
    by: MatchedBy
    moved_m: float | None = None
    changes: tuple[tuple[str, str, str], ...] = ()

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
    search.match_keys(MatchedBy.ONLY, _by_rank)
    search.match_keys(MatchedBy.TAG, _by_tag, accept=search.is_plausible)
    # What stands in a space can only be looked for when the space is found.
    while search.match_places():
        pass
    return search.revision()


Key = Callable[[Element], Hashable | None]


class _Search:
    """What is not found yet, and what is."""

    def __init__(self, old: Sequence[Element], new: Sequence[Element]) -> None:
        self.old = {element.global_id: element for element in old}
        self.new = {element.global_id: element for element in new}
        self._pairs: list[tuple[Element, Element, MatchedBy]] = []
        self._ids: dict[GlobalId, GlobalId] = {}
        self._disputed: dict[GlobalId, tuple[Element, ...]] = {}
        self._standing = {element.global_id: element.position for element in old}
        self._new_standing = {element.global_id: element.position for element in new}
        self._names = {element.global_id: element.name for element in (*old, *new)}
        self._own_names = _alone(old, _by_name).keys() & _alone(new, _by_name).keys()

    def match_keys(self, by: MatchedBy, key_of: Key, accept: Callable[[Element, Element], bool] | None = None) -> None:
        """Pair the elements whose key is the only one of its kind on both sides."""
        waiting = [element for element in self.old.values() if element.global_id not in self._disputed]
        ours, theirs = _alone(waiting, key_of), _alone(self.new.values(), key_of)
        for key in [key for key in ours if key in theirs]:
            if accept is None or accept(ours[key], theirs[key]):
                self._pair(ours[key], theirs[key], by)

    def is_plausible(self, old: Element, new: Element) -> bool:
        """Whether something besides the Tag speaks for it: programs count Tags up, and number them anew."""
        if old.name == new.name and _by_name(old) in self._own_names:
            return True
        return old.position is not None and new.position is not None and dist(old.position, new.position) <= NEAR_M

    def is_undisputed(self, old: Element, new: Element) -> bool:
        """Whether no other element took the place of one that moved.

        Then either two things changed places or their GlobalIds were exchanged. A name that went with the GlobalId
        speaks for the first, a name that stayed at the place for the second; where both are called the same, nobody
        can tell, and a person must.
        """
        rivals = tuple(self._rivals(old, new))
        if rivals and old.name == new.name and any(rival.name == old.name for rival in rivals):
            self._disputed[old.global_id] = (new, *rivals)
            return False
        is_taken = bool(rivals) or any(other.name == new.name for other in self._heirs(old, new))
        return old.name == new.name or not is_taken

    def match_places(self) -> int:
        """Pair the elements of one class, name and container that stand in one place, alone; how many were."""
        wanted: dict[GlobalId, list[Element]] = {}
        for element in self.old.values():
            if element.global_id in self._disputed or not element.name:
                continue
            there = [other for other in self._alike(element, _cell(element)) if _is_one_place(element, other)]
            if len(there) == 1:
                wanted.setdefault(there[0].global_id, []).append(element)
        found = [(olds[0], self.new[new]) for new, olds in wanted.items() if len(olds) == 1]
        for old, other in found:
            self._pair(old, other, MatchedBy.PLACE)
        return len(found)

    def revision(self) -> Revision:
        """What was found, what was not, and what the lost may have become."""
        lost, added = tuple(self.old.values()), tuple(self.new.values())
        near = {element.global_id: found for element in lost if (found := self._lookalikes(element))}
        return Revision(matches=tuple(self._match(*pair) for pair in self._pairs), added=added, lost=lost, near=near)

    def _rivals(self, old: Element, new: Element) -> Iterator[Element]:
        if old.position is None or _is_one_place(old, new):
            return
        for other in self._new_by_cell.get((_family(old), _cell(old)), ()):
            before = self._standing.get(other.global_id)
            stood_there = before is not None and dist(before, old.position) <= PLACE_M
            if other.global_id != new.global_id and _is_one_place(old, other) and not stood_there:
                yield other

    def _heirs(self, old: Element, new: Element) -> Iterator[Element]:
        """Old elements that stood where the new one stands, and whose own GlobalId is gone or elsewhere."""
        if new.position is None or _is_one_place(old, new):
            return
        for other in self._old_by_cell.get((_family(new), _cell(new)), ()):
            stays = self._new_standing.get(other.global_id)
            is_there = stays is not None and other.position is not None and dist(stays, other.position) <= PLACE_M
            if other.global_id != old.global_id and _is_one_place(other, new) and not is_there:
                yield other

    def _alike(self, element: Element, *cells: Hashable) -> Iterator[Element]:
        """New elements of the class, name and container of an old one, near to any of the cells."""
        container = self._ids.get(element.container) if element.container else element.container
        for cell in cells if container is not None else ():
            for other in self._new_by_look.get((_family(element), element.name, container, cell), ()):
                if other.global_id in self.new:
                    yield other

    def _lookalikes(self, element: Element) -> tuple[Element, ...]:
        """What it may have become: the parties of a dispute, or the nearest that look like it."""
        if element.global_id in self._disputed:
            return self._disputed[element.global_id]
        if not element.name:
            return ()
        container = self._ids.get(element.container, element.container)
        found: Collection[Element] = self._added_by_look.get((_family(element), element.name, container), ())
        if len(found) > _MANY:
            found = {other.global_id: other for other in self._alike(element, *_cells_round(element))}.values()
        return tuple(sorted(found, key=lambda other: _distance(element, other))[:MOST_NEAR])

    @cached_property
    def _old_by_cell(self) -> Mapping[Hashable, Sequence[Element]]:
        return _filed(self.old.values(), lambda element: (_family(element),))

    @cached_property
    def _new_by_cell(self) -> Mapping[Hashable, Sequence[Element]]:
        return _filed(self.new.values(), lambda element: (_family(element),))

    @cached_property
    def _added_by_look(self) -> Mapping[Hashable, Collection[Element]]:
        found: dict[Hashable, list[Element]] = {}
        for element in self.new.values():
            found.setdefault((_family(element), element.name, element.container), []).append(element)
        return found

    @cached_property
    def _new_by_look(self) -> Mapping[Hashable, Sequence[Element]]:
        return _filed(self.new.values(), lambda element: (_family(element), element.name, element.container))

    def _pair(self, old: Element, new: Element, by: MatchedBy) -> None:
        del self.old[old.global_id], self.new[new.global_id]
        self._ids[old.global_id] = new.global_id
        self._pairs.append((old, new, by))

    def _match(self, old: Element, new: Element, by: MatchedBy) -> Match:
        moved = round(dist(old.position, new.position), 4) if old.position and new.position else None
        return Match(old=old, new=new, by=by, moved_m=moved, changes=tuple(self._changes(old, new)))

    def _changes(self, old: Element, new: Element) -> Iterator[tuple[str, str, str]]:
        for what in ("name", "tag", "type"):
            before, after = getattr(old, what), getattr(new, what)
            if before != after:
                yield (what, before, after)
        if old.container and self._ids.get(old.container, old.container) != new.container:
            yield ("container", self._names.get(old.container, ""), self._names.get(new.container, ""))


def _filed(
    elements: Iterable[Element], look: Callable[[Element], tuple[Hashable, ...]]
) -> Mapping[Hashable, Sequence[Element]]:
    """Elements by what they look like and every cell of the grid that their place is near to."""
    found: dict[Hashable, list[Element]] = {}
    for element in elements:
        for cell in _cells(element):
            found.setdefault((*look(element), cell), []).append(element)
    return found


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


def _by_rank(element: Element) -> Hashable | None:
    """Project, site and building carry no mark of their own; where there is one on each side, it is that."""
    return element.ifc_class if element.ifc_class in _ONE_OF_EACH else None


def _by_name(element: Element) -> Hashable | None:
    return (_family(element), element.name) if element.name else None


def _cell(element: Element) -> Hashable:
    """Cell of a grid of 1 m in plan and height; None for what has no place."""
    return None if element.position is None else tuple(floor(value) for value in element.position)


def _cells(element: Element) -> Iterator[Hashable]:
    """The cells within the tolerance round an element: one, or more at their edges."""
    if element.position is None:
        yield None
    else:
        yield from product(*({floor(value - PLACE_M), floor(value + PLACE_M)} for value in element.position))


def _cells_round(element: Element) -> Iterator[Hashable]:
    """The cells within some metres of an element."""
    yield None
    if element.position is not None:
        yield from product(*(range(floor(value) - _ROUND_M, floor(value) + _ROUND_M + 1) for value in element.position))


def _distance(one: Element, other: Element) -> float:
    return dist(one.position, other.position) if one.position and other.position else inf


def _is_one_place(old: Element, new: Element) -> bool:
    if old.position is None or new.position is None:
        return old.position is new.position
    return dist(old.position, new.position) <= PLACE_M
