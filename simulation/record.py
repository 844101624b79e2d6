"""The event record: the only output of a simulated day. Flat rows in columns; measures are pure functions of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from math import inf

import numpy as np
from numpy.typing import NDArray

NOWHERE = -1


class Kind(IntEnum):
    """What a row says. ``way``, ``space`` are indices of the compiled building, -1 where meaningless."""

    SPAWN = 0  # entity appears in `space`
    PASS = 1  # entity went through `way` into `space` after waiting `aux` s in front of it
    SEARCH = 2  # entity was searched in `space`; waited `aux` s for a portal
    DUE = 3  # entity sets out for `space`; is due there at `aux` s
    ARRIVE = 4  # entity arrived in `space`; `aux` = seconds after it was due (negative: early)
    MISSED = 5  # entity never reached `space`, where it was due at `aux` s
    LOCK = 6  # `way` was locked
    UNLOCK = 7  # `way` was unlocked
    OPEN = 8  # an interlocked `way` opened
    SHUT = 9  # it is secured again
    BUSY = 10  # staff entity begins (aux 1) or ends (aux 0) an exclusive task
    LEAVE = 11  # entity goes off duty
    SEAT = 12  # entity has a seat in `space`, in one or more sessions of the plan
    WAIT = 13  # entity still stands in front of `way` when the record ends, after `aux` s
    HELD = 14  # entity could not set out for `aux` s; `way` is the `Hold`
    SERVE = 15  # a service of entity begins in `space`, at errand number `way`, after `aux` s in its queue
    DONE = 16  # it ends, after `aux` s
    TURNED = 17  # entity goes away unserved from errand number `way`, after `aux` s in its queue
    FREEZE = 18  # a roll count begins: nobody sets out
    RESULT = 19  # a count of the roll is compared; `aux`: people counted, less those expected
    CLEAR = 20  # movement goes on; `aux` 1 where the roll was correct, 0 where it was given up
    TOOLS = 21  # the tools of `space` are being counted, for `aux` s


class Hold(IntEnum):
    """What keeps somebody from setting out."""

    ROLL_COUNT = 0
    TOOL_COUNT = 1
    ESCORT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """A finished record: columns of equal length, in order of time; ``entities`` are the names behind the numbers.

    ``is_staff`` says of each entity whether it is a post; the others are prisoners.
    """

    t_s: NDArray[np.float64]
    kind: NDArray[np.int8]
    entity: NDArray[np.int32]
    way: NDArray[np.int32]
    space: NDArray[np.int32]
    aux: NDArray[np.float64]
    entities: tuple[str, ...]
    is_staff: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.t_s)


Row = tuple[float, int, int, int, int, float]
"""(time [s], kind, entity, way, space, aux)."""


_COLUMNS: dict[str, type[np.generic]] = {
    "t_s": np.float64,
    "kind": np.int8,
    "entity": np.int32,
    "way": np.int32,
    "space": np.int32,
    "aux": np.float64,
}


class Recorder:
    """Takes rows while the clock runs; they become columns once, at the end, in order of time.

    A row may lie ahead of the clock, where nothing can keep it from coming true. ``add_row`` takes a whole row, for the
    row that is written more often than all others together: a passage.
    """

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self.add_row = self._rows.append

    def add(
        self,
        t_s: float,
        kind: Kind,
        entity: int = NOWHERE,
        way: int = NOWHERE,
        space: int = NOWHERE,
        aux: float = 0.0,
    ) -> None:
        """Append one row."""
        self._rows.append((t_s, kind, entity, way, space, aux))

    def finish(
        self, entities: Sequence[str], is_staff: Sequence[bool], *, now_s: float = inf, closing: Sequence[Row] = ()
    ) -> EventRecord:
        """The rows until now as numpy columns, and after them the rows that are true only of the end (`closing`)."""
        rows = [*self._rows, *closing]
        columns = zip(*rows, strict=True) if rows else ((),) * len(_COLUMNS)
        found = {
            name: np.fromiter(column, dtype, len(rows))
            for (name, dtype), column in zip(_COLUMNS.items(), columns, strict=True)
        }
        in_order = np.argsort(found["t_s"], kind="stable")
        came = in_order[: np.count_nonzero(found["t_s"] <= now_s)]
        return EventRecord(
            **{name: column[came] for name, column in found.items()},
            entities=tuple(entities),
            is_staff=np.array(is_staff, dtype=np.bool_),
        )


def record_digest(record: EventRecord) -> str:
    """SHA-256 (hex) over all columns and names: equal digests mean equal records, bit for bit."""
    digest = sha256("\n".join(record.entities).encode())
    for column in (record.t_s, record.kind, record.entity, record.way, record.space, record.aux, record.is_staff):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()
