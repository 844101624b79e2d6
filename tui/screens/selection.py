"""What can be done with the selected door or room: orders, its alarm, the way to its other end."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.desk import Desk
from tui.screens.orders import OrderingScreen
from tui.screens.prompts import minutes_of, shelve_question
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT, Alarm
from twin.model.facility import Facility
from twin.model.ids import NO_ID, GlobalId
from twin.model.operation import DoorIntent, PointIntent, ReleaseIntent
from twin.model.vocabulary import DoorAction, DoorState


def room_of_equipment(facility: Facility, element: GlobalId) -> GlobalId | None:
    """The room that equipment stands in; None for everything else, and where no model tells."""
    return next((thing.space for thing in facility.equipment if thing.global_id == element), None)


class SelectionScreen(OrderingScreen):
    """Acts on a selection; subclasses hold it (`selected`, `select`) and show the alarms (`show_alarms`)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "operate", "Operate"),
        Binding("p", "pulse", "Pulse unlock", show=False),
        Binding("g", "release", "Group release"),
        Binding("E", "emergency", "Emergency release", show=False),
        Binding("d", "dispatch", "Send response team", show=False),
        Binding("a", "acknowledge", "Ack"),
        Binding("s", "shelve", "Shelve", show=False),
        Binding("n", "next_alarm", "Next alarm"),
        Binding("r", "rooms", "Room/door", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._selection_alarm = ""

    @abstractmethod
    def selected(self) -> GlobalId | None:
        """The selected door or room."""

    @abstractmethod
    def select(self, element: GlobalId) -> None:
        """Select a door or room and bring it into view."""

    @abstractmethod
    def show_alarms(self) -> None:
        """Draw the alarms anew."""

    def action_rooms(self) -> None:
        """From a door to its rooms and on; from a room to its doors."""
        facility, selected = self.desk.facility, self.selected()
        if selected is None:
            return
        door = facility.door_by_id.get(selected)
        ring = (
            [node for node in door.joins or () if node in facility.space_by_id]
            if door is not None
            else [d.global_id for d in facility.doors_of.get(selected, ())]
        )
        if ring:
            self.select(ring[0] if door is None or len(ring) == 1 else self._other_end(ring))

    def _other_end(self, ring: list[GlobalId]) -> GlobalId:
        """The end of the door with fewer doors: a cell before its landing."""
        doors_of = self.desk.facility.doors_of
        return min(ring, key=lambda node: len(doors_of.get(node, ())))

    # Orders

    def _selected_door(self) -> GlobalId | None:
        selected = self.selected()
        facility = self.desk.facility
        if selected in facility.door_by_id:
            return selected
        doors = facility.doors_of.get(selected, ()) if selected is not None else ()
        return doors[0].global_id if len(doors) == 1 else None

    def action_operate(self) -> None:
        """Unlock a locked door, lock any other; the first of two steps."""
        door = self._selected_door()
        if door is None:
            self.say("Select a door first: shift+arrows, comma, full stop, / or the mouse.")
            return
        locked = self.desk.door_view(door).state is DoorState.LOCKED
        self.order(DoorIntent(door=door, action=DoorAction.UNLOCK if locked else DoorAction.LOCK))

    def action_pulse(self) -> None:
        """Unlock for one passage."""
        door = self._selected_door()
        if door is None:
            self.say("Select a door first.")
            return
        self.order(DoorIntent(door=door, action=DoorAction.PULSE_UNLOCK))

    def _release_group(self) -> str:
        facility, selected = self.desk.facility, self.selected()
        if selected is None:
            return ""
        door = facility.door_by_id.get(selected)
        if door is not None:
            return door.release_group
        groups = [facility.space_by_id[selected].release_group] if selected in facility.space_by_id else []
        groups += [d.release_group for d in facility.doors_of.get(selected, ())]
        return next((group for group in groups if group), "")

    def _release(self, *, emergency: bool) -> None:
        group = self._release_group()
        if not group:
            self.say("Select a door or room of a release group first.")
            return
        self.order(ReleaseIntent(group=group, emergency=emergency))

    def action_release(self) -> None:
        """Unlock the selection's release group (regime)."""
        self._release(emergency=False)

    def action_emergency(self) -> None:
        """Unlock the selection's release group in an emergency: another command."""
        self._release(emergency=True)

    # Alarms

    def action_dispatch(self) -> None:
        """Send the response team to the selected room, or to the landing side of the selected door."""
        facility, selected = self.desk.facility, self.selected()
        point = next((point for point in self.desk.points if point.kind == "response_dispatch"), None)
        door = facility.door_by_id.get(selected) if selected is not None else None
        nodes = [selected] if selected is not None and door is None else []
        nodes += [] if door is None else list(door.joins or ())
        rooms = [facility.space_by_id[node] for node in nodes if node in facility.space_by_id]
        known = [room for room in rooms if point is not None and room.code in point.states]
        if point is None or not known:
            self.say("Select a room or door that a response team can be sent to; this building may have none.")
            return
        room = max(known, key=lambda room: len(facility.doors_of.get(room.global_id, ())))
        self.order(PointIntent(point=point.id, value=float(point.states.index(room.code))))

    def action_next_alarm(self) -> None:
        """Select the element of the next alarm, unacknowledged and urgent first."""
        alarms = list(self.desk.alarms())
        if not alarms:
            self.say("No alarms.")
            return
        ids = [alarm.id for alarm in alarms]
        index = (ids.index(self._selection_alarm) + 1) % len(ids) if self._selection_alarm in ids else 0
        alarm = alarms[index]
        self._selection_alarm = alarm.id
        self.say(f"{alarm.code}: {alarm.definition.text}. Do: {alarm.definition.action}")
        self.select(room_of_equipment(self.desk.facility, alarm.element) or alarm.element)

    def _alarm_here(self, wanted: frozenset[object] | None) -> Alarm | None:
        facility, selected = self.desk.facility, self.selected()
        rooms = {thing.global_id: thing.space for thing in facility.equipment if selected is not None}
        here = [alarm for alarm in self.desk.alarms() if selected in (alarm.element, rooms.get(alarm.element, NO_ID))]
        here += [alarm for alarm in self.desk.alarms() if alarm.id == self._selection_alarm and alarm not in here]
        return next((alarm for alarm in here if wanted is None or alarm.state in wanted), None)

    def action_acknowledge(self) -> None:
        """Acknowledge the selected element's alarm; never one that was not looked at."""
        alarm = self._alarm_here(frozenset(NEEDS_ACKNOWLEDGEMENT))
        if alarm is None:
            self.say("Nothing to acknowledge at the selection; n goes to the next alarm.")
            return
        self.attempt_order(lambda: self.desk.acknowledge(alarm.id))
        self.show_alarms()

    def action_shelve(self) -> None:
        """Shelve the selected element's alarm, with time and reason."""
        alarm = self._alarm_here(None)
        if alarm is None:
            self.say("No alarm at the selection; n goes to the next alarm.")
            return

        def shelve(answer: tuple[str, ...] | None) -> None:
            if answer is not None:
                minutes, reason = minutes_of(answer[0]), answer[1]
                self.attempt_order(lambda: self.desk.shelve(alarm.id, minutes=minutes, reason=reason))

        self.app.push_screen(shelve_question(f"{alarm.code}: {alarm.definition.text}"), shelve)
