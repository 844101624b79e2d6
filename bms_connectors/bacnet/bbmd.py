"""Where a BBMD is, as a person writes it, and from which address of ours it is reached. No BACnet library."""

from __future__ import annotations

import ipaddress
import re
import socket

from twin.model.errors import ConnectError


def bbmd_address(text: str) -> tuple[str, int]:
    """Host and UDP port of ``10.1.2.3:47808``.

    Raises:
        ValueError: it is no IPv4 address with a port.
    """
    host, _, port = text.partition(":")
    try:
        ipaddress.IPv4Address(host)
    except ValueError as error:
        raise ValueError(f'a BBMD is written "10.1.2.3:47808", not "{text}"') from error
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise ValueError(f'a BBMD is written "10.1.2.3:47808", not "{text}"')
    return host, int(port)


def own_address_towards(bbmd: tuple[str, int]) -> str:
    """The local address from which datagrams to the BBMD leave; nothing is sent.

    Raises:
        ConnectError: there is no route.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(bbmd)
        except OSError as error:
            raise ConnectError(f"BBMD {bbmd[0]}:{bbmd[1]}", str(error.strerror or error)) from error
        return str(way.getsockname()[0])
