"""A clock on the wall that a test can set, for everything that reads it in the connectors."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, tzinfo

import pytest


class WallClock:
    """Stands for `datetime` in the modules: ``now`` is the real one, moved by ``offset``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offset = timedelta()
        for name, module in list(sys.modules.items()):
            if name.startswith("bms_connectors.") and getattr(module, "datetime", None) is datetime:
                monkeypatch.setattr(module, "datetime", self)

    def now(self, zone: tzinfo | None = None) -> datetime:
        return datetime.now(zone) + self.offset

    def set(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(UTC)
