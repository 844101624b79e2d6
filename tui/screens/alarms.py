"""Alarms: the list in the order of ISA-18.2 (unacknowledged, priority, newest) and the journal below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.screens.lists import ListScreen
from tui.screens.prompts import minutes_of, shelve_question
from tui.screens.selection import room_of_equipment
from tui.widgets.alarm_rows import alarm_columns
from tui.widgets.journal_columns import journal_columns, journal_search
from tui.widgets.virtual_grid import VirtualGrid
from tui.widgets.wording import short_code
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT, Alarm
from twin.model.ids import GlobalId
from twin.model.journal import JournalRow
from twin.model.operation import Changes, Outcome

JOURNAL_ROWS = 500
"""Newest rows of the journal that the screen holds."""


class AlarmsScreen(ListScreen):
    """All alarms that are not normal; acknowledge a row or the visible page, never what is hidden."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "acknowledge", "Ack row"),
        Binding("A", "acknowledge_page", "Ack visible page"),
        Binding("s", "shelve", "Shelve"),
    ]

    def grids(self) -> Iterable[Widget]:
        """Alarms above, journal below."""
        yield VirtualGrid[Alarm](
            alarm_columns(self._place, lambda: self.flash_on, lambda: self.desk.clock().at, self.desk.mode),
            search=self._search,
            id="alarm-grid",
        )
        yield VirtualGrid[JournalRow](journal_columns(self.desk.mode), search=journal_search, id="journal-grid")

    @property
    def alarm_grid(self) -> VirtualGrid[Alarm]:
        """The alarm list."""
        return self.query_one("#alarm-grid", VirtualGrid)

    def _place(self, alarm: Alarm) -> str:
        """Short code of a door or room; that of equipment with the room it stands in."""
        facility = self.desk.facility
        if alarm.element in facility.door_by_id or alarm.element in facility.space_by_id:
            return short_code(alarm.code, facility.code)
        room = facility.space_by_id.get(room_of_equipment(facility, alarm.element) or alarm.element)
        code = short_code(alarm.code, facility.code) if room else alarm.code
        return f"{code} in {short_code(room.code, facility.code)}" if room else code

    def _search(self, alarm: Alarm) -> str:
        return f"{self._place(alarm)} {alarm.definition.text} {alarm.detail} {alarm.state.value} p{alarm.priority}"

    def element_of(self, record: object) -> GlobalId | None:
        """An alarm's element, for equipment the room it stands in; the journal has none."""
        if not isinstance(record, Alarm):
            return None
        return room_of_equipment(self.desk.facility, record.element) or record.element

    def redraw(self) -> None:
        """Both lists."""
        self.alarm_grid.set_records(tuple(self.desk.alarms()))
        self.age()

    def take(self, changes: Changes) -> None:
        """Alarms flush at once; the journal moves with them."""
        if changes.alarms:
            self.redraw()

    def age(self) -> None:
        """The journal once a second."""
        rows = self.attempt(lambda: self.desk.journal(JOURNAL_ROWS))
        if rows is not None:
            self.query_one("#journal-grid", VirtualGrid).set_records(tuple(rows))

    def flash(self) -> None:
        """Only badges of unacknowledged alarms change."""
        self.alarm_grid.touch(
            index for index, alarm in enumerate(self.desk.alarms()) if alarm.state in NEEDS_ACKNOWLEDGEMENT
        )

    def action_acknowledge(self) -> None:
        """Acknowledge the row under the cursor."""
        alarm = self.alarm_grid.current
        if alarm is not None:
            self.attempt_order(lambda: self.desk.acknowledge(alarm.id))
            self.redraw()

    def action_acknowledge_page(self) -> None:
        """Acknowledge what is on screen, and only that."""
        waiting = [alarm for alarm in self.alarm_grid.rows_on_screen() if alarm.state in NEEDS_ACKNOWLEDGEMENT]
        results = self.attempt(lambda: [self.desk.acknowledge(alarm.id) for alarm in waiting])
        if results is None:
            self.redraw()
            return
        refused = [result for result in results if result.outcome is not Outcome.DONE]
        if refused:
            self.say_outcome(refused[0])
        else:
            self.say(f"Acknowledged {len(results)} on this page.")
        self.redraw()

    def action_shelve(self) -> None:
        """Shelve the row under the cursor, with time and reason."""
        alarm = self.alarm_grid.current
        if alarm is None:
            return

        def shelve(answer: tuple[str, ...] | None) -> None:
            if answer is not None:
                minutes, reason = minutes_of(answer[0]), answer[1]
                self.attempt_order(lambda: self.desk.shelve(alarm.id, minutes=minutes, reason=reason))
                self.redraw()

        self.app.push_screen(shelve_question(f"{alarm.code}: {alarm.definition.text}"), shelve)
