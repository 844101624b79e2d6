"""The schema, as numbered steps that only go forward.

A step that has been released is never edited; a change is a new step at the end of `STEPS`. Steps name columns
themselves, so that they keep their meaning when the program's classes change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from twin.store.connection import Database, Tables

APPLICATION_ID = 0x47415445
"""``GATE``; marks the file as ours (SQLite file format, header offset 68)."""

Columns = Mapping[str, type]

_BUILDING: Mapping[str, Columns] = {
    "facility": {
        "seq": int,
        "code": str,
        "name": str,
        "site_id": str,
        "model": str,
        "imported_at": str,
        "report": str,
    },
    "building": {"seq": int, "global_id": str, "name": str},
    "storey": {"seq": int, "global_id": str, "name": str, "building": str, "elevation_m": float, "is_ground": int},
    "space": {
        "seq": int,
        "global_id": str,
        "code": str,
        "name": str,
        "use": str,
        "storey": str,
        "polygon": str,
        "floor_m": float,
        "height_m": float,
        "area_m2": float,
        "capacity": int,
        "hvac_zone": str,
        "smoke_compartment": str,
        "release_group": str,
        "regime_zone": str,
    },
    "door": {
        "seq": int,
        "global_id": str,
        "code": str,
        "type": str,
        "storey": str,
        "joins": str,
        "centre": str,
        "along": str,
        "clear_width_m": float,
        "clear_height_m": float,
        "lock_type": str,
        "fail_mode": str,
        "fire_action": str,
        "interlock_group": str,
        "release_group": str,
        "is_smoke_boundary": int,
        "source": str,
        "confidence": str,
    },
    "link": {
        "seq": int,
        "global_id": str,
        "code": str,
        "kind": str,
        "joins": str,
        "width_m": float,
        "rise_m": float,
        "riser_mm": float,
        "tread_mm": float,
        "length_m": float,
    },
    "zone": {"seq": int, "global_id": str, "name": str, "purpose": str, "members": str},
    "equipment": {
        "seq": int,
        "global_id": str,
        "code": str,
        "ifc_class": str,
        "name": str,
        "storey": str,
        "space": str,
        "position": str,
    },
    "system": {"seq": int, "global_id": str, "name": str, "predefined_type": str, "members": str, "serves": str},
}
_REGISTER: Mapping[str, Columns] = {
    "device": {"seq": int, "name": str, "protocol": str, "host": str, "port": int, "instance": int},
    "point": {
        "seq": int,
        "id": str,
        "kind": str,
        "element": str,
        "binding": str,
        "low": float,
        "high": float,
        "states": str,
    },
}
_OPERATION: Mapping[str, Columns] = {
    "alarm": {
        "id": str,
        "definition": str,
        "element": str,
        "code": str,
        "state": str,
        "condition": int,
        "raised_at": str,
        "exercise_at": str,
        "detail": str,
        "acknowledged_at": str,
        "acknowledged_by": str,
        "returned_at": str,
        "shelved_until": str,
    },
}
_STUDIES: Mapping[str, Columns] = {
    "run": {
        "id": str,
        "scenario": str,
        "title": str,
        "seed": int,
        "replications": int,
        "finished_at": str,
        "parameters": str,
    },
    "run_row": {
        "seq": int,
        "run": str,
        "scenario": str,
        "seed": int,
        "replication": int,
        "measure": str,
        "value": float,
        "unit": str,
    },
}
_JOURNAL = """
CREATE TABLE IF NOT EXISTS journal (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  exercise_at TEXT,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  data TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
)"""
_APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS journal_is_not_{verb} BEFORE {verb} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""


def _first_release(tables: Tables) -> None:
    utils = tables.utils
    for group in (_BUILDING, _REGISTER, _OPERATION, _STUDIES):
        for name, columns in group.items():
            utils.table(name).create(dict(columns), pk=next(iter(columns)), if_not_exists=True)
    utils.table("run_row").create_index(["run"], if_not_exists=True)
    tables.execute(_JOURNAL)
    tables.execute("CREATE INDEX IF NOT EXISTS journal_at ON journal (at_ms)")
    for verb in ("UPDATE", "DELETE"):
        tables.execute(_APPEND_ONLY.format(verb=verb))


_SECOND: Mapping[str, Columns] = {
    "space": {"annex_m2": float, "has_partitioned_annex": int, "window_m2": float, "use_condition": str},
    "equipment": {"predefined_type": str, "type": str},
    "device": {"station": int, "global_id": str},
    "point": {"global_id": str},
}
"""Columns added by step 2: what the norm check asks of spaces, types of equipment, where the model has its devices."""


def _second_release(tables: Tables) -> None:
    for name, columns in _SECOND.items():
        table = tables.utils.table(name)
        for column, kind in columns.items():
            if column not in table.columns_dict:
                table.add_column(column, kind, not_null_default="" if kind is str else 0)


_THIRD: Mapping[str, tuple[Columns, Sequence[str]]] = {
    "element": (
        {
            "seq": int,
            "model": str,
            "global_id": str,
            "ifc_class": str,
            "name": str,
            "tag": str,
            "type": str,
            "container": str,
            "position": str,
        },
        ("model", "global_id"),
    ),
    "correction": (
        {"element": str, "fact": str, "value": str, "reason": str, "role": str, "at": str},
        ("element", "fact"),
    ),
    "unresolved": (
        {"hanging": str, "subject": str, "element": str, "was": str, "reason": str, "near": str},
        ("hanging", "subject"),
    ),
}
"""Tables of step 3 with their keys: marks of the elements of every model, corrections, what waits for a decision."""


def _third_release(tables: Tables) -> None:
    for name, (columns, key) in _THIRD.items():
        tables.utils.table(name).create(dict(columns), pk=tuple(key), if_not_exists=True)


STEPS: tuple[Callable[[Tables], None], ...] = (_first_release, _second_release, _third_release)
"""Step n brings a file from schema version n - 1 to n."""
NEWEST = len(STEPS)


def migrate(database: Database) -> None:
    """Bring the file to the newest schema version; nothing happens if it is there already.

    The version is read again inside the transaction: two processes may open the same old file at once.

    Raises:
        StoreError: SQLite cannot serve.
    """
    with database.transaction() as tables:
        row = tables.one("PRAGMA user_version")
        version = row[0] if row else 0
        for step in STEPS[version:]:
            step(tables)
        if version < NEWEST:
            tables.execute(f"PRAGMA user_version = {NEWEST}")
            tables.execute(f"PRAGMA application_id = {APPLICATION_ID}")
