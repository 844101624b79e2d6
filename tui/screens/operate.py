"""Operate: the site's tree, the live plan, doors, alarms, the selection, and orders in two steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Input

from tui.screens.selection import SelectionScreen
from tui.widgets.alarm_rows import alarm_rows
from tui.widgets.detail_rows import detail_rows
from tui.widgets.door_counts import door_count_rows
from tui.widgets.find import find_element, place_of
from tui.widgets.floor_plan import FloorPlan
from tui.widgets.line_panel import LinePanel
from tui.widgets.order_panel import OrderPanel
from tui.widgets.pane_tabs import PaneTabs
from tui.widgets.site_tree import SiteTree
from twin.model.ids import GlobalId
from twin.model.operation import Changes

PANES = ("Plan", "Places", "Alarms", "Selected")


class OperateScreen(SelectionScreen):
    """The operator's main screen."""

    AUTO_FOCUS = "#plan"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "zoom(1)", "Zoom", key_display="+/-"),
        Binding("minus", "zoom(-1)", "Zoom out", show=False),
        Binding("0", "fit", "Whole level", show=False),
        Binding("right_square_bracket,pageup", "level(1)", "Level", key_display="[ ]"),
        Binding("left_square_bracket,pagedown", "level(-1)", "Level down", show=False),
        Binding("m", "mode", "Temperature"),
        Binding("slash", "find", "Find", key_display="/"),
        Binding("t", "tree", "Places", show=False),
        *(Binding(str(i + 1), f"pane({i})", f"Pane {name}", show=False) for i, name in enumerate(PANES)),
        Binding("escape", "leave", "Back to the plan", show=False),
    ]

    def body(self) -> Iterable[Widget]:
        """Tabs for narrow terminals, the plan, the side column, the search line."""
        facility = self.desk.facility
        yield PaneTabs(PANES, id="tabs")
        with Horizontal(id="operate"):
            yield FloorPlan(facility, ascii_only=self.ascii_only, id="plan")
            with Vertical(id="side"):
                yield SiteTree(facility, id="tree")
                yield LinePanel(id="doors")
                yield LinePanel(id="alarms", focusable=True)
                with Vertical(id="selection"):
                    yield LinePanel(id="detail", focusable=True)
                    yield OrderPanel(id="order")
        yield Input(placeholder="code of a door or room", id="find", compact=True)

    def on_mount(self) -> None:
        """First views before the first frame."""
        self.plan.can_focus = True
        self.action_pane(0)

    @property
    def plan(self) -> FloorPlan:
        """The floor plan."""
        return self.query_one(FloorPlan)

    def selected(self) -> GlobalId | None:
        """The door or room selected on the plan."""
        return self.plan.selected

    def level(self) -> str:
        """The level on the plan."""
        return self.plan.level

    # Live

    def redraw(self) -> None:
        """All doors and rooms of the desk."""
        desk = self.desk
        self.plan.take_views(
            [desk.door_view(door.global_id) for door in desk.facility.doors],
            [desk.space_view(space.global_id) for space in desk.facility.spaces],
        )
        self._show_doors()
        self.show_alarms()
        self._show_detail()

    def take(self, changes: Changes) -> None:
        """Doors and rooms that changed, in one refresh."""
        desk = self.desk
        if changes.doors or changes.spaces:
            self.plan.take_views(
                [desk.door_view(door) for door in changes.doors], [desk.space_view(space) for space in changes.spaces]
            )
        if changes.doors:
            self._show_doors()
        if changes.alarms:
            self.show_alarms()
        selected = self.plan.selected
        if selected is not None and selected in changes.doors | changes.spaces:
            self._show_detail()

    def age(self) -> None:
        """Ages in the detail panel."""
        self._show_detail()

    def flash(self) -> None:
        """The plan and the alarm badges share one phase."""
        self.plan.flash(self.flash_on)
        self.show_alarms()

    def _show_doors(self) -> None:
        views = [self.desk.door_view(door.global_id) for door in self.desk.facility.doors]
        self.query_one("#doors", LinePanel).show(door_count_rows(views, ascii_only=self.ascii_only))

    def show_alarms(self) -> None:
        """Draw the alarm panel."""
        panel = self.query_one("#alarms", LinePanel)
        limit = 9 if self.has_class("-narrow") else 6 if self.has_class("-tall") else 3
        panel.show(alarm_rows(self.desk.alarms(), self.desk.facility.code, flash_on=self.flash_on, limit=limit))

    def _show_detail(self) -> None:
        panel = self.query_one("#detail", LinePanel)
        panel.show(detail_rows(self.desk, self.plan.selected, max(panel.size.width, 24)))

    # Selection

    def select(self, element: GlobalId) -> None:
        """Select a door or room, or the room by which another element is shown, and bring it into view."""
        place = place_of(self.desk.facility, element)
        if place is None:
            return
        self.plan.select(place)
        self._show_detail()
        self.query_one("#detail", LinePanel).scroll_home(animate=False)

    @on(FloorPlan.Selected)
    def _selected(self, event: FloorPlan.Selected) -> None:
        self.select(event.element)

    @on(FloorPlan.ViewChanged)
    def _view_changed(self, event: FloorPlan.ViewChanged) -> None:
        del event
        self.show_banner()

    @on(SiteTree.SpaceChosen)
    def _space_chosen(self, event: SiteTree.SpaceChosen) -> None:
        self.select(event.space)

    @on(SiteTree.LevelChosen)
    def _level_chosen(self, event: SiteTree.LevelChosen) -> None:
        self.plan.show_level(event.level)

    def show_orders(self) -> None:
        """On narrow terminals the order is in the last pane."""
        if self.has_class("-narrow"):
            self.action_pane(len(PANES) - 1)

    def after_order(self) -> None:
        """Back to the plan."""
        self.action_leave()

    # View

    def action_zoom(self, by: int) -> None:
        """Closer or further."""
        self.plan.step_zoom(by)

    def action_fit(self) -> None:
        """The whole level, or back."""
        self.plan.fit()

    def action_level(self, by: int) -> None:
        """Up or down a level."""
        self.plan.step_level(by)

    def action_mode(self) -> None:
        """Plan or temperature."""
        self.plan.toggle_mode()
        self.say(f"Showing {self.plan.mode.value}.")

    def action_tree(self) -> None:
        """Show the places and put the focus there; again: back to the plan."""
        tree = self.query_one(SiteTree)
        if tree.has_focus:
            self.remove_class("-tree")
            self.action_leave()
            return
        self.add_class("-tree")
        if self.has_class("-narrow"):
            self.action_pane(1)
        tree.focus()

    def action_pane(self, index: int) -> None:
        """Switch the tab of a narrow terminal; on a wide one move the focus."""
        for other in range(len(PANES)):
            self.set_class(other == index, f"pane-{other}")
        self.query_one(PaneTabs).activate(index)
        if index == 1:
            self.add_class("-tree")
        target = ("#plan", "#tree", "#alarms", "#detail")[index]
        self.query_one(target).focus()

    @on(PaneTabs.Chosen)
    def _tab(self, event: PaneTabs.Chosen) -> None:
        self.action_pane(event.index)

    def action_leave(self) -> None:
        """Close the search and give the plan the focus."""
        self.query_one("#find").display = False
        self.remove_class("-tree")
        self.action_pane(0)

    def action_find(self) -> None:
        """Ask for a code."""
        box = self.query_one("#find", Input)
        box.value, box.display = "", True
        box.focus()

    @on(Input.Submitted, "#find")
    def _find(self, event: Input.Submitted) -> None:
        element = find_element(self.desk.facility, event.value)
        self.action_leave()
        if element is None:
            self.say(f"Nothing is called {event.value.strip()!r}.")
        else:
            self.select(element)

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """Other keys count in another pane."""
        self.key_line()
