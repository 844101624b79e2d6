"""One owner for one address: a claim by ``flock`` and a bind that shares with nobody.

bacpypes3 binds with ``SO_REUSEPORT``, so a second virtual building would take half of the datagrams in silence. The
lock belongs to the open file, never to its existence: it ends with its process, however that ends.
"""

from __future__ import annotations

import errno
import fcntl
import ipaddress
import os
import socket
import stat
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Self

from twin.model.errors import ConnectError
from twin.model.points import Protocol

_SOCKET_KINDS = {Protocol.BACNET: socket.SOCK_DGRAM, Protocol.MODBUS: socket.SOCK_STREAM}


class Claim:
    """The exclusive right of this process to one address and port; `release` gives it back.

    Raises:
        ConnectError: somebody else holds it, or the address cannot be bound.
    """

    def __init__(self, protocol: Protocol, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._lock = _lock_or_refuse(protocol, host, port)
        try:
            _probe(protocol, host, port)
        except ConnectError:
            self.release()
            raise

    def release(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def claim_first_free(
    protocol: Protocol, host: str, first_port: int, *, avoid: Collection[int] = (), tries: int = 200
) -> Claim:
    """The first port from `first_port` up that nobody holds.

    Raises:
        ConnectError: none of `tries` ports is free.
    """
    for port in range(first_port, first_port + tries):
        if port in avoid:
            continue
        try:
            return Claim(protocol, host, port)
        except ConnectError:
            continue
    raise ConnectError(f"{host}:{first_port}", f"no free port among the next {tries}")


def probe_broadcast(host: str, prefix: int, port: int) -> None:
    """Whether the broadcast address can be shared, as bacpypes3 shares it among the devices of one network.

    Raises:
        ConnectError: somebody holds it for himself; bacpypes3 would try again for ever.
    """
    broadcast = str(ipaddress.ip_network(f"{host}/{prefix}", strict=False).broadcast_address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            probe.bind((broadcast, port))
        except OSError as error:
            raise ConnectError(f"{broadcast}:{port}", f"cannot be bound: {error.strerror or error}") from error


def _lock_or_refuse(protocol: Protocol, host: str, port: int) -> int:
    address = f"{host}:{port}"
    folder = Path(tempfile.gettempdir()) / f"gatehouse-{os.getuid()}"
    try:
        lock = _open_lock(folder, f"{protocol.value}-{host.replace(':', '_')}-{port}.lock")
    except OSError as error:
        raise ConnectError(address, f"cannot be claimed: {folder}: {error.strerror or error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise ConnectError(address, "another Gatehouse process serves this address") from error
    except OSError as error:
        os.close(lock)
        raise ConnectError(address, f"cannot be claimed: {folder}: {error.strerror or error}") from error
    return lock


def _open_lock(folder: Path, name: str) -> int:
    """Open the lock file in our own folder; in a shared temporary folder somebody else may have made it before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "the folder is not ours")
    return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _probe(protocol: Protocol, host: str, port: int) -> None:
    """Bind without sharing and let go again: finds owners that know nothing of our locks."""
    with socket.socket(socket.AF_INET, _SOCKET_KINDS[protocol]) as probe:
        if protocol is Protocol.MODBUS:
            # TIME_WAIT of the last owner's connections is no owner; a listening socket still refuses.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            if protocol is Protocol.MODBUS:
                probe.listen(1)
        except OSError as error:
            raise ConnectError(f"{host}:{port}", f"cannot be bound: {error.strerror or error}") from error
