"""The child process that opens a foreign file: ``python -m twin.ifc.worker RESULT MEMORY_MB FILE TRUST``.

A hostile or broken file may crash, hang or fill memory here without harm to anybody. The result is one JSON file; its
absence means that the process died.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from twin.files.apart import limit_memory
from twin.ifc.preflight import preflight
from twin.model.errors import Fault, IfcError, ModelError


def main(arguments: list[str]) -> int:
    """Read one file and write the result.

    Args:
        arguments: Result file, memory limit [MB], file, ``1`` to let space boundaries take part.
    """
    result, memory_mb, path, trust = arguments
    limit_memory(int(memory_mb))
    try:
        answer = _read(Path(path), trust_boundaries=trust == "1")
    except ModelError as error:
        answer = {"faults": [[fault.where, fault.key, fault.text] for fault in error.faults]}
    except MemoryError:
        fault = Fault(path, "", f"needs more than {memory_mb} MB of memory")
        answer = {"faults": [[fault.where, fault.key, fault.text]]}
    Path(result).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def _read(path: Path, *, trust_boundaries: bool) -> dict[str, Any]:
    begun = time.perf_counter()
    seen = preflight(path)
    from twin.ifc.extract import extract
    from twin.ifc.rows import register_rows, rows_of

    opening = time.perf_counter()
    file = _opened(path)
    open_s = time.perf_counter() - opening
    found = len(file.entity_names())
    if found != seen.instances:
        raise IfcError(
            str(path), f"is damaged: {seen.instances} instances in the file, only {found} of them can be read"
        )
    facility, register, warnings = extract(file, str(path), trust_boundaries=trust_boundaries)
    return {
        "facility": rows_of(facility),
        "register": register_rows(register),
        "warnings": warnings,
        "open_s": open_s,
        "total_s": time.perf_counter() - begun,
        "schema": seen.schema,
    }


def _opened(path: Path) -> Any:
    import ifcopenshell

    try:
        return ifcopenshell.open(str(path))
    except (OSError, RuntimeError, ifcopenshell.Error, ifcopenshell.SchemaError) as error:
        raise IfcError(str(path), f"cannot be read: {str(error).strip() or type(error).__name__}") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
