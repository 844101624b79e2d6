"""Draw docs/pictures: ``python tests/tui/take_pictures.py [NAME…]``.

Pictures of `LIVE_SHOTS` are of the real desk on a running virtual building, to which something was done first. The
others are of a table-top desk; their states and figures are set by hand.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from picture import draw
from table_desk import TableDesk, TableDrills, TableStudies

from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.layout import declared_facility
from tui.app import GatehouseApp
from tui.reports.plan_svg import level_svg
from twin.files.atomic import write_text
from twin.model.vocabulary import CELLS, DoorState, Role, SiteMode

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: file, size, keys pressed before it, site mode."""

    name: str
    size: tuple[int, int]
    keys: Sequence[str] = ()
    mode: SiteMode = SiteMode.VIRTUAL
    site: str = field(default="vilnius")
    burns: str = ""  # smoke compartment in fire alarm


SHOTS = (
    Shot(name="operate-zoomed-180x46", size=(180, 46), keys=("n", "plus", "plus", "plus", "plus")),
    Shot(name="operate-temperature-180x46", size=(180, 46), keys=("n", "plus", "plus", "m")),
    Shot(name="operate-armed-120x36", size=(120, 36), keys=("n", "g"), mode=SiteMode.EXERCISE),
    Shot(name="operate-fire-230x50", size=(230, 50), burns="SC-VIL-L00-A1"),
    Shot(name="operate-fire-120x36", size=(120, 36), keys=("left",), burns="SC-VIL-L00-A1"),
    Shot(name="operate-80x24", size=(80, 24), keys=("n",), mode=SiteMode.LIVE),
    Shot(name="alarms-160x36", size=(160, 36), keys=("f2",)),
    Shot(name="points-160x36", size=(160, 36), keys=("f3", "slash", "t", "e", "m", "p", "enter")),
    Shot(name="simulate-120x36", size=(120, 36), keys=("f4", "x")),
    Shot(name="drill-120x36", size=(120, 36), keys=("f5", "x"), mode=SiteMode.EXERCISE),
    Shot(name="help-120x50", size=(120, 50), keys=("question_mark",)),
)


LIVE_SHOTS = (
    Shot(name="operate-230x50", size=(230, 50), keys=("n",)),
    Shot(name="operate-120x36", size=(120, 36), keys=("n",)),
)
LIVE_START = "2026-05-04T22:30:00+00:00"
OPENED = ("L00-B-C02", "L00-B-C03", "L00-B-C04", "L00-B-C05", "L00-B-C17", "L00-U-USEW")
"""Doors unlocked and opened by hand before the picture, at night: each is a deviation."""
UNLOCKED = ("L00-A-C03", "L00-A-C04", "L00-A-C06")


def desk_of(shot: Shot) -> TableDesk:
    """A desk over a real layout with some doors and rooms out of order, found by their use, not by their code."""
    facility = declared_facility(read_brief(ROOT / "site_models" / "sites" / shot.site))
    desk = TableDesk(facility, mode=shot.mode, role=Role.SUPERVISOR)
    ground = [door for door in facility.doors if facility.level_of(door) == facility.levels[0]]
    cells = [door for door in ground if door.joins and _is_cell(desk, door.joins[0])]
    others = [door for door in ground if door not in cells]
    for door in cells[20:30]:
        desk.set_door(door.code, DoorState.OPEN)
    for door in cells[2:8]:
        desk.set_door(door.code, DoorState.CLOSED, expected=True)
    desk.set_door(cells[9].code, DoorState.FORCED, reason="open while the bolt reads locked")
    desk.set_door(cells[14].code, DoorState.HELD, reason="open for 94 s")
    desk.set_door(others[-6].code, DoorState.HELD, reason="open for 64 s")
    desk.set_door(cells[34].code, DoorState.UNKNOWN, reason="no answer for 12 s")
    desk.set_door(cells[17].code, DoorState.LOCKED, isolated=True)
    for number, space in enumerate(facility.spaces):
        swing = {7: 1, 31: -1}.get(number % 53, 0)
        figures = {"temp_c": 20.5 + number % 7 * 0.3 + 5 * swing, "temperature_deviation": swing}
        desk.set_room(space.code, **figures, occupancy=number % 2 if space.use in CELLS else 0)
        if shot.burns and space.smoke_compartment == shot.burns:
            desk.set_room(space.code, fire="alarm")
    return desk


