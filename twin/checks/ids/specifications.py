"""Check an IFC file against an IDS file (buildingSMART Information Delivery Specification 1.0), in a child process.

Both files may come from anywhere: what they do to the libraries that read them happens in the child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from twin.files.apart import ApartError, run_apart
from twin.model.errors import ConfigError, Fault, IfcError
from twin.model.ids import GlobalId

TIMEOUT_S = 300.0
MEMORY_MB = 4096
FAILURES_KEPT = 20
"""Elements named of each specification; the counts are of all."""
ALL_LEVELS = 9


class SpecificationStatus(StrEnum):
    """What became of a specification; one that no element falls under, or of another schema, does not apply."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationFailure:
    """One element that does not meet a requirement. ``global_id`` is empty where the class has none."""

    global_id: GlobalId
    ifc_class: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationResult:
    """One specification: its identifier and the level in it (``2.07`` is of level 2, 0 where it names none).

    ``applicable`` and ``failed`` count elements, ``failures`` names the first of them with their reasons. A
    specification that is not for the schema of the model (``is_for_schema``) was not asked at all.
    """

    identifier: str
    name: str
    level: int
    status: SpecificationStatus
    applicable: int
    failed: int
    failures: tuple[SpecificationFailure, ...] = ()
    is_for_schema: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IdsReport:
    """All specifications asked, in the order of the file; ``title`` is that of the IDS, ``schema`` of the model."""

    title: str
    schema: str
    specifications: tuple[SpecificationResult, ...]

    @property
    def passed(self) -> bool:
        """Whether no specification failed."""
        return all(one.status is not SpecificationStatus.FAILED for one in self.specifications)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not asked, and why: nothing of it is proven by a pass."""
        unasked = [one.identifier or one.name for one in self.specifications if not one.is_for_schema]
        if not unasked:
            return ()
        return (f"not checked: the model is {self.schema}, these are for other schemas ({', '.join(unasked)})",)


def check_ids(
    model: Path | str,
    ids: Path | str,
    *,
    level: int = ALL_LEVELS,
    failures_kept: int = FAILURES_KEPT,
    timeout_s: float = TIMEOUT_S,
    memory_mb: int = MEMORY_MB,
) -> IdsReport:
    """Check a model against the specifications of an IDS file up to a level.

    Args:
        model: The IFC file.
        ids: The IDS file, version 1.0.
        level: Specifications of higher levels are left out; those that name no level are always asked.
        failures_kept: Elements named of each specification.
        timeout_s: The child process is killed after this time [s]. Default: generous for 100 MB (assumption).
        memory_mb: Address space of the child process [MB]. Default: as for an import (`twin.ifc.reader`).

    Returns:
        One result for each specification.

    Raises:
        ConfigError: the IDS file is missing, is no XML, or does not fit the schema of IDS 1.0.
        IfcError: the model is missing or cannot be read, or the check crashed, ran out of memory or took too long.
    """
    arguments = [str(model), str(ids), str(level), str(failures_kept)]
    try:
        answer = run_apart("twin.checks.ids.worker", arguments, timeout_s=timeout_s, memory_mb=memory_mb)
    except ApartError as error:
        raise IfcError(str(model), f"could not be checked against {ids}: {error}") from error
    if "ids_faults" in answer:
        raise ConfigError([Fault(*fault) for fault in answer["ids_faults"]])
    if "model_fault" in answer:
        raise IfcError(str(model), answer["model_fault"])
    return IdsReport(
        title=answer["title"],
        schema=answer["schema"],
        specifications=tuple(_result(row) for row in answer["specifications"]),
    )


def _result(row: Mapping[str, Any]) -> SpecificationResult:
    return SpecificationResult(
        identifier=row["identifier"],
        name=row["name"],
        level=row["level"],
        status=SpecificationStatus(row["status"]),
        applicable=row["applicable"],
        failed=row["failed"],
        failures=tuple(
            SpecificationFailure(
                global_id=GlobalId(failure["global_id"]),
                ifc_class=failure["ifc_class"],
                name=failure["name"],
                reason=failure["reason"],
            )
            for failure in row["failures"]
        ),
        is_for_schema=row["is_for_schema"],
    )
