"""Conduct a drill: the trainer's socket on one side, the operator's desk on the other, the journal as the only witness.

Fits `tui.desk.DrillDesk`. The scripted team acts through the desk, that is through the command path and the wire; the
trainer's socket only starts the building's side and says which injects were given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from simulation.drills.assessment import Assessment, assess, elapsed_s
from simulation.drills.result import DrillResult
from simulation.drills.script import Script, TeamMove, find_scripts, load_script
from simulation.drills.team import ScriptedTeam
from tui.control.client import ControlClient
from tui.desk import Desk, DrillCard, DrillLine, DrillStatus
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT
from twin.model.errors import ConnectError, Fault, RefusedError, ScenarioError
from twin.model.journal import JournalRow
from twin.model.operation import Armed, CommandOutcome, DoorIntent, Intent, Outcome, PointIntent, ReleaseIntent
from twin.model.vocabulary import DoorAction, SiteMode

LOOK_S = 0.1
SETTLE_S = 20.0
"""Exercise seconds the drill goes on after the team has finished and every action is proved."""
SEEN_S = 10.0
"""Wall seconds the scripted team waits for an alarm that it is to acknowledge."""
FOLLOW_S = 30.0
"""Wall seconds within which the desk must see the building's new clock after a drill was loaded."""


class Conductor:
    """Runs one drill at a time on a virtual building."""

    def __init__(
        self,
        desk: Desk,
        client: ControlClient,
        site: Path,
        journal_since: Callable[[datetime], Sequence[JournalRow]],
        note: Callable[[str, str, Mapping[str, object]], None],
        write_report: Callable[[DrillResult], Path],
        set_mode: Callable[[SiteMode], None],
    ) -> None:
        self._desk = desk
        self._client = client
        self._site = site
        self._journal_since = journal_since
        self._note = note
        self._write_report = write_report
        self._set_mode = set_mode
        self._status = DrillStatus()
        self._task: asyncio.Task[DrillResult] | None = None
        self._stopping = False

    # --- DrillDesk -----------------------------------------------------------------------------------------------

    def drills(self) -> Sequence[DrillCard]:
        """See `DrillDesk`."""
        scripts = [load_script(path) for path in find_scripts(self._site)]
        return [DrillCard(key=s.key, title=s.title, description=s.description) for s in scripts]

    def status(self) -> DrillStatus:
        """See `DrillDesk`."""
        return self._status

    async def start(self, key: str, /, *, scripted_team: bool) -> None:
        """See `DrillDesk`.

        Raises:
            RefusedError: a live site, or a drill is running.
        """
        if self._task is not None and not self._task.done():
            raise RefusedError("a drill is running: stop it first")
        self._status = DrillStatus(key=key, title=key, running=True)
        self._task = asyncio.create_task(self.run(key, scripted_team=scripted_team))
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[DrillResult]) -> None:
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or error is not None:
            why = "the drill was cancelled" if error is None else str(error)
            self._status = replace(self._status, running=False, error=why)

    async def stop(self) -> None:
        """See `DrillDesk`."""
        self._stopping = True
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    # --- the drill -----------------------------------------------------------------------------------------------

    async def run(
        self, key: str, *, scripted_team: bool, slowness: float = 1.0, speed: float | None = None
    ) -> DrillResult:
        """Play a drill from opening to report.

        Raises:
            RefusedError: the site is live.
            ScenarioError: no such drill, or the building cannot play it.
            ConnectError: the building is gone.
        """
        if self._desk.mode is SiteMode.LIVE:
            raise RefusedError("a drill never runs on a live site")
        path, script = self._find(key)
        self._stopping = False
        mode = self._desk.mode
        self._set_mode(SiteMode.EXERCISE)
        before = float(str((await self._client.ask("status"))["speed"]))
        moves: set[asyncio.Task[CommandOutcome | None]] = set()
        try:
            return await self._play(path, script, moves, scripted_team=scripted_team, slowness=slowness, speed=speed)
        finally:
            for move in moves:
                move.cancel()
            self._set_mode(mode)
            with suppress(ConnectError):  # a building that is gone needs no ending
                await self._client.ask("end")
                await self._client.ask("speed", speed=before)

    async def _play(
        self,
        path: Path,
        script: Script,
        moves: set[asyncio.Task[CommandOutcome | None]],
        *,
        scripted_team: bool,
        slowness: float,
        speed: float | None,
    ) -> DrillResult:
        wall_start = self._desk.clock().at
        if speed is not None:
            await self._client.ask("speed", speed=speed)
        await self._client.ask("drill", file=str(path))
        await self._building_followed(script)
        started_at = datetime.fromisoformat(str((await self._client.ask("begin"))["started_at"]))
        self._note("drill.started", script.key, {"title": script.title, "scripted_team": scripted_team})
        team = ScriptedTeam(script, slowness) if scripted_team else None
        given: list[tuple[int, float]] = []
        done_at: float | None = None
        elapsed = 0.0
        while not self._stopping:
            await asyncio.sleep(LOOK_S)
            answer = await self._client.ask("status")
            elapsed = float(str(answer["elapsed_s"]))
            given = self._announce(script, given, answer["given"])
            rows = tuple(self._journal_since(wall_start))
            assessment = assess(script, rows, started_at)
            self._status = _status(script, given, assessment, elapsed)
            proved = {v.key: v.at_s for v in assessment.verdicts if v.at_s is not None}
            for due in team.due(elapsed, proved) if team else ():
                moves.add(asyncio.create_task(self._move(due.move)))
            complete = all(v.at_s is not None for v in assessment.verdicts) and len(given) == len(script.inject)
            done_at = (elapsed if done_at is None else done_at) if complete else None
            if answer["over"] or (done_at is not None and elapsed >= done_at + SETTLE_S):
                break
        for outcome in await asyncio.gather(*moves, return_exceptions=True):
            if isinstance(outcome, Exception):
                self._note("drill.move-failed", script.key, {"reason": str(outcome)})
        self._note("drill.ended", script.key, {"elapsed_s": round(elapsed, 1)})
        rows = tuple(self._journal_since(wall_start))
        result = DrillResult(
            script=script,
            started_at=started_at,
            ended_s=elapsed,
            speed=speed or 1.0,
            scripted_team=scripted_team,
            slowness=slowness,
            rows=tuple(row for row in rows if (at := elapsed_s(row, started_at)) is not None and at >= 0),
            assessment=assess(script, rows, started_at),
            given=tuple(given),
        )
        report = self._write_report(result)
        final = _status(script, given, result.assessment, elapsed)
        self._status = DrillStatus(
            key=final.key, title=final.title, elapsed_s=elapsed, lines=final.lines, report=str(report)
        )
        return result

    def _find(self, key: str) -> tuple[Path, Script]:
        for path in find_scripts(self._site):
            script = load_script(path)
            if key in (script.key, path.stem, script.key.split("-")[0]):
                return path, script
        raise ScenarioError([Fault(str(self._site / "drills"), key, "there is no such drill")])

    async def _building_followed(self, script: Script) -> None:
        """Wait until the desk reads the opening's clock: evidence needs exercise time on both sides."""
        for _ in range(int(FOLLOW_S / LOOK_S)):
            at = self._desk.clock().exercise_at
            status = await self._client.ask("status")
            building_at = datetime.fromisoformat(str(status["exercise_at"]))
            if at is not None and abs((at - building_at).total_seconds()) < 5.0 * float(str(status["speed"])):
                return
            await asyncio.sleep(LOOK_S)
        raise ScenarioError([Fault(script.key, "opening", "the desk does not see the building's clock")])

    def _announce(self, script: Script, before: list[tuple[int, float]], now: object) -> list[tuple[int, float]]:
        given = [(int(number), float(at_s)) for number, at_s in now] if isinstance(now, list) else []
        for number, at_s in given[len(before) :]:
            inject = script.inject[number - 1]
            self._note(
                "drill.inject", f"{script.key}#{number}", {"channel": inject.channel, "text": inject.text, "at_s": at_s}
            )
        return given

    async def _move(self, move: TeamMove) -> CommandOutcome | None:
        desk = self._desk
        match move.do:
            case "acknowledge":
                return await self._acknowledge(move.subject)
            case "report":
                return desk.report(move.subject, move.text)
            case "report-count":
                point = next(point for point in desk.points if point.kind == "response_count")
                count = desk.reading(point.id).value
                return desk.report(move.subject, "unknown" if count is None else f"{count:.0f} counted at the refuge")
            case "unlock":
                door = desk.facility.door(move.subject)
                return await self._order(DoorIntent(door=door.global_id, action=DoorAction.UNLOCK), move)
            case "dispatch":
                point = next(point for point in desk.points if point.kind == "response_dispatch")
                value = float(point.states.index(move.subject))
                return await self._order(PointIntent(point=point.id, value=value), move)
            case _:
                emergency = move.do == "emergency-release"
                return await self._order(ReleaseIntent(group=move.subject, emergency=emergency), move)

    async def _acknowledge(self, key: str) -> CommandOutcome | None:
        """Acknowledge the alarms of a kind as soon as one is on the desk: nobody acknowledges what is not shown yet."""
        for _ in range(int(SEEN_S / LOOK_S)):
            waiting = [
                alarm
                for alarm in self._desk.alarms()
                if alarm.definition.key == key and alarm.state in NEEDS_ACKNOWLEDGEMENT
            ]
            if waiting:
                return [self._desk.acknowledge(alarm.id) for alarm in waiting][-1]
            await asyncio.sleep(LOOK_S)
        return None

    async def _order(self, intent: Intent, move: TeamMove) -> CommandOutcome:
        armed = self._desk.arm(intent)
        if not isinstance(armed, Armed):
            return armed
        outcome = await self._desk.confirm(
            armed.id,
            typed=armed.typed,
            reason=move.text or "drill",
            second_person="shift-commander" if armed.needs_second_person else "",
        )
        if outcome.outcome is not Outcome.DONE:
            self._note("drill.move-failed", outcome.subject, {"reason": outcome.reason})
        return outcome


def _status(script: Script, given: list[tuple[int, float]], assessment: Assessment, elapsed: float) -> DrillStatus:
    times = dict(given)
    lines = [
        DrillLine(at_s=inject.at, channel=inject.channel, text=inject.text, done_at_s=times.get(number))
        for number, inject in enumerate(script.inject, start=1)
    ]
    reports = {expected.key: expected.report for expected in script.expect}
    proved = {verdict.key: verdict.at_s or 0.0 for verdict in assessment.verdicts}
    unproved = {verdict.key for verdict in assessment.verdicts if verdict.at_s is None}
    waits_for = {e.key: e.since in unproved for e in script.expect}
    since = {expected.key: proved.get(expected.since, 0.0) for expected in script.expect}
    lines += [
        DrillLine(
            at_s=since[verdict.key],
            channel="expected",
            text=verdict.text,
            done_at_s=verdict.at_s,
            standard_s=verdict.standard_s if not waits_for[verdict.key] else None,  # its clock has not started
            is_inject=False,
            action=reports[verdict.key],
        )
        for verdict in assessment.verdicts
    ]
    return DrillStatus(key=script.key, title=script.title, running=True, elapsed_s=elapsed, lines=tuple(lines))
