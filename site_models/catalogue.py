"""The sites that are shipped: every folder of `sites` that holds a brief."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from site_models.brief import read_brief
from site_models.programme import BRIEF_FILE
from twin.model.errors import ConfigError, Fault, UnknownIdError
from twin.model.vocabulary import SLEEPING, SpaceUse

_SITES = Path(__file__).parent / "sites"


class SiteSummary(TypedDict):
    """A line of ``site list``."""

    site: str
    spaces: int
    doors: int
    places: int
    net_area_m2: float


def site_names() -> tuple[str, ...]:
    """Names of all sites, in alphabetical order."""
    return tuple(sorted(folder.parent.name for folder in _SITES.glob(f"*/{BRIEF_FILE}")))


def site_folder(name: str) -> Path:
    """The folder of a sample site by its name, or a folder of somebody's own that holds a brief.

    Raises:
        ConfigError: the folder holds no brief.
        UnknownIdError: there is neither.
    """
    if name in site_names():
        return _SITES / name
    if (Path(name) / BRIEF_FILE).is_file():
        return Path(name)
    if name and Path(name).is_dir():
        raise ConfigError([Fault(name, BRIEF_FILE, "is missing: no brief, no building")])
    raise UnknownIdError("site", name)


def site_summary(name: str) -> SiteSummary:
    """Counts of a site: spaces with yards and without voids, all doors, certified places, area without both.

    Raises:
        UnknownIdError: there is no such site.
        BriefError: its brief contradicts itself.
    """
    brief = read_brief(site_folder(name))
    return SiteSummary(
        site=name,
        spaces=len(brief.spaces),
        doors=len(brief.doors),
        places=sum(room.capacity for room in brief.spaces if room.use in SLEEPING),
        net_area_m2=round(sum(room.area_m2 for room in brief.spaces if room.use is not SpaceUse.YARD), 1),
    )


def ids_file() -> Path:
    """What a model must carry, as an IDS file: level 1 to be imported, level 2 to be operated."""
    return Path(__file__).parent / "gatehouse.ids"
