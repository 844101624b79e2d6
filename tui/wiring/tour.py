"""The scripted tour of `gatehouse demo` without a terminal: the same parts as the screens, told in figures.

Every figure printed is read from what really ran: the import's report, the poller's counters, the journal, the study.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from tui.control.client import ControlClient
from tui.reports.pages import minutes
from tui.wiring.building_process import BuildingProcess
from tui.wiring.exercise import conductor_for
from tui.wiring.operator import OperatorDesk
from tui.wiring.planners_files import scenario_paths
from tui.wiring.sites import Prepared
from tui.wiring.studies import StudyRoom
from twin.model.alarms import Alarm
from twin.model.doors import Door
from twin.model.errors import Fault, ScenarioError
from twin.model.ids import GlobalId
from twin.model.operation import Armed, CommandOutcome, DoorIntent, Outcome
from twin.model.points import Protocol
from twin.model.vocabulary import AlarmState, DoorAction, DoorState, Role, SiteMode
from twin.store import journal

Say = Callable[[str], None]

POLL_S = 6.0
SEE_S = 10.0
DRILL_SPEED = 6.0
REPLICATIONS = 20
SEED = 1


async def tour(prepared: Prepared, say: Say, *, seconds: float = 0.0) -> bool:
    """Play the tour; whether everything went as it should.

    Args:
        prepared: a site folder, ready.
        say: told each line.
        seconds: go on polling at least so long.
    """
    site, report = prepared.site, prepared.report
    begun = time.monotonic()
    say("")
    say("1  The building")
    joined = f"doors joined {report.doors_joined} (by boundaries and geometry)"
    say(f"   spaces {report.spaces}, doors {report.doors}, {joined}")
    say(f"   imported in {report.total_s:.2f} s")
    async with (
        BuildingProcess(site.folder) as building,
        ControlClient(building.control) as trainer,
        OperatorDesk(site, role=Role.OPERATOR, mode=SiteMode.VIRTUAL) as desk,
    ):
        say("")
        say("2  The wire")
        say(f"   building process {building.pid}, operator process {os.getpid()}")
        await asyncio.sleep(POLL_S)
        ok = _say_polling(desk, say)
        say("")
        say("3  Commands and alarms")
        ok = await _operate(desk, say) and ok
        ok = await _forced_door(desk, trainer, say) and ok
        ok = await _refused(desk, say) and ok
        say("")
        say("4  A simulated day")
        ok = await _simulate(prepared, say) and ok
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - begun)))
    async with (
        BuildingProcess(site.folder) as building,
        ControlClient(building.control) as trainer,
        OperatorDesk(site, role=Role.OPERATOR, mode=SiteMode.EXERCISE) as desk,
    ):
        say("")
        say("5  The drill")
        say(f"   building process {building.pid}, operator process {os.getpid()}")
        ok = await _drill(prepared, desk, trainer, say) and ok
        say("")
        say("6  The audit")
        say(f"   {journal.verify(desk.database)} journal rows, the chain holds")
    return ok


def _say_polling(desk: OperatorDesk, say: Say) -> bool:
    assert desk.poller is not None  # entered
    counters = desk.poller.counters()
    for protocol in Protocol:
        points = sum(health.points for health in desk.devices() if health.protocol == protocol.value)
        count = counters[protocol]
        say(f"   {protocol.value}: {points} points polled, {count.good} good readings, {count.bad} bad")
    return all(health.is_up for health in desk.devices())


async def _operate(desk: OperatorDesk, say: Say) -> bool:
    """Unlock a locked door by command, read the bolt back, lock it again; the other way round where none is locked."""
    door = _door(desk, _is_inner)
    is_locked = desk.door_view(door.global_id).state is DoorState.LOCKED
    done = True
    for action in (DoorAction.UNLOCK, DoorAction.LOCK)[:: 1 if is_locked else -1]:
        outcome = await _order(desk, door, action)
        readback = f"{outcome.readback_s:.2f} s" if outcome.readback_s is not None else outcome.reason
        say(f"   {action.value} {door.code}: {outcome.outcome.value}, physical read-back {readback}")
        done = done and outcome.outcome is Outcome.DONE
    return done


async def _forced_door(desk: OperatorDesk, trainer: ControlClient, say: Say) -> bool:
    """A door is forced in the building; the alarm is seen, acknowledged, returns and is reset."""
    door = _door(desk, lambda door: door.is_route and not door.interlock_group)
    if desk.door_view(door.global_id).state is not DoorState.LOCKED:
        await _order(desk, door, DoorAction.LOCK)
    began = time.monotonic()
    await trainer.ask("inject", what="force", subject=door.code)
    alarm = await _alarm(desk, "door-forced", door.global_id, AlarmState.UNACKNOWLEDGED)
    say(f"   {door.code} forced: priority {alarm.priority} alarm after {time.monotonic() - began:.2f} s")
    desk.acknowledge(alarm.id)
    alarm = await _alarm(desk, "door-forced", door.global_id, AlarmState.ACKNOWLEDGED)
    say(f"   acknowledged by {alarm.acknowledged_by}")
    await trainer.ask("inject", what="repair", subject=door.code)
    alarm = await _alarm(desk, "door-forced", door.global_id, AlarmState.LATCHED)
    say("   door shut again: alarm latched until somebody resets it")
    desk.acknowledge(alarm.id)
    still = any(alarm.element == door.global_id for alarm in desk.alarms())
    say(f"   reset: {'still there' if still else 'normal'}")
    return not still


async def _refused(desk: OperatorDesk, say: Say) -> bool:
    """Two doors of one interlock group: the second order is refused."""
    groups: dict[str, list[Door]] = {}
    for door in desk.facility.doors:
        if door.interlock_group:
            groups.setdefault(door.interlock_group, []).append(door)
    pair = next((doors[:2] for doors in groups.values() if len(doors) > 1), None)
    if pair is None:
        say("   no interlock group in this building")
        return True
    first, second = pair
    await _order(desk, first, DoorAction.UNLOCK)
    outcome = await _order(desk, second, DoorAction.UNLOCK)
    say(f"   unlock {second.code} while {first.code} is unlocked: {outcome.outcome.value} ({outcome.reason})")
    await _order(desk, first, DoorAction.LOCK)
    return outcome.outcome is Outcome.REFUSED


async def _simulate(prepared: Prepared, say: Say) -> bool:
    scenarios = scenario_paths(prepared.site)
    if not scenarios:
        say("   this site has no scenario")
        return True
    result = await StudyRoom(prepared.site, workers=2).run(
        scenarios[0].stem, replications=REPLICATIONS, seed=SEED, on_progress=lambda _done, _total: None
    )
    say(f"   {result.title}: {result.replications} replications, seed {result.seed}, 95 % intervals")
    for row in result.measures:
        i = row.interval
        target = f"  target {row.target}: {row.verdict}" if row.target else ""
        say(f"   {row.label:<52} {i.mean:8.2f} [{i.low:.2f}, {i.high:.2f}] {row.unit}{target}")
    for code, mean, longest in result.door_queues[:3]:
        say(f"   queue at {code}: mean wait {mean:.1f} s, longest {longest:.0f} s")
    say(f"   report {result.report}")
    return bool(result.measures)


async def _drill(prepared: Prepared, desk: OperatorDesk, trainer: ControlClient, say: Say) -> bool:
    conductor = conductor_for(desk, trainer, prepared.site)
    cards = conductor.drills()
    if not cards:
        say("   this site has no drill")
        return True
    result = await conductor.run(cards[0].key, scripted_team=True, speed=DRILL_SPEED)
    say(f"   {result.script.title}, scripted team, clock ×{DRILL_SPEED:g}")
    for verdict in result.assessment.verdicts:
        word = "met" if verdict.is_met else "MISSED"
        times = f"{minutes(verdict.taken_s):>6} of {minutes(verdict.standard_s):>6}"
        rows = ", ".join(map(str, verdict.rows))
        say(f"   {verdict.text:<56} {times}  {word:<6}  journal rows {rows}")
    for rating in result.assessment.ratings:
        say(f"   {rating.rating}  {rating.text} ({rating.reason})")
    say(f"   report {conductor.status().report}")
    return result.assessment.is_passed


async def _order(desk: OperatorDesk, door: Door, action: DoorAction) -> CommandOutcome:
    armed = desk.arm(DoorIntent(door=door.global_id, action=action))
    if not isinstance(armed, Armed):
        return armed
    return await desk.confirm(armed.id, typed=armed.typed, reason="demonstration")


def _is_inner(door: Door) -> bool:
    return door.is_route and not door.interlock_group and not door.is_final_exit


def _door(desk: OperatorDesk, fits: Callable[[Door], bool]) -> Door:
    """The first door that is locked; where none is, as by day in an open house, the first that is shut."""
    commanded = {point.element for point in desk.points if point.kind == "door_command"}
    for state in (DoorState.LOCKED, DoorState.CLOSED):
        for door in desk.facility.doors:
            if door.global_id in commanded and fits(door) and desk.door_view(door.global_id).state is state:
                return door
    raise ScenarioError([Fault(desk.facility.code, "", "has no door to show that can be operated")])


async def _alarm(desk: OperatorDesk, key: str, element: GlobalId, state: AlarmState) -> Alarm:
    deadline = time.monotonic() + SEE_S
    while time.monotonic() < deadline:
        for alarm in desk.alarms():
            if alarm.definition.key == key and alarm.element == element and alarm.state is state:
                return alarm
        await asyncio.sleep(0.02)
    raise ScenarioError([Fault(str(element), key, f"did not become {state.value} within {SEE_S:g} s")])
