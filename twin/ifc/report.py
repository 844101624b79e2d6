"""The report of an import: what was read, what is missing, how sure each door is; also of a file that was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from twin.ifc.remarks import Remark
from twin.ifc.survey import Survey
from twin.model.facility import Facility
from twin.model.vocabulary import Confidence, JoinSource

IMPORTED, REFUSED = "imported", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of a file.

    Counts; times [s] (``open_s``: of the library's own opening); ``joins``: doors by source and confidence;
    ``classes``: instances in the file; ``warnings``: what was odd, one line each; ``remarks``: what is missing, what it
    means and what would mend it. ``cause`` says why a file was refused, and is empty for one that was imported.
    """

    outcome: str = IMPORTED
    cause: str = ""
    file: str = ""
    schema: str = ""
    program: str = ""
    exporter: str = ""
    unit_m: float = 1.0
    instances: int = 0
    spaces: int = 0
    doors: int = 0
    doors_joined: int = 0
    doors_sure: int = 0
    storeys: int = 0
    links: int = 0
    zones: int = 0
    equipment: int = 0
    systems: int = 0
    points: int = 0
    joins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    open_s: float = 0.0
    total_s: float = 0.0
    warnings: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def sure_share(self) -> float:
        """Part of the doors whose two spaces are sure; 0 without doors."""
        return self.doors_sure / self.doors if self.doors else 0.0


def surveyed(survey: Survey) -> dict[str, Any]:
    """The fields of a report that the file says of itself."""
    known = {one.name for one in fields(ImportReport)}
    return {key: value for key, value in asdict(survey).items() if key in known}


def counted(facility: Facility) -> dict[str, Any]:
    """The fields of a report that are counts of the facility."""
    return {
        "spaces": len(facility.spaces),
        "doors": len(facility.doors),
        "doors_joined": facility.doors_joined,
        "doors_sure": sum(door.confidence is Confidence.SURE for door in facility.doors),
        "storeys": len(facility.storeys),
        "links": len(facility.links),
        "zones": len(facility.zones),
        "equipment": len(facility.equipment),
        "systems": len(facility.systems),
        "joins": _joins(facility),
    }


def report_of(rows: Mapping[str, Any], **more: Any) -> ImportReport:
    """A report from JSON rows.

    Raises:
        TypeError: the rows are not of a report.
    """
    remarks = tuple(Remark(**{**row, "elements": tuple(row["elements"])}) for row in rows.get("remarks", ()))
    warnings: Sequence[str] = rows.get("warnings", ())
    return ImportReport(**{**rows, "remarks": remarks, "warnings": tuple(warnings), **more})


def _joins(facility: Facility) -> dict[str, dict[str, int]]:
    """Doors with two known spaces by source, in each by confidence."""
    return {
        source.value: {
            confidence.value: sum(
                door.joins is not None and door.source is source and door.confidence is confidence
                for door in facility.doors
            )
            for confidence in Confidence
        }
        for source in JoinSource
    }
