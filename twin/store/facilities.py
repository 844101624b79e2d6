"""The facility in the database: saved whole in one transaction, loaded equal to what was saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twin.model.corrections import corrected
from twin.model.doors import Door, Link
from twin.model.equipment import Equipment, System
from twin.model.errors import StoreError
from twin.model.facility import Facility
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, FailMode, FireAction, JoinSource, LinkKind, SpaceUse, UseCondition
from twin.store.columns import DOCUMENT, LIST, MOMENT, OUTLINE, YES_NO, Rows, choice
from twin.store.connection import Database, Tables
from twin.store.corrections import load_corrections

_PARTS: Mapping[str, tuple[str, Rows[Any]]] = {
    "buildings": ("building", Rows(Building)),
    "storeys": ("storey", Rows(Storey, {"is_ground": YES_NO})),
    "spaces": (
        "space",
        Rows(
            Space,
            {
                "use": choice(SpaceUse),
                "polygon": OUTLINE,
                "has_partitioned_annex": YES_NO,
                "use_condition": choice(UseCondition),
            },
        ),
    ),
    "doors": (
        "door",
        Rows(
            Door,
            {
                "joins": LIST,
                "centre": LIST,
                "along": LIST,
                "fail_mode": choice(FailMode),
                "fire_action": choice(FireAction),
                "is_smoke_boundary": YES_NO,
                "source": choice(JoinSource),
                "confidence": choice(Confidence),
            },
        ),
    ),
    "links": ("link", Rows(Link, {"kind": choice(LinkKind), "joins": LIST})),
    "zones": ("zone", Rows(Zone, {"members": LIST})),
    "equipment": ("equipment", Rows(Equipment, {"position": LIST})),
    "systems": ("system", Rows(System, {"members": LIST, "serves": LIST})),
}
"""Field of `Facility` → its table and the form of its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelImport:
    """Where the facility in a database comes from: file name of the model, moment, and the reader's own report."""

    model: str
    imported_at: datetime
    report: Mapping[str, object] = field(default_factory=dict)


_IMPORT = Rows(ModelImport, {"imported_at": MOMENT, "report": DOCUMENT})


def save_facility(
    database: Database,
    facility: Facility,
    *,
    model: str,
    imported_at: datetime,
    report: Mapping[str, object] | None = None,
) -> None:
    """Replace the database's facility, all or nothing.

    Args:
        database: Where.
        facility: What.
        model: Name of the IFC file it was read from (no path: databases travel).
        imported_at: When, UTC.
        report: What the reader says of the import; plain JSON values.

    Raises:
        StoreError: the database cannot serve; the previous facility is still there.
    """
    origin = ModelImport(model=model, imported_at=imported_at, report=report or {})
    with database.transaction() as tables:
        write_facility(tables, facility, origin)


def write_facility(tables: Tables, facility: Facility, origin: ModelImport) -> None:
    """Replace the facility within a transaction of the caller's."""
    head = {"seq": 0, "code": facility.code, "name": facility.name, "site_id": facility.site_id}
    utils = tables.utils
    for table in ("facility", *(table for table, _ in _PARTS.values())):
        utils.table(table).delete_where()
    utils.table("facility").insert(head | _IMPORT.row(origin))
    for name, (table, rows) in _PARTS.items():
        utils.table(table).insert_all(rows.numbered(getattr(facility, name)))


def load_facility(database: Database) -> Facility:
    """The database's facility, as it was read and with the corrections of people over it.

    Raises:
        StoreError: there is none, or a row makes no sense.
        ModelError: somebody changed rows so that the facility breaks its own rules.
    """
    return corrected(load_as_read(database), load_corrections(database)).facility


def load_as_read(database: Database) -> Facility:
    """The database's facility without corrections, equal to the one saved.

    Raises:
        StoreError: there is none, or a row makes no sense.
        ModelError: somebody changed rows so that the facility breaks its own rules.
    """
    head = _head(database, "code, name, site_id")
    try:
        parts = {
            name: tuple(map(rows.item, database.rows(f'SELECT {rows.selection} FROM "{table}" ORDER BY seq')))  # noqa: S608
            for name, (table, rows) in _PARTS.items()
        }
    except ValueError as error:
        raise StoreError(str(database.path), f"a row of the facility makes no sense: {error}") from error
    return Facility(code=head[0], name=head[1], site_id=head[2], **parts)


def load_import(database: Database) -> ModelImport:
    """Where the database's facility comes from.

    Raises:
        StoreError: there is no facility.
    """
    return _IMPORT.item(_head(database, _IMPORT.selection))


def _head(database: Database, columns: str) -> tuple[Any, ...]:
    heads = database.rows(f"SELECT {columns} FROM facility")  # noqa: S608
    if not heads:
        raise StoreError(str(database.path), "holds no facility; import a model first")
    return heads[0]
