"""The trainer's end of the control socket."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tui.control.messages import LINE_LIMIT, decode, encode
from twin.model.errors import ConnectError, ScenarioError
from twin.model.errors import Fault as _Fault


class ControlClient:
    """One connection; requests are answered in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> ControlClient:
        try:
            self._streams = await asyncio.open_unix_connection(str(self.path), limit=LINE_LIMIT)
        except OSError as error:
            raise ConnectError(str(self.path), "no virtual building listens here") from error
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._streams is not None:
            self._streams[1].close()

    async def ask(self, op: str, **fields: object) -> dict[str, object]:
        """Send a request and return the answer.

        Raises:
            ConnectError: the building is gone.
            ScenarioError: the building says no.
        """
        assert self._streams is not None  # entered
        reader, writer = self._streams
        async with self._turn:
            try:
                writer.write(encode({"op": op, **fields}))
                await writer.drain()
                line = await reader.readline()
            except OSError as error:
                raise ConnectError(str(self.path), "the virtual building is gone") from error
        if not line:
            raise ConnectError(str(self.path), "the virtual building is gone")
        answer = decode(line)
        if not answer.get("ok"):
            raise ScenarioError([_Fault("building", op, str(answer.get("error")))])
        return answer
