"""Read an IFC file into a Facility, in a child process: the library may crash on a bad file, the caller never does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import twin
from twin.files.text import plain
from twin.ifc.rows import facility_of
from twin.model.errors import Fault, IfcError, ModelError
from twin.model.facility import Facility

TIMEOUT_S = 120.0
MEMORY_MB = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of an import: counts, times [s] (`open_s`: of the library's open alone) and what was odd."""

    spaces: int
    doors: int
    doors_joined: int
    storeys: int
    open_s: float
    total_s: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """The facility of a file and the report of its import."""

    facility: Facility
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
    with tempfile.TemporaryDirectory(prefix="gatehouse-ifc-") as folder:
        result = Path(folder) / "result.json"
        answer = _run(str(path), result, timeout_s, memory_mb, trust_boundaries=trust_boundaries)
    faults = [Fault(*fault) for fault in answer.get("faults", ())]
    if len(faults) == 1 and faults[0].where == str(path):
        raise IfcError(str(path), faults[0].text)
    if faults:
        raise ModelError(faults)
    facility = facility_of(answer["facility"])
    return Import(
        facility=facility,
        report=ImportReport(
            spaces=len(facility.spaces),
            doors=len(facility.doors),
            doors_joined=facility.doors_joined,
            storeys=len(facility.storeys),
            open_s=answer["open_s"],
            total_s=time.perf_counter() - begun,
            warnings=tuple(answer["warnings"]),
        ),
    )


def _run(path: str, result: Path, timeout_s: float, memory_mb: int, *, trust_boundaries: bool) -> Mapping[str, Any]:
    trust = "1" if trust_boundaries else "0"
    # -P keeps the working folder off the path: a module lying beside a foreign model must not be imported.
    command = [sys.executable, "-P", "-m", "twin.ifc.worker", path, str(result), str(memory_mb), trust]
    try:
        done = subprocess.run(command, env=_environment(), capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise IfcError(path, f"took longer than {timeout_s:g} s to read and was given up") from error
    if done.returncode or not result.exists():
        raise IfcError(path, f"the reader {_death(done.returncode, memory_mb)}{_last_words(done.stderr)}")
    answer: Mapping[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return answer


def _environment() -> dict[str, str]:
    root = str(Path(next(iter(twin.__path__))).parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}


def _death(code: int, memory_mb: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"crashed ({name}); the file may be damaged or need more than {memory_mb} MB of memory"
    return f"failed (exit {code})"


def _last_words(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return f": {plain(lines[-1])}" if lines else ""
