"""The journal: audit and events in one hash-chained list. Each entry's hash covers the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """What happened: ``kind`` as ``command.requested``, ``subject`` a code, ``actor`` a role or post, never a name."""

    at: datetime
    kind: str
    subject: str
    actor: str
    source: str
    data: Mapping[str, object] = field(default_factory=dict)
    exercise_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """An entry as stored: its number from 1, the hash before it and its own."""

    number: int
    entry: JournalEntry
    previous_hash: str
    hash: str


def entry_hash(previous_hash: str, number: int, entry: JournalEntry) -> str:
    """SHA-256 over the previous hash and the canonical JSON of the entry."""
    body = [
        number,
        entry.at.isoformat(),
        entry.exercise_at.isoformat() if entry.exercise_at else None,
        entry.kind,
        entry.subject,
        entry.actor,
        entry.source,
        entry.data,
    ]
    text = previous_hash + json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken_row(rows: Iterable[JournalRow]) -> int | None:
    """Number of the first row whose chain does not hold, or None. A missing row breaks it too."""
    previous, expected = GENESIS, 1
    for row in rows:
        if (
            row.number != expected
            or row.previous_hash != previous
            or row.hash != entry_hash(previous, row.number, row.entry)
        ):
            return expected
        previous, expected = row.hash, expected + 1
    return None
