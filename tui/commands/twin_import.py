"""``gatehouse twin import``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.options import DURATION, as_json, print_object, print_rows, quiet

if TYPE_CHECKING:
    from tui.wiring.revisions import Outcome
    from twin.ifc.report import ImportReport

_LEAST_MB = 256


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--db", "database", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Database to write."
)
@click.option(
    "--report", "page", type=click.Path(path_type=Path, dir_okay=False), help="HTML page to write, with plans."
)
@click.option("--replace", "replace_other", is_flag=True, help="Let the model take the place of another building.")
@click.option("--memory", "memory_mb", type=click.IntRange(_LEAST_MB), help="Memory for reading one file, MB.")
@click.option("--timeout", "timeout_s", type=DURATION, help="Longest time for reading one file, s.")
@as_json
@quiet
def command(
    *,
    files: tuple[Path, ...],
    database: Path,
    page: Path | None,
    replace_other: bool,
    memory_mb: int | None,
    timeout_s: float | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Import an IFC FILE (IFC2X3, IFC4, IFC4X3, also .ifczip) into a database.

    Several FILEs are disciplines of one building. Over a building that is there it is a new
    revision: points, corrections and history follow their elements, and what cannot follow waits for a decision
    (gatehouse twin unresolved). A file that is refused changes nothing.
    """
    from tui.settings import SITE_FILE
    from tui.wiring.revisions import import_models
    from twin.ifc.reader import MEMORY_MB, TIMEOUT_S, RefusedModelError

    def say(text: str) -> None:
        if not quiet:
            click.echo(text, err=True)

    try:
        outcome = import_models(
            files,
            database,
            replace_other=replace_other,
            timeout_s=timeout_s or TIMEOUT_S,
            memory_mb=memory_mb or MEMORY_MB,
            say=say,
        )
    except RefusedModelError as error:
        _tell_refused(error.report, page, as_json=as_json)
        raise
    rows = _rows(outcome)
    if (database.parent / SITE_FILE).is_file():
        say("note: the site's database and points.csv are new; its model.ifc and cause-and-effect.csv stay as they are")
    _tell(rows, as_json=as_json)
    if page is not None:
        from tui.reports.import_report import write_import_report

        write_import_report(
            page, outcome.imported.report, facility=outcome.facility, revision=outcome.revision, outcome=rows
        )
        say(f"wrote {page}")


def _rows(outcome: Outcome) -> dict[str, Any]:
    from tui.commands.revision_rows import carried_rows, revision_rows

    rows = _report_rows(outcome.imported.report)
    if outcome.revision is not None and outcome.carried is not None:
        rows |= revision_rows(outcome.revision, outcome.differences)
        rows["carried"] = carried_rows(outcome.carried)
        rows["waiting"] = [
            {"element": one.correction.element, "fact": one.correction.fact.value, "reason": one.reason}
            for one in outcome.waiting
        ]
    return rows


def _report_rows(report: ImportReport) -> dict[str, Any]:
    rows = asdict(report)
    return rows | {"warnings": list(report.warnings), "remarks": [asdict(remark) for remark in report.remarks]}


def _tell_refused(report: ImportReport, page: Path | None, *, as_json: bool) -> None:
    if page is not None:
        from tui.reports.import_report import write_import_report

        write_import_report(page, report)
    if as_json:
        print_object(_report_rows(report), json_wanted=True)
    for remark in report.remarks:
        click.echo(f"{remark.text}: {remark.consequence}. {remark.remedy}.", err=True)


def _tell(rows: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_object(rows, json_wanted=True)
        return
    shown = ("file", "schema", "program", "storeys", "spaces", "doors", "doors_joined", "doors_sure", "links", "zones")
    more = ("equipment", "systems", "points", "open_s", "total_s")
    print_object({key: rows[key] for key in (*shown, *more)}, json_wanted=False)
    if rows["remarks"]:
        click.echo()
        print_rows([_remark_row(row) for row in rows["remarks"]], json_wanted=False)
    for text in rows["warnings"]:
        click.echo(f"odd: {text}")
    if "carried" in rows:
        _tell_revision(rows)


def _remark_row(row: dict[str, Any]) -> dict[str, object]:
    return {"missing": row["text"], "count": row["count"] or "", "mended by": row["remedy"]}


def _tell_revision(rows: dict[str, Any]) -> None:
    from tui.commands.revision_rows import flat_rows

    carried = rows["carried"]
    click.echo()
    click.echo(
        f"{rows['found']} elements found again, {len(rows['added'])} new, {len(rows['lost'])} gone; "
        f"{carried['points']} points and {carried['corrections']} corrections carried over"
    )
    print_rows(flat_rows(rows), json_wanted=False)
    for row in carried["unresolved"]:
        click.echo(f"waits for a decision: {row['kind']} {row['subject']}, was on {row['was']} ({row['reason']})")
