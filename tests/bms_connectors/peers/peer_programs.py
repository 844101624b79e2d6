"""Programs of others that speak the same protocols and share no line of code with ours.

Every function is a plain blocking call (`asyncio.to_thread` around it where a loop runs). `missing` names what is not
installed, so that a test can skip with a reason.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE.parents[2] / ".peers" / "node_modules"

OBJECT_NUMBERS = {
    "analog-input": 0,
    "analog-value": 2,
    "binary-input": 3,
    "multi-state-input": 13,
    "multi-state-value": 19,
    "life-safety-zone": 22,
    "access-door": 30,
}
"""BACnetObjectType (ASHRAE 135, clause 21), written down again here so that a mistake in ours shows."""
PROPERTY_NUMBERS = {"present-value": 85, "status-flags": 111, "door-status": 231, "lock-status": 233}


def missing(*programs: str) -> str:
    """What is not there, as a reason to skip; empty if everything is."""
    absent = []
    for program in programs:
        if program == "@bacnet-js/client":
            there = shutil.which("node") is not None and (NODE_MODULES / program).is_dir()
        else:
            there = shutil.which(program) is not None
        if not there:
            absent.append(program)
    return f"not installed: {', '.join(absent)}" if absent else ""


def bacnet_js(
    address: str, port: int, read: Sequence[tuple[str, int, str]], write: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Write, then read (object type, instance, property) with @bacnet-js/client from our UDP `port`."""
    job = {
        "address": address,
        "port": port,
        "write": list(write),
        "read": [
            {"type": OBJECT_NUMBERS[kind], "instance": instance, "property": PROPERTY_NUMBERS[name]}
            for kind, instance, name in read
        ],
    }
    done = subprocess.run(
        ["node", str(HERE / "bacnet_reader.js")],
        input=json.dumps(job),
        env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


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
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "Capturing on" in line:
                return self
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
