"""What people decide about the twin: corrections, and what became of a point or correction that lost its element.

Each decision is a journal entry with role and reason; the facts as they were read stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tui.wiring.register_file import known_elements, register_in, write_register_file
from twin.model.carrying import LOST, Hanging, Unresolved
from twin.model.corrections import Correctable, Correction, corrected
from twin.model.errors import Fault, ModelError, RefusedError, UnknownIdError
from twin.model.facility import Facility
from twin.model.ids import OUTSIDE, GlobalId, PointId, outside_id
from twin.model.journal import JournalEntry
from twin.model.vocabulary import Role
from twin.store.connection import Tables
from twin.store.corrections import (
    delete_correction,
    forget_unresolved,
    load_corrections,
    load_unresolved,
    write_correction,
)
from twin.store.database import Database, open_database
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
    with open_database(database) as store, store.transaction() as tables:
        facility = load_facility(store)
        key, value = _resolved(facility, element, fact, values)
        made = Correction(element=key, fact=fact, value=value, reason=reason, role=role, at=datetime.now(tz=UTC))
        _check(load_as_read(store), load_corrections(store), made)
        write_correction(tables, made)
        data = {"fact": fact, "value": list(value), "reason": reason}
        append_within(tables, [_entry("twin.corrected", element, role, data)])


def take_back(database: Path, element: str, fact: Correctable, *, role: Role, reason: str) -> None:
    """Take a correction back: the fact is again as it was read.

    Raises:
        RefusedError: the role may not.
        UnknownIdError: there is no such correction.
    """
    _refuse(role)
    with open_database(database) as store, store.transaction() as tables:
        key = next((one.element for one in load_corrections(store) if one.element == element), None)
        key = key or element_of(load_facility(store), element)
        if not delete_correction(tables, key, fact):
            raise UnknownIdError(f"correction of {fact} of", element)
        forget_unresolved(tables, Hanging.CORRECTION, f"{fact} of {key}")
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
    with open_database(database) as store, store.transaction() as tables:
        waiting = next((one for one in load_unresolved(store) if one.subject == subject), None)
        if waiting is None:
            raise UnknownIdError("subject that waits for a decision", subject)
        key = element_of(load_facility(store), to) if to else None
        if waiting.hanging is Hanging.POINT:
            if not rehang_point(tables, PointId(subject), key):
                raise ModelError([Fault(subject, "", "is not in the register any more")])
        else:
            _rehang_correction(store, tables, waiting, key)
        forget_unresolved(tables, waiting.hanging, subject)
        data = {"kind": waiting.hanging, "was": waiting.was, "to": key or "dropped", "reason": reason}
        append_within(tables, [_entry("twin.decided", subject, role, data)])
        register = register_in(store)
    write_register_file(database, register)
    return waiting


def element_of(facility: Facility, name: str) -> GlobalId:
    """GlobalId of anything in a building, by it, by code, or by name of a zone, system or storey.

    Raises:
        UnknownIdError: there is no such element, or there are several of this name.
    """
    if name in known_elements(facility):
        return GlobalId(name)
    coded = (facility.spaces, facility.doors, facility.equipment, facility.links)
    named = (facility.zones, facility.systems, facility.storeys, facility.buildings)
    found: list[GlobalId] = [one.global_id for part in coded for one in part if one.code == name]
    found = found or [one.global_id for part in named for one in part if one.name == name]
    if len(found) != 1:
        raise UnknownIdError("element" if not found else "single element", name)
    return found[0]


def _rehang_correction(store: Database, tables: Tables, waiting: Unresolved, key: GlobalId | None) -> None:
    """Put another element in the place of the lost one, wherever the correction names it; or drop the correction."""
    fact, _, element = waiting.subject.partition(" of ")
    corrections = load_corrections(store)
    old = next((one for one in corrections if one.fact == fact and one.element.removeprefix(LOST) == element), None)
    if old is None:
        raise ModelError([Fault(waiting.subject, "", "is not corrected any more")])
    delete_correction(tables, old.element, old.fact)
    if key is None:
        return
    lost = LOST + waiting.element
    now = replace(
        old,
        element=key if old.element == lost else old.element,
        value=tuple(key if node == lost else node for node in old.value),
    )
    others = [one for one in corrections if one is not old]
    if any((one.element, one.fact) == (now.element, now.fact) for one in others):
        raise ModelError([Fault(waiting.subject, key, f"has a correction of {fact} of its own: take that back first")])
    _check(load_as_read(store), others, now)
    write_correction(tables, now)


def _check(facility: Facility, others: Sequence[Correction], made: Correction) -> None:
    """Refuse a correction that does not fit together with the others."""
    kept = [one for one in others if (one.element, one.fact) != (made.element, made.fact)]
    waiting = corrected(facility, [*kept, made]).waiting
    if fault := next((one.reason for one in waiting if one.correction is made), ""):
        raise ModelError([Fault(made.element, made.fact.value, fault)])


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


def _entry(kind: str, subject: str, role: Role, data: Mapping[str, object]) -> JournalEntry:
    return JournalEntry(at=datetime.now(tz=UTC), kind=kind, subject=subject, actor=role.value, source="twin", data=data)
