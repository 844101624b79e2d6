"""The client as a foreign device: registered with a BBMD on real sockets, renewed, refused, forgotten, given back."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bacpypes3.app import Application
from bacpypes3.basetypes import IPMode
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bbmd_peer import BROADCAST, BROADCASTED, FORWARDED, HOST, BbmdPeer, Mood, bbmd_peer, bvll, octets, result
from bms_town import Listing, Town
from field_network import routed
from lone_device import analog_points, lone, serving

from bms_connectors.bacnet import foreign
from bms_connectors.bacnet.bbmd import bbmd_address
from bms_connectors.bacnet.client import BacnetClient
from bms_connectors.bacnet.lifetime import close_silently, until_bound
from bms_connectors.discovery import EVERY_NETWORK, FoundDevice, discover
from bms_connectors.poller import Poller
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import ConnectError
from twin.model.point_kinds import Freshness

I_AM_9305 = bytes.fromhex("0120ffff00ff 1000 c402002459 2205c4 9100 2203e7")
"""NPDU to all networks: I-Am of device 9305, 1476 octets, segmented-both, vendor 999."""
STRANGER = "127.0.94.66"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "ANSWER_S", 0.15)
    monkeypatch.setattr(foreign, "RETRY_S", 0.1)
    monkeypatch.setattr(foreign, "_CALM_S", 0.05)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    with caplog.at_level(logging.INFO, logger=foreign.__name__):
        yield lambda: [record.getMessage().partition(": ")[2] for record in caplog.records]


@asynccontextmanager
async def registered(bbmd: BbmdPeer, **more: Any) -> AsyncIterator[BacnetClient]:
    async with BacnetClient(bbmd=bbmd.address, **more) as client:
        yield client


def standing(client: BacnetClient) -> bool:
    return client.registration is not None and client.registration.is_registered


async def who_is(client: BacnetClient) -> list[str]:
    heard: list[str] = []
    await client.who_is("*", lambda i_am: heard.append(str(i_am.pduSource)), 0.3)
    return heard


async def test_a_registration_stands_on_entering_and_is_given_back_on_leaving(said: Callable[[], list[str]]) -> None:
    async with bbmd_peer() as bbmd:
        async with registered(bbmd, ttl_s=77) as client:
            place = ("127.0.0.1", client.port)
            assert list(bbmd.table) == [place]
            assert bbmd.lifetimes == [77]
        assert bbmd.table == {}
        assert bbmd.deleted == [place]
    assert said() == ["registered as a foreign device, for 77 s at a time"]


@pytest.mark.parametrize(("mood", "why"), [(Mood.REFUSING, "refuses"), (Mood.SILENT, "no answer")])
async def test_a_refusal_and_silence_are_errors_that_name_the_bbmd_and_free_the_port(
    mood: Mood, why: str, said: Callable[[], list[str]]
) -> None:
    async with bbmd_peer() as bbmd:
        bbmd.mood = mood
        client = BacnetClient(bbmd=bbmd.address)
        with pytest.raises(ConnectError, match=f"BBMD {bbmd.address}: {why}"):
            await client.__aenter__()
        assert client.port == 0
        assert said() == []
        bbmd.mood = Mood.ACCEPTING
        async with client:
            assert standing(client)


async def test_entering_that_is_given_up_frees_the_port() -> None:
    async with bbmd_peer() as bbmd:
        bbmd.mood = Mood.SILENT
        client = BacnetClient(bbmd=bbmd.address)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.__aenter__()
        assert client.port == 0


async def test_a_registration_is_renewed_before_it_ends(wait_until: Any, said: Callable[[], list[str]]) -> None:
    async with bbmd_peer() as bbmd, registered(bbmd, ttl_s=1) as client:
        until = bbmd.table["127.0.0.1", client.port]
        await wait_until(lambda: len(bbmd.lifetimes) > 1)
        assert asyncio.get_running_loop().time() < until
        assert standing(client)
        assert client.registration is not None
        assert client.registration.failures == 0
    assert len(said()) == 1


async def test_a_registration_that_cannot_be_renewed_ends_and_is_made_again(
    wait_until: Any, said: Callable[[], list[str]]
) -> None:
    async with bbmd_peer() as bbmd, registered(bbmd, ttl_s=1) as client:
        bbmd.mood = Mood.SILENT
        await wait_until(lambda: not standing(client))
        assert client.registration is not None
        failures = client.registration.failures
        assert failures >= 2
        with pytest.raises(ConnectError, match="no answer"):
            await who_is(client)
        bbmd.mood = Mood.REFUSING
        await wait_until(lambda: client.registration.failures > failures)
        bbmd.mood = Mood.ACCEPTING
        await wait_until(lambda: standing(client))
    told = said()
    assert told[-1] == "registered again"
    assert len(told) == len(set(told)) <= 4


async def test_a_bbmd_that_was_restarted_gets_us_into_its_table_again(
    wait_until: Any, said: Callable[[], list[str]]
) -> None:
    async with bbmd_peer() as bbmd, registered(bbmd) as client:
        await asyncio.sleep(foreign._CALM_S)
        bbmd.table.clear()
        await who_is(client)
        assert bbmd.refused_broadcasts == 1
        await wait_until(lambda: bool(bbmd.table))
        await wait_until(lambda: standing(client))
        await who_is(client)
        assert bbmd.distributed == 1
    assert said()[1:] == ["does not know us any more", "registered again"]


async def test_a_forged_result_is_no_answer_and_does_not_hide_the_real_one() -> None:
    async with bbmd_peer() as bbmd:
        bbmd.mood = Mood.SILENT
        client = BacnetClient(bbmd=bbmd.address, needs_bbmd=False)
        async with client:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((STRANGER, 0))
                for code in (0x0000, 0x0030, 0x0060):
                    stranger.sendto(result(code), ("127.0.0.1", client.port))
                await asyncio.sleep(0.05)
                assert not standing(client)
                bbmd.mood = Mood.ACCEPTING
                bbmd.send(result(0x0000), ("127.0.0.1", client.port))
                await asyncio.sleep(0.05)
                assert standing(client)
                for code in (0x0030, 0x0060):
                    stranger.sendto(result(code), ("127.0.0.1", client.port))
                await asyncio.sleep(0.05)
                assert standing(client)


async def test_who_can_do_without_the_bbmd_enters_at_once_and_is_registered_later(wait_until: Any) -> None:
    async with bbmd_peer() as bbmd:
        bbmd.mood = Mood.REFUSING
        async with registered(bbmd, needs_bbmd=False, ttl_s=1) as client:
            assert not standing(client)
            await wait_until(lambda: client.registration.failures > 0)
            bbmd.mood = Mood.ACCEPTING
            await wait_until(lambda: standing(client))


async def test_a_broadcast_that_the_bbmd_forwards_comes_from_where_it_was_sent() -> None:
    async with bbmd_peer() as bbmd, registered(bbmd) as client:
        heard: list[str] = []
        asking = asyncio.create_task(client.who_is("*", lambda i_am: heard.append(str(i_am.pduSource)), 0.4))
        await asyncio.sleep(0.05)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            device.bind(("127.0.94.5", bbmd.port))
            device.sendto(bvll(BROADCASTED, I_AM_9305), (BROADCAST, bbmd.port))
            forged = bvll(FORWARDED, octets(("127.0.94.7", 47808)) + I_AM_9305)
            device.sendto(forged, ("127.0.0.1", client.port))
            await asking
    assert heard == [f"127.0.94.5:{bbmd.port}"]


async def test_devices_are_found_through_the_bbmd_at_their_own_addresses(town: Town) -> None:
    devices = [town.device("ACS"), town.device("AHU")]
    steps: list[tuple[int, int]] = []
    async with VirtualBuilding(town.points, town.devices, town.host), bbmd_peer(devices[0].port) as bbmd:
        found = await discover(bbmd=bbmd.address, wait_s=0.4, progress=lambda done, total: steps.append((done, total)))
        ranged = await discover(bbmd=bbmd.address, wait_s=0.4, instances=(devices[1].instance,) * 2)
        assert bbmd.distributed == 2
        assert bbmd.table == {}
    assert found == [FoundDevice(d.instance, d.host, d.port, 999) for d in devices]
    assert [each.instance for each in ranged] == [devices[1].instance]
    assert steps == [(1, 1)]


@pytest.mark.parametrize("network", [200, EVERY_NETWORK])
async def test_devices_behind_a_router_behind_the_bbmd_are_found(network: int) -> None:
    router = lone(instance=9300)
    async with routed(router, 200, {5: 9305}), bbmd_peer(router.port) as bbmd:
        found = await discover(bbmd=bbmd.address, wait_s=0.5, network=network)
    behind = [device for device in found if device.network]
    assert [(each.instance, each.address, each.port) for each in behind] == [
        (9305, f"200:5@{router.host}", router.port)
    ]


async def test_readings_come_through_the_poller_with_and_without_an_answer_of_the_bbmd(
    sink: Listing, wait_until: Any
) -> None:
    device, points = lone(), analog_points(3)
    for mood in (Mood.ACCEPTING, Mood.SILENT):
        sink.readings.clear()
        async with serving(device, 3), bbmd_peer() as bbmd:
            bbmd.mood = mood
            poller = Poller(points, [device], sink, cycle_s=dict.fromkeys(Freshness, 0.1), bbmd=bbmd.address)
            async with poller:
                await wait_until(lambda: {r.value for r in sink.readings} >= {1.0, 2.0, 3.0})
            assert bool(bbmd.lifetimes) is (mood is Mood.ACCEPTING)
            assert bbmd.table == {}


async def test_a_bbmd_of_bacpypes3_registers_us_distributes_and_forgets(town: Town) -> None:
    acs = town.device("ACS")
    own = DeviceObject(objectIdentifier=("device", 9390), objectName="BBMD", vendorIdentifier=999)
    port = NetworkPortObject(
        f"{HOST}/8:{acs.port}",
        objectIdentifier=("network-port", 1),
        objectName="port",
        bacnetIPMode=IPMode.bbmd,
        bbmdBroadcastDistributionTable=[],
    )
    async with VirtualBuilding(town.points, town.devices, town.host):
        app = Application.from_object_list([own, port])
        (link,) = app.link_layers.values()
        link.add_peer(link.bbmdAddress)
        await until_bound(app)
        try:
            async with BacnetClient(bbmd=f"{HOST}:{acs.port}") as client:
                assert [str(entry.fdAddress) for entry in link.bbmdFDT] == [f"127.0.0.1:{client.port}"]
                assert f"{acs.host}:{acs.port}" in await who_is(client)
            assert link.bbmdFDT == []
        finally:
            link._fdt_clock_handle.cancel()
            close_silently(app)
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    "text", ["10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "bbmd:47808", "1.2.3:5", ":1"]
)
def test_what_is_no_address_of_a_bbmd_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="BBMD"):
        bbmd_address(text)


@pytest.mark.parametrize("ttl_s", [0, -1, 65536])
def test_a_lifetime_that_the_protocol_does_not_have_is_refused(ttl_s: int) -> None:
    with pytest.raises(ValueError, match="65535"):
        BacnetClient(bbmd="127.0.0.1:47808", ttl_s=ttl_s)
