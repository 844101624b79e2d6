"""Field controllers behind a router: found, read, short of breath, slow and lossy."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bacpypes3.apdu import (
    AbortPDU,
    IAmRequest,
    ReadPropertyMultipleRequest,
    ReadPropertyRequest,
    RejectPDU,
    WhoIsRequest,
)
from bacpypes3.basetypes import PropertyReference, ReadAccessSpecification
from bacpypes3.pdu import Address, RemoteBroadcast, RemoteStation
from bacpypes3.primitivedata import Real
from bms_town import Town, bacnet, point
from wire_peer import WirePeer, peering

from bms_connectors.virtual.bacnet_router import FieldRouter
from bms_connectors.virtual.field_lines import FieldController, Line
from twin.model.errors import ConfigError, ConnectError
from twin.model.points import Device, Protocol

NETWORK = 2001
POINTS_EACH = 40


def controllers(count: int = 3) -> list[FieldController]:
    """The first takes 206 octets, the others 480; the last knows no ReadPropertyMultiple."""
    return [
        FieldController(
            device=Device(name=f"F{n}", protocol=Protocol.BACNET, host="", port=0, instance=9200 + n, station=10 + n),
            max_apdu=206 if n == 0 else 480,
            has_multiple=n != count - 1,
        )
        for n in range(count)
    ]


def furnish(town: Town) -> None:
    for n in range(3):
        for instance in range(POINTS_EACH):
            name = f"F{n}/TEMP{instance}"
            town.points.append(point(name, "temperature", bacnet(f"F{n}", "analog-input", instance)))
            town.host.set(name, n * 100.0 + instance)


@asynccontextmanager
async def routing(town: Town, line: Line) -> AsyncIterator[tuple[FieldRouter, WirePeer]]:
    furnish(town)
    router = dataclasses.replace(town.device("AHU"), name="ROUTER", instance=9199)
    async with (
        FieldRouter(router, line, controllers(), town.points, town.host) as served,
        peering([router.port]) as peer,
    ):
        where = Address(f"{router.host}:{router.port}")
        found = await peer.nse.who_is_router_to_network(destination=where, network=NETWORK)
        assert [list(message.iartnNetworkList) for _, message in found] == [[NETWORK]]
        yield served, peer


def station(n: int) -> RemoteStation:
    return RemoteStation(NETWORK, bytes([10 + n]))


async def value(peer: WirePeer, n: int, instance: int) -> float:
    request = ReadPropertyRequest(objectIdentifier=f"analog-input,{instance}", propertyIdentifier="present-value")
    return float((await peer.ask_at(station(n), request)).propertyValue.cast_out(Real))


def multiple(count: int) -> ReadPropertyMultipleRequest:
    return ReadPropertyMultipleRequest(
        listOfReadAccessSpecs=[
            ReadAccessSpecification(
                objectIdentifier=f"analog-input,{instance}",
                listOfPropertyReferences=[PropertyReference(propertyIdentifier="present-value")],
            )
            for instance in range(count)
        ]
    )


async def test_every_controller_behind_the_router_is_found_and_read(town: Town, wait_until: Any) -> None:
    async with routing(town, Line(network=NETWORK)) as (_, peer):
        heard: dict[int, Any] = {}

        async def take(apdu: IAmRequest) -> None:
            heard[apdu.iAmDeviceIdentifier[1]] = apdu

        peer.do_IAmRequest = take
        await peer.request(WhoIsRequest(destination=RemoteBroadcast(NETWORK)))
        await wait_until(lambda: len(heard) == 3)
        assert sorted(heard) == [9200, 9201, 9202]
        assert {n: int(heard[n].maxAPDULengthAccepted) for n in heard} == {9200: 206, 9201: 480, 9202: 480}
        assert {str(each.segmentationSupported) for each in heard.values()} == {"no-segmentation"}
        for n in range(3):
            assert await value(peer, n, 5) == n * 100.0 + 5


async def test_an_answer_that_is_too_long_for_the_line_is_aborted(town: Town) -> None:
    async with routing(town, Line(network=NETWORK)) as (_, peer):
        answer = await peer.ask_at(station(0), multiple(8))
        assert len(answer.listOfReadAccessResults) == 8
        with pytest.raises(AbortPDU) as refused:
            await peer.ask_at(station(0), multiple(20))
        assert "segmentation-not-supported" in str(refused.value.apduAbortRejectReason)
        assert len((await peer.ask_at(station(1), multiple(20))).listOfReadAccessResults) == 20


async def test_a_controller_without_read_property_multiple_rejects_it(town: Town) -> None:
    async with routing(town, Line(network=NETWORK)) as (_, peer):
        with pytest.raises(RejectPDU, match="unrecognized-service"):
            await peer.ask_at(station(2), multiple(2))
        assert await value(peer, 2, 1) == 201.0


async def test_a_slow_and_lossy_line_answers_in_the_end(town: Town) -> None:
    async with routing(town, Line(network=NETWORK, delay_s=0.002, loss=0.02, seed=4)) as (router, peer):
        for n in range(3):
            for instance in range(POINTS_EACH):
                assert await value(peer, n, instance) == n * 100.0 + instance
        assert router.lost > 0


async def test_the_address_is_free_again_afterwards_and_taken_meanwhile(town: Town) -> None:
    async with routing(town, Line(network=NETWORK)) as (router, _):
        second = FieldRouter(router.device, router.line, controllers(), town.points, town.host)
        with pytest.raises(ConnectError, match=router.device.host):
            async with second:
                pytest.fail("two routers on one address")
    async with second:
        pass


def test_stations_that_no_line_has_are_told_at_once(town: Town) -> None:
    twice = [*controllers(), dataclasses.replace(controllers()[0], max_apdu=480)]
    with pytest.raises(ConfigError, match="has the station of F0"):
        FieldRouter(town.device("AHU"), Line(network=NETWORK), twice, town.points, town.host)
    beyond = dataclasses.replace(controllers()[0], device=dataclasses.replace(controllers()[0].device, station=255))
    with pytest.raises(ConfigError, match="station 255"):
        FieldRouter(town.device("AHU"), Line(network=NETWORK), [beyond], town.points, town.host)
