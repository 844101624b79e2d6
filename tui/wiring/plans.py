"""Plans as files: one SVG for each level of a facility, in a folder."""

from __future__ import annotations

import re
from pathlib import Path

from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.layout import declared_facility
from tui.reports.plan_svg import level_svg
from twin.files.atomic import write_text
from twin.model.facility import Facility

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 80


def write_plans(
    facility: Facility, folder: Path, *, zones: str = "", redact: bool = False, notice: str = ""
) -> list[Path]:
    """Write ``CODE-LEVEL.svg`` for each level that has outlines; all are drawn before the first is written.

    Args:
        facility: any facility.
        folder: made if missing; plans of the same names are replaced.
        zones: ``hvac``, ``smoke``, ``release``, ``regime`` or nothing.
        redact: leave out locks, signs of exits and equipment.
        notice: a sentence for the title block.

    Raises:
        RefusedError: a redacted plan was asked for zones that tell of locks or ways out.
        OSError: the folder cannot be made or written.
    """
    drawn: dict[str, str] = {}
    for level in facility.levels:
        text = level_svg(facility, level, zones=zones, redact=redact, notice=notice)
        if text:
            drawn[_free_name(f"{facility.code}-{level}", drawn)] = text
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in drawn.items():
        write_text(folder / name, text)
        paths.append(folder / name)
    return paths


def write_site_plans(site: str, folder: Path, *, zones: str = "", redact: bool = False) -> list[Path]:
    """Write the plans of a site from its brief, with the notice of the brief; see `write_plans`.

    Raises:
        BriefError: every fault of its brief.
        UnknownIdError: there is no such site.
        RefusedError: as `write_plans`.
    """
    brief = read_brief(site_folder(site))
    return write_plans(declared_facility(brief), folder, zones=zones, redact=redact, notice=brief.file.notice)


def _free_name(wanted: str, taken: dict[str, str]) -> str:
    """A file name of plain letters that no other level has; upper and lower case count as the same."""
    stem = _UNSAFE.sub("_", wanted)[:_LONGEST_NAME].strip("-_") or "plan"
    used = {name.casefold() for name in taken}
    names = (f"{stem}{f'-{number}' if number > 1 else ''}.svg" for number in range(1, len(taken) + 2))
    return next(name for name in names if name.casefold() not in used)
