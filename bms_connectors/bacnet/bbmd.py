"""Where a BBMD is, as a person writes it. No BACnet library."""

from __future__ import annotations

import ipaddress
import re


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
