"""Simulate and Drill as clients of their desks."""

from __future__ import annotations

from picture import text_of
from table_desk import TableDesk, TableDrills, TableStudies

from tui.app import GatehouseApp


async def test_a_study_runs_with_the_inputs_and_shows_intervals_verdicts_and_report(desk: TableDesk) -> None:
    studies = TableStudies()
    app = GatehouseApp(desk, studies, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        await pilot.press("down", "enter", "backspace", "backspace", "backspace", *"20", "enter", "enter")
        await pilot.pause()
        assert studies.runs == [("evacuate", 20, 1)]
        text = text_of(app)
        assert all(word in text for word in ("94.2", "90.1", "✓ met", "✗ missed", "~ uncertain", "R-0001.html"))
        assert "D.TST-L00-C-HALL.1" in text


async def test_no_replications_is_refused_in_words(desk: TableDesk) -> None:
    studies = TableStudies()
    app = GatehouseApp(desk, studies, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        await pilot.press("enter", "backspace", "backspace", "backspace", "enter", "enter")
        assert studies.runs == []
        assert "must be a number above 0" in text_of(app)


async def test_a_drill_shows_times_against_standards_and_takes_reports(desk: TableDesk) -> None:
    drills = TableDrills()
    app = GatehouseApp(desk, None, drills, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f5")
        await pilot.pause()
        await pilot.press("b")
        await pilot.pause()
        assert drills.started == [("D1", False)]
        text = text_of(app)
        assert all(word in text for word in ("RUNNING", "01:35", "in time", "LATE", "waiting"))
        await pilot.press("tab", "down", "down", "w", *"called", "enter")
        await pilot.pause()
        assert desk.reported == [("call", "called")]
        await pilot.press("z")
        await pilot.pause()
        assert "reports/drill-D1.html" in text_of(app)


async def test_without_drills_and_studies_the_screens_say_so(desk: TableDesk) -> None:
    app = GatehouseApp(desk, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        assert "No studies at this desk" in text_of(app)
        await pilot.press("f5")
        await pilot.pause()
        assert "virtual and exercise mode only" in text_of(app)
