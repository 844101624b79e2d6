"""What bacpypes3 says on standard error after an application is closed: nothing. Each program is a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PREAMBLE = """
import asyncio
import logging
from contextlib import suppress

from bms_town import Listing, small_town

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.poller import Poller
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.point_kinds import Freshness
from twin.model.points import Protocol

QUIET_S = 3.0  # longer than time-out and retry of a request, after which its traceback would come
FAST = {Freshness.SECURITY: 0.1, Freshness.PLANT: 0.1}
logging.getLogger("bms_connectors").setLevel(logging.ERROR)  # that a device is gone is no noise
town = small_town()
acs = town.device("ACS")
asked = [point for point in town.points if point.binding.device == "ACS"]
"""
CLOSED_WHILE_ASKING = """
async def main():
    reads = []
    for pause_s in (0.0, 0.2):
        async with BacnetClient(avoid={acs.port}) as client:
            readers = [BacnetConnector(Conversation(acs, client)) for _ in range(5)]
            reads += [asyncio.create_task(reader.read(asked)) for reader in readers]
            await asyncio.sleep(pause_s)
    await asyncio.sleep(QUIET_S)
    for read in reads:
        read.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
"""
GIVEN_UP = """
async def main():
    async with BacnetClient(avoid={acs.port}) as client:
        reader = BacnetConnector(Conversation(acs, client))
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await reader.read(asked)
        await asyncio.sleep(0)
        assert client._app.asap.clientTransactions == []
    await asyncio.sleep(QUIET_S)
"""
SERVER_GOES = """
async def main():
    async with Poller(town.points, town.devices, Listing(), cycle_s=FAST):
        for _ in range(3):
            async with VirtualBuilding(town.points, town.devices, town.host):
                await asyncio.sleep(0.4)
        await asyncio.sleep(1.2)
    await asyncio.sleep(QUIET_S)
"""
END = """
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "program",
    [CLOSED_WHILE_ASKING, GIVEN_UP, SERVER_GOES],
    ids=["closed-while-asking", "given-up", "server-goes"],
)
def test_a_client_and_a_server_end_in_silence(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PREAMBLE + program + END],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.stderr == ""
    assert done.returncode == 0
