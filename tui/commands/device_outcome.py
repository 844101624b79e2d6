"""How a verb ends that wrote to devices: 5 if it was refused, 1 if a device did not do as it was told."""

from __future__ import annotations

from collections.abc import Iterable

import click

from twin.model.errors import RefusedError
from twin.model.operation import CommandOutcome, Outcome


def end_with(outcomes: Iterable[CommandOutcome]) -> None:
    """Return if everything was done.

    Raises:
        RefusedError: something may not be done.
        click.exceptions.Exit: with code 1, something was not followed.
    """
    listed = list(outcomes)
    for outcome in listed:
        if outcome.outcome is Outcome.REFUSED:
            raise RefusedError(outcome.reason)
    if any(outcome.outcome is Outcome.FAILED for outcome in listed):
        raise click.exceptions.Exit(1)
