from __future__ import annotations

from datetime import datetime

import pytest

from twin.model.carrying import Hanging, Unresolved
from twin.model.corrections import Correctable, Correction
from twin.model.elements import Element
from twin.model.errors import StoreError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.register import Register
from twin.model.vocabulary import Role
from twin.store.corrections import load_corrections, load_unresolved
from twin.store.database import Database
from twin.store.facilities import ModelImport, load_as_read, load_facility
from twin.store.imports import Replacement, load_elements, save_import

ELEMENTS = (
    Element(
        global_id=GlobalId("a"), ifc_class="IfcDoor", name="D", tag="7", position=(0.1, 2.0, 3.0), model="arch.ifc"
    ),
    Element(global_id=GlobalId("a"), ifc_class="IfcValve", name="V", model="mep.ifc"),
)
WAITS = Unresolved(
    hanging=Hanging.POINT,
    subject="P/1",
    element=GlobalId("gone"),
    was="IfcDoor D",
    reason="no such element",
    near=(GlobalId("a"),),
)


def naming(facility: Facility, now: datetime, name: str = "Named by a person") -> Correction:
    return Correction(
        element=facility.spaces[0].global_id,
        fact=Correctable.NAME,
        value=(name,),
        reason="r",
        role=Role.ENGINEER,
        at=now,
    )


def replacement(facility: Facility, now: datetime, **more: object) -> Replacement:
    known: dict[str, object] = {
        "facility": facility, "register": Register(), "elements": ELEMENTS,
        "origin": ModelImport(model="arch.ifc + mep.ifc", imported_at=now),
    }  # fmt: skip
    return Replacement(**known | more)  # type: ignore[arg-type]


def test_building_elements_corrections_and_what_waits_come_back(
    database: Database, facility: Facility, now: datetime
) -> None:
    said = naming(facility, now)
    save_import(database, replacement(facility, now, corrections=[said], unresolved=[WAITS]))
    assert tuple(load_elements(database)) == ELEMENTS
    assert load_corrections(database) == [said]
    assert load_unresolved(database) == [WAITS]
    assert load_as_read(database) == facility


def test_corrections_lie_over_what_was_read_and_never_in_it(
    database: Database, facility: Facility, now: datetime
) -> None:
    save_import(database, replacement(facility, now, corrections=[naming(facility, now)]))
    assert load_facility(database).spaces[0].name == "Named by a person"
    assert load_as_read(database).spaces[0].name == facility.spaces[0].name


def test_what_waits_is_what_the_last_import_says(database: Database, facility: Facility, now: datetime) -> None:
    save_import(database, replacement(facility, now, unresolved=[WAITS]))
    save_import(database, replacement(facility, now))
    assert load_unresolved(database) == []


def test_an_import_that_fails_changes_nothing(database: Database, facility: Facility, now: datetime) -> None:
    save_import(database, replacement(facility, now, unresolved=[WAITS]))
    before = [database.rows(f"SELECT * FROM {table}") for table in ("facility", "space", "element", "unresolved")]
    twice = (*ELEMENTS, ELEMENTS[0])
    with pytest.raises(StoreError, match="UNIQUE"):
        save_import(database, replacement(facility, now, elements=twice))
    after = [database.rows(f"SELECT * FROM {table}") for table in ("facility", "space", "element", "unresolved")]
    assert after == before


def test_alarms_follow_an_element_that_has_a_new_globalid(
    database: Database, facility: Facility, now: datetime
) -> None:
    columns = "id, definition, element, code, state, condition, raised_at, detail, acknowledged_by"
    with database.transaction() as tables:
        for number, element in enumerate(("a", "b", "c")):
            tables.execute(
                f"INSERT INTO alarm ({columns}) VALUES (?, '{{}}', ?, '', 'unacknowledged', 1, ?, ?, '')",
                (f"forced@{element}", element, now.isoformat(), str(number)),
            )
    swapped = [(GlobalId("a"), GlobalId("b")), (GlobalId("b"), GlobalId("a"))]
    save_import(database, replacement(facility, now, renamed=swapped))
    assert database.rows("SELECT id, element, detail FROM alarm ORDER BY detail") == [
        ("forced@b", "b", "0"),
        ("forced@a", "a", "1"),
        ("forced@c", "c", "2"),
    ]
