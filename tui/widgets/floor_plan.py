"""The live floor plan: a Line-API widget over the rasters of `tui.widgets.plan`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.plan.fire_note import fire_note
from tui.widgets.plan.floor import READABLE_COLUMNS, Floor, Zoom, fitting, floor_of, module_m, opening, zooms_for
from tui.widgets.plan.looks import Ink, burns
from tui.widgets.plan.raster import PlanMode, PlanState, Raster, Span
from tui.widgets.plan_strip import GROUND, plan_strip
from tui.widgets.runs import Run, strip_of
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.operation import DoorView, SpaceView


class FloorPlan(ScrollView, can_focus=True, inherit_bindings=False):
    """One level of the facility with its doors; pans, zooms, selects."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "pan(-1,0)", "Pan west", show=False),
        Binding("down,j", "pan(0,1)", "Pan south", show=False),
        Binding("up,k", "pan(0,-1)", "Pan north", show=False),
        Binding("right,l", "pan(1,0)", "Pan east", show=False),
        Binding("shift+left", "step(-1,0)", "Select door to the west", show=False),
        Binding("shift+down", "step(0,1)", "Select door to the south", show=False),
        Binding("shift+up", "step(0,-1)", "Select door to the north", show=False),
        Binding("shift+right", "step(1,0)", "Select door to the east", show=False),
        Binding("full_stop", "next_door(1)", "Next door", show=False),
        Binding("comma", "next_door(-1)", "Previous door", show=False),
    ]

    @dataclass
    class Selected(Message):
        """A door or room was picked on the plan."""

        element: GlobalId

    @dataclass
    class ViewChanged(Message):
        """Level, zoom or mode changed."""

        level: str
        zoom: Zoom
        mode: PlanMode

    def __init__(self, facility: Facility, *, ascii_only: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._plan_facility = facility
        self._plan_floors = {level: floor_of(facility, level) for level in facility.levels}
        self._plan_zooms = zooms_for(module_m(list(self._plan_floors.values())))
        self._plan_state = PlanState(ascii_only=ascii_only)
        self._plan_level = self._first_level()
        self._plan_zoom: int | None = None
        self._plan_mode = PlanMode.PLAN
        self._plan_rasters: dict[tuple[str, int, PlanMode], Raster] = {}
        self._plan_strips: dict[int, Strip] = {}
        self._plan_strips_for = (-1, -1)
        self._plan_fires: set[GlobalId] = set()

    # What the plan shows

    @property
    def level(self) -> str:
        """Name of the level on show."""
        return self._plan_level

    @property
    def mode(self) -> PlanMode:
        """Plan or temperature."""
        return self._plan_mode

    @property
    def zoom(self) -> Zoom:
        """Zoom step on show."""
        return self._plan_zooms[self._plan_zoom or 0]

    @property
    def selected(self) -> GlobalId | None:
        """The selected door or room."""
        return self._plan_state.selected

    @property
    def floor(self) -> Floor:
        """The level on show."""
        return self._plan_floors[self._plan_level]

    def _first_level(self) -> str:
        """The ground level with the most rooms, so that a yard's storey does not come first."""
        facility = self._plan_facility
        if not facility.levels:
            self._plan_floors = {"": Floor(name="", outlines=(), doors=())}
            return ""
        ground = [storey.name for storey in facility.storeys if storey.is_ground] or list(facility.levels)
        return max(ground, key=lambda name: len(self._plan_floors[name].outlines))

    @property
    def _raster(self) -> Raster:
        key = (self._plan_level, self._plan_zoom or 0, self._plan_mode)
        raster = self._plan_rasters.get(key)
        if raster is None:
            raster = Raster(self.floor, self.zoom, self._plan_mode, self._plan_state)
            self._plan_rasters[key] = raster
        return raster

    # Live data

    def take_views(self, doors: Iterable[DoorView], rooms: Iterable[SpaceView]) -> None:
        """Draw what changed, with one refresh for all of it."""
        changed: set[GlobalId] = set()
        for door in doors:
            self._plan_state.doors[door.door] = door
            changed.add(door.door)
        for room in rooms:
            self._plan_state.rooms[room.space] = room
            changed.add(room.space)
            (self._plan_fires.add if burns(room) else self._plan_fires.discard)(room.space)
        self._restamp(changed)
        if changed and self.size.width:
            self.refresh(Region(0, 0, self.size.width, 1))  # the note on fires out of view

    def flash(self, is_on: bool) -> None:
        """Show the other half of the flash on doors with an unacknowledged alarm."""
        if self._plan_state.flash_on != is_on:
            self._plan_state.flash_on = is_on
            self._restamp({view.door for view in self._plan_state.doors.values() if view.alarm_unacknowledged})

    def _restamp(self, elements: set[GlobalId]) -> None:
        if not elements:
            return
        for raster in self._plan_rasters.values():
            raster.stale |= elements
        if self._plan_zoom is not None:
            self._refresh_spans(self._raster.flush())

    def _refresh_spans(self, spans: list[Span]) -> None:
        top, left = self._origin()
        window = Region(0, 0, self.size.width, self.size.height)
        regions = []
        for span in spans:
            self._plan_strips.pop(span.row, None)
            shown = Region(span.first + left, span.row + top, span.last - span.first, 1).intersection(window)
            if shown.area:
                regions.append(shown)
        if regions:
            self.refresh(*regions)

    # Level, zoom, mode, selection

    def show_level(self, level: str) -> None:
        """Show another level at the same zoom."""
        if level in self._plan_floors and level != self._plan_level:
            self._plan_level = level
            self._changed()

    def step_level(self, by: int) -> None:
        """Go up or down."""
        levels = list(self._plan_floors)
        index = min(max(levels.index(self._plan_level) + by, 0), len(levels) - 1)
        self.show_level(levels[index])

    def toggle_mode(self) -> None:
        """Plan or temperature."""
        self._plan_mode = PlanMode.TEMPERATURE if self._plan_mode is PlanMode.PLAN else PlanMode.PLAN
        self._changed()

    def step_zoom(self, by: int) -> None:
        """Closer or further, about the selected door or the middle of the view."""
        target = min(max((self._plan_zoom or 0) + by, 0), len(self._plan_zooms) - 1)
        if target != self._plan_zoom:
            self._zoom_to(target)

    def fit(self) -> None:
        """The whole level; a second time back to the first zoom at which cells are numbered."""
        whole = fitting(self.floor, self._plan_zooms, self.size.width, self.size.height)
        readable = next(i for i, zoom in enumerate(self._plan_zooms) if zoom.columns_per_module >= READABLE_COLUMNS)
        self._zoom_to(readable if self._plan_zoom == whole and whole < readable else whole)

    def _zoom_to(self, target: int) -> None:
        raster = self._raster
        top, left = self._origin()
        middle = Offset(self.size.width // 2 - left, self.size.height // 2 - top)
        selected = raster.cell_of(self.selected) if self.selected else None
        column, row = selected or (middle.x, middle.y)
        across, down = column / max(raster.width, 1), row / max(raster.height, 1)
        self._plan_zoom = target
        self._changed()
        raster = self._raster
        self._centre(round(across * raster.width), round(down * raster.height))

    def select(self, element: GlobalId | None, *, reveal: bool = True) -> None:
        """Select a door or room; ``reveal`` brings it into view, on its own level."""
        before, self._plan_state.selected = self.selected, element
        self._restamp({item for item in (before, element) if item is not None})
        if element is None or not reveal:
            return
        facility = self._plan_facility
        place = facility.door_by_id.get(element) or facility.space_by_id.get(element)
        if place is None:
            return
        self.show_level(facility.level_of(place))
        self._reveal(element)

    def _reveal(self, element: GlobalId) -> None:
        cell = self._raster.cell_of(element)
        if cell is None or self._plan_zoom is None:
            return
        top, left = self._origin()
        x, y = cell[0] + left, cell[1] + top
        edge_x, edge_y = max(self.size.width // 8, 3), max(self.size.height // 8, 1)
        if not (edge_x <= x < self.size.width - edge_x and edge_y <= y < self.size.height - edge_y):
            self._centre(*cell)

    def _centre(self, column: int, row: int) -> None:
        self.scroll_to(
            column - self.size.width // 2, row - self.size.height // 2, animate=False, force=True, immediate=True
        )

    def _changed(self) -> None:
        raster = self._raster
        raster.flush()
        self._plan_strips.clear()
        self.virtual_size = Size(raster.width, raster.height)
        self.refresh()
        self.post_message(self.ViewChanged(self._plan_level, self.zoom, self._plan_mode))

    # Keys and mouse

    def action_pan(self, across: int, down: int) -> None:
        """Move by a third of the view; small steps are slow on a slow line."""
        self.scroll_to(
            self.scroll_offset.x + across * max(self.size.width // 3, 4),
            self.scroll_offset.y + down * max(self.size.height // 3, 2),
            animate=False,
            force=True,
            immediate=True,
        )

    def action_step(self, across: int, down: int) -> None:
        """Select the nearest door in a direction; from nothing, the one nearest to the middle."""
        raster = self._raster
        here = raster.cell_of(self.selected) if self.selected else None
        if here is None:
            top, left = self._origin()
            here = (self.size.width // 2 - left, self.size.height // 2 - top)
            self._pick(lambda dx, dy: abs(dx) + 2 * abs(dy), here)
            return

        def price(dx: int, dy: int) -> float | None:
            ahead, aside = (dx * across, 2 * abs(dy)) if across else (2 * dy * down, abs(dx))
            return None if ahead <= 0 or aside > 3 * ahead else ahead + 2 * aside

        self._pick(price, here)

    def _pick(self, price: Callable[[int, int], float | None], here: tuple[int, int]) -> None:
        prices = {
            door: cost
            for door, (x, y) in self._raster.door_cells.items()
            if (cost := price(x - here[0], y - here[1])) is not None
        }
        if prices:
            self.post_message(self.Selected(min(prices, key=lambda door: prices[door])))

    def action_next_door(self, by: int) -> None:
        """Step through the doors of the level in reading order."""
        cells = self._raster.door_cells
        order = sorted(cells, key=lambda door: (cells[door][1], cells[door][0]))
        if order:
            index = (order.index(self.selected) + by) % len(order) if self.selected in cells else 0
            self.post_message(self.Selected(order[index]))

    def on_click(self, event: Click) -> None:
        """The nearest door, otherwise the room under the mouse."""
        top, left = self._origin()
        column, row = event.x - left, event.y - top
        found = self._raster.door_near(column, row) or self._raster.room_at(column, row)
        if found is not None:
            self.post_message(self.Selected(found))

    # Drawing

    def on_resize(self, _event: Resize) -> None:
        """The first size decides the opening zoom; afterwards the zoom stays, the view is cut anew."""
        if not self.size.area:
            return
        if self._plan_zoom is None:
            self._plan_zoom = opening(self.floor, self._plan_zooms, self.size.width, self.size.height)
            self._changed()
            self._centre(*self._busiest())
        self._plan_strips.clear()

    def _busiest(self) -> tuple[int, int]:
        """The median door: where to look first when the level does not fit."""
        cells = list(self._raster.door_cells.values())
        if not cells:
            return self._raster.width // 2, self._raster.height // 2
        columns, rows = sorted(x for x, _ in cells), sorted(y for _, y in cells)
        return columns[len(cells) // 2], rows[len(cells) // 2]

    def _origin(self) -> tuple[int, int]:
        """Row and column of the widget at which the plan's first cell lies; a small plan is centred."""
        raster = self._raster
        left = max((self.size.width - raster.width) // 2, 0) - self.scroll_offset.x
        top = max((self.size.height - raster.height) // 2, 0) - self.scroll_offset.y
        return top, left

    def render_line(self, y: int) -> Strip:
        """One row of the view, from the cache while neither the row nor the scroll position changed."""
        width = self.size.width
        if self._plan_zoom is None:
            return Strip.blank(width, GROUND)
        top, left = self._origin()
        if self._plan_strips_for != (left, width):
            self._plan_strips.clear()
            self._plan_strips_for = (left, width)
        strip = self._row_strip(y - top, left, width)
        return self._noted(strip, top, left, width) if y == 0 else strip

    def _noted(self, strip: Strip, top: int, left: int, width: int) -> Strip:
        """The first row with the note on fires out of view in its middle."""
        view = (-left, -top, width - left, self.size.height - top)
        note = fire_note(self._plan_floors, self._plan_level, self.zoom, view, self._plan_fires)[:width]
        if not note:
            return strip
        first = (width - len(note)) // 2
        label = strip_of([Run(note, Ink.WHITE, Ink.VERMILLION, bold=True)], len(note))
        return Strip.join([strip.crop(0, first), label, strip.crop(first + len(note), width)])

    def _row_strip(self, row: int, left: int, width: int) -> Strip:
        raster = self._raster
        if not 0 <= row < raster.height:
            return Strip.blank(width, GROUND)
        strip = self._plan_strips.get(row)
        if strip is None:
            strip = self._plan_strips[row] = plan_strip(raster, row, left, width)
        return strip
