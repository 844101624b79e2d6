"""Start and stop the building process from the operator's side."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from tui.control.messages import socket_path
from twin.model.errors import ConnectError

READY_S = 30.0


class BuildingProcess:
    """``gatehouse bms serve`` as a child. Its standard input is the pipe whose end tells it to go."""

    def __init__(self, site: Path, *, speed: float = 1.0, start: str = "") -> None:
        self.site = site
        self.control = socket_path(site)
        self._arguments = ["--site", str(site), "--speed", str(speed), "--child"] + (
            ["--start", start] if start else []
        )
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Process id, 0 before the start."""
        return 0 if self._process is None else self._process.pid

    async def __aenter__(self) -> BuildingProcess:
        log = (self.site / "building.log").open("ab")
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tui.cli",
            "bms",
            "serve",
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=environment,
            start_new_session=True,  # Ctrl-C goes to the operator's process, which then closes the pipe
        )
        log.close()
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), READY_S)
        except TimeoutError as error:
            await self.stop()
            raise ConnectError(str(self.site), f"the virtual building did not start in {READY_S:g} s") from error
        answer = json.loads(line) if line.startswith(b"{") else {}
        if not answer.get("ready"):
            await self.stop()
            reason = answer.get("error") or f"see {self.site / 'building.log'}"
            raise ConnectError(str(answer.get("device") or self.site), f"the virtual building did not start: {reason}")
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close the pipe and wait; kill what does not go."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5.0)
        except TimeoutError:
            process.kill()
            await process.wait()
