"""Options of the verbs that ask for ways: who walks, under which regime, what is known of single doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tui.settings import load_site
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import DoorState

if TYPE_CHECKING:
    from twin.graph.passing import Conditions
    from twin.model.regime import Regime

F = TypeVar("F", bound=Callable[..., Any])

WALKERS = ("anybody", "staff", "prisoner")
_STATES = {"opened": DoorState.OPEN, "locked": DoorState.LOCKED, "blocked": DoorState.FAULT}
_HELP = {
    "opened": "A DOOR that stands open (may be repeated).",
    "locked": "A DOOR that is locked (may be repeated).",
    "blocked": "A DOOR that nobody can pass (may be repeated).",
}


def passing(command: F) -> F:
    """``--as``, ``--regime``, ``--open``, ``--locked``, ``--blocked`` and ``--fire``."""
    for name, text in _HELP.items():
        flag = "--open" if name == "opened" else f"--{name}"
        command = click.option(flag, name, multiple=True, metavar="DOOR", help=text)(command)
    command = click.option("--fire", is_flag=True, help="Doors that the fire panel unlocks are unlocked.")(command)
    command = click.option("--regime", default="", help="Doors as this regime of the site has them.")(command)
    return click.option(
        "--as",
        "walker",
        type=click.Choice(WALKERS),
        default="anybody",
        help="Who walks: a prisoner passes what is not locked, staff have keys, anybody all but doors named here.",
    )(command)


def conditions_of(facility: Facility, folder: Path | None, options: dict[str, Any]) -> Conditions:
    """The conditions that the options describe.

    Raises:
        UnknownIdError: there is no such door.
        click.UsageError: there is no such regime, or no site that could have one.
    """
    from twin.graph.passing import Conditions, Walker

    return Conditions(
        walker=Walker(options["walker"]),
        regime=_regime(folder, options["regime"]),
        states=dict(_states(facility, options)),
        fire=options["fire"],
    )


def _states(facility: Facility, options: dict[str, Any]) -> Iterator[tuple[GlobalId, DoorState]]:
    for name, state in _STATES.items():
        for door in options[name]:
            yield facility.door(door).global_id, state


def _regime(folder: Path | None, name: str) -> Regime | None:
    if not name:
        return None
    if folder is None:
        raise click.UsageError("a regime is of a site: give --site DIR")
    regimes = load_site(folder).regimes
    found = next((regime for regime in regimes if regime.name == name), None)
    if found is None:
        raise click.UsageError(f"there is no regime {name!r}: {', '.join(regime.name for regime in regimes)}")
    return found
