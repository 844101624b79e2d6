"""A model into a database: read, made one with its disciplines, compared with what is there, carried over, saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tui.settings import SITE_FILE, Site, load_site
from twin.exchange.points import write_points_csv
from twin.ifc.federation import federated
from twin.ifc.reader import MEMORY_MB, TIMEOUT_S, Import, read_facility
from twin.model.carrying import Carried, carry
from twin.model.corrections import Correction, Waiting, corrected
from twin.model.differences import Difference, differences
from twin.model.elements import Element, marks_of
from twin.model.errors import ConfigError, Fault, IfcError, StoreError
from twin.model.facility import Facility
from twin.model.register import Addressing, Register
from twin.model.revision import Revision, compare
from twin.store.corrections import load_corrections
from twin.store.database import open_database
from twin.store.facilities import ModelImport, load_as_read, load_import
from twin.store.imports import Replacement, load_elements, save_import
from twin.store.register import load_devices, load_points

Say = Callable[[str], None]
_DATABASE_MAGIC = b"SQLite format 3\x00"


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
        files: IFC files; the first has the rooms.
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
    before = building_in(database) if database.exists() else None
    site = load_site(database.parent) if (database.parent / SITE_FILE).is_file() else None
    register = imported.register.addressed(addressing_of(site) if site else Addressing())
    if before is None:
        first = Outcome(imported=imported, facility=imported.facility)
        save_model(first, register, files, database)
        return first
    say(f"comparing with {before.name}")
    if (parts := len({element.model for element in before.elements})) > len(files):
        say(f"note: the building was made of {parts} models, now of {len(files)}: what only the others had is gone")
    revision = compare(before.elements, imported.elements)
    if not revision.matches and not replace_other:
        text = f"holds another building ({before.facility.name}): none of its elements is in the new model"
        raise ConfigError([Fault(str(database), "", f"{text}; import into another database, or say --replace")])
    with open_database(database) as store:
        corrections = load_corrections(store)
    carried = carry(revision, before.register, register, corrections)
    outcome = Outcome(
        imported=imported,
        facility=corrected(imported.facility, carried.corrections).facility,
        waiting=corrected(imported.facility, carried.corrections).waiting,
        revision=revision,
        differences=differences(before.facility, imported.facility, revision.new_id),
        carried=carried,
    )
    save_model(outcome, carried.register, files, database)
    return outcome


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
    for number, file in enumerate(files):
        say(f"reading {file}")
        models.append(read_facility(file, timeout_s=timeout_s, memory_mb=memory_mb, needs_spaces=number == 0))
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
        if not store.rows("SELECT 1 FROM facility"):
            return None
        facility = load_as_read(store)
        return Building(
            name=load_import(store).model,
            facility=facility,
            # A database of an older program has no marks: the GlobalIds of the facility must do.
            elements=tuple(load_elements(store)) or marks_of(facility),
            register=Register(points=tuple(load_points(store)), devices=tuple(load_devices(store))),
        )


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database, whatever it is called."""
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE_MAGIC)) == _DATABASE_MAGIC
    except OSError:
        return False


def save_model(outcome: Outcome, register: Register, files: Sequence[Path], database: Path) -> None:
    """Write an import to a database, in one transaction; the register's file of a site follows.

    Raises:
        StoreError: the database cannot serve; everything is as it was.
    """
    carried, revision = outcome.carried, outcome.revision
    origin = ModelImport(
        model=" + ".join(file.name for file in files),
        imported_at=datetime.now(tz=UTC),
        report=asdict(outcome.imported.report),
    )
    with open_database(database, create=True) as store:
        save_import(
            store,
            Replacement(
                facility=outcome.imported.facility,
                register=register,
                elements=outcome.imported.elements,
                origin=origin,
                corrections=carried.corrections if carried else (),
                unresolved=carried.unresolved if carried else (),
                renamed=[(old, new) for old, new in revision.new_id.items() if old != new] if revision else (),
            ),
        )
    if (database.parent / SITE_FILE).is_file():
        write_points_csv(register, load_site(database.parent).points)


def addressing_of(site: Site) -> Addressing:
    """Where the devices of a site are reached, by its settings."""
    network = site.file.network
    return Addressing(
        bacnet_network=network.bacnet,
        bacnet_port=network.bacnet_port,
        modbus_network=network.modbus,
        modbus_port=network.modbus_port,
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
