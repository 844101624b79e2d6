"""Alarms in the database: what stands, so that a restart knows it. Changes of state are in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from twin.model.alarms import Alarm, AlarmDefinition
from twin.model.errors import StoreError
from twin.model.vocabulary import AlarmState
from twin.store.columns import DOCUMENT, MOMENT, YES_NO, Form, Rows, choice
from twin.store.connection import Database, Tables

_ALARMS = Rows(
    Alarm,
    {
        "definition": Form(
            lambda definition: DOCUMENT.write(asdict(definition)), lambda text: AlarmDefinition(**DOCUMENT.read(text))
        ),
        "state": choice(AlarmState),
        "condition": YES_NO,
        "raised_at": MOMENT,
        "exercise_at": MOMENT,
        "acknowledged_at": MOMENT,
        "returned_at": MOMENT,
        "shelved_until": MOMENT,
    },
)


def save_alarms(database: Database, changed: Iterable[Alarm]) -> None:
    """Write alarms whose state changed in one transaction; one that is NORMAL again is forgotten.

    Raises:
        StoreError: the database cannot serve; nothing was written.
    """
    with database.transaction() as tables:
        utils = tables.utils
        for alarm in changed:
            if alarm.state is AlarmState.NORMAL:
                tables.execute("DELETE FROM alarm WHERE id = ?", (alarm.id,))
            else:
                utils.table("alarm").upsert(_ALARMS.row(alarm), pk="id")


def rename_alarms(tables: Tables, new_id: Mapping[str, str]) -> None:
    """Let alarms follow elements that have new GlobalIds, all at once, within a transaction of the caller's."""
    rows = [row for row in tables.utils.table("alarm").rows if row["element"] in new_id]
    for row in rows:
        tables.execute("DELETE FROM alarm WHERE id = ?", (row["id"],))
    for row in rows:
        element = new_id[row["element"]]
        alarm = str(row["id"]).removesuffix(row["element"]) + element
        tables.utils.table("alarm").upsert(row | {"id": alarm, "element": element}, pk="id")


def load_alarms(database: Database) -> list[Alarm]:
    """Alarms that were not NORMAL, oldest first.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    try:
        rows = database.rows(f"SELECT {_ALARMS.selection} FROM alarm ORDER BY raised_at, id")  # noqa: S608
        return [_ALARMS.item(row) for row in rows]
    except (ValueError, TypeError) as error:
        raise StoreError(str(database.path), f"an alarm makes no sense: {error}") from error
