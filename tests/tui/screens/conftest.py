"""An app over the table-top desk, with tick and flash in the hands of the test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from block import block
from table_desk import TableDesk, TableDrills, TableStudies

from tui.app import GatehouseApp
from twin.model.vocabulary import DoorState

MakeApp = Callable[[TableDesk], GatehouseApp]


@pytest.fixture
def desk() -> TableDesk:
    """A block with one forced, one held and some open doors."""
    desk = TableDesk(block())
    desk.set_door("D.TST-L00-A-C11.1", DoorState.FORCED, reason="open while the bolt reads locked")
    desk.set_door("D.TST-L00-B-C05.1", DoorState.HELD, reason="open 94 s")
    for number in (20, 21, 22):
        desk.set_door(f"D.TST-L00-B-C{number}.1", DoorState.OPEN)
    desk.set_room("TST-L00-C-CTRL", temp_c=21.5, occupancy=2)
    return desk


@pytest.fixture
def app(desk: TableDesk) -> GatehouseApp:
    """The app over the desk."""
    return GatehouseApp(desk, TableStudies(), TableDrills(), flashes=False, ticks=False)
