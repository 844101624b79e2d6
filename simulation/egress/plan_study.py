"""A study of an evacuation plan: replications by seed and number, the pair of widths, the declared sensitivities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from simulation.egress.crews import UnlockTimes
from simulation.egress.doors import door_plan
from simulation.egress.escape_ways import escape_ways
from simulation.egress.figures import Figures, figures_of
from simulation.egress.opening import Opening, opening_of_regime, opening_of_snapshot, opening_of_table
from simulation.egress.plan import Plan
from simulation.egress.plan_checks import opening_faults, plan_faults, way_faults
from simulation.egress.plan_summary import Evacuated, Sensitive, sensitive_of, summary_of
from simulation.egress.playing import Setting, play
from simulation.flow import AS_EQUALS, Manner
from simulation.graph import SPECIFIC_FLOW_P_S_M
from simulation.models.regime import compile_for
from simulation.models.terms import Scenario, UnlockTerms
from simulation.people import STAFF_SPEED_M_S
from simulation.snapshot_file import PlacedSnapshot
from simulation.streams import replication_seed
from twin.model.errors import ScenarioError
from twin.model.facility import Facility

NOT_FOR = "Not for regulatory approval. Fire, smoke and contact forces are not modelled."
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a plan is played on: the building, and what says who is where; ``where`` is the plan's file, for faults."""

    facility: Facility
    where: str
    scenario: Scenario | None = None
    snapshot: PlacedSnapshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStudy:
    """A finished study; ``held``: doors locked at the alarm in the first replication, by type.

    ``not_called``: people in the building whom the plan does not call out; ``staff_staying``: staff of the scenario who
    stand where they are. Crews are counted in neither.
    """

    title: str
    seed: int
    replications: int
    not_for: str
    effective_width: Evacuated
    full_width: Evacuated
    sensitivity: tuple[Sensitive, ...]
    held: dict[str, int]
    not_called: float
    staff_staying: float


def prepare(plan: Plan, source: Source) -> Setting:
    """Make a plan ready for its building.

    Raises:
        ScenarioError: every fault of the plan on this building at once.
    """
    facility, scenario = source.facility, source.scenario
    faults = list(plan_faults(plan, facility, source.where, source.snapshot))
    if faults:
        raise ScenarioError(faults)
    known = source.snapshot.snapshot.door_states if source.snapshot is not None else {}
    doors = door_plan(plan, facility, known)
    index = {space.global_id: number for number, space in enumerate(facility.spaces)}
    ways = escape_ways(
        facility,
        muster=[index[facility.space(code).global_id] for code in plan.goal.muster],
        outdoors=plan.goal.is_outdoors,
        escape=doors.escape_ways(facility),
        unlocked=doors.staff_ways,
        flow_p_s_m=scenario.doors.specific_flow_p_s_m if scenario is not None else SPECIFIC_FLOW_P_S_M,
    )
    faults = list(way_faults(plan, facility, source.where, ways, doors))
    if faults:
        raise ScenarioError(faults)
    unlock = scenario.unlock if scenario is not None else UnlockTerms()
    return Setting(
        plan=plan,
        ways=ways,
        doors=doors,
        times=UnlockTimes(cell_s=unlock.unlock_cell_s, arm_s=unlock.group_release_s, doors_per_s=unlock.doors_per_s),
        staff_speed_m_s=scenario.staff.speed_m_s if scenario is not None else STAFF_SPEED_M_S,
    )


def study_plan(
    plan: Plan, source: Source, *, seed: int, replications: int, on_progress: Progress | None = None
) -> PlanStudy:
    """Play a plan so many times. A replication depends on seed and number alone.

    Raises:
        ScenarioError: every fault of the plan, or of those who are in the building at the alarm.
    """
    setting = prepare(plan, source)
    openings = _Openings(plan, source)
    manners = [AS_EQUALS, *(m for m in _manners(plan) if m != AS_EQUALS)]
    runs: dict[tuple[str, Manner], list[Figures]] = {}
    held: dict[str, int] = {}
    staff = others = 0
    for index in range(replications):
        own = replication_seed(seed, index)
        opening = openings.at(own)
        faults = list(opening_faults(plan, source.facility, source.where, opening))
        if faults:
            raise ScenarioError(faults)
        on_duty = sum(occupant.is_staff for occupant in opening.occupants)
        staff += on_duty
        held = held or Counter(door.type for door in setting.doors.held(source.facility, opening.cells))
        for width, manner in product(("effective_width", "full_width"), manners):
            played = play(setting, opening, own, is_effective=width == "effective_width", manner=manner)
            runs.setdefault((width, manner), []).append(figures_of(played, setting.ways))
        called = runs["effective_width", AS_EQUALS][-1].people
        others += len(opening.occupants) - called - (0 if plan.evacuated.staff else on_duty)
        if on_progress is not None:
            on_progress(index + 1, replications)
    return PlanStudy(
        title=plan.about.title,
        seed=seed,
        replications=replications,
        not_for=NOT_FOR,
        effective_width=summary_of(runs["effective_width", AS_EQUALS]),
        full_width=summary_of(runs["full_width", AS_EQUALS]),
        sensitivity=tuple(sensitive_of(*case, each) for case, each in runs.items() if len(manners) > 1),
        held=dict(sorted(held.items())),
        not_called=others / replications,
        staff_staying=0.0 if plan.evacuated.staff else staff / replications,
    )


class _Openings:
    """Who is where in each replication; a building for the regime is compiled once."""

    def __init__(self, plan: Plan, source: Source) -> None:
        self._plan = plan
        self._source = source
        needs_regime = source.scenario is not None and plan.start is not None
        self._building = compile_for(source.facility, source.scenario) if needs_regime and source.scenario else None

    def at(self, seed: int) -> Opening:
        snapshot, start = self._source.snapshot, self._plan.start
        if snapshot is None and self._plan.people:
            return opening_of_table(self._plan.people, self._source.facility)
        regime = None
        if self._building is not None and self._source.scenario is not None and start is not None:
            clock_s = start.clock if snapshot is None else snapshot.clock_s
            regime = opening_of_regime(self._building, self._source.scenario, clock_s, seed)
        if snapshot is not None:
            return opening_of_snapshot(snapshot, regime, seed)
        assert regime is not None
        return regime


def _manners(plan: Plan) -> list[Manner]:
    terms = plan.sensitivity
    pairs = product(terms.officer_priority, terms.slowing) if plan.crew else ()
    return [Manner(officer_priority=priority, slowing=slowing) for priority, slowing in dict.fromkeys(pairs)]
