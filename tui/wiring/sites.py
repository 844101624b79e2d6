"""Make a site folder: build the IFC, import it back with its register, write the database. Whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.cause_effect import cause_effect_of
from site_models.cause_effect_csv import CAUSE_EFFECT_FILE, write_cause_effect_csv
from site_models.programme import Brief
from tui.settings import SITE_FILE, Site, SiteFile, load_site
from tui.wiring.register_file import addressing_of
from tui.wiring.revisions import save_first
from tui.wiring.routers import gateway_delays, routers_of
from twin.files.atomic import write_text
from twin.files.toml import read_toml
from twin.ifc.reader import read_facility
from twin.ifc.report import ImportReport
from twin.model.errors import BriefError, ConfigError, Fault
from twin.model.points import Device, Point

Say = Callable[[str], None]
_CARRIED = ("drills", "evacuations", "scenarios")
OPERATION_FILE = "operation.toml"
DEMO_MARK = ".gatehouse-demo"
"""File that the demo puts into a folder which it may remove again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A site folder that is ready to be operated."""

    site: Site
    report: ImportReport
    points: tuple[Point, ...]
    devices: tuple[Device, ...]


def build_model(site: str, path: Path) -> None:
    """Author the IFC file of a sample site, or of a folder with a brief.

    Raises:
        BriefError: every fault of its brief and of its operation.toml, which may be left out.
        UnknownIdError: there is no such site or folder.
    """
    write_ifc(_checked(site_folder(site)), path)


def _checked(source: Path) -> Brief:
    """The brief of a folder, if what says how the site is operated is right as well."""
    faults: list[Fault] = []
    brief: Brief | None = None
    try:
        brief = read_brief(source)
    except BriefError as error:
        faults += error.faults
    if (source / OPERATION_FILE).is_file():
        try:
            operation = read_toml(source / OPERATION_FILE, SiteFile)
            faults += _unknown_types(operation, brief)
        except ConfigError as error:
            faults += [Fault(OPERATION_FILE, fault.key, fault.text) for fault in error.faults]
    if brief is None or faults:
        raise BriefError(faults)
    return brief


def _unknown_types(operation: SiteFile, brief: Brief | None) -> Iterator[Fault]:
    for number, regime in enumerate(operation.regime if brief else []):
        for key, types in (("unlocked", regime.unlocked), ("open", regime.open)):
            for name in types:
                if brief and name not in brief.door_types:
                    yield Fault(OPERATION_FILE, f"regime[{number}].{key}", f"there is no door type {name}")


def init_site(site: str, folder: Path, *, network: str = "", say: Say = lambda _text: None) -> Prepared:
    """Make a site folder from a brief, whole or not at all: built beside its place and moved there at the end.

    Args:
        site: name of a sample site (`site_models.catalogue`), or a folder with a brief.
        folder: made if missing; one that is there must be empty but for the mark of the demo.
        network: first two numbers of the loopback networks, as ``127.5``; the site's default where empty.
        say: told of each step.

    Raises:
        UnknownIdError: there is no such sample site or folder.
        ConfigError: the folder is not empty, or the brief has no operation.toml.
        BriefError: every fault of the site's brief.
    """
    source = site_folder(site)
    place = folder.resolve()
    if place.is_dir():
        _refuse_unless_empty(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as beside:
        built = Path(beside) / place.name
        built.mkdir()
        prepared = _built(site, source, built, network, say)
        _move(built, place)
    return replace(prepared, site=load_site(folder))


def _refuse_unless_empty(folder: Path) -> None:
    found = sorted(entry.name for entry in folder.iterdir() if entry.name != DEMO_MARK)
    if found:
        raise ConfigError([Fault(str(folder), found[0], "is there already: choose an empty folder")])


def _built(site: str, source: Path, folder: Path, network: str, say: Say) -> Prepared:
    for name in _CARRIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name)
    operation = source / OPERATION_FILE
    if not operation.is_file():
        raise ConfigError([Fault(str(operation), "", "is missing: it says how the site is operated")])
    text = operation.read_text(encoding="utf-8")
    if network:
        text += f'\n[network]\nbacnet = "{network}.1"\nmodbus = "{network}.2"\n'
    write_text(folder / SITE_FILE, text)
    say(f"building the IFC of {site}")
    build_model(site, folder / "model.ifc")
    return adopt_model(load_site(folder), say=say)


def _move(built: Path, place: Path) -> None:
    """Into a folder that is there, entry by entry: it may be somebody's working directory, or a mount."""
    if not place.exists():
        built.rename(place)
        return
    moved: list[Path] = []
    try:
        # The site file last: before it, the folder is no site.
        for entry in sorted(built.iterdir(), key=lambda entry: entry.name == SITE_FILE):
            moved.append(place / entry.name)
            shutil.move(entry, moved[-1])
    except BaseException:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def adopt_model(site: Site, *, say: Say = lambda _text: None) -> Prepared:
    """Import the site's IFC file with the register it carries, and write what follows from it into the folder."""
    say(f"importing {site.model.name}")
    imported = read_facility(site.model)
    register = imported.register.addressed(addressing_of(site))
    routers_of(site, register.devices)  # a line that names a device which is not there is found now, not at the start
    gateway_delays(site, register.devices)
    write_cause_effect_csv(cause_effect_of(imported.facility), site.folder / CAUSE_EFFECT_FILE)
    save_first(imported, register, site.model, site.database)
    return Prepared(site=site, report=imported.report, points=register.points, devices=register.devices)
