"""``gatehouse twin check``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.options import as_json, building, facility_at, print_rows, quiet
from tui.settings import load_site

if TYPE_CHECKING:
    from twin.checks.findings import CheckReport
    from twin.checks.ids.specifications import IdsReport
    from twin.model.facility import Facility

_SHIPPED = ""
_SHOWN = 5
"""Elements shown of each specification; JSON has more of them."""


@click.command("check")
@click.argument("model", required=False, type=click.Path(path_type=Path, dir_okay=False))
@building
@click.option(
    "--ids",
    "ids",
    is_flag=False,
    flag_value=_SHIPPED,
    default=None,
    metavar="[FILE]",
    help="Check the IFC file against an IDS FILE too; without FILE, against the one that is shipped.",
)
@click.option("--level", type=click.Choice(["1", "2"]), help="IDS: 1 what an import needs, 2 all (the default).")
@as_json
@quiet
def command(
    *,
    model: Path | None,
    folder: Path | None,
    database: Path | None,
    ids: str | None,
    level: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Check a building against norms, and its IFC file against an IDS; exit code 1 if something is found.

    The building is MODEL, an IFC file that is only read, or the one that a site or database holds. Rules: living area,
    width, height, annex, window, cell call, day room, yard, smoke compartments, interlocks, exits and ways out.
    """
    _refuse_nonsense(model, folder, database, ids, level)
    from twin.checks.rules import check_facility

    facility, file = _building(model, folder, database, quiet=quiet)
    report = check_facility(facility)
    delivered = None
    if ids is not None and file is not None:
        from site_models.catalogue import ids_file
        from twin.checks.ids.specifications import ALL_LEVELS, check_ids

        asked = Path(ids) if ids != _SHIPPED else ids_file()
        _say(f"checking {file} against {asked.name}", quiet=quiet)
        delivered = check_ids(file, asked, level=int(level) if level else ALL_LEVELS)
    passed = report.passed and (delivered is None or delivered.passed)
    notes = [*report.notes, *(delivered.notes if delivered else ())]
    if as_json:
        document = {"passed": passed, **_document(report, delivered), "notes": notes}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _print(report, delivered)
        for note in notes:
            _say(note, quiet=quiet)
    if not passed:
        raise click.exceptions.Exit(1)


def _refuse_nonsense(
    model: Path | None, folder: Path | None, database: Path | None, ids: str | None, level: str | None
) -> None:
    if ids is not None and ids.lower().endswith(".ifc"):
        raise click.UsageError(f"--ids took {ids} for its FILE: put MODEL before --ids")
    if (model is not None) + (folder is not None) + (database is not None) != 1:
        raise click.UsageError("give one of MODEL, --site DIR and --db DB")
    if level is not None and ids is None:
        raise click.UsageError("--level is for --ids")
    if ids is not None and database is not None:
        raise click.UsageError("--ids needs the IFC file: give MODEL or --site DIR instead of --db")


def _building(
    model: Path | None, folder: Path | None, database: Path | None, *, quiet: bool
) -> tuple[Facility, Path | None]:
    """The building, and its IFC file where there is one."""
    if model is None:
        return facility_at(folder, database), load_site(folder).model if folder is not None else None
    from twin.ifc.reader import read_facility

    _say(f"reading {model}", quiet=quiet)
    return read_facility(model).facility, model


def _say(text: str, *, quiet: bool) -> None:
    if not quiet:
        click.echo(text, err=True)


def _document(report: CheckReport, delivered: IdsReport | None) -> dict[str, object]:
    rules = [
        {"key": r.key, "title": r.title, "source": r.source, "checked": r.checked, "failed": len(r.findings)}
        for r in report.rules
    ]
    return {
        "rules": rules,
        "findings": [asdict(finding) for finding in report.findings],
        "ids": [asdict(one) for one in delivered.specifications] if delivered else [],
    }


def _print(report: CheckReport, delivered: IdsReport | None) -> None:
    _table(
        {
            "rule": rule.key,
            "title": rule.title,
            "checked": rule.checked,
            "failed": len(rule.findings),
            "source": rule.source,
        }
        for rule in report.rules
    )
    _table(
        {
            "rule": finding.rule,
            "element": finding.code,
            "value": _amount(finding.value, finding.unit),
            "limit": _amount(finding.limit, finding.unit),
            "finding": finding.text,
            "source": finding.source,
        }
        for finding in report.findings
    )
    if delivered is None:
        return
    _table(
        {
            "ids": one.identifier,
            "specification": one.name,
            "status": one.status.value,
            "checked": one.applicable,
            "failed": one.failed,
        }
        for one in delivered.specifications
    )
    _table(
        {
            "ids": one.identifier,
            "element": " ".join(filter(None, (failure.ifc_class, failure.name))),
            "global_id": failure.global_id,
            "reason": failure.reason,
        }
        for one in delivered.specifications
        for failure in one.failures[:_SHOWN]
    )


def _table(rows: Iterable[dict[str, object]]) -> None:
    """A table, with an empty line after it."""
    made: Sequence[dict[str, object]] = list(rows)
    if made:
        print_rows(made, json_wanted=False)
        click.echo()


def _amount(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}".rstrip()
