"""From which address of ours somebody is reached: a socket on loopback sends nothing to another network."""

from __future__ import annotations

import socket

from twin.model.errors import ConnectError

LOOPBACK = ("127.0.0.1", 8)
"""Address and prefix length of a client that talks to this machine only."""
ALONE = 32
"""Prefix length where the network's own is not known: its broadcasts are not heard, and none is sent without a name."""


def own_address_towards(place: tuple[str, int], name: str = "") -> str:
    """The local address from which datagrams to a host and port leave; nothing is sent.

    Args:
        place: IPv4 address, which may be a broadcast address, and UDP port.
        name: what the place is, for the error.

    Raises:
        ConnectError: there is no route.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            way.connect(place)
        except OSError as error:
            where = f"{place[0]}:{place[1]}"
            raise ConnectError(f"{name} {where}".strip(), str(error.strerror or error)) from error
        return str(way.getsockname()[0])
