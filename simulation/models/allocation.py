"""Seats: who works, learns or follows a programme in which session."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.graph import CompiledBuilding
from simulation.models.terms import ActivityTerms
from simulation.streams import stream

Seats = dict[tuple[int, int], int]
"""(person, session) → space."""


def allocate(
    building: CompiledBuilding,
    activities: Sequence[ActivityTerms],
    sessions: Sequence[int],
    people: Sequence[int],
    seed: int,
) -> Seats:
    """Fill the seats of every session, never more than a space has.

    Whole-day activities take the same people in every session. The other seats go first to those who have had the
    fewest sessions that day, in an order drawn once from the seed.
    """
    if not people:
        return {}
    order = [people[at] for at in stream(seed, "regime", "allocation").permutation(len(people))]
    rank = {person: at for at, person in enumerate(order)}
    seats: Seats = {}
    for session in sessions:
        taken = {person for person, number in seats if number == session}
        had = {person: sum((person, other) in seats for other in sessions) for person in order}
        queue = iter(sorted((p for p in order if p not in taken), key=lambda p: (had[p], rank[p])))
        for activity in sorted(activities, key=lambda terms: not terms.whole_day):
            if activity.whole_day and session != sessions[0]:
                continue
            for space, person in zip(_free_seats(building, activity), queue, strict=False):
                for number in sessions if activity.whole_day else (session,):
                    seats[person, number] = space
    return seats


def _free_seats(building: CompiledBuilding, activity: ActivityTerms) -> list[int]:
    rooms = building.spaces_of({activity.use})
    return [room for room in rooms if (space := building.space(room)) for _ in range(space.capacity)]
