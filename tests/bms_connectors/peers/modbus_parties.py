"""Three Modbus stacks of others, each as a client and as a server: modbus-serial, libmodbus and pyModbusTCP.

All clients are called ``<client> host port unit read <table> <address> <count>`` or ``… write <table> <address>
<value> …`` (one value: function codes 5 and 6; several: 15 and 16). They print the values, ``written``, or
``exception <code>``.

All servers are called ``<server> host port``, print ``ready``, and serve the same fixed device:

=================  =========  =====================================================
table              addresses  values
=================  =========  =====================================================
coil               0 … 9      1 0 1 1 0 0 0 0 1 1; can be written
discrete-input     0 … 9      the inverse of the coils at the start
input-register     0 … 2      70000 as two registers, −52 in two's complement
holding-register   0, 1       1013.25 as a float, high word first
holding-register   2, 3       1013.25 as a float, low word first
holding-register   4 … 7      nothing: exception 2
holding-register   8          204
holding-register   9 … 19     0; can be written
=================  =========  =====================================================
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peer_programs import HERE, NODE_MODULES

from twin.model.points import Device

PARTIES = ("modbus-serial", "libmodbus", "pyModbusTCP")
_ENVIRONMENT = {**os.environ, "NODE_PATH": str(NODE_MODULES)}


@dataclass(frozen=True, slots=True)
class Party:
    """How to start one party's client and server."""

    client: tuple[str, ...]
    server: tuple[str, ...]

    def ask(self, device: Device, action: str, table: str, address: int, *numbers: int) -> str:
        """What the client prints about one request."""
        arguments = [device.host, device.port, device.instance, action, table, address, *numbers]
        done = subprocess.run(
            [*self.client, *(str(argument) for argument in arguments)],
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout.strip()

    @contextmanager
    def serving(self, device: Device) -> Iterator[None]:
        """The fixed device at this address while the block runs."""
        process = subprocess.Popen(
            [*self.server, device.host, str(device.port)],
            env=_ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if line != "ready\n":
                process.kill()
                raise AssertionError(process.communicate(timeout=10)[1])
            yield
        finally:
            process.kill()
            process.communicate(timeout=10)


def party(name: str, folder: Path) -> Party:
    """One of `PARTIES`; what must be compiled goes into `folder`."""
    if name == "libmodbus":
        return Party((_compiled("modbus_client", folder),), (_compiled("modbus_server", folder),))
    suffix, interpreter = ("js", "node") if name == "modbus-serial" else ("py", sys.executable)
    return Party(
        (interpreter, str(HERE / f"modbus_client.{suffix}")), (interpreter, str(HERE / f"modbus_server.{suffix}"))
    )


def _compiled(name: str, folder: Path) -> str:
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "libmodbus"], capture_output=True, text=True, check=True
    ).stdout.split()
    program = folder / name
    done = subprocess.run(
        ["gcc", "-Wall", "-Wextra", "-o", str(program), str(HERE / f"{name}.c"), *flags],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return str(program)
