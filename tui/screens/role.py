"""Choosing a role at the start of the shift."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from tui.widgets.wording import SAFETY
from twin.model.vocabulary import Role

ROLE_TEXT: dict[Role, str] = {
    Role.VIEWER: "looks, operates nothing",
    Role.OPERATOR: "operates doors, acknowledges alarms",
    Role.SUPERVISOR: "releases groups, shelves alarms, confirms as second person",
    Role.ENGINEER: "writes plant points (bms write), acknowledges alarms",
    Role.PLANNER: "runs studies",
    Role.TRAINER: "stages drills",
}


class RoleScreen(Screen[Role]):
    """One key chooses; the safety statement is in full below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(i + 1), f"choose({i})", role.value, show=False) for i, role in enumerate(ROLE_TEXT)),
    ]

    def __init__(self, roles: Iterable[Role] = tuple(ROLE_TEXT)) -> None:
        super().__init__()
        self._role_choices = tuple(roles)

    def compose(self) -> ComposeResult:
        """Roles and the safety statement."""
        with Vertical(id="roles"):
            yield Label("Who sits at the desk?", markup=False, id="roles-title")
            yield OptionList(
                *(
                    Option(f"{index + 1}  {role.value:<11} {ROLE_TEXT[role]}", id=role.value)
                    for index, role in enumerate(self._role_choices)
                ),
                markup=False,
                compact=True,
            )
            yield Label(SAFETY, markup=False, id="roles-safety")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._role_choices[event.option_index])

    def action_choose(self, index: int) -> None:
        """Choose by number."""
        if index < len(self._role_choices):
            self.dismiss(self._role_choices[index])
