"""The cause-and-effect table of a site as a CSV file for people and spreadsheets: one line a crossing of the matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from twin.files.csv import read_rows, write_rows
from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.errors import ConfigError, Fault
from twin.model.ids import GlobalId

CAUSE_EFFECT_FILE = "cause-and-effect.csv"
"""Name of the file in a site's folder."""


class CauseEffectRow(BaseModel):
    """A line of ``cause-and-effect.csv``. ``target`` stays empty where the effect is on a named group of doors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cause: Cause
    source: Annotated[str, Field(min_length=1)]
    source_code: str = ""
    effect: Effect
    target: str = ""
    target_code: str = ""
    delay_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    basis: str = ""


COLUMNS = tuple(CauseEffectRow.model_fields)


def write_cause_effect_csv(rows: Iterable[CauseEffect], path: Path | str) -> None:
    """Write a table; `read_cause_effect_csv` gives the same rows back.

    Raises:
        OSError: the folder cannot be written.
    """
    write_rows(path, COLUMNS, ({column: _cell(getattr(row, column)) for column in COLUMNS} for row in rows))


def read_cause_effect_csv(path: Path | str) -> tuple[CauseEffect, ...]:
    """Read a table.

    Raises:
        ConfigError: every fault at once: an unknown cause or effect, a row without a source or without a target, a
            delay below 0, a crossing that stands twice.
    """
    where = str(path)
    faults: list[Fault] = []
    first: dict[tuple[str, ...], int] = {}
    rows: list[CauseEffect] = []
    for number, row in read_rows(path, CauseEffectRow):
        faults += [Fault(where, f"row {number}, {key}", text) for key, text in _problems(number, row, first)]
        rows.append(_crossing(row))
    if faults:
        raise ConfigError(faults)
    return tuple(rows)


def _problems(number: int, row: CauseEffectRow, first: dict[tuple[str, ...], int]) -> Iterator[tuple[str, str]]:
    if not row.target and not row.target_code:
        yield "target", "is missing, and so is target_code"
    crossing = (row.cause, row.source, row.effect, row.target, row.target_code)
    if crossing in first:
        yield "effect", f"the same crossing stands in row {first[crossing]}"
    first.setdefault(crossing, number)


def _crossing(row: CauseEffectRow) -> CauseEffect:
    return CauseEffect(
        cause=row.cause,
        source=GlobalId(row.source),
        source_code=row.source_code,
        effect=row.effect,
        target=GlobalId(row.target),
        target_code=row.target_code,
        delay_s=row.delay_s,
        basis=row.basis,
    )


def _cell(value: object) -> object:
    return repr(value) if isinstance(value, float) else value
