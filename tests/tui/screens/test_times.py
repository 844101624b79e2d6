"""One clock a screen: exercise time as the building says it, wall time in the operator's zone when live."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from block import block
from picture import text_of
from table_desk import TableDesk

from tui.app import GatehouseApp
from tui.widgets.alarm_rows import alarm_columns
from twin.model.vocabulary import AlarmState, DoorState, SiteMode


@pytest.fixture
def east(monkeypatch: pytest.MonkeyPatch, utc: None) -> None:
    """A wall clock three hours ahead of UTC."""
    del utc
    monkeypatch.setenv("TZ", "XST-3")
    time.tzset()


@pytest.mark.usefixtures("east")
async def test_lists_and_banner_agree_on_exercise_time_and_say_so() -> None:
    desk = TableDesk(block(cells=4), mode=SiteMode.EXERCISE)
    desk.set_door("D.TST-L00-A-C01.1", DoorState.FORCED)
    app = GatehouseApp(desk, ticks=False, flashes=False)
    async with app.run_test(size=(160, 45)) as pilot:
        assert "exercise 12:04:31" in text_of(app)
        assert "12:04:11 UNACK" in text_of(app)
        await pilot.press("f2")
        await pilot.pause()
        text = text_of(app)
        assert text.count("Exercise ") == 2
        assert "12:04:11 " in text.splitlines()[2]
        assert "12:04:30 " in text
        assert "15:04:25 wall" in text


@pytest.mark.usefixtures("east")
async def test_live_lists_show_wall_time_and_say_so() -> None:
    desk = TableDesk(block(cells=4), mode=SiteMode.LIVE)
    desk.set_door("D.TST-L00-A-C01.1", DoorState.FORCED)
    app = GatehouseApp(desk, ticks=False, flashes=False)
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f2")
        await pilot.pause()
        text = text_of(app)
        assert text.count("Wall time") == 2
        assert "15:04:11" in text.splitlines()[2]
        assert "Exercise" not in text


def test_a_shelved_alarm_says_how_long_it_stays_so() -> None:
    desk = TableDesk(block(cells=4))
    desk.set_door("D.TST-L00-A-C01.1", DoorState.FORCED)
    alarm = replace(desk.alarms()[0], state=AlarmState.SHELVED, shelved_until=desk.now + timedelta(minutes=28))
    columns = alarm_columns(lambda _: "", lambda: False, lambda: desk.now, desk.mode)
    assert columns[1].show(alarm).text == "shelved 28 min"
