"""Read an IFC file into a Facility, in a child process: the library may crash on a bad file, the caller never does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from twin.files.apart import ApartError, run_apart
from twin.ifc.rows import facility_of, register_of
from twin.model.errors import Fault, IfcError, ModelError
from twin.model.facility import Facility
from twin.model.register import Register

TIMEOUT_S = 120.0
MEMORY_MB = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of an import: counts, times [s] (`open_s`: of the library's open alone) and what was odd."""

    spaces: int
    doors: int
    doors_joined: int
    storeys: int
    points: int
    open_s: float
    total_s: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """The facility of a file, the register that the model carries, and the report of its import.

    The devices of the register have station numbers; a site's settings give them addresses.
    """

    facility: Facility
    register: Register
    report: ImportReport


def read_facility(
    path: Path | str, *, timeout_s: float = TIMEOUT_S, memory_mb: int = MEMORY_MB, trust_boundaries: bool = True
) -> Import:
    """Read an IFC file (IFC2X3, IFC4, IFC4X3).

    Args:
        path: The file.
        timeout_s: The child process is killed after this time. Default: generous for 100 MB (assumption).
        memory_mb: Address space of the child process. Default: for 180 MB files (about 4.3 times the file for opening,
            7 times at the peak).
        trust_boundaries: Whether space boundaries take part in deciding which spaces a door joins; without them joins
            come from geometry alone.

    Raises:
        IfcError: the file is missing, empty, cut off, damaged, of another schema, has no spaces, or its reader crashed,
            ran out of memory or took too long.
        ModelError: the file's facility breaks its own rules.
    """
    begun = time.perf_counter()
    arguments = [str(path), "1" if trust_boundaries else "0"]
    try:
        answer = run_apart("twin.ifc.worker", arguments, timeout_s=timeout_s, memory_mb=memory_mb)
    except ApartError as error:
        raise IfcError(str(path), str(error)) from error
    faults = [Fault(*fault) for fault in answer.get("faults", ())]
    if len(faults) == 1 and faults[0].where == str(path):
        raise IfcError(str(path), faults[0].text)
    if faults:
        raise ModelError(faults)
    facility = facility_of(answer["facility"])
    return Import(
        facility=facility,
        register=register_of(answer["register"]),
        report=ImportReport(
            spaces=len(facility.spaces),
            doors=len(facility.doors),
            doors_joined=facility.doors_joined,
            storeys=len(facility.storeys),
            points=len(answer["register"]["points"]),
            open_s=answer["open_s"],
            total_s=time.perf_counter() - begun,
            warnings=tuple(answer["warnings"]),
        ),
    )
