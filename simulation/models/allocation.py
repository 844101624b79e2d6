"""Seats: who works, learns or follows a programme in which session of which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from simulation.graph import CompiledBuilding
from simulation.models.notation import Weekday
from simulation.models.terms import ActivityTerms, GroupTerms, Scenario
from simulation.streams import stream

Seats = dict[tuple[int, int], int]
"""(person, session) → space."""


def sessions_of(scenario: Scenario, group: GroupTerms, weekday: Weekday) -> tuple[int, ...]:
    """Numbers of the sessions of a group on a weekday, in order of the day."""
    blocks = scenario.blocks(group, weekday)
    return tuple(dict.fromkeys(block.session for block in blocks if block.place == "session"))


class Allocation:
    """Seats over all days of a plan, never more in a session than a space has.

    Whole-day activities keep the same people in all sessions and on all days; who is away leaves the seat empty. The
    other seats go first to those who have had the fewest sessions so far, in an order drawn once from the seed.

    Args:
        building: the building; what an activity does not say, the capacity of its spaces does.
        scenario: activities, groups, blocks.
        members: people by group.
        seed: of the plan.
    """

    def __init__(
        self, building: CompiledBuilding, scenario: Scenario, members: Mapping[str, Sequence[int]], seed: int
    ) -> None:
        self._building = building
        self._scenario = scenario
        people = [person for group in scenario.group for person in members[group.name]]
        order = stream(seed, "regime", "allocation").permutation(len(people))
        self._rank = {people[at]: rank for rank, at in enumerate(order)}
        self._members = {name: sorted(theirs, key=self._rank.__getitem__) for name, theirs in members.items()}
        self._group_of = {person: group for group in scenario.group for person in members[group.name]}
        self._had: Counter[int] = Counter()
        self._regular = self._regulars()

    def day(self, weekday: Weekday, present: Collection[int]) -> Seats:
        """The seats of one day, of those who are `present`; to be asked for day after day."""
        sessions = {group.name: sessions_of(self._scenario, group, weekday) for group in self._scenario.group}
        today = [activity for activity in self._scenario.activity if weekday in activity.days]
        seats: Seats = {}
        for (person, session), (space, activity) in self._regular.items():
            if person in present and activity in today and session in sessions[self._group_of[person].name]:
                seats[person, session] = space
        for session in sorted({number for theirs in sessions.values() for number in theirs}):
            self._fill(session, [a for a in today if not a.whole_day], sessions, present, seats)
        self._had.update(person for person, _ in seats)
        return seats

    def _fill(
        self,
        session: int,
        activities: Sequence[ActivityTerms],
        sessions: Mapping[str, Sequence[int]],
        present: Collection[int],
        seats: Seats,
    ) -> None:
        had = Counter(person for person, _ in seats)
        free = [
            person
            for person in self._rank
            if person in present and (person, session) not in seats and session in sessions[self._group_of[person].name]
        ]
        free.sort(key=lambda person: (had[person] + self._had[person], self._rank[person]))
        for activity in activities:
            if activity.sessions and session not in activity.sessions:
                continue
            allowed = [person for person in free if self._may(person, activity)]
            for space, person in zip(self._seats_of(activity), allowed, strict=False):
                seats[person, session] = space
                free.remove(person)

    def _regulars(self) -> dict[tuple[int, int], tuple[int, ActivityTerms]]:
        """(person, session) → (space, activity) of the whole-day activities."""
        found: dict[tuple[int, int], tuple[int, ActivityTerms]] = {}
        queues = {name: iter(theirs) for name, theirs in self._members.items()}
        for activity in (a for a in self._scenario.activity if a.whole_day):
            for space in self._seats_of(activity):
                taken: set[int] = set()
                for group in self._scenario.group:
                    wanted = self._sessions_ever(group, activity)
                    if (
                        not wanted
                        or taken.intersection(wanted)
                        or (activity.groups and group.name not in activity.groups)
                    ):
                        continue
                    person = next(queues[group.name], None)
                    if person is not None:
                        taken.update(wanted)
                        found.update({(person, session): (space, activity) for session in wanted})
        return found

    def _sessions_ever(self, group: GroupTerms, activity: ActivityTerms) -> tuple[int, ...]:
        days = [day for day in self._scenario.weekdays if day in activity.days]
        ever = dict.fromkeys(number for day in days for number in sessions_of(self._scenario, group, day))
        return tuple(number for number in ever if not activity.sessions or number in activity.sessions)

    def _may(self, person: int, activity: ActivityTerms) -> bool:
        return not activity.groups or self._group_of[person].name in activity.groups

    def _seats_of(self, activity: ActivityTerms) -> Iterator[int]:
        for room in self._building.spaces_of({activity.use}):
            space = self._building.space(room)
            assert space is not None
            for _ in range(activity.seats or space.capacity):
                yield room
