"""Options of the verbs that run studies, and how these say how far they are."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from twin.model.errors import GatehouseError

if TYPE_CHECKING:
    from tui.wiring.study_runs import StudyTerms

LARGEST_SEED = 2**63 - 1
"""What a database keeps as a number."""
seeded = click.option("--seed", type=click.IntRange(min=0, max=LARGEST_SEED), default=1, show_default=True)
F = TypeVar("F", bound=Callable[..., Any])


def studied(command: F) -> F:
    """``--snapshot``, ``--seed``, ``--workers``, ``--cluster``, ``--share`` and ``--anew``."""
    for option in (
        click.option("--anew", is_flag=True, help="Forget the replications that are kept of this study."),
        click.option(
            "--share",
            type=click.Path(path_type=Path, file_okay=False, exists=True),
            help="Folder that workers of the cluster see under the same path; by default this machine's temporary one.",
        ),
        click.option(
            "--cluster",
            default="",
            metavar="ADDRESS",
            help="Dask scheduler (tcp://host:port) whose workers simulate, instead of processes here.",
        ),
        click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes."),
        click.option(
            "--snapshot",
            type=click.Path(path_type=Path, dir_okay=False),
            help="JSON file of the roll and the doors from which the plan begins, instead of midnight.",
        ),
        seeded,
    ):
        command = option(command)
    return command


def terms_of(replications: int, options: dict[str, Any], **more: Any) -> StudyTerms:
    """The terms that the options of `studied` describe.

    Raises:
        click.UsageError: a folder to share with nobody.
    """
    from tui.wiring.study_runs import StudyTerms

    if options["share"] is not None and not options["cluster"]:
        raise click.UsageError("--share is for the workers of a --cluster")
    return StudyTerms(replications=replications, **options, **more)


class Pace:
    """How far a study is and how long it still takes, from what was simulated since the first word of it."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, at_most: bool = False) -> None:
        self._clock = clock
        self._most = "at most " if at_most else ""
        self._began: tuple[float, int] | None = None

    def text(self, done: int, total: int) -> str:
        """``12 of 100 replications, 0:41 left``; without a time until something was simulated."""
        now = self._clock()
        began_s, kept = self._began = self._began or (now, done)
        words = f"{done} of {self._most}{total} replications"
        if kept < done < total:
            words += f", {self._most}{_clock_text((now - began_s) / (done - kept) * (total - done))} left"
        return words


class Teller:
    """Says on standard error how far a study is: for people on one line, or a line each for a program."""

    def __init__(self, *, quiet: bool, lines: bool = False, at_most: bool = False) -> None:
        self._quiet, self._lines, self._at_most = quiet, lines, at_most
        self._name = ""
        self._pace = Pace(at_most=at_most)
        self._width = 0
        self._done: int | None = None

    @property
    def kept(self) -> str:
        """What is not lost if the study ends now."""
        return f"{self._name}{'all' if self._done is None else self._done} finished replications are kept"

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self._done)

    def begin(self, name: str) -> None:
        """The next study of several."""
        self.end()
        self._name, self._pace, self._done = f"{name}: ", Pace(at_most=self._at_most), None

    def __call__(self, done: int, total: int) -> None:
        """So many replications of so many."""
        self._done = done
        if self._lines:
            click.echo(f"progress {done}/{total}", err=True)
        elif not self._quiet:
            words = self._name + self._pace.text(done, total)
            click.echo("\r" + words.ljust(self._width), err=True, nl=False)
            self._width = len(words)

    def end(self) -> None:
        """Leave the line."""
        if self._width:
            click.echo(err=True)
        self._width = 0


@contextmanager
def told(teller: Teller) -> Iterator[None]:
    """Ends the teller's line; who interrupts, or loses a cluster, is told what is kept and how to go on."""
    try:
        yield
    except (KeyboardInterrupt, GatehouseError) as error:
        teller.end()
        if teller.has_begun or isinstance(error, KeyboardInterrupt):
            again = shlex.join(["gatehouse", *(word for word in sys.argv[1:] if word != "--anew")])
            click.echo(f"{teller.kept}; to go on: {again}", err=True)
        raise
    finally:
        teller.end()


def _clock_text(seconds: float) -> str:
    """``m:ss``, from an hour on ``h:mm:ss``."""
    minutes, rest_s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest_s:02d}" if hours else f"{minutes}:{rest_s:02d}"
