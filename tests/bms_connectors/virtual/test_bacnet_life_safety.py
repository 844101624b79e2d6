"""LifeSafetyOperation: done where the plant offers it, refused everywhere else."""

from __future__ import annotations

import pytest
from bacpypes3.apdu import ErrorPDU, LifeSafetyOperationRequest
from bacpypes3.basetypes import LifeSafetyOperation, SilencedState
from bms_town import Town
from table_host import TableHost
from wire_peer import talking

from twin.model.ids import PointId


class PanelHost(TableHost):
    """A table with a fire panel that can be silenced and reset, unless it burns."""

    def operate_life_safety(self, point: PointId, operation: str, /) -> str:
        if operation.startswith("reset") and self.values[point] == 2.0:
            return "the alarm stands"
        self.written.append((f"{point} {operation}", 0.0))
        return ""


@pytest.fixture
def panel(town: Town) -> Town:
    town.host = PanelHost(dict(town.host.values))
    return town


def order(operation: str | int, where: str | None = "life-safety-zone,1") -> LifeSafetyOperationRequest:
    return LifeSafetyOperationRequest(
        requestingProcessIdentifier=1,
        requestingSource="desk",
        request=LifeSafetyOperation(operation),
        objectIdentifier=where,
    )


async def test_a_panel_silences_and_resets(panel: Town) -> None:
    async with talking(panel) as (_, peer, device):
        await peer.ask(device, order("silence"))
        assert str(await peer.read(device, "life-safety-zone,1", "silenced", SilencedState)) == "all-silenced"
        await peer.ask(device, order("reset-alarm"))
        await peer.ask(device, order("unsilence", None))
        assert str(await peer.read(device, "life-safety-zone,1", "silenced", SilencedState)) == "unsilenced"
    assert [what for what, _ in panel.host.written] == ["FIRE/Z1 silence", "FIRE/Z1 reset-alarm", "FIRE/Z1 unsilence"]


async def test_a_panel_that_burns_does_not_reset(panel: Town) -> None:
    panel.host.set("FIRE/Z1", 2.0)
    async with talking(panel) as (_, peer, device):
        with pytest.raises(ErrorPDU, match="service-request-denied"):
            await peer.ask(device, order("reset"))
    assert panel.host.written == []


@pytest.mark.parametrize("operation", ["silence", "reset", "reset-fault"])
async def test_a_plant_without_an_operable_panel_says_so(town: Town, operation: str) -> None:
    async with talking(town) as (_, peer, device):
        with pytest.raises(ErrorPDU, match="optional-functionality-not-supported"):
            await peer.ask(device, order(operation))
        assert str(await peer.read(device, "life-safety-zone,1", "silenced", SilencedState)) == "unsilenced"


@pytest.mark.parametrize(
    ("operation", "where", "error"),
    [
        ("silence", "life-safety-zone,99", "unknown-object"),
        ("silence", "binary-input,1", "optional-functionality-not-supported"),
        ("none", "life-safety-zone,1", "optional-functionality-not-supported"),
        (60, "life-safety-zone,1", "optional-functionality-not-supported"),
        (4000, "life-safety-zone,1", "optional-functionality-not-supported"),
    ],
)
async def test_what_no_panel_knows_is_an_error(panel: Town, operation: str | int, where: str, error: str) -> None:
    async with talking(panel) as (_, peer, device):
        with pytest.raises(ErrorPDU, match=error):
            await peer.ask(device, order(operation, where))
    assert panel.host.written == []
