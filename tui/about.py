"""What Gatehouse says of itself everywhere: the safety statement, the notice about the samples, the version."""

from __future__ import annotations

from importlib.metadata import version as _version

SAFETY_STATEMENT = (
    "Gatehouse is a planning, training and monitoring aid. It is not a life-safety, fire-alarm, access-control or "
    "security system, has no SIL, EN 54 or EN 60839 approval, and must never be the only means to detect, release or "
    "secure. It reads by default; a real back end is read-only unless the site configuration enables writing and lists "
    "the points; points marked `life_safety` are never writable. Local keys, fire panel and PLC interlocks always win."
)
FICTION = "Sample sites: fictional buildings; programmes inspired by public project descriptions."


def version() -> str:
    """The installed version."""
    return _version("gatehouse-toolkit")
