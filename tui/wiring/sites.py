"""Make a site folder: build the IFC, import it back, generate the register, write the database. Whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.points_csv import write_points_csv
from site_models.register import register_for
from tui.settings import SITE_FILE, Site, load_site
from twin.files.atomic import write_text
from twin.ifc.reader import Import, ImportReport, read_facility
from twin.model.errors import ConfigError, Fault
from twin.model.points import Device, Point
from twin.store.database import open_database
from twin.store.facilities import save_facility
from twin.store.register import save_register

Say = Callable[[str], None]
_CARRIED = ("drills", "scenarios")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A site folder that is ready to be operated."""

    site: Site
    report: ImportReport
    points: tuple[Point, ...]
    devices: tuple[Device, ...]


def build_model(site: str, path: Path) -> None:
    """Author a sample site's IFC file.

    Raises:
        BriefError: every fault of its brief.
        ConfigError: there is no such site.
    """
    write_ifc(read_brief(site_folder(site)), path)


def init_site(site: str, folder: Path, *, network: str = "", say: Say = lambda _text: None) -> Prepared:
    """Make a site folder from a sample site.

    Args:
        site: name of a sample site (`site_models.catalogue`).
        folder: made if missing; a folder that is a site already is refused.
        network: first two numbers of the loopback networks, as ``127.5``; the site's default where empty.
        say: told of each step.
    """
    if (folder / SITE_FILE).exists():
        raise ConfigError([Fault(str(folder), SITE_FILE, "is there already: choose an empty folder")])
    folder.mkdir(parents=True, exist_ok=True)
    source = site_folder(site)
    for name in _CARRIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
    text = (source / "operation.toml").read_text(encoding="utf-8")
    if network:
        text += f'\n[network]\nbacnet = "{network}.1"\nmodbus = "{network}.2"\n'
    say(f"building the IFC of {site}")
    build_model(site, folder / "model.ifc")
    write_text(folder / SITE_FILE, text)
    try:
        return adopt_model(load_site(folder), say=say)
    except BaseException:
        (folder / SITE_FILE).unlink(missing_ok=True)  # a half-made folder must not look like a site
        raise


def adopt_model(site: Site, *, say: Say = lambda _text: None) -> Prepared:
    """Import the site's IFC file and generate its register from it."""
    say(f"importing {site.model.name} (from geometry alone)")
    imported = read_facility(site.model)
    network = site.file.network
    register = register_for(
        imported.facility,
        bacnet_network=network.bacnet,
        bacnet_port=network.bacnet_port,
        modbus_network=network.modbus,
        modbus_port=network.modbus_port,
    )
    write_points_csv(register, site.points)
    store_model(imported, site.database, model=site.model.name, points=register.points, devices=register.devices)
    return Prepared(site=site, report=imported.report, points=register.points, devices=register.devices)


def store_model(
    imported: Import,
    database: Path,
    *,
    model: str,
    points: tuple[Point, ...] = (),
    devices: tuple[Device, ...] = (),
) -> None:
    """Write an imported facility, and its register if there is one, to a database."""
    with open_database(database, create=True) as store:
        save_facility(
            store, imported.facility, model=model, imported_at=datetime.now(tz=UTC), report=asdict(imported.report)
        )
        if points:
            save_register(store, devices, points)
