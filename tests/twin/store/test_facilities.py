"""The facility comes back equal, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from twin.model.errors import ModelError, StoreError
from twin.model.facility import Facility
from twin.store.connection import Database
from twin.store.facilities import ModelImport, load_facility, load_import, save_facility


def test_a_facility_comes_back_equal(database: Database, facility: Facility, now: datetime) -> None:
    save_facility(database, facility, model="block.ifc", imported_at=now)
    assert load_facility(database) == facility


def test_a_new_facility_replaces_the_old_one_whole(database: Database, facility: Facility, now: datetime) -> None:
    save_facility(database, facility, model="block.ifc", imported_at=now)
    smaller = replace(facility, doors=facility.doors[:1], links=(), zones=(), systems=(), equipment=())
    save_facility(database, smaller, model="block-2.ifc", imported_at=now)
    assert load_facility(database) == smaller


def test_where_it_comes_from_is_kept(database: Database, facility: Facility, now: datetime) -> None:
    save_facility(database, facility, model="block.ifc", imported_at=now, report={"warnings": ["one door unjoined"]})
    assert load_import(database) == ModelImport(
        model="block.ifc", imported_at=now, report={"warnings": ["one door unjoined"]}
    )


def test_an_empty_database_says_so(database: Database) -> None:
    with pytest.raises(StoreError, match="no facility"):
        load_facility(database)


def test_a_save_that_fails_leaves_the_previous_facility(database: Database, facility: Facility, now: datetime) -> None:
    save_facility(database, facility, model="block.ifc", imported_at=now)
    unwritable = replace(facility, spaces=(*facility.spaces[:-1], replace(facility.spaces[-1], name=b"\xff".hex)))
    with pytest.raises(StoreError):
        save_facility(database, unwritable, model="block-2.ifc", imported_at=now)
    assert load_facility(database) == facility
    assert load_import(database).model == "block.ifc"


def test_a_row_that_makes_no_sense_is_a_store_error(database: Database, facility: Facility, now: datetime) -> None:
    save_facility(database, facility, model="block.ifc", imported_at=now)
    database.connection().execute("UPDATE space SET use = 'BALLROOM'")
    with pytest.raises(StoreError, match="BALLROOM"):
        load_facility(database)


def test_a_facility_that_breaks_its_rules_is_a_model_error(
    database: Database, facility: Facility, now: datetime
) -> None:
    save_facility(database, facility, model="block.ifc", imported_at=now)
    database.connection().execute("UPDATE space SET storey = 'nowhere'")
    with pytest.raises(ModelError, match="is on no storey"):
        load_facility(database)
