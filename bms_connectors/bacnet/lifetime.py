"""The beginning and the end of a bacpypes3 application: its sockets exist before it is used, and it ends in silence.

bacpypes3's ``close`` only closes the sockets. The timers of its transactions go on, and their retries fail on the
closed sockets with a traceback each, which nobody can catch: a second or two later, in tasks of the library.
"""

from __future__ import annotations

import asyncio
from typing import Any

from twin.model.errors import ConnectError

_BIND_LIMIT_S = 3.0


class _Nowhere:
    """Stands for the socket of a closed application: what a task under way still sends is lost, as on any network."""

    def sendto(self, data: bytes, address: object = None) -> None: ...

    def close(self) -> None: ...


async def until_bound(app: Any) -> None:
    """Wait until the sockets of a bacpypes3 application exist; before that its close would leave them behind.

    Raises:
        ConnectError: they cannot be bound; bacpypes3 alone would try for ever.
    """
    for layer in app.link_layers.values():
        server = layer.server
        try:
            async with asyncio.timeout(_BIND_LIMIT_S):
                while server.local_transport is None or (  # noqa: ASYNC110 -- bacpypes3 sets no event for both sockets
                    server.broadcast_address is not None and server.broadcast_transport is None
                ):
                    await asyncio.sleep(0.001)
        except TimeoutError as error:
            app.close()
            host, port = server.local_address
            raise ConnectError(f"{host}:{port}", "cannot be bound, or its broadcast address cannot") from error


def close_silently(app: Any) -> None:
    """Stop the timers of every transaction, then close the sockets; nothing of the application speaks afterwards."""
    for transaction in (*app.asap.clientTransactions, *app.asap.serverTransactions):
        transaction.stop_timer()
    app.close()
    for layer in app.link_layers.values():
        layer.server.local_transport = _Nowhere()


def give_up(app: Any, request: Any) -> None:
    """End the transaction of a request that nobody waits for any more, so that it is not sent again."""
    for transaction in list(app.asap.clientTransactions):
        if transaction.invokeID == request.apduInvokeID and transaction.pdu_address == request.pduDestination:
            transaction.stop_timer()
            app.asap.clientTransactions.remove(transaction)
