"""The regime day of the Vilnius block: how it grows with people, what it costs beside a bare heapq loop, in one run.

A figure with a budget is printed with it, met or not. The bare loop is `reference_day` of the kernel's tests: the same
people, trips, doors and rows, and no SimPy.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from math import log
from pathlib import Path
from statistics import median

from simpy import Environment

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "simulation"))
from reference_day import ReferenceDay
from repeated_block import repeated, staffed
from staged_unlock import StagedUnlock
from watched_day import WatchedDay, walking_world, watch_day

from simulation.egress.opening import opening_of_regime
from simulation.egress.plan import load_plan
from simulation.egress.plan_study import Source, prepare
from simulation.egress.playing import play
from simulation.flow import AS_EQUALS
from simulation.graph import CompiledBuilding
from simulation.models.notation import DAY_S
from simulation.models.regime import compile_for, populate, simulate_day
from simulation.models.terms import Scenario
from simulation.record import EventRecord, Kind
from simulation.study.replicate import run_study
from simulation.study.scenario import load_scenario
from simulation.world import World
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.layout import declared_facility
from twin.model.facility import Facility
from twin.model.vocabulary import SpaceUse

BLOCK_PEOPLE = 200
SIZES = ((50, 1), (200, 1), (500, 3), (1000, 5), (2000, 10))
"""People, and the blocks that they live in."""
CORRIDOR = "VIL-L00-U-UCOR"
RUNS = 7
DAYS = 30
PATIENCE_S = 25.0
"""The first day of a building may take so long, or larger ones are left out."""
DRILLS = 100


def main() -> None:
    """The block first, then its copies, then several cores and drills."""
    facility = declared_facility(read_brief(site_folder("vilnius")))
    scenario = load_scenario(site_folder("vilnius") / "scenarios" / "closed-day.toml")
    gc.disable()  # as in a study: a day makes millions of short-lived events
    one_block(compile_for(facility, scenario), scenario)
    drills(facility)
    planned(facility, scenario)
    gc.enable()
    workers(facility, scenario)
    growth(facility, scenario)


def one_block(building: CompiledBuilding, scenario: Scenario) -> None:
    """Cost and events of a day, against the bare loop."""
    day = watch_day(building, scenario, 1)
    whole_s, loop_s = timed(lambda: simulate_day(building, scenario, 1)), timed(lambda: day.reference().run(DAY_S))
    say("regime day of 200 people", f"{1 / whole_s:6.1f} days/s/core", "budget 12")
    say(
        "  bare loop, told all decisions",
        f"{loop_s / whole_s:6.2f} x",
        "(plans, calls, locks and jobs are made up front)",
    )
    walks_s, bare_s = walking_s(day)
    say("walking alone, against bare loop", f"{bare_s / walks_s:6.2f} x", "budget 0.5 x")
    world = walking_world(building, day.walkers, Environment())
    events, record = count_events(world.env, DAY_S), world.finish()
    passages = passed(record)
    at_doors = 1 + int((record.aux[record.kind == Kind.PASS] > 0).sum()) / passages
    say(
        "events of walking per passage",
        f"{events / passages:6.2f}",
        f"budget 1.3   (coming to doors and waiting there {at_doors:.2f}, walks begin and end"
        f" {events / passages - at_doors:.2f}: {passages / len(day.walks):.1f} doors a walk)",
    )
    say("  every event of the day", f"{whole_events(building, scenario) / passed(day.record):6.2f}", "per passage")


def walking_s(day: WatchedDay) -> tuple[float, float]:
    """CPU time of the clock alone, in the kernel and in the bare loop."""
    building = day.building

    def kernel() -> Callable[[], object]:
        world = walking_world(building, day.walkers, Environment())
        return lambda: world.env.run(until=DAY_S)

    def bare() -> Callable[[], object]:
        reference = ReferenceDay(building.routes, building.headway_s, day.walkers)
        return lambda: reference.run(DAY_S)

    pairs = [(timed(kernel(), 1), timed(bare(), 1)) for _ in range(RUNS)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def drills(facility: Facility) -> None:
    """Replications of an evacuation with staged unlock."""
    drill = StagedUnlock(facility)
    passages = passed(drill.replicate(0))
    begun = time.process_time()
    for seed in range(DRILLS):
        drill.replicate(seed)
    rate = DRILLS / (time.process_time() - begun)
    what = f"({drill.people} people, {passages} passages)"
    say("drill replications", f"{rate:6.0f} /s/core", f"budget 120   {what}")


def planned(facility: Facility, scenario: Scenario) -> None:
    """An evacuation plan as people write it, with crews who walk to the doors, on a block in association."""
    path = site_folder("vilnius") / "evacuations" / "whole-block-by-day.toml"
    plan = load_plan(path)
    assert plan.start is not None
    setting = prepare(plan, Source(facility=facility, where=path.name, scenario=scenario))
    opening = opening_of_regime(compile_for(facility, scenario), scenario, plan.start.clock, 1)
    played = play(setting, opening, 1, is_effective=True, manner=AS_EQUALS)
    taken_s = timed(lambda: play(setting, opening, 1, is_effective=True, manner=AS_EQUALS), 30)
    what = f"({len(played.leaving)} people, {passed(played.record)} passages, crews against the stream)"
    say("  plan whole-block-by-day", f"{1 / taken_s:6.0f} /s/core", what)


def workers(facility: Facility, scenario: Scenario) -> None:
    """The same study on one worker and on two that are warm."""
    run_study(facility, scenario, 1, 4, workers=2)
    taken_s, digests = [], []
    for count in (1, 2):
        begun = time.perf_counter()
        digests.append(run_study(facility, scenario, 1, DAYS, workers=count).digests)
        taken_s.append(time.perf_counter() - begun)
    assert digests[0] == digests[1], "two workers gave other days than one"
    say("two workers against one", f"{taken_s[0] / taken_s[1]:6.2f} x", "budget 1.7 x   (equal records)")


def growth(facility: Facility, scenario: Scenario) -> None:
    """Time per simulated day as the block is repeated; the exponent is of time over people, against the line above."""
    print(
        "\npeople blocks   first day s   day s  days/s/core  passages   events  ev/pass  µs/pass  bare loop  exponent"
    )
    before: tuple[int, float] | None = None
    first_s = 0.0
    for people, copies in SIZES:
        if first_s > PATIENCE_S:
            print(f"{people:6} {copies:6} not played: to search the ways of fewer took {first_s:.0f} s already")
            continue
        plan = staffed(scenario, copies, people, BLOCK_PEOPLE * copies)
        building = compile_for(repeated(facility, copies, corridor=CORRIDOR), plan)
        gc.collect()
        gc.disable()
        first_s = timed(lambda: searched(building, plan), 1)  # noqa: B023 - called at once
        day = watch_day(building, plan, 1)
        taken_s = timed(lambda: simulate_day(building, plan, 1), 3)  # noqa: B023
        walks_s, bare_s = walking_s(day)
        events, passages = whole_events(building, plan), passed(day.record)
        exponent = f"{log(taken_s / before[1]) / log(people / before[0]):9.2f}" if before else ""
        print(
            f"{people:6} {copies:6} {first_s:13.1f} {taken_s:7.3f} {1 / taken_s:12.1f} {passages:9} {events:8}"
            f" {events / passages:8.2f} {taken_s / passages * 1e6:8.1f} {bare_s / walks_s:8.2f} x {exponent}",
            flush=True,
        )
        before = people, taken_s
        gc.enable()


def searched(building: CompiledBuilding, scenario: Scenario) -> None:
    """The first day of a building, on which its ways are searched: room by room, and what is left as it is met."""
    rooms = building.spaces_of({errand.use for errand in scenario.errand})
    building.routes.prepare((room, home) for room in rooms for home in building.spaces_of({SpaceUse.DAYROOM}))
    simulate_day(building, scenario, 0)


def whole_events(building: CompiledBuilding, scenario: Scenario) -> int:
    """SimPy events of a whole day."""
    env = Environment()
    populate(World(building, env), building, scenario, 1)
    return count_events(env, DAY_S)


def count_events(env: Environment, until_s: float) -> int:
    """Let the clock run, and count the events that it takes from its queue: what `Environment.step` does once each."""
    count = 0
    while env.peek() < until_s:
        env.step()
        count += 1
    return count


def passed(record: EventRecord) -> int:
    """Door passages of a record."""
    return int((record.kind == Kind.PASS).sum())


def timed(work: Callable[[], object], times: int = RUNS) -> float:
    """CPU time of a call [s], the median of some."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return median(found)


def say(what: str, figure: str, beside: str) -> None:
    """One line of the table."""
    print(f"{what:34} {figure:22} {beside}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
