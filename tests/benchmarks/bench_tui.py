"""The screens' budgets: process start to first frame against a bare app; a key in 10,000 points until its frame."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

TABLE = Path(__file__).parents[1] / "tui"
sys.path.insert(0, str(TABLE))

STARTS, KEYS, POINTS = 7, 120, 10_000
FRAME = """
async def frame():
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        print(time.time())
asyncio.run(frame())
"""
HELLO = f"""
import asyncio, time
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello")
app = Hello()
{FRAME}"""
OURS = f"""
import asyncio, sys, time
sys.path.insert(0, {str(TABLE)!r})
from block import block
from table_desk import TableDesk, TableDrills, TableStudies
from tui.app import GatehouseApp
app = GatehouseApp(TableDesk(block()), TableStudies(), TableDrills(), flashes=False)
{FRAME}"""


def start_s(program: str) -> float:
    """Seconds from the start of the process to its first frame."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    began = time.time()
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1]) - began


def first_frame() -> None:
    """Both in turn, the median of each; the first pair only writes bytecode."""
    pairs = [(start_s(HELLO), start_s(OURS)) for _ in range(STARTS + 1)][1:]
    bare, ours = (sorted(times)[STARTS // 2] for times in zip(*pairs, strict=True))
    print(
        f"process start to first frame    {ours / bare:8.2f} × bare app"
        f"   budget 600 ms ({ours * 1000:.0f} against {bare * 1000:.0f} ms)"
    )


async def keys() -> None:
    """Points with a tenth of them changing every tick: press a key, wait until the driver got the frame."""
    from block import block
    from table_desk import TableDesk
    from textual import events

    import tui.app
    from tui.app import GatehouseApp

    class Watched(GatehouseApp):
        """Says when a frame was written."""

        CSS_PATH = Path(tui.app.__file__).with_name("gatehouse.tcss")
        framed = asyncio.Event()

        def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
            super()._display(screen, renderable)
            self.framed.set()

    desk = TableDesk(block(cells=200, storeys=5), point_limit=POINTS)
    app = Watched(desk, flashes=False)

    async def change() -> None:
        for part in cycle(range(10)):
            desk.set_readings([point.id for point in desk.points[part::10]], 1.0)
            await asyncio.sleep(0.1)

    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        changing = asyncio.create_task(change())
        for what, pressed in (("cursor key", ("down", "pagedown", "pageup", "end", "home")), ("sort key", ("r",))):
            taken = []
            for number in range(KEYS):
                await asyncio.sleep(0.02)
                app.framed.clear()
                began = time.perf_counter()
                app.post_message(events.Key(pressed[number % len(pressed)], None))
                await app.framed.wait()
                taken.append(time.perf_counter() - began)
            p95_ms = sorted(taken)[int(KEYS * 0.95)] * 1000
            print(f"{what:<10} to frame, {len(desk.points):,} points {p95_ms:7.1f} ms     budget 50 ms (95 %)")
        changing.cancel()


def main() -> None:
    """Both."""
    first_frame()
    asyncio.run(keys())


if __name__ == "__main__":
    main()
