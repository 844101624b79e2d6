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
    start_s: float
    end_s: float


def slots_of(scenario: Scenario, group: GroupTerms, day: int) -> tuple[Slot, ...]:
    """The slots of a group on one day."""
    opens_s = day * DAY_S
    return tuple(
        Slot(day=day, block=block, start_s=opens_s + block.start, end_s=opens_s + block.end)
        for block in scenario.blocks(group, scenario.calendar.weekday(day))
    )


def timetable(scenario: Scenario, group: GroupTerms) -> tuple[Slot, ...]:
    """All slots of a group, in order."""
    return tuple(slot for day in range(scenario.calendar.days) for slot in slots_of(scenario, group, day))


def is_ever_locked(scenario: Scenario, group: GroupTerms) -> bool:
    """Whether a group is ever locked in."""
    return any(slot.block.locked for slot in timetable(scenario, group))
