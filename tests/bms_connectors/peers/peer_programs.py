"""Programs of others that speak the same protocols and share no line of code with ours.

Every function is a plain blocking call (`asyncio.to_thread` around it where a loop runs). `missing` names what is not
installed, so that a test can skip with a reason.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE.parents[2] / ".peers" / "node_modules"

OBJECT_NUMBERS = {
    "analog-input": 0,
    "analog-value": 2,
    "binary-input": 3,
    "device": 8,
    "multi-state-input": 13,
    "multi-state-value": 19,
    "life-safety-zone": 22,
    "access-door": 30,
}
"""BACnetObjectType (ASHRAE 135, clause 21), written down again here so that a mistake in ours shows."""
PROPERTY_NUMBERS = {
    "object-list": 76,
    "object-name": 77,
    "present-value": 85,
    "priority-array": 87,
    "relinquish-default": 104,
    "status-flags": 111,
    "units": 117,
    "door-status": 231,
    "lock-status": 233,
}
NPM_PACKAGES = frozenset({"@bacnet-js/client", "modbus-serial"})
PYTHON_PACKAGES = frozenset({"pyModbusTCP"})


def missing(*programs: str) -> str:
    """What is not there, as a reason to skip; empty if everything is."""
    absent = [program for program in programs if not _is_there(program)]
    return f"not installed: {', '.join(absent)}" if absent else ""


def _is_there(program: str) -> bool:
    if program in NPM_PACKAGES:
        return shutil.which("node") is not None and (NODE_MODULES / program).is_dir()
    if program in PYTHON_PACKAGES:
        return importlib.util.find_spec(program) is not None
    if program == "libmodbus":  # a library: its tests compile against it
        if not all(shutil.which(tool) for tool in ("gcc", "pkg-config")):
            return False
        return subprocess.run(["pkg-config", "--exists", program], check=False).returncode == 0
    return shutil.which(program) is not None


def item(kind: str, instance: int, name: str = "present-value") -> dict[str, int]:
    """A property of an object, in numbers."""
    return {"type": OBJECT_NUMBERS[kind], "instance": instance, "property": PROPERTY_NUMBERS[name]}


def bacnet_js_steps(address: str, port: int, steps: Sequence[dict[str, Any]]) -> list[Any]:
    """Let @bacnet-js/client go through steps (``bacnet_client.js`` tells them) from our UDP `port`: its answers."""
    done = subprocess.run(
        ["node", str(HERE / "bacnet_client.js")],
        input=json.dumps({"address": address, "port": port, "steps": list(steps)}),
        env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    answers: list[Any] = json.loads(done.stdout)
    return answers


def bacnet_js(
    address: str, port: int, read: Sequence[tuple[str, int, str]], write: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Write, then read (object type, instance, property) with ReadPropertyMultiple."""
    steps = [{"write": order} for order in write]
    *written, values = bacnet_js_steps(address, port, [*steps, {"multiple": [item(*place) for place in read]}])
    return {"written": written, "read": values}


def mbpoll(host: str, port: int, unit: int, table: int, address: int, count: int, write: int | None = None) -> str:
    """Output of one mbpoll run; ``table``: 0 coils, 1 discrete inputs, 3 input and 4 holding registers."""
    command = ["mbpoll", "-m", "tcp", "-p", str(port), "-a", str(unit), "-0", "-r", str(address), "-t", str(table)]
    command += ["-c", str(count), "-1", host] if write is None else ["-1", host, str(write)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout + done.stderr


def mbpoll_values(output: str) -> dict[int, int]:
    """Address to value from mbpoll's lines ``[0]: 1``."""
    return {int(at): int(value) for at, value in re.findall(r"^\[(\d+)\]:\s+(-?\d+)", output, re.MULTILINE)}


class Capture:
    """tshark on the loopback interface: packets of these ports, dissected by somebody else's code."""

    def __init__(self, file: Path, *, udp: Sequence[int] = (), tcp: Sequence[int] = ()) -> None:
        self.file = file
        self._udp, self._tcp = list(udp), list(tcp)
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        ports = [f"udp port {port}" for port in self._udp] + [f"tcp port {port}" for port in self._tcp]
        self._process = subprocess.Popen(
            ["tshark", "-i", "lo", "-w", str(self.file), "-f", " or ".join(ports), "-q"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        while self._process.poll() is None:
            if self.file.exists():  # made when the filter is set; tshark says that it captures before it does
                return self
            time.sleep(0.02)
        raise PermissionError("tshark may not capture here")

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=10)

    def frames(self, display_filter: str) -> int:
        """How many captured frames match a display filter."""
        decode = [option for port in self._udp for option in ("-d", f"udp.port=={port},bvlc")]
        decode += [option for port in self._tcp for option in ("-d", f"tcp.port=={port},mbtcp")]
        done = subprocess.run(
            ["tshark", "-r", str(self.file), *decode, "-Y", display_filter],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return len(done.stdout.splitlines())
