"""What people decide about the twin: corrections, and what became of a point or correction that lost its element.

Each decision is a journal entry with role and reason; the facts as they were read stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from twin.model.carrying import Hanging, Unresolved
from twin.model.corrections import Correctable, Correction, faults_of
from twin.model.doors import Door
from twin.model.equipment import Equipment
from twin.model.errors import Fault, ModelError, RefusedError, UnknownIdError
from twin.model.facility import Facility
from twin.model.ids import OUTSIDE, GlobalId, PointId, outside_id
from twin.model.journal import JournalEntry
from twin.model.spaces import Space
from twin.model.vocabulary import Role
from twin.store.connection import Tables
from twin.store.corrections import (
    delete_correction,
    forget_unresolved,
    load_corrections,
    load_unresolved,
    rehang_correction,
    write_correction,
)
from twin.store.database import open_database
from twin.store.facilities import load_as_read, load_facility
from twin.store.journal import append_within
from twin.store.register import rehang_point

CORRECTING = frozenset({Role.ENGINEER, Role.SUPERVISOR})
"""Roles that may say what the building is (assumption)."""


def correct(
    database: Path, element: str, fact: Correctable, values: tuple[str, ...], *, role: Role, reason: str
) -> None:
    """Correct one fact of a space or door.

    Args:
        database: of the building.
        element: code or GlobalId.
        fact: what is corrected.
        values: two codes or GlobalIds (``OUTSIDE``: the outdoors of the door's storey) for ``joins``, else one text.
        role: who says so.
        reason: why.

    Raises:
        RefusedError: the role may not.
        UnknownIdError: there is no such element, or it is of another kind.
        ModelError: the value makes no sense.
    """
    _refuse(role)
    with open_database(database) as store:
        facility = load_facility(store)
        key, value = _resolved(facility, element, fact, values)
        made = Correction(element=key, fact=fact, value=value, reason=reason, role=role, at=datetime.now(tz=UTC))
        if fault := faults_of(load_as_read(store), made):
            raise ModelError([Fault(element, fact.value, fault)])
        entry = _entry("twin.corrected", element, role, {"fact": fact, "value": list(value), "reason": reason})
        with store.transaction() as tables:
            write_correction(tables, made)
            append_within(tables, [entry])


def take_back(database: Path, element: str, fact: Correctable, *, role: Role, reason: str) -> None:
    """Take a correction back: the fact is again as it was read.

    Raises:
        RefusedError: the role may not.
        UnknownIdError: there is no such correction.
    """
    _refuse(role)
    with open_database(database) as store:
        key = next((one.element for one in load_corrections(store) if one.element == element), None)
        key = key or _key(load_facility(store), element)
        with store.transaction() as tables:
            if not delete_correction(tables, key, fact):
                raise UnknownIdError(f"correction of {fact} of", element)
            append_within(tables, [_entry("twin.taken-back", element, role, {"fact": fact, "reason": reason})])


def decide(database: Path, subject: str, *, to: str, role: Role, reason: str) -> Unresolved:
    """Decide about what lost its element: it hangs on another one now, or is dropped for good.

    Args:
        database: of the building.
        subject: as `gatehouse twin unresolved` lists it.
        to: code or GlobalId of the element; empty to drop it.
        role: who says so.
        reason: why.

    Raises:
        RefusedError: the role may not.
        UnknownIdError: nothing of this name waits, or there is no such element.
    """
    _refuse(role)
    with open_database(database) as store:
        waiting = next((one for one in load_unresolved(store) if one.subject == subject), None)
        if waiting is None:
            raise UnknownIdError("subject that waits for a decision", subject)
        key = _key(load_facility(store), to) if to else None
        data = {"kind": waiting.hanging, "was": waiting.was, "to": key or "dropped", "reason": reason}
        with store.transaction() as tables:
            _rehang(tables, waiting, key)
            forget_unresolved(tables, waiting.hanging, subject)
            append_within(tables, [_entry("twin.decided", subject, role, data)])
    return waiting


def _rehang(tables: Tables, waiting: Unresolved, key: GlobalId | None) -> None:
    if waiting.hanging is Hanging.POINT:
        rehang_point(tables, PointId(waiting.subject), key)
        return
    fact, _, element = waiting.subject.partition(" of ")
    if key is None:
        delete_correction(tables, GlobalId(element), Correctable(fact))
    else:
        rehang_correction(tables, GlobalId(element), Correctable(fact), key)


def _refuse(role: Role) -> None:
    if role not in CORRECTING:
        raise RefusedError(f"a {role} may not say what the building is: {', '.join(sorted(CORRECTING))} may")


def _resolved(
    facility: Facility, element: str, fact: Correctable, values: tuple[str, ...]
) -> tuple[GlobalId, tuple[str, ...]]:
    if fact is not Correctable.JOINS:
        return facility.space(element).global_id, values
    door = facility.door(element)
    nodes = (outside_id(door.storey) if value == OUTSIDE else facility.space(value).global_id for value in values)
    return door.global_id, tuple(nodes)


def _key(facility: Facility, element: str) -> GlobalId:
    """GlobalId of a space, door or piece of equipment, by it or by code."""
    named: tuple[Space | Door | Equipment, ...] = (*facility.spaces, *facility.doors, *facility.equipment)
    found = next((one.global_id for one in named if element in (one.global_id, one.code)), None)
    if found is None:
        raise UnknownIdError("space, door or equipment", element)
    return found


def _entry(kind: str, subject: str, role: Role, data: Mapping[str, object]) -> JournalEntry:
    return JournalEntry(at=datetime.now(tz=UTC), kind=kind, subject=subject, actor=role.value, source="twin", data=data)
