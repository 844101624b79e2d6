"""Text snapshots: the screen's lines against a file; GATEHOUSE_UPDATE_SNAPSHOTS=1 writes them anew."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from picture import text_of
from textual.app import App

FOLDER = Path(__file__).parent / "snapshots"


def check_snapshot(app: App[None], name: str) -> None:
    """Fail with the differing lines if the screen does not read as it did."""
    path, now = FOLDER / f"{name}.txt", text_of(app)
    if os.environ.get("GATEHOUSE_UPDATE_SNAPSHOTS"):
        path.write_text(now, encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    changed = "\n".join(difflib.unified_diff(before.splitlines(), now.splitlines(), "file", "screen", lineterm="", n=0))
    assert not changed, changed
