"""Who has no BACnet device does not wait for bacpypes3, and the other way round."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from bms_connectors.connectors import open_connectors
from bms_connectors import discovery, poller
from bms_connectors.virtual import serve
from twin.model.points import Device, Protocol
kinds = {kinds}
open_connectors([Device(name=k, protocol=Protocol(k), host="127.0.0.1", port=9, instance=1) for k in kinds])
print(*sorted({{"bacpypes3", "pymodbus"}} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("kinds", "loaded"),
    [((), ""), (("modbus",), "pymodbus"), (("bacnet",), "bacpypes3")],
    ids=["none", "modbus", "bacnet"],
)
def test_a_library_is_loaded_for_its_devices_only(kinds: tuple[str, ...], loaded: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(kinds=kinds)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == loaded
