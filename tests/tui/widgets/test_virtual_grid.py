"""The virtual grid formats what is on screen and nothing else."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tui.widgets.runs import Run
from tui.widgets.virtual_grid import Column, VirtualGrid

ROWS = 10_000


class GridApp(App[None]):
    def compose(self) -> ComposeResult:
        columns = [
            Column[int](title="Number", width=8, show=lambda n: Run(str(n)), order=lambda n: -n, align="right"),
            Column[int](title="Name", width=0, show=lambda n: Run(f"point [{n}] \x1b[31m")),
        ]
        yield VirtualGrid[int](columns, search=lambda n: f"point {n}", id="grid")

    @property
    def grid(self) -> VirtualGrid[int]:
        return self.query_one("#grid", VirtualGrid)


async def test_ten_thousand_rows_format_only_the_visible_ones() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.grid.set_records(range(ROWS))
        await pilot.pause()
        drawn = app.grid.formatted_count
        assert 0 < drawn <= 3 * 20
        app.grid.touch([5, ROWS - 1])
        await pilot.pause()
        assert app.grid.formatted_count - drawn == 1


async def test_the_cursor_reaches_the_last_row_and_the_view_follows() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.grid.set_records(range(ROWS))
        app.grid.focus()
        await pilot.press("end")
        assert app.grid.current == ROWS - 1
        assert app.grid.rows_on_screen()[-1] == ROWS - 1
        await pilot.press("home", "down")
        assert app.grid.current == 1


async def test_a_filter_keeps_rows_with_every_word() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 20)):
        app.grid.set_records(range(ROWS))
        app.grid.set_filter("9999 point")
        assert (app.grid.row_count, app.grid.current) == (1, 9999)
        app.grid.set_filter("nothing")
        assert app.grid.current is None


async def test_sorting_by_a_column_and_reversing_it() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.grid.set_records(range(ROWS))
        app.grid.focus()
        await pilot.press(">")
        assert app.grid.rows_on_screen()[0] == ROWS - 1
        await pilot.press("r")
        assert app.grid.rows_on_screen()[0] == 0


async def test_brackets_and_escapes_in_values_stay_text() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.grid.set_records(range(3))
        await pilot.pause()
        line = app.grid.render_line(1).text
        assert "point [0] \N{REPLACEMENT CHARACTER}[31m" in line
        assert "\x1b" not in line
