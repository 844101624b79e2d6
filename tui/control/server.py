"""The control socket's server: a Unix socket that only this user may open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from tui.control.messages import LINE_LIMIT, Message, decode, encode
from twin.model.errors import GatehouseError

logger = logging.getLogger(__name__)

Handler = Callable[[dict[str, object]], Message]


class ControlServer:
    """Answers requests with what `handle` returns; an error of ours becomes an answer, never a closed line."""

    def __init__(self, path: Path, handle: Handler) -> None:
        self.path = path
        self._handle = handle
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> ControlServer:
        self.path.unlink(missing_ok=True)  # the building's lock says nobody else owns it
        self._server = await asyncio.start_unix_server(self._talk, path=str(self.path), limit=LINE_LIMIT)
        self.path.chmod(0o600)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._server is not None:
            self._server.close()
            await asyncio.sleep(0)
        self.path.unlink(missing_ok=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(encode(self._answer(line)))
                await writer.drain()
        except (ConnectionError, ValueError, asyncio.CancelledError):
            logger.debug("control line closed")
        finally:
            writer.close()

    def _answer(self, line: bytes) -> Message:
        try:
            return {"ok": True, **self._handle(decode(line))}
        except (GatehouseError, ValueError, KeyError, TypeError, RecursionError) as error:
            return {"ok": False, "error": str(error)}
