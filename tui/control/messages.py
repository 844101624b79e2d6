"""What the trainer's side and the building process say to each other: JSON lines, one request, one answer.

Requests are ``{"op": …}``: ``status``, ``inject`` (what, subject, details), ``speed`` (speed), ``drill`` (file: load
its opening state), ``begin`` (start its clock), ``people`` (counts per space), ``stop``. Answers carry ``ok`` and, if
not, ``error``. The operator's side never uses this socket.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

Message = Mapping[str, object]

LINE_LIMIT = 1 << 20
_PATH_LIMIT = 100
"""Unix socket paths hold 108 bytes on Linux (unix(7))."""


def encode(message: Message) -> bytes:
    """One line."""
    return json.dumps(message, ensure_ascii=False).encode() + b"\n"


def decode(line: bytes) -> dict[str, object]:
    """The message of a line.

    Raises:
        ValueError: it is no JSON object.
    """
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a message is a JSON object")
    return message


def socket_path(folder: Path) -> Path:
    """Where the control socket of a site folder is; relative where the full path would be too long for a socket."""
    path = folder.resolve() / "control.sock"
    if len(str(path)) <= _PATH_LIMIT:
        return path
    return Path(folder / "control.sock")
