"""Points: every bound value with its quality and age. A reading that is not good shows its quality, never a value."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from tui.desk import Desk
from tui.screens.lists import ListScreen
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run
from tui.widgets.virtual_grid import Column, VirtualGrid
from tui.widgets.wording import span_text, value_ink, value_text
from twin.model.ids import GlobalId
from twin.model.operation import Changes
from twin.model.points import BacnetBinding, ModbusBinding, Point


def binding_text(point: Point) -> str:
    """Where the point lives, in the protocol's words."""
    match point.binding:
        case BacnetBinding() as bacnet:
            return f"{bacnet.device} {bacnet.object_type},{bacnet.object_instance} {bacnet.property}"
        case ModbusBinding() as modbus:
            bit = f".{modbus.bit}" if modbus.data_type.value == "bit" else ""
            return f"{modbus.device} {modbus.table.value} {modbus.address}{bit} {modbus.data_type.value}"
        case None:
            return "not bound"


class PointsScreen(ListScreen):
    """All points in one grid; only visible rows are read and formatted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._points_row: dict[str, int] = {}

    def grids(self) -> Iterable[Widget]:
        """The grid."""
        yield VirtualGrid[Point](self._columns(), search=self._search, id="point-grid")

    @property
    def grid(self) -> VirtualGrid[Point]:
        """The point list."""
        return self.query_one("#point-grid", VirtualGrid)

    def _columns(self) -> list[Column[Point]]:
        reading = self.desk.reading
        return [
            Column(title="Point", width=0, show=lambda p: Run(p.id, Ink.BRIGHT), order=lambda p: p.id),
            Column(title="Meaning", width=22, show=lambda p: Run(p.meaning.label), order=lambda p: p.meaning.label),
            Column(
                title="Value",
                width=14,
                show=lambda p: Run(value_text(p, reading(p.id)), value_ink(reading(p.id)), bold=True),
                order=lambda p: (reading(p.id).value is None, reading(p.id).value or 0.0),
                align="right",
            ),
            Column(
                title="Quality",
                width=13,
                show=lambda p: Run(reading(p.id).quality.name.replace("_", " "), value_ink(reading(p.id))),
                order=lambda p: -reading(p.id).quality,
            ),
            Column(title="Age", width=7, show=self._age, order=lambda p: reading(p.id).at, align="right"),
            Column(title="Access", width=11, show=self._access, order=lambda p: self._access(p).text),
            Column(title="Binding", width=0, show=lambda p: Run(binding_text(p), Ink.DIM), order=binding_text),
        ]

    def _age(self, point: Point) -> Run:
        return Run(span_text((self.desk.clock().at - self.desk.reading(point.id).at).total_seconds()), Ink.DIM)

    def _access(self, point: Point) -> Run:
        if point.meaning.safety.value == "life_safety":
            return Run("life safety", Ink.DIM)
        return Run("command" if point.is_writable else "read", Ink.DIM)

    def _search(self, point: Point) -> str:
        return f"{point.id} {point.meaning.label} {binding_text(point)}"

    def element_of(self, record: object) -> GlobalId | None:
        """A point's element."""
        return record.element if isinstance(record, Point) else None

    def redraw(self) -> None:
        """Take the points of the desk, which do not change while it stands."""
        if not self._points_row:
            self._points_row = {point.id: row for row, point in enumerate(self.desk.points)}
            self.grid.set_records(tuple(self.desk.points))
        self.grid.touch()

    def take(self, changes: Changes) -> None:
        """Refresh the visible rows among the changed ones."""
        self.grid.touch(self._points_row[point] for point in changes.points if point in self._points_row)

    def age(self) -> None:
        """Ages of the visible rows."""
        self.grid.touch()
