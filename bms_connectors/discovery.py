"""Who is there: BACnet devices that answer a Who-Is. Modbus has no discovery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DEVICE_PORT = 47808
LOOPBACK_BROADCAST = "127.255.255.255"


@dataclass(frozen=True, slots=True, order=True)
class FoundDevice:
    """One I-Am: device instance, where it came from, vendor identifier."""

    instance: int
    host: str
    port: int
    vendor: int


async def discover(
    ports: Iterable[int] = (DEVICE_PORT,), *, broadcast: str = LOOPBACK_BROADCAST, wait_s: float = 1.0
) -> list[FoundDevice]:
    """Broadcast a Who-Is to each port in turn and list who answered, sorted by instance.

    Two devices with one instance are both listed: that is a fault of the site worth seeing.

    Raises:
        ConnectError: no port is free for the client.
    """
    from bms_connectors.bacnet.client import BacnetClient

    wanted = list(ports)
    found: set[FoundDevice] = set()

    def take(i_am: object) -> None:
        source = getattr(i_am, "pduSource", None)
        identifier = getattr(i_am, "iAmDeviceIdentifier", None)
        if source is None or identifier is None:
            return
        host, port = source.addrTuple
        found.add(FoundDevice(int(identifier[1]), str(host), int(port), int(getattr(i_am, "vendorID", 0))))

    async with BacnetClient(avoid=wanted) as client:
        for port in wanted:
            await client.who_is(f"{broadcast}:{port}", take, wait_s)
    return sorted(found)
