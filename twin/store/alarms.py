"""Alarms in the database: what stands, so that a restart knows it, and every change of state for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from twin.model.alarms import Alarm, AlarmDefinition
from twin.model.errors import StoreError
from twin.model.ids import GlobalId
from twin.model.vocabulary import AlarmState
from twin.store.columns import DOCUMENT, MOMENT, YES_NO, Form, Rows, choice
from twin.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEvent:
    """One change of state of one alarm; ``by`` is a role or post, empty where the building did it."""

    at: datetime
    alarm: str
    key: str
    element: GlobalId
    code: str
    priority: int
    before: AlarmState
    after: AlarmState
    by: str = ""


_STATE = choice(AlarmState)
_ALARMS = Rows(
    Alarm,
    {
        "definition": Form(
            lambda definition: DOCUMENT.write(asdict(definition)), lambda text: AlarmDefinition(**DOCUMENT.read(text))
        ),
        "state": _STATE,
        "condition": YES_NO,
        "raised_at": MOMENT,
        "exercise_at": MOMENT,
        "acknowledged_at": MOMENT,
        "returned_at": MOMENT,
        "shelved_until": MOMENT,
    },
)
_EVENTS = Rows(AlarmEvent, {"at": MOMENT, "before": _STATE, "after": _STATE})


def save_alarms(database: Database, changed: Iterable[Alarm], events: Iterable[AlarmEvent] = ()) -> None:
    """Write alarms whose state changed, and the changes, in one transaction; one that is NORMAL again is forgotten.

    Raises:
        StoreError: the database cannot serve; nothing was written.
    """
    alarms = list(changed)
    with database.transaction() as tables:
        utils = tables.utils
        for alarm in alarms:
            if alarm.state is AlarmState.NORMAL:
                tables.execute("DELETE FROM alarm WHERE id = ?", (alarm.id,))
            else:
                utils.table("alarm").upsert(_ALARMS.row(alarm), pk="id")
        utils.table("alarm_event").insert_all(_EVENTS.row(event) for event in events)


def load_alarms(database: Database) -> list[Alarm]:
    """Alarms that were not NORMAL, oldest first.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    return _loaded(database, f"SELECT {_ALARMS.selection} FROM alarm ORDER BY raised_at, id", _ALARMS)  # noqa: S608


def load_alarm_events(database: Database) -> list[AlarmEvent]:
    """Every change of state, in the order written.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    return _loaded(database, f"SELECT {_EVENTS.selection} FROM alarm_event ORDER BY seq", _EVENTS)  # noqa: S608


def _loaded(database: Database, query: str, rows: Rows[Any]) -> list[Any]:
    try:
        return [rows.item(row) for row in database.rows(query)]
    except (ValueError, TypeError) as error:
        raise StoreError(str(database.path), f"an alarm makes no sense: {error}") from error
