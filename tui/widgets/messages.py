"""Messages between screens and the app; widgets' own messages are nested in the widgets."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from twin.model.ids import GlobalId


@dataclass
class ShowElement(Message):
    """A list asks for its element to be shown on the plan."""

    element: GlobalId
