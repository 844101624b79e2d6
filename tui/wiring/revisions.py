"""A model into a database: read, made one with its disciplines, compared with what is there, carried over, saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tui.wiring.register_file import addressing_of, known_elements, register_in, site_of, write_register_file
from twin.ifc.federation import federated
from twin.ifc.reader import MEMORY_MB, TIMEOUT_S, Import, read_facility
from twin.model.carrying import Carried, Unresolved, carry
from twin.model.corrections import Correction, Waiting, corrected
from twin.model.differences import Difference, differences
from twin.model.elements import Element, marks_of
from twin.model.errors import ConfigError, Fault, IfcError, StoreError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.journal import JournalEntry
from twin.model.register import Register
from twin.model.revision import Revision, compare
from twin.model.vocabulary import Role
from twin.store.corrections import load_corrections, load_unresolved
from twin.store.database import Database, open_database
from twin.store.facilities import ModelImport, load_as_read, load_import
from twin.store.imports import Replacement, load_elements, write_import
from twin.store.journal import append_within

Say = Callable[[str], None]
_DATABASE_MAGIC = b"SQLite format 3\x00"
_FRAME = frozenset({"IfcProject", "IfcSite", "IfcBuilding", "IfcBuildingStorey"})
"""Classes whose elements say nothing of which building it is: templates share them."""
_SAME_BUILDING = 0.1
"""Part of a building that must be found again, or the model is one of another building (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A revision of a building: from IFC files or from a database."""

    name: str
    facility: Facility
    elements: tuple[Element, ...]
    register: Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import into a database came to; the last three are None for the first model of a database."""

    imported: Import
    facility: Facility
    waiting: tuple[Waiting, ...] = ()
    revision: Revision | None = None
    differences: tuple[Difference, ...] = ()
    carried: Carried | None = None


def import_models(
    files: Sequence[Path],
    database: Path,
    *,
    replace_other: bool = False,
    timeout_s: float = TIMEOUT_S,
    memory_mb: int = MEMORY_MB,
    say: Say = lambda _text: None,
) -> Outcome:
    """Read one model, or several disciplines of one building, into a database, over the revision that is there.

    Args:
        files: IFC files; one has the rooms.
        database: made if missing; untouched unless everything went well.
        replace_other: take a building of which no element is found again for a new one.
        timeout_s: longest time for one file.
        memory_mb: memory for one file.
        say: told of each step.

    Raises:
        RefusedModelError: a file cannot be read; its report is in the error.
        ConfigError: the database holds another building and what hangs on it.
        StoreError: the database cannot serve.
    """
    imported = read_models(files, timeout_s=timeout_s, memory_mb=memory_mb, say=say)
    register = imported.register.addressed(addressing_of(site_of(database)))
    # What is there is read in the transaction that replaces it: a correction made meanwhile is not lost.
    with open_database(database, create=True) as store, store.transaction() as tables:
        before = _building(store)
        if before is None:
            outcome = Outcome(imported=imported, facility=imported.facility)
        else:
            say(f"comparing with {before.name}")
            outcome = _over(before, imported, register, load_corrections(store), load_unresolved(store))
            _refuse_another(outcome, before, database, replace_other=replace_other)
            _tell_missing(before, files, say)
        register = outcome.carried.register if outcome.carried else register
        write_import(tables, _replacement(outcome, register, files))
        append_within(tables, [_entry(outcome, files)])
    write_register_file(database, register)
    return outcome


def save_first(imported: Import, register: Register, file: Path, database: Path) -> None:
    """Write a model to a database of its own, and its register to the site's file.

    Raises:
        StoreError: the database cannot serve.
    """
    outcome = Outcome(imported=imported, facility=imported.facility)
    with open_database(database, create=True) as store, store.transaction() as tables:
        write_import(tables, _replacement(outcome, register, [file]))
        append_within(tables, [_entry(outcome, [file])])
    write_register_file(database, register)


def _over(
    before: Building,
    imported: Import,
    register: Register,
    corrections: Sequence[Correction],
    unresolved: Sequence[Unresolved],
) -> Outcome:
    """What the new model comes to over the building before."""
    revision = compare(before.elements, imported.elements)
    known = known_elements(imported.facility) | {
        zone.global_id for zone in corrected(before.facility, corrections).facility.zones if "/" in zone.global_id
    }
    carried = carry(revision, before.register, register, corrections, also=map(GlobalId, known), waiting=unresolved)
    result = corrected(imported.facility, carried.corrections)
    return Outcome(
        imported=imported,
        facility=result.facility,
        waiting=result.waiting,
        revision=revision,
        differences=differences(before.facility, imported.facility, revision.new_id),
        carried=carried,
    )


def _refuse_another(outcome: Outcome, before: Building, database: Path, *, replace_other: bool) -> None:
    """A model in which next to nothing of the building is found again is another building."""
    assert outcome.revision is not None
    found = sum(match.old.ifc_class not in _FRAME for match in outcome.revision.matches)
    whole = sum(element.ifc_class not in _FRAME for element in before.elements)
    if replace_other or found > _SAME_BUILDING * whole:
        return
    text = f"holds another building ({before.facility.name}): {found} of its {whole} elements are in the new model"
    raise ConfigError([Fault(str(database), "", f"{text}; import into another database, or say --replace")])


def _tell_missing(before: Building, files: Sequence[Path], say: Say) -> None:
    if len({element.model for element in before.elements}) > len(files):
        say(f"note: the building was made of {before.name}: what only the models had that are missing now is gone")


def read_models(
    files: Sequence[Path],
    *,
    timeout_s: float = TIMEOUT_S,
    memory_mb: int = MEMORY_MB,
    say: Say = lambda _text: None,
) -> Import:
    """Read one model, or several disciplines of one building.

    Raises:
        RefusedModelError: a file cannot be read.
        IfcError: a file is named twice.
    """
    names = [file.resolve() for file in files]
    for file, name in zip(files, names, strict=True):
        if names.count(name) > 1:
            raise IfcError(str(file), "is named twice: give the model of each discipline once")
    models = []
    for file in files:
        say(f"reading {file}")
        models.append(read_facility(file, timeout_s=timeout_s, memory_mb=memory_mb, needs_spaces=len(files) == 1))
    # The architect's model is the one with the rooms and doors, in whatever order they are named.
    models.sort(key=lambda read: -(read.report.spaces + read.report.doors))
    if not models[0].report.spaces:
        raise IfcError(", ".join(map(str, files)), "have no spaces: one model must have the rooms")
    return federated(models)


def building_at(path: Path) -> Building:
    """The building of an IFC file or of a database.

    Raises:
        RefusedModelError: the file cannot be read.
        StoreError: the database cannot serve, or holds none.
    """
    if is_database(path):
        found = building_in(path)
        if found is None:
            raise StoreError(str(path), "holds no facility; import a model first")
        return found
    read = read_facility(path)
    return Building(name=path.name, facility=read.facility, elements=read.elements, register=read.register)


def building_in(database: Path) -> Building | None:
    """The building of a database as it was read, without corrections; None if it holds none."""
    with open_database(database) as store:
        return _building(store)


def _building(store: Database) -> Building | None:
    if not store.rows("SELECT 1 FROM facility"):
        return None
    facility = load_as_read(store)
    return Building(
        name=load_import(store).model,
        facility=facility,
        # A database of an older program has no marks: the GlobalIds of the facility must do.
        elements=tuple(load_elements(store)) or marks_of(facility),
        register=register_in(store),
    )


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database, whatever it is called."""
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE_MAGIC)) == _DATABASE_MAGIC
    except OSError:
        return False


def _replacement(outcome: Outcome, register: Register, files: Sequence[Path]) -> Replacement:
    carried, revision = outcome.carried, outcome.revision
    return Replacement(
        facility=outcome.imported.facility,
        register=register,
        elements=outcome.imported.elements,
        origin=ModelImport(
            model=" + ".join(file.name for file in files),
            imported_at=datetime.now(tz=UTC),
            report=asdict(outcome.imported.report),
        ),
        corrections=carried.corrections if carried else (),
        unresolved=carried.unresolved if carried else (),
        renamed=[(old, new) for old, new in revision.new_id.items() if old != new] if revision else (),
    )


def _entry(outcome: Outcome, files: Sequence[Path]) -> JournalEntry:
    carried, revision = outcome.carried, outcome.revision
    data: dict[str, object] = {"files": [file.name for file in files], "spaces": len(outcome.facility.spaces)}
    if carried is not None and revision is not None:
        data |= {"found": len(revision.matches), "added": len(revision.added), "lost": len(revision.lost)}
        data |= {"carried": carried.points_carried, "unresolved": len(carried.unresolved)}
    return JournalEntry(
        at=datetime.now(tz=UTC),
        kind="twin.imported",
        subject=outcome.facility.code,
        actor=Role.ENGINEER.value,
        source="twin",
        data=data,
    )


def corrections_at(path: Path) -> list[Correction]:
    """The corrections of a database; none of a file.

    Raises:
        StoreError: the database cannot serve.
    """
    if not is_database(path):
        return []
    with open_database(path) as store:
        return load_corrections(store)
