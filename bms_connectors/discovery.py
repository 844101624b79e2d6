"""Who is there: BACnet devices that answer a Who-Is, and what is in them. Modbus has no discovery.

A Who-Is (ASHRAE 135, clause 16.10) may be limited to a range of instances, and goes to a broadcast address, to one
device, or through a router to one network or to all. A BBMD (annex J) broadcasts it for us where we are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bms_connectors.bacnet.found import FoundDevice, Progress
from twin.model.points import Device, Protocol

__all__ = ["FoundDevice", "Progress", "discover", "doubled", "object_list"]

DEVICE_PORT = 47808
LOOPBACK_BROADCAST = "127.255.255.255"
LARGEST_INSTANCE = 4_194_302
EVERY_NETWORK = 65535
"""Network number of the global broadcast (clause 6.2.2)."""


async def discover(
    ports: Iterable[int] = (DEVICE_PORT,),
    *,
    broadcast: str = LOOPBACK_BROADCAST,
    wait_s: float = 1.0,
    instances: tuple[int, int] | None = None,
    network: int = 0,
    progress: Progress | None = None,
    bbmd: str = "",
) -> list[FoundDevice]:
    """Send a Who-Is to each port in turn and list who answered, sorted by instance.

    Two devices with one instance are both listed: that is a fault of the site worth seeing (`doubled`).

    Args:
        ports: UDP ports to try.
        broadcast: where to: a broadcast address, one device, or a router.
        wait_s: how long to listen for answers, for each port; so it ends after ``wait_s`` times the ports.
        instances: lowest and highest device instance that shall answer; None for all.
        network: number of the network behind the router at `broadcast`, `EVERY_NETWORK` for all; 0 for the local one.
        progress: told after each port.
        bbmd: ``host:port`` of a BBMD that broadcasts for us, once and on its own port, in place of `ports` and
            `broadcast`; devices are listed where they are, not at the BBMD.

    Raises:
        ConnectError: no port is free for the client, or the BBMD refuses or is silent.
        ValueError: a range, a network or a BBMD that cannot be.
    """
    from bms_connectors.bacnet.client import BacnetClient
    from bms_connectors.bacnet.i_am import found_device

    low, high = _range(instances)
    wanted = list(ports)
    destinations = [_stations(network)] if bbmd else [_destination(broadcast, port, network) for port in wanted]
    found: set[FoundDevice] = set()

    def take(i_am: object) -> None:
        device = found_device(i_am)
        if device is not None and (low is None or high is None or low <= device.instance <= high):
            found.add(device)

    async with BacnetClient(avoid=wanted, towards=(broadcast, DEVICE_PORT), bbmd=bbmd) as client:
        for done, destination in enumerate(destinations, start=1):
            await client.who_is(destination, take, wait_s, low=low, high=high)
            if progress is not None:
                progress(done, len(destinations))
    return sorted(found)


def doubled(found: Iterable[FoundDevice]) -> list[int]:
    """Device instances that several addresses claim, sorted."""
    claims = Counter(device.instance for device in set(found))
    return sorted(instance for instance, count in claims.items() if count > 1)


async def object_list(
    found: FoundDevice, *, limit_s: float = 60.0, progress: Progress | None = None
) -> Sequence[tuple[str, int]]:
    """Object types and instances of a device: in one segmented answer, else element by element.

    Args:
        found: whom to ask.
        limit_s: how long this may take in all.
        progress: told how many of how many elements are there.

    Raises:
        ConnectError, ResponseTimeoutError: nobody answers, or not within the limit.
        DeviceRefusedError: the device does not tell its object list.
    """
    from bms_connectors.bacnet.client import BacnetClient, Conversation
    from bms_connectors.bacnet.object_list import read_object_list

    device = Device(
        name=f"device {found.instance}",
        protocol=Protocol.BACNET,
        host=found.address,
        port=found.port,
        instance=found.instance,
    )
    async with BacnetClient(avoid=[found.port], towards=(found.host, found.port)) as client:
        return await read_object_list(Conversation(device, client), limit_s=limit_s, progress=progress)


def _range(instances: tuple[int, int] | None) -> tuple[int | None, int | None]:
    if instances is None:
        return None, None
    low, high = instances
    if not 0 <= low <= high <= LARGEST_INSTANCE:
        raise ValueError(f"no range of device instances: {low} to {high}")
    return low, high


def _destination(host: str, port: int, network: int) -> str:
    stations = _stations(network)
    return f"{host}:{port}" if stations == "*" else f"{stations}@{host}:{port}"


def _stations(network: int) -> str:
    if not 0 <= network <= EVERY_NETWORK:
        raise ValueError(f"no network number: {network}")
    if network == 0:
        return "*"
    return f"{'*' if network == EVERY_NETWORK else network}:*"
