"""``--from`` and ``--to``: the time that a question to the history is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class _Moment(click.ParamType[datetime]):
    """A moment in ISO 8601; UTC where no zone is given."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no moment: write 2026-03-01T12:00 (UTC) or 2026-03-01T14:00+02:00", param, ctx)


MOMENT = _Moment()


def span(command: F) -> F:
    """``--from`` and ``--to``, ISO 8601; a moment without a zone is UTC."""
    command = click.option("--to", "until", type=MOMENT, help="The moment after the last; now where left out.")(command)
    return click.option(
        "--from", "since", type=MOMENT, help="First moment, ISO 8601, UTC without a zone; a day before --to."
    )(command)


def moments(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """The time that the options name.

    Raises:
        click.UsageError: it ends before it begins.
    """
    end = until or datetime.now(UTC)
    start = since or end - timedelta(days=1)
    if start >= end:
        raise click.UsageError("--from must be before --to")
    return start, end
