"""An architect's model that knows nothing of this program: imported, asked, and opened in Operate."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tui.app import GatehouseApp
from tui.wiring.operator import OperatorDesk
from tui.wiring.screens import bare_site
from twin.model.vocabulary import DoorState, Role

sys.path.insert(0, str(Path(__file__).parents[1] / "tui"))

from picture import text_of

DUPLEX = Path(__file__).parents[2].parent / "shared" / "ifc" / "Duplex_A_20110907.ifc"
pytestmark = pytest.mark.skipif(
    not DUPLEX.is_file(), reason="the folder of third-party sample models is not beside the checkout"
)


@pytest.fixture
def database(tmp_path: Path, gatehouse) -> Path:
    done = gatehouse("twin", "import", DUPLEX, "--db", tmp_path / "duplex.db", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["spaces"], report["doors"], report["storeys"], report["points"]) == (21, 14, 4, 0)
    assert report["doors_joined"] == 14
    return tmp_path / "duplex.db"


def test_its_rooms_doors_and_routes_can_be_asked_for(database, gatehouse):
    doors = json.loads(gatehouse("twin", "doors", "--db", database, "--json").stdout)
    assert len(doors) == 14
    assert {len(door["spaces"]) for door in doors} == {2}
    spaces = json.loads(gatehouse("twin", "spaces", "--db", database, "--json").stdout)
    assert sum(space["area_m2"] for space in spaces) > 100
    route = gatehouse("twin", "route", "A104", "EXIT", "--db", database, "--json")
    assert len(json.loads(route.stdout)["ways"]) == 2, "bathroom to foyer, foyer to outdoors"


async def test_it_opens_in_operate_with_quiet_doors(database):
    async with OperatorDesk(bare_site(database), role=Role.OPERATOR, record=False) as desk:
        assert {desk.door_view(door.global_id).state for door in desk.facility.doors} == {DoorState.UNMONITORED}
        app = GatehouseApp(desk, flashes=False, ticks=False, ascii_only=False)
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            level = next(name for name in desk.facility.levels if name == "Level 1")
            for _ in desk.facility.levels:
                if level in text_of(app).splitlines()[0]:
                    break
                await pilot.press("right_square_bracket")
                await pilot.pause()
            screen = text_of(app)
    assert "Level 1" in screen
    assert "Living Room" in screen
    assert "·" in screen
