"""The timetable of a group over all days of a plan, in seconds from its start."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.models.notation import DAY_S
from simulation.models.terms import Block, GroupTerms, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A block on one day, counted from 0; times [s] from the start of the plan."""

    day: int
    block: Block

    @property
    def start_s(self) -> float:
        """When it begins."""
        return self.day * DAY_S + self.block.start

    @property
    def end_s(self) -> float:
        """When it ends."""
        return self.day * DAY_S + self.block.end


def slots_of(scenario: Scenario, group: GroupTerms, day: int) -> tuple[Slot, ...]:
    """The slots of a group on one day."""
    return tuple(Slot(day=day, block=block) for block in scenario.blocks(group, scenario.calendar.weekday(day)))


def timetable(scenario: Scenario, group: GroupTerms) -> tuple[Slot, ...]:
    """All slots of a group, in order."""
    return tuple(slot for day in range(scenario.calendar.days) for slot in slots_of(scenario, group, day))


def is_ever_locked(scenario: Scenario, group: GroupTerms) -> bool:
    """Whether a group is ever locked in."""
    return any(slot.block.locked for slot in timetable(scenario, group))
