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
    """Seats over all days of a plan, never more at a time than a space has.

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
        self._clashes = {weekday: self._clashes_on(weekday) for weekday in scenario.weekdays}
        self._kept: Counter[tuple[Weekday, int, int]] = Counter()
        self._regular = self._regulars()

    def day(self, weekday: Weekday, present: Collection[int]) -> Seats:
        """The seats of one day, of those who are `present`; to be asked for day after day."""
        sessions = {group.name: sessions_of(self._scenario, group, weekday) for group in self._scenario.group}
        today = [activity for activity in self._scenario.activity if weekday in activity.days]
        seats: Seats = {}
        for (person, session), (space, activity) in self._regular.items():
            if person in present and activity in today and session in sessions[self._group_of[person].name]:
                seats[person, session] = space
        given = Counter({(space, session): n for (day, space, session), n in self._kept.items() if day is weekday})
        for session in sorted({number for theirs in sessions.values() for number in theirs}):
            free = self._free(session, sessions, present, seats)
            for activity in today:
                if not activity.whole_day and (not activity.sessions or session in activity.sessions):
                    self._fill(weekday, session, activity, free, seats, given)
        self._had.update(person for person, _ in seats)
        return seats

    def _free(
        self, session: int, sessions: Mapping[str, Sequence[int]], present: Collection[int], seats: Seats
    ) -> dict[int, None]:
        """Who has no seat in a session yet, in the order in which people are asked."""
        had = Counter(person for person, _ in seats)
        free = [
            person
            for person in self._rank
            if person in present and (person, session) not in seats and session in sessions[self._group_of[person].name]
        ]
        return dict.fromkeys(sorted(free, key=lambda person: (had[person] + self._had[person], self._rank[person])))

    def _fill(
        self,
        weekday: Weekday,
        session: int,
        activity: ActivityTerms,
        free: dict[int, None],
        seats: Seats,
        given: Counter[tuple[int, int]],
    ) -> None:
        asked = iter([person for person in free if self._may(person, activity)])
        for space, places in self._places_of(activity):
            clashing = self._clashes[weekday][session]
            for _ in range(min(places, self._room(space, places) - sum(given[space, other] for other in clashing))):
                person = next(asked, None)
                if person is None:
                    return
                seats[person, session] = space
                given[space, session] += 1
                del free[person]

    def _regulars(self) -> dict[tuple[int, int], tuple[int, ActivityTerms]]:
        """(person, session) → (space, activity) of the whole-day activities."""
        found: dict[tuple[int, int], tuple[int, ActivityTerms]] = {}
        queues = {name: iter(theirs) for name, theirs in self._members.items()}
        for activity in (a for a in self._scenario.activity if a.whole_day):
            for space, places in self._places_of(activity):
                own: Counter[tuple[Weekday, int]] = Counter()
                for group in self._scenario.group:
                    if activity.groups and group.name not in activity.groups:
                        continue
                    taken = self._sessions_ever(group, activity)
                    while taken and not any(
                        own[when] >= places or self._is_full(space, places, *when) for when in taken
                    ):
                        person = next(queues[group.name], None)
                        if person is None:
                            break
                        own.update(taken)
                        self._kept.update((weekday, space, session) for weekday, session in taken)
                        found.update({(person, session): (space, activity) for _, session in taken})
        return found

    def _is_full(self, space: int, places: int, weekday: Weekday, session: int) -> bool:
        clashing = self._clashes[weekday][session]
        return sum(self._kept[weekday, space, other] for other in clashing) >= self._room(space, places)

    def _clashes_on(self, weekday: Weekday) -> dict[int, frozenset[int]]:
        """Of each session the sessions, it too, that some group has at the same time on a weekday."""
        blocks = [
            block
            for group in self._scenario.group
            for block in self._scenario.blocks(group, weekday)
            if block.place == "session"
        ]
        return {
            block.session: frozenset(
                other.session
                for mine in blocks
                if mine.session == block.session
                for other in blocks
                if other.start < mine.end and mine.start < other.end
            )
            for block in blocks
        }

    def _sessions_ever(self, group: GroupTerms, activity: ActivityTerms) -> list[tuple[Weekday, int]]:
        return [
            (weekday, session)
            for weekday in self._scenario.weekdays
            if weekday in activity.days
            for session in sessions_of(self._scenario, group, weekday)
            if not activity.sessions or session in activity.sessions
        ]

    def _may(self, person: int, activity: ActivityTerms) -> bool:
        return not activity.groups or self._group_of[person].name in activity.groups

    def _places_of(self, activity: ActivityTerms) -> Iterator[tuple[int, int]]:
        """Spaces of an activity, and how many people it takes in each."""
        for node in self._building.spaces_of({activity.use}):
            space = self._building.space(node)
            assert space is not None
            yield node, activity.seats or space.capacity

    def _room(self, node: int, places: int) -> int:
        """People whom a space holds; what it does not say is what the activity asks for."""
        space = self._building.space(node)
        return max(places, space.capacity if space is not None else 0)
