"""Which program simulates: days of one program must not be mixed with days of another in one study."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import simulation
import twin.graph
import twin.model

_LIBRARIES = ("numpy", "simpy")
"""Their releases may draw or schedule otherwise."""


@cache
def engine_digest() -> str:
    """SHA-256 (hex) over the source of the simulation and of the words of the building, and the libraries' releases."""
    digest = sha256(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    for package in (simulation, twin.graph, twin.model):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
