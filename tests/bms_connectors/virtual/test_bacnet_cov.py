"""Change of value on the wire: life safety, faults, lifetimes and bounds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from bacpypes3.apdu import (
    ConfirmedCOVNotificationRequest,
    ErrorPDU,
    RejectPDU,
    SubscribeCOVRequest,
    UnconfirmedCOVNotificationRequest,
)
from bacpypes3.basetypes import LifeSafetyState, StatusFlags
from bms_town import Town, bacnet, point
from wire_peer import talking

from bms_connectors.virtual import bacnet_cov
from bms_connectors.virtual.bacnet_devices import BacnetServer


def subscribe(where: str, process: int = 7, *, confirmed: bool | None = False, lifetime: int | None = 60) -> Any:
    return SubscribeCOVRequest(
        subscriberProcessIdentifier=process,
        monitoredObjectIdentifier=where,
        issueConfirmedNotifications=confirmed,
        lifetime=lifetime,
    )


def become(town: Town, server: BacnetServer, id_: str, value: float | None) -> None:
    town.host.set(id_, value)
    server.show(town.point(id_).id)
    server.settle()


def values(told: Any) -> dict[str, Any]:
    kinds = {"present-value": LifeSafetyState, "status-flags": StatusFlags}
    return {str(v.propertyIdentifier): v.value.cast_out(kinds[str(v.propertyIdentifier)]) for v in told.listOfValues}


@pytest.mark.parametrize("confirmed", [True, False])
async def test_fire_zones_and_detectors_are_subscribed_to(town: Town, confirmed: bool) -> None:
    town.points.append(point("C1/SMOKE", "smoke_detector", bacnet("AHU", "life-safety-point", 11)))
    town.host.set("C1/SMOKE", 0.0)
    kind = ConfirmedCOVNotificationRequest if confirmed else UnconfirmedCOVNotificationRequest
    async with talking(town) as (server, peer, device):
        for where, id_ in (("life-safety-zone,1", "FIRE/Z1"), ("life-safety-point,11", "C1/SMOKE")):
            await peer.ask(device, subscribe(where, confirmed=confirmed))
            told = await peer.next_told()
            assert isinstance(told, kind)
            assert str(values(told)["present-value"]) == "quiet"
            become(town, server, id_, 2.0)
            told = await peer.next_told()
            assert str(values(told)["present-value"]) == "alarm"
            assert list(values(told)["status-flags"]) == [1, 0, 0, 0]
            assert 0 < told.timeRemaining <= 60


async def test_a_value_that_gets_lost_is_told_by_its_fault_flag(town: Town) -> None:
    async with talking(town) as (server, peer, device):
        await peer.ask(device, subscribe("life-safety-zone,1"))
        await peer.next_told()
        become(town, server, "FIRE/Z1", None)
        assert list(values(await peer.next_told())["status-flags"])[1] == 1


@pytest.mark.parametrize(
    "where", ["analog-input,1", "analog-value,1", "binary-input,1", "multi-state-value,1", "life-safety-zone,1"]
)
async def test_every_kind_of_the_plant_notifies(town: Town, where: str) -> None:
    async with talking(town) as (_, peer, device):
        await peer.ask(device, subscribe(where))
        assert str((await peer.next_told()).monitoredObjectIdentifier) == where


@pytest.mark.parametrize("where", ["access-door,1", "multi-state-input,1", "binary-input,2"])
async def test_every_kind_of_the_doors_notifies(town: Town, where: str) -> None:
    async with talking(town, "ACS") as (_, peer, device):
        await peer.ask(device, subscribe(where))
        assert str((await peer.next_told()).monitoredObjectIdentifier) == where


async def test_a_subscription_ends_with_its_lifetime(town: Town, wait_until: Any) -> None:
    async with talking(town) as (server, peer, device):
        await peer.ask(device, subscribe("binary-input,1", lifetime=1))
        await peer.next_told()
        assert len(server._app.subscriptions()) == 1
        await wait_until(lambda: not server._app.subscriptions())
        become(town, server, "AHU/FAN", 0.0)
        await peer.ask(device, subscribe("multi-state-value,1"))
        assert str((await peer.next_told()).monitoredObjectIdentifier) == "multi-state-value,1"


async def test_a_renewal_takes_no_second_place_and_may_change_the_manner(town: Town) -> None:
    async with talking(town) as (server, peer, device):
        await peer.ask(device, subscribe("binary-input,1", confirmed=False))
        assert isinstance(await peer.next_told(), UnconfirmedCOVNotificationRequest)
        await peer.ask(device, subscribe("binary-input,1", confirmed=True, lifetime=600))
        told = await peer.next_told()
        assert isinstance(told, ConfirmedCOVNotificationRequest)
        assert told.timeRemaining > 60
        assert len(server._app.subscriptions()) == 1
        await peer.ask(device, subscribe("binary-input,1", confirmed=None, lifetime=None))
        assert server._app.subscriptions() == []
        await peer.ask(device, subscribe("binary-input,1", confirmed=None, lifetime=None))  # nothing left: still fine


async def test_a_device_takes_no_more_subscriptions_than_it_can_carry(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bacnet_cov, "MOST_SUBSCRIPTIONS", 3)
    async with talking(town) as (server, peer, device):
        for process in range(3):
            await peer.ask(device, subscribe("binary-input,1", process))
        with pytest.raises(ErrorPDU, match="no-space-to-add-list-element"):
            await peer.ask(device, subscribe("binary-input,1", 3))
        await peer.ask(device, subscribe("binary-input,1", 2))
        await peer.ask(device, subscribe("binary-input,1", 0, confirmed=None, lifetime=None))
        await peer.ask(device, subscribe("binary-input,1", 3))
        assert len(server._app.subscriptions()) == 3


async def test_absurd_subscriptions_are_refused(town: Town) -> None:
    async with talking(town) as (server, peer, device):
        with pytest.raises(ErrorPDU, match="value-out-of-range"):
            await peer.ask(device, subscribe("binary-input,1", lifetime=2**31))
        with pytest.raises(RejectPDU, match="inconsistent-parameters"):
            await peer.ask(device, subscribe("binary-input,1", confirmed=None, lifetime=60))
        with pytest.raises(ErrorPDU, match="unknown-object"):
            await peer.ask(device, subscribe("binary-input,999"))
        with pytest.raises(ErrorPDU, match="cov-subscription-failed"):
            await peer.ask(device, subscribe(f"device,{device.instance}"))
        await peer.ask(device, subscribe("binary-input,1", confirmed=True, lifetime=None))  # for ever
        assert [each.lifetime for each in server._app.subscriptions()] == [0]


async def test_a_silent_device_notifies_nobody(town: Town) -> None:
    async with talking(town) as (server, peer, device):
        await peer.ask(device, subscribe("binary-input,1"))
        await peer.next_told()
        server.silence(True)
        become(town, server, "AHU/FAN", 0.0)
        for _ in range(3):
            await asyncio.sleep(0)  # the notification is due in the next turn of the loop
        server.silence(False)
        await peer.ask(device, subscribe("multi-state-value,1"))
        assert str((await peer.next_told()).monitoredObjectIdentifier) == "multi-state-value,1"
