"""Whether a device is believed: restarted, rebuilt, doubled, replaced by another, spoken for by another."""

from __future__ import annotations

import asyncio
import logging
import socket

import pytest
from lone_device import analog_points, lone, serving, talking

from bms_connectors.bacnet.reader import BacnetConnector
from twin.model.vocabulary import Quality

POINTS = analog_points(2)
TWIN_HOST = "127.0.93.2"


async def qualities(connector: BacnetConnector) -> set[Quality]:
    return {reading.quality for reading in await connector.read(POINTS)}


async def test_a_changed_object_list_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bms_connectors.bacnet")
    device = lone()
    async with talking(device) as talk:
        connector = BacnetConnector(talk)
        async with serving(device, 2):
            await connector.read(POINTS)
        async with serving(device, 5, revision=2):
            for _ in range(3):
                connector.presence.silent()
                assert await qualities(connector) == {Quality.GOOD}
    assert [record.message for record in caplog.records] == ["BOX: object list changed: 4 → 7 objects"]


async def test_two_devices_with_one_instance_are_not_believed_until_one_is_gone() -> None:
    device = lone()
    double = lone(port=device.port, host=TWIN_HOST)
    async with talking(device) as talk, serving(device, 2):
        connector = BacnetConnector(talk)
        assert await qualities(connector) == {Quality.GOOD}
        async with serving(double, 2) as other:
            other.i_am(client_address(talk))
            async with asyncio.timeout(10.0):
                while await qualities(connector) != {Quality.DEVICE_ERROR}:
                    await asyncio.sleep(0.01)
            assert TWIN_HOST in connector.remark()
            assert await qualities(connector) == {Quality.DEVICE_ERROR}
        connector.presence._due_s = 0.0
        assert await qualities(connector) == {Quality.GOOD}
        assert connector.remark() == ""


def client_address(talk: object) -> object:
    from bacpypes3.pdu import Address

    return Address(f"127.0.0.1:{talk.client.port}")


async def test_another_device_at_the_address_gives_no_values() -> None:
    device = lone()
    stranger = lone(port=device.port, instance=4711)
    async with talking(device) as talk, serving(stranger, 2):
        connector = BacnetConnector(talk)
        assert await qualities(connector) == {Quality.DEVICE_ERROR}
        assert "somebody else" in connector.remark()


async def test_an_answer_from_another_address_than_asked_is_not_believed() -> None:
    """The asked device is a forwarder: it lets another answer, truthfully and in time, from its own address."""
    device, other = lone(), lone(host=TWIN_HOST)
    loop = asyncio.get_running_loop()

    class Forwarder(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, asker: tuple[str, int]) -> None:
            self.asker = asker
            back.sendto(data, (other.host, other.port))

    class Back(asyncio.DatagramProtocol):
        answers = 0

        def datagram_received(self, data: bytes, _: object) -> None:
            Back.answers += 1
            back.sendto(data, forwarder.asker)  # from the other's socket, not from the one that was asked

    async with talking(device) as talk, serving(other, 2):
        back, _ = await loop.create_datagram_endpoint(Back, local_addr=(TWIN_HOST, 0))
        front, forwarder = await loop.create_datagram_endpoint(Forwarder, local_addr=(device.host, device.port))
        assert await qualities(BacnetConnector(talk)) == {Quality.TIMEOUT}
        assert Back.answers > 0
        front.close()
        back.close()


async def test_noise_on_the_clients_port_neither_stops_nor_feeds_it() -> None:
    device = lone()
    async with talking(device) as talk, serving(device, 2):
        connector = BacnetConnector(talk)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as shouter:
            for number in range(300):
                noise = bytes(
                    (0x81, 0x0A, 0, 4 + number % 60, 1, 0, *((number * step) % 256 for step in range(number % 57)))
                )
                shouter.sendto(noise, ("127.0.0.1", talk.client.port))
        assert [reading.value for reading in await connector.read(POINTS)] == [1.0, 2.0]