def _is_cell(desk: TableDesk, node: str) -> bool:
    return any(space.global_id == node and space.use in CELLS for space in desk.facility.spaces)


async def take(shot: Shot, folder: Path) -> None:
    """Press the keys and draw the screen."""
    app = GatehouseApp(desk_of(shot), TableStudies(), TableDrills(), flashes=False, ticks=False, ascii_only=False)
    async with app.run_test(size=shot.size) as pilot:
        for key in shot.keys:
            await pilot.press(key)
            await pilot.pause()
        for _ in range(10):
            app.tick()
        await pilot.pause()
        draw(app, folder / f"{shot.name}.png")


async def take_live(shots: Sequence[Shot], folder: Path) -> None:
    """The real thing: building process, wire, desk; some doors opened, one forced, one faulty, one cell calling."""
    from tui.control.client import ControlClient
    from tui.wiring.building_process import BuildingProcess
    from tui.wiring.operator import OperatorDesk
    from tui.wiring.sites import init_site
    from twin.model.operation import Armed, DoorIntent
    from twin.model.vocabulary import DoorAction

    with tempfile.TemporaryDirectory() as place:
        site = init_site("vilnius", Path(place) / "site", network="127.31").site
        async with (
            BuildingProcess(site.folder, start=LIVE_START) as building,
            ControlClient(building.control) as trainer,
            OperatorDesk(site, role=Role.OPERATOR) as desk,
        ):
            await desk.first_look(20)
            for code in (*OPENED, *UNLOCKED):
                door = desk.facility.door(f"D.VIL-{code}.1").global_id
                armed = desk.arm(DoorIntent(door=door, action=DoorAction.UNLOCK))
                assert isinstance(armed, Armed), armed
                await desk.confirm(armed.id, typed=armed.typed, reason="picture")
            for code in OPENED:
                await trainer.ask("inject", what="swing", subject=f"D.VIL-{code}.1")
            await trainer.ask("inject", what="tamper", subject="D.VIL-L00-U-UMET.1")
            await trainer.ask("inject", what="call", subject="D.VIL-L00-A-C15.1")
            await trainer.ask("speed", speed=20)
            await asyncio.sleep(5)  # 100 s of exercise time: what stands open is now held
            await trainer.ask("speed", speed=1)
            await asyncio.sleep(2)
            await trainer.ask("inject", what="swing", subject="D.VIL-L00-B-C02.1", details={"on": 0})
            await trainer.ask("inject", what="force", subject="D.VIL-L00-A-C10.1")
            await asyncio.sleep(3)
            for shot in shots:
                app = GatehouseApp(desk, flashes=False, ticks=False, ascii_only=False)
                async with app.run_test(size=shot.size) as pilot:
                    await pilot.pause()
                    for key in shot.keys:
                        await pilot.press(key)
                        await pilot.pause()
                    app.tick()
                    await pilot.pause()
                    draw(app, folder / f"{shot.name}.png")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One storey plan as SVG."""

    name: str
    site: str
    level: str = "L00"
    zones: str = ""
    redact: bool = False


PLANS = (
    Plan(name="plan-vilnius-L00", site="vilnius"),
    Plan(name="plan-vilnius-L01-smoke", site="vilnius", level="L01", zones="smoke"),
    Plan(name="plan-pravieniskes-L00-redacted", site="pravieniskes", redact=True),
    Plan(name="plan-olaine-training-centre-L00-hvac", site="olaine-training-centre", zones="hvac"),
    Plan(name="plan-olaine-open-prison-L01", site="olaine-open-prison", level="L01"),
)


def take_plan(plan: Plan, folder: Path) -> None:
    """Draw one storey plan."""
    brief = read_brief(site_folder(plan.site))
    facility, notice = declared_facility(brief), brief.file.notice
    svg = level_svg(facility, plan.level, zones=plan.zones, redact=plan.redact, notice=notice)
    write_text(folder / f"{plan.name}.svg", svg)


def main() -> None:
    """Draw all pictures, or those named on the command line."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    live = [shot for shot in LIVE_SHOTS if len(sys.argv) == 1 or shot.name in sys.argv[1:]]
    if live:
        asyncio.run(take_live(live, folder))
    for shot in SHOTS:
        if len(sys.argv) == 1 or shot.name in sys.argv[1:]:
            asyncio.run(take(shot, folder))
    for plan in PLANS:
        if len(sys.argv) == 1 or plan.name in sys.argv[1:]:
            take_plan(plan, folder)


if __name__ == "__main__":
    main()
