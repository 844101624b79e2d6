"""The twin in the formats of its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from twin.files.atomic import write_text
from twin.model.errors import ConfigError, Fault
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.register import Register
from twin.store.database import open_database
from twin.store.facilities import load_facility, load_import
from twin.store.imports import load_elements
from twin.store.register import load_devices, load_points

_EDE = "_EDE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is exported."""

    facility: Facility
    register: Register
    model: str
    project: GlobalId


def subject_of(database: Path) -> Subject:
    """The building of a database with its corrections, and its register.

    Raises:
        StoreError: the database cannot serve or holds no facility.
    """
    with open_database(database) as store:
        facility = load_facility(store)
        projects = [element.global_id for element in load_elements(store) if element.ifc_class == "IfcProject"]
        return Subject(
            facility=facility,
            register=Register(points=tuple(load_points(store)), devices=tuple(load_devices(store))),
            model=load_import(store).model,
            project=projects[0] if projects else facility.site_id,
        )


def export(subject: Subject, format: str, path: Path) -> list[str]:
    """Write one format; notes on what it cannot carry.

    Raises:
        ConfigError: what was to be written breaks the format's own rules.
        OSError: the folder cannot be written.
    """
    return FORMATS[format](subject, path)


def _brick(subject: Subject, path: Path) -> list[str]:
    from twin.exchange.brick import brick_turtle
    from twin.exchange.brick_shapes import violations

    text = brick_turtle(subject.facility, subject.register, project_id=subject.project, model=subject.model)
    if found := violations(text):
        raise ConfigError([Fault(str(path), "", line) for line in found])
    write_text(path, text)
    return []


def _ede(subject: Subject, path: Path) -> list[str]:
    from twin.exchange.ede_writer import write_ede

    stem = path.stem.removesuffix(_EDE)
    written = write_ede(subject.register, subject.facility, path.parent, stem, at=datetime.now(tz=UTC))
    notes = [f"wrote {one}" for one in written.paths]
    if written.left_out:
        notes.append(f"left out: {len(written.left_out)} points that are not on BACnet; export points for all of them")
    return notes


def _cobie(subject: Subject, path: Path) -> list[str]:
    from twin.exchange.cobie import write_cobie

    rows = write_cobie(subject.facility, subject.register, path, at=datetime.now(tz=UTC), model=subject.model)
    return [f"{sheet}: {count} rows" for sheet, count in rows.items()]


def _points(subject: Subject, path: Path) -> list[str]:
    from twin.exchange.points import write_points_csv

    write_points_csv(subject.register, path)
    return []


def _rooms(subject: Subject, path: Path) -> list[str]:
    from tui.reports.room_sheets import room_sheets

    write_text(path, room_sheets(subject.facility, subject.register, at=datetime.now(tz=UTC), model=subject.model))
    return []


FORMATS: Mapping[str, Callable[[Subject, Path], list[str]]] = {
    "brick": _brick,
    "ede": _ede,
    "cobie": _cobie,
    "points": _points,
    "rooms": _rooms,
}
"""Format → what writes it."""
