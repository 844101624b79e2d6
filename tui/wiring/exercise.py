"""A drill from the command line: building process, operator's desk, conductor, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from simulation.drills.result import DrillResult
from tui.control.client import ControlClient
from tui.reports.drill_report import write_drill_report
from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.drills import Conductor
from tui.wiring.operator import OperatorDesk
from twin.model.journal import JournalRow
from twin.model.vocabulary import Role, SiteMode
from twin.store import journal


def conductor_for(desk: OperatorDesk, client: ControlClient, site: Site) -> Conductor:
    """Introduce desk, trainer's socket, journal and reports to one another."""

    def since(moment: datetime) -> Sequence[JournalRow]:
        return journal.rows(desk.database, since=moment)

    def note(kind: str, subject: str, data: Mapping[str, object]) -> None:
        desk.session.note(kind, subject, datetime.now(tz=UTC), data)

    return Conductor(
        desk,
        client,
        site.folder,
        journal_since=since,
        note=note,
        write_report=lambda result: write_drill_report(result, desk.facility, site.reports),
        set_mode=desk.set_mode,
    )


async def run_drill(
    site: Site, key: str, *, speed: float, slowness: float, say: Callable[[str], None]
) -> tuple[DrillResult, Path]:
    """Play a drill headless with the scripted team, on a building started for it."""
    async with (
        BuildingProcess(site.folder, speed=1.0) as building,
        OperatorDesk(site, role=Role.OPERATOR, mode=SiteMode.EXERCISE) as desk,
        ControlClient(building.control) as client,
    ):
        say(f"building process {building.pid}")
        conductor = conductor_for(desk, client, site)
        result = await conductor.run(key, scripted_team=True, slowness=slowness, speed=speed)
        return result, Path(conductor.status().report)
