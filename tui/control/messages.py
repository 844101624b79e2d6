"""What the trainer's side and the building process say to each other: JSON lines, one request, one answer.

Requests are ``{"op": …}``: ``status``, ``inject`` (what, subject, details), ``speed`` (speed), ``drill`` (file: load
its opening state), ``begin`` (start its clock), ``end`` (no more injects), ``people`` (counts per space), ``stop``.
Answers carry ``ok`` and, if not, ``error``. The operator's side never uses this socket.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
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
    """Where the control socket of a site folder is; in the user's runtime folder if the path is too long for a socket.

    Both sides compute the same path from the same folder.
    """
    path = folder.resolve() / "control.sock"
    if len(os.fsencode(path)) <= _PATH_LIMIT:
        return path
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return runtime / f"gatehouse-{os.getuid()}-{digest}.sock"
