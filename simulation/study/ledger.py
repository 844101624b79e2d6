"""The finished replications of a study, so that one that was stopped goes on: who keeps them, and as which text.

Numbers come back to the last bit: JSON with the shortest digits that name a float, NaN and infinities as words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from typing import Protocol

from pydantic import TypeAdapter
from pydantic_core import to_json

from simulation.models.terms import Scenario
from simulation.study.block import Replication, without_plant
from simulation.study.engine import engine_digest
from twin.model.facility import Facility


class Ledger(Protocol):
    """Keeps replications of one study."""

    def kept(self) -> Iterable[Replication]:
        """What is kept already, in any order."""
        ...

    def keep(self, block: Sequence[Replication], /) -> None:
        """Keep a finished block; it is safe when this returns."""
        ...


def study_key(facility: Facility, scenario: Scenario, seed: int) -> str:
    """SHA-256 (hex) of all that a replication depends on beside its index: building, plan, seed and program.

    How many replications are wanted is no part of it, so that a study can be extended. The building's fields are
    written out because a pickle of equal facilities may differ (it also says which values are shared).
    """
    content = f"{without_plant(facility)!r} {scenario.model_dump_json()} {seed} {engine_digest()}"
    return sha256(content.encode()).hexdigest()


def text_of(block: Sequence[Replication]) -> str:
    """One line of JSON for `block_of`."""
    return to_json(list(block), inf_nan_mode="strings").decode()


def block_of(text: str | bytes) -> list[Replication]:
    """What `text_of` wrote.

    Raises:
        ValueError: it is something else.
    """
    return _reader().validate_json(text)


@cache
def _reader() -> TypeAdapter[list[Replication]]:
    return TypeAdapter(list[Replication])
