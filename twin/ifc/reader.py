"""Read an IFC file into a Facility, in a child process: the library may crash on a bad file, the caller never does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from twin.files.apart import ApartError, run_apart
from twin.ifc.report import REFUSED, ImportReport, report_of
from twin.ifc.rows import elements_of, facility_of, register_of
from twin.model.elements import Element
from twin.model.errors import Fault, IfcError
from twin.model.facility import Facility
from twin.model.register import Register

TIMEOUT_S = 120.0
MEMORY_MB = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """The facility of a file, the register and the elements that the model carries, and the report of its import.

    The devices of the register have station numbers; a site's settings give them addresses.
    """

    facility: Facility
    register: Register
    report: ImportReport
    elements: tuple[Element, ...] = ()


class RefusedModelError(IfcError):
    """A file cannot be read; what could be told of it nevertheless is in its report."""

    def __init__(self, path: str, what: str, report: ImportReport) -> None:
        super().__init__(path, what)
        self.report = report


def read_facility(
    path: Path | str,
    *,
    timeout_s: float = TIMEOUT_S,
    memory_mb: int = MEMORY_MB,
    trust_boundaries: bool = True,
    needs_spaces: bool = True,
) -> Import:
    """Read an IFC file (IFC2X3, IFC4, IFC4X3; also packed as ``.ifczip``).

    Args:
        path: The file.
        timeout_s: The child process is killed after this time. Default: generous for 100 MB (assumption).
        memory_mb: Address space of the child process. Default: for 180 MB files (about 4.3 times the file for opening,
            7 times at the peak, and 1 GB that libraries reserve).
        trust_boundaries: Whether space boundaries take part in deciding which spaces a door joins; without them joins
            come from geometry alone.
        needs_spaces: Whether a file without spaces is refused; one of building services may have none.

    Raises:
        RefusedModelError: the file is missing, empty, cut off, damaged, of another schema, has no spaces, or its reader
            crashed, ran out of memory or took too long, or its facility breaks its own rules.
    """
    begun = time.perf_counter()
    name = Path(path).name
    arguments = [str(path), "1" if trust_boundaries else "0", "1" if needs_spaces else "0"]
    try:
        answer = run_apart("twin.ifc.worker", arguments, timeout_s=timeout_s, memory_mb=memory_mb)
    except ApartError as error:
        report = ImportReport(outcome=REFUSED, cause=str(error), file=name)
        raise RefusedModelError(str(path), str(error), report) from error
    total_s = time.perf_counter() - begun
    faults = [Fault(*fault) for fault in answer.get("faults", ())]
    if faults:
        cause = "; ".join(fault.text if fault.where == str(path) else str(fault) for fault in faults)
        report = report_of(answer["report"], outcome=REFUSED, cause=cause, total_s=total_s)
        raise RefusedModelError(str(path), cause, report)
    return Import(
        facility=facility_of(answer["facility"]),
        register=register_of(answer["register"]),
        report=report_of(answer["report"], total_s=total_s),
        elements=elements_of(answer["elements"], name),
    )
