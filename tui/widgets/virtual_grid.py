"""A grid over any number of records that formats only the rows on screen; alarms, points and events are instances.

The grid holds an order, a list of record numbers, which is all that sorting and filtering rebuild. A record's cells
are read through its columns when a line is drawn. Dirty records refresh one line each, and only if they are visible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.plain_text import fit, plain
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run, strip_of

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)  # slots would break ``Column[R](…)`` on Python 3.11
class Column(Generic[R]):
    """One column. ``width`` 0 shares what the others leave; ``order`` gives the sort key, None: not sortable."""

    title: str
    width: int
    show: Callable[[R], Run]
    order: Callable[[R], Any] | None = None
    align: str = "left"


class VirtualGrid(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """Rows of records with a cursor, a filter and a sort column."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "pick", "Open", show=False),
        Binding("greater_than_sign,less_than_sign", "sort_next", "Sort"),
        Binding("r", "reverse", "Reverse the order", show=False),
    ]

    class Picked(Message):
        """A row was opened with Enter or a click."""

        def __init__(self, grid: VirtualGrid[Any], record: object) -> None:
            super().__init__()
            self.grid = grid
            self.record = record

        @property
        def control(self) -> VirtualGrid[Any]:
            """The grid, for selectors."""
            return self.grid

    def __init__(self, columns: Sequence[Column[R]], *, search: Callable[[R], str], id: str | None = None) -> None:
        super().__init__(id=id)
        self._grid_columns = tuple(columns)
        self._grid_search = search
        self._grid_records: Sequence[R] = ()
        self._grid_texts: list[str] | None = None
        self._grid_order: list[int] = []
        self._grid_row_of: dict[int, int] | None = None
        self._grid_filter = ""
        self._grid_sort: int | None = None
        self._grid_reverse = False
        self._grid_cursor = 0
        self.formatted_count = 0

    # Content

    def set_records(self, records: Sequence[R]) -> None:
        """Take new records and keep cursor, filter and sort order."""
        self._grid_records = records
        self._grid_texts = None
        self._rebuild()

    def set_filter(self, text: str) -> None:
        """Keep the records whose search text holds every word."""
        self._grid_filter = text.casefold().strip()
        self._grid_cursor = 0
        self._rebuild()

    def touch(self, records: Iterable[int] | None = None) -> None:
        """Refresh these record numbers where visible; None: every visible row (ages move on)."""
        if records is None:
            self.refresh()
            return
        if self._grid_row_of is None:
            self._grid_row_of = {record: row for row, record in enumerate(self._grid_order)}
        top, rows = self.scroll_offset.y, self.size.height - 1
        regions = [
            Region(0, row - top + 1, self.size.width, 1)
            for record in records
            if (row := self._grid_row_of.get(record)) is not None and top <= row < top + rows
        ]
        if regions:
            self.refresh(*regions)

    @property
    def row_count(self) -> int:
        """Rows after the filter."""
        return len(self._grid_order)

    @property
    def current(self) -> R | None:
        """The record under the cursor."""
        if not self._grid_order:
            return None
        return self._grid_records[self._grid_order[self._grid_cursor]]

    def rows_on_screen(self) -> list[R]:
        """Records of the rows on screen."""
        top = self.scroll_offset.y
        shown = self._grid_order[top : top + max(self.size.height - 1, 0)]
        return [self._grid_records[index] for index in shown]

    def _rebuild(self) -> None:
        order = list(range(len(self._grid_records)))
        if self._grid_filter:
            if self._grid_texts is None:
                self._grid_texts = [self._grid_search(record).casefold() for record in self._grid_records]
            texts, words = self._grid_texts, self._grid_filter.split()
            order = [index for index in order if all(word in texts[index] for word in words)]
        if self._grid_sort is not None:
            key = self._grid_columns[self._grid_sort].order
            if key is not None:
                order.sort(key=lambda index: key(self._grid_records[index]), reverse=self._grid_reverse)
        elif self._grid_reverse:
            order.reverse()
        self._grid_order = order
        self._grid_row_of = None
        self._grid_cursor = min(self._grid_cursor, max(len(order) - 1, 0))
        self.virtual_size = Size(0, len(order) + 1)
        self.refresh()

    # Keys and mouse

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._move_to(self._grid_cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self._move_to(self._grid_cursor + by * max(self.size.height - 2, 1))

    def action_edge(self, last: int) -> None:
        """First or last row."""
        self._move_to(len(self._grid_order) - 1 if last else 0)

    def action_pick(self) -> None:
        """Open the row under the cursor."""
        if (record := self.current) is not None:
            self.post_message(self.Picked(self, record))

    def action_sort_next(self) -> None:
        """Sort by the next sortable column, after the last one by the records' own order."""
        sortable = [None, *(index for index, column in enumerate(self._grid_columns) if column.order)]
        self._grid_sort = sortable[(sortable.index(self._grid_sort) + 1) % len(sortable)]
        self._rebuild()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._grid_reverse = not self._grid_reverse
        self._rebuild()

    def _move_to(self, row: int) -> None:
        self._grid_cursor = min(max(row, 0), max(len(self._grid_order) - 1, 0))
        rows = max(self.size.height - 1, 1)
        top = self.scroll_offset.y
        if self._grid_cursor < top:
            top = self._grid_cursor
        elif self._grid_cursor >= top + rows:
            top = self._grid_cursor - rows + 1
        self.scroll_to(y=top, animate=False, force=True, immediate=True)
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Put the cursor on the row; a second click opens it."""
        row = event.y - 1 + self.scroll_offset.y
        if 0 <= row < len(self._grid_order) and event.y > 0:
            if row == self._grid_cursor:
                self.action_pick()
            self._move_to(row)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view."""
        self._move_to(self._grid_cursor)

    # Drawing

    def _widths(self) -> list[int]:
        fixed = sum(column.width for column in self._grid_columns) + len(self._grid_columns) - 1
        flexible = sum(column.width == 0 for column in self._grid_columns)
        share, rest = divmod(max(self.size.width - fixed, 0), flexible) if flexible else (0, 0)
        widths = []
        for column in self._grid_columns:
            widths.append(column.width or share + (1 if rest > 0 else 0))
            rest -= column.width == 0
        return widths

    def render_line(self, y: int) -> Strip:
        """The header, then the rows from the scroll position on."""
        widths = self._widths()
        if y == 0:
            return self._header(widths)
        row = y - 1 + self.scroll_offset.y
        if row >= len(self._grid_order):
            text = "nothing here" if y == 1 and not self._grid_order else ""
            return strip_of([Run(text, Ink.DIM)], self.size.width)
        record = self._grid_records[self._grid_order[row]]
        self.formatted_count += 1
        is_cursor = row == self._grid_cursor and self.has_focus
        ground = Ink.SELECT if is_cursor else Ink.CELL if row == self._grid_cursor else Ink.GROUND
        runs: list[Run] = []
        for column, width in zip(self._grid_columns, widths, strict=True):
            run = column.show(record)
            ink = Ink.WHITE if is_cursor and run.bg is None else run.fg
            runs += [Run(fit(run.text, width, align=column.align), ink, run.bg, run.bold), Run(" ")]
        return strip_of(runs, self.size.width, ground)

    def _header(self, widths: list[int]) -> Strip:
        runs = []
        for index, (column, width) in enumerate(zip(self._grid_columns, widths, strict=True)):
            mark = ("▼" if self._grid_reverse else "▲") if index == self._grid_sort else ""
            runs.append(Run(fit(plain(column.title) + mark, width, align=column.align) + " ", Ink.BRIGHT, bold=True))
        return strip_of(runs, self.size.width, Ink.PASSAGE)
