"""``gatehouse history pack``."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, quiet, site_folder
from tui.settings import load_site
from twin.model.errors import StoreError

TELL_S = 2.0
"""How often a long run says how far it is."""
DAYS = click.IntRange(min=1)


@click.command("pack")
@site_folder
@click.option("--older-than", type=DAYS, default=2, show_default=True, help="Days after which a day is packed.")
@click.option("--drop-after", type=DAYS, help="Days after which a day is removed for good; none where left out.")
@as_json
@quiet
def command(*, folder: Path, older_than: int, drop_after: int | None, as_json: bool, quiet: bool) -> None:
    """Pack old days to a fraction of their size; nothing in them changes. With --drop-after, remove older ones whole.

    It may be interrupted at any time and goes on the next time, and may run while the history is being written. The
    day that is being written is never touched.
    """
    from twin.store.packing import pack_days
    from twin.store.retention import drop_days

    last_told = time.monotonic()

    def told(day: date, hour: int) -> None:
        nonlocal last_told
        if not quiet and time.monotonic() - last_told >= TELL_S:
            last_told = time.monotonic()
            click.echo(f"packing {day} {hour % 24:02d}:00", err=True)

    history, now = load_site(folder).history, datetime.now(UTC)
    dropped = drop_days(history, now, older_than_days=drop_after) if drop_after is not None else []
    rows = [_row(day.day, "" if day.problem else "dropped", 0, day.bytes, 0, day.problem) for day in dropped]
    for packed in pack_days(history, now, older_than_days=older_than, told=told):
        word = "" if packed.problem else "packed"
        rows.append(_row(packed.day, word, packed.samples, packed.bytes_before, packed.bytes_after, packed.problem))
    print_rows(rows, json_wanted=as_json)
    if any(row["problem"] for row in rows):
        raise StoreError(str(history), "not everything was done: see the column problem")


def _row(day: date, done: str, samples: int, before: int, after: int, problem: str) -> dict[str, object]:
    return {
        "day": day.isoformat(),
        "done": done,
        "samples": samples,
        "bytes_before": before,
        "bytes_after": after,
        "problem": problem,
    }
