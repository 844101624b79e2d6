"""The ``gatehouse`` command: groups and verbs, each loaded only when it is called."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Mapping

import click

from tui.about import SAFETY_STATEMENT, version
from twin.model.errors import GatehouseError

VERBS: Mapping[str, Mapping[str, str]] = {
    "": {"demo": "tui.commands.demo", "tui": "tui.commands.open_tui"},
    "site": {
        "list": "tui.commands.site_list",
        "init": "tui.commands.site_init",
        "build": "tui.commands.site_build",
    },
    "twin": {
        "import": "tui.commands.twin_import",
        "spaces": "tui.commands.twin_spaces",
        "doors": "tui.commands.twin_doors",
        "route": "tui.commands.twin_route",
        "contain": "tui.commands.twin_contain",
        "check": "tui.commands.twin_check",
        "egress": "tui.commands.twin_egress",
        "articulation": "tui.commands.twin_articulation",
        "diff": "tui.commands.twin_diff",
        "correct": "tui.commands.twin_correct",
        "corrections": "tui.commands.twin_corrections",
        "unresolved": "tui.commands.twin_unresolved",
        "decide": "tui.commands.twin_decide",
        "bind": "tui.commands.twin_bind",
        "import-points": "tui.commands.twin_import_points",
        "export": "tui.commands.twin_export",
    },
    "bms": {
        "serve": "tui.commands.bms_serve",
        "discover": "tui.commands.bms_discover",
        "read": "tui.commands.bms_read",
        "write": "tui.commands.bms_write",
        "poll": "tui.commands.bms_poll",
        "backfill": "tui.commands.bms_backfill",
        "events": "tui.commands.bms_events",
        "acknowledge": "tui.commands.bms_acknowledge",
        "clocks": "tui.commands.bms_clocks",
        "import-ede": "tui.commands.bms_import_ede",
        "inject": "tui.commands.bms_inject",
        "schedules": "tui.commands.bms_schedules",
        "set-schedule": "tui.commands.bms_set_schedule",
    },
    "sim": {
        "run": "tui.commands.sim_run",
        "compare": "tui.commands.sim_compare",
        "evacuate": "tui.commands.sim_evacuate",
        "verify": "tui.commands.sim_verify",
    },
    "drill": {"list": "tui.commands.drill_list", "run": "tui.commands.drill_run"},
    "alarms": {"list": "tui.commands.alarms_list"},
    "history": {
        "query": "tui.commands.history_query",
        "export": "tui.commands.history_export",
        "pack": "tui.commands.history_pack",
        "stats": "tui.commands.history_stats",
    },
    "audit": {"verify": "tui.commands.audit_verify", "export": "tui.commands.audit_export"},
}
"""group → verb → module whose ``command`` it is; the group of the empty name holds the verbs without a group."""

_GROUP_HELP = {
    "site": "The sample sites, or your own: list, make a site folder, build the IFC model, draw plans.",
    "twin": "The building: import and compare IFC models, correct and check them, ask for ways, exchange formats.",
    "bms": "The building systems: the virtual building, discovery, reading, writing, polling.",
    "sim": "Studies: simulate a scenario with replications and intervals.",
    "drill": "Exercises on the virtual building.",
    "alarms": "Alarms of a site.",
    "history": "The samples of a site's points: ask, export, pack old days, drop older ones.",
    "audit": "The hash-chained journal of a site.",
}


class LazyGroup(click.Group):
    """A group whose verbs are imported when they are asked for."""

    def __init__(self, group: str, **attributes: object) -> None:
        super().__init__(**attributes)  # type: ignore[arg-type]  # click's own keywords
        self._verbs = VERBS[group]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self._verbs])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._verbs:
            command = importlib.import_module(self._verbs[cmd_name]).command
            assert isinstance(command, click.Command)
            return command
        return super().get_command(ctx, cmd_name)


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"gatehouse {version()}\n\n{SAFETY_STATEMENT}")
        ctx.exit()


@click.group(cls=LazyGroup, group="", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Version and safety."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error, and log to standard error.")
def cli(debug: bool) -> None:
    """Gatehouse: facility operations and digital twin for prison and training-centre buildings.

    Data goes to standard output, talk to standard error. Exit codes: 0 ok, 1 a check found something, 2 usage,
    3 configuration or input file, 4 connection, 5 refused, 130 interrupted.
    """
    if debug:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)


for _name, _help in _GROUP_HELP.items():
    cli.add_command(LazyGroup(_name, name=_name, help=_help))


def main() -> None:
    """Run the command line; errors of ours become one line and the documented exit code."""
    try:
        status = cli.main(prog_name="gatehouse", standalone_mode=False)
    except GatehouseError as error:
        if "--debug" in sys.argv:
            raise
        for line in str(error).splitlines():
            click.echo(f"error: {line}", err=True)
        status = error.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        status = 130
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): nothing of ours is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        if "--debug" in sys.argv:
            raise
        click.echo(f"error: {error.filename or ''}: {error.strerror or error}".replace(": :", ":"), err=True)
        status = 3
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
