"""Frames that cannot be decoded: dropped and counted, as ASHRAE 135 (clause 5.4) has it for what is no message.

bacpypes3 drops them as well, with a traceback in the log for each, and a broken neighbour can send thousands.
"""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


class FrameGuard:
    """Stands between the sockets of an application and its decoders; ``dropped`` counts what did not decode."""

    def __init__(self, app: Any) -> None:
        self.dropped = 0
        for layer in app.link_layers.values():
            if hasattr(layer, "server"):
                self._guard(layer.server)

    def _guard(self, server: Any) -> None:
        decode = server.response

        async def guarded(pdu: Any) -> None:
            try:
                await decode(pdu)
            except Exception as error:  # noqa: BLE001 -- whatever a decoder stumbles over
                if not self.dropped:
                    log.warning(
                        "a frame from %s cannot be decoded (%r); more of them are only counted", pdu.pduSource, error
                    )
                self.dropped += 1

        server.response = guarded
