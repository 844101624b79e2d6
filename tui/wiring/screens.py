"""Open the screens: the one place where the app, the operator's desk, the study room and the conductor meet."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tui.control.client import ControlClient
from tui.settings import Site, SiteFile
from tui.wiring.building_process import BuildingProcess
from tui.wiring.drills import Conductor
from tui.wiring.exercise import conductor_for
from tui.wiring.operator import OperatorDesk
from tui.wiring.studies import StudyRoom
from twin.model.vocabulary import Role

LOG_BYTES = 2_000_000


def bare_site(database: Path) -> Site:
    """An imported model without a site folder: no points, no regimes; reports go beside the database."""
    return Site(
        folder=database.parent, file=SiteFile(name=database.stem), regimes=(), database_name=database.name, is_bare=True
    )


def open_screens(site: Site, *, role: Role | None, with_building: bool) -> None:
    """Run the screens until the operator leaves; the building that was started for them goes with them."""
    _log_to(site.folder / "gatehouse.log")
    if asyncio.run(_run(site, role, with_building=with_building)):
        raise SystemExit(1)  # the app has said where its crash log is


async def _run(site: Site, role: Role | None, *, with_building: bool) -> str:
    from tui.app import GatehouseApp

    async with AsyncExitStack() as stack:
        drills: Conductor | None = None
        trainer: ControlClient | None = None
        if with_building:
            building = await stack.enter_async_context(BuildingProcess(site.folder))
            trainer = await stack.enter_async_context(ControlClient(building.control))
        desk = await stack.enter_async_context(OperatorDesk(site, role=role or Role.VIEWER, record=not site.is_bare))
        if trainer is not None:
            drills = conductor_for(desk, trainer, site)
            stack.push_async_callback(drills.stop)
        app = GatehouseApp(
            desk if role is not None else None,
            None if site.is_bare else StudyRoom(site),
            drills,
            choose_role=desk.take_role,
            crash_log=site.folder / "crash.log",
        )
        await app.run_async()
        return app.crash


def _log_to(path: Path) -> None:
    """Standard error belongs to the screens: everything that is logged goes to a file beside the site."""
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
