"""An import in the database: building, register, elements, corrections, what waits: all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twin.model.carrying import Unresolved
from twin.model.corrections import Correction
from twin.model.elements import Element
from twin.model.errors import StoreError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.register import Register
from twin.store.alarms import rename_alarms
from twin.store.columns import LIST, Rows
from twin.store.connection import Database, Tables
from twin.store.corrections import write_corrections, write_unresolved
from twin.store.facilities import ModelImport, write_facility
from twin.store.register import write_register

_ELEMENTS = Rows(Element, {"position": LIST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What takes the place of the building in a database. ``renamed``: GlobalIds that alarms follow."""

    facility: Facility
    register: Register
    elements: Sequence[Element]
    origin: ModelImport
    corrections: Sequence[Correction] = ()
    unresolved: Sequence[Unresolved] = ()
    renamed: Sequence[tuple[GlobalId, GlobalId]] = ()


def save_import(database: Database, new: Replacement) -> None:
    """Replace the building and all that hangs on it, all or nothing.

    Raises:
        StoreError: the database cannot serve; everything is as it was.
    """
    with database.transaction() as tables:
        write_import(tables, new)


def write_import(tables: Tables, new: Replacement) -> None:
    """The same within a transaction of the caller's, who has read there what it builds on."""
    write_facility(tables, new.facility, new.origin)
    write_register(tables, new.register.devices, new.register.points)
    _write_elements(tables, new.elements)
    write_corrections(tables, new.corrections)
    write_unresolved(tables, new.unresolved)
    rename_alarms(tables, dict(new.renamed))


def load_elements(database: Database) -> list[Element]:
    """The elements of all models of the building, in the order of reading.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    try:
        rows = database.rows(f"SELECT {_ELEMENTS.selection} FROM element ORDER BY seq")  # noqa: S608
        return [_ELEMENTS.item(row) for row in rows]
    except ValueError as error:
        raise StoreError(str(database.path), f"an element makes no sense: {error}") from error


def _write_elements(tables: Tables, elements: Iterable[Element]) -> None:
    table = tables.utils.table("element")
    table.delete_where()
    table.insert_all(_ELEMENTS.numbered(elements))
