"""Consoles and locales without UTF-8 get ASCII, in every widget."""

from __future__ import annotations

import pytest
from block import block
from picture import text_of
from table_desk import TableDesk, TableDrills, TableStudies

from tui.app import GatehouseApp
from tui.widgets.ascii_only import ascii_text, wants_ascii
from twin.model.vocabulary import DoorState


@pytest.mark.parametrize(
    ("environment", "encoding", "wanted"),
    [
        ({"TERM": "xterm-256color", "LANG": "C.UTF-8"}, "utf-8", False),
        ({"TERM": "xterm", "LANG": "lt_LT.utf8"}, "utf-8", False),
        ({"TERM": "xterm"}, None, False),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, "utf-8", True),
        ({"TERM": "vt220", "LANG": "C.UTF-8"}, "utf-8", True),
        ({"TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "POSIX"}, "utf-8", True),
        ({"TERM": "xterm", "LANG": "en_US.ISO-8859-1"}, "utf-8", True),
        ({"TERM": "xterm", "LANG": "C.UTF-8"}, "iso8859-1", True),
    ],
)
def test_the_terminal_the_locale_and_the_output_decide(
    environment: dict[str, str], encoding: str | None, wanted: bool
) -> None:
    assert wants_ascii(environment, encoding) is wanted


def test_ascii_takes_as_many_columns() -> None:
    assert ascii_text("┃ 21.5° ▸ ė ╱ 東 ░█ ─┐") == "| 21.5' > e / ?  :# -+"


async def test_nothing_but_ascii_reaches_a_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    desk = TableDesk(block(cells=4))
    for number, state in enumerate(DoorState):
        desk.set_door(f"D.TST-L00-A-C0{number % 8 + 1}.1", state)
    desk.set_room("TST-L00-B-C01", fire="alarm")
    app = GatehouseApp(desk, TableStudies(), TableDrills(), ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n")
        for key in ("f2", "f3", "f4", "x", "f5", "x", "f1", "question_mark"):
            assert text_of(app).isascii()
            await pilot.press(key)
            await pilot.pause()
        assert text_of(app).isascii()


async def test_priorities_and_door_states_stay_told_apart_in_ascii() -> None:
    desk = TableDesk(block(cells=4))
    desk.set_door("D.TST-L00-A-C01.1", DoorState.FORCED)
    desk.set_door("D.TST-L00-A-C02.1", DoorState.HELD)
    app = GatehouseApp(desk, ticks=False, ascii_only=True)
    async with app.run_test(size=(120, 36)):
        text = text_of(app)
        assert text.startswith(" VIRTUAL   P1:1  P2:1  P3:0  P4:0 ")
        assert "!A!" in text
        assert "!H!" in text
