"""The scripted team: which of its moves are due. It sees what an operator sees, journal rows, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulation.drills.script import Script, TeamMove


@dataclass(frozen=True, slots=True)
class DueMove:
    """A move and the exercise second at which it is to be made."""

    number: int
    move: TeamMove
    at_s: float


class ScriptedTeam:
    """Keeps which moves were made. ``slowness`` multiplies every delay: 1 is the script, more is a slow team."""

    def __init__(self, script: Script, slowness: float = 1.0) -> None:
        self._script = script
        self._slowness = slowness
        self._made: set[int] = set()

    def due(self, elapsed_s: float, proved: Mapping[str, float]) -> list[DueMove]:
        """Moves to make now, each once.

        Args:
            elapsed_s: exercise seconds since the start.
            proved: expected actions already proved, key → second.
        """
        moves = []
        for number, move in enumerate(self._script.team):
            cause = self._cause_s(move, proved)
            if number in self._made or cause is None:
                continue
            at_s = cause + move.delay_s * self._slowness
            if at_s <= elapsed_s:
                self._made.add(number)
                moves.append(DueMove(number, move, at_s))
        return sorted(moves, key=lambda due: due.at_s)

    @property
    def is_finished(self) -> bool:
        """Whether every move was made."""
        return len(self._made) == len(self._script.team)

    def _cause_s(self, move: TeamMove, proved: Mapping[str, float]) -> float | None:
        if move.on == "start":
            return 0.0
        if move.on.startswith("inject:"):
            return self._script.inject[int(move.on.removeprefix("inject:")) - 1].at
        return proved.get(move.on)
