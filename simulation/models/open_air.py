"""Open air in rota: turns in the yards, first for those who have the fewest turns left to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulation.graph import CompiledBuilding
from simulation.models.stretches import Stretch
from simulation.models.terms import OpenAirTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One person's time in a yard [s]."""

    start: float
    end: float
    yard: int


def turns_of(terms: OpenAirTerms) -> list[Stretch]:
    """The turns that fit into the windows, with the change-over between them."""
    turns = []
    length_s, change_s = terms.turn_min * 60, terms.change_min * 60
    for opens, closes in terms.windows:
        start = opens
        while start + length_s <= closes:
            turns.append((start, start + length_s))
            start += length_s + change_s
    return turns


def assign_turns(
    building: CompiledBuilding,
    turns: Sequence[Stretch],
    yard_of: Mapping[int, int],
    engaged: Mapping[int, Sequence[Stretch]],
    rank: Mapping[int, int],
) -> dict[int, Turn]:
    """Give everybody one turn if possible; no yard ever holds more than its capacity.

    Args:
        building: the building; a yard that states no capacity takes one person per 5 m² (assumed).
        turns: in order of time [s].
        yard_of: person → yard of its unit.
        engaged: person → stretches when it cannot come.
        rank: person → place in the rota, for equal cases.
    """
    options = {person: [turn for turn in turns if _is_free(engaged[person], turn)] for person in yard_of}
    given: dict[int, Turn] = {}
    for number, turn in enumerate(turns):
        left = set(turns[number:])
        for yard in sorted(set(yard_of.values())):
            candidates = [p for p in yard_of if yard_of[p] == yard and p not in given and turn in options[p]]
            candidates.sort(key=lambda p: (len(left.intersection(options[p])), rank[p]))
            for person in candidates[: _capacity(building, yard)]:
                given[person] = Turn(start=turn[0], end=turn[1], yard=yard)
    return given


def _is_free(engaged: Sequence[Stretch], turn: Stretch) -> bool:
    return all(end <= turn[0] or start >= turn[1] for start, end in engaged)


def _capacity(building: CompiledBuilding, yard: int) -> int:
    space = building.space(yard)
    assert space is not None
    return space.capacity or int(space.area_m2 / 5)
