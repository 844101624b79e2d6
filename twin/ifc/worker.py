"""The work of the child process that opens a foreign file (`twin.files.apart`).

A hostile or broken file may crash, hang or fill memory here without harm to anybody. The result is one JSON file; its
absence means that the process died.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from twin.files.apart import limit_memory
from twin.files.text import plain
from twin.ifc.packed import unpacked
from twin.ifc.preflight import BYTES_PER_BYTE, Preflight, preflight
from twin.model.errors import IfcError, ModelError

Answer = dict[str, Any]
_FEW_MISSING, _PART_MISSING = 5, 0.001
"""References to nothing that are told and passed over: so many, or this part of the instances (assumption)."""
WARM = ("twin.ifc.extract", "twin.ifc.remarks", "twin.ifc.report", "twin.ifc.rows", "twin.ifc.survey")
"""What is loaded once for all files (`twin.files.apart`)."""


def main(arguments: list[str]) -> int:
    """Read one file and write the result.

    Args:
        arguments: Result file, memory limit [MB], file, ``1`` to let space boundaries take part, ``1`` to refuse a file
            without spaces.
    """
    result, memory_mb, path, trust, spaces = arguments
    limit_memory(int(memory_mb))
    answer: Answer = {"report": {"file": Path(path).name}}
    try:
        _read(Path(path), Path(result).parent, answer, int(memory_mb), trust=trust == "1", needs_spaces=spaces == "1")
    except ModelError as error:
        answer["faults"] = [[fault.where, fault.key, fault.text] for fault in error.faults]
    except MemoryError:
        answer["faults"] = [[path, "", f"needs more than {memory_mb} MB of memory"]]
    Path(result).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def _read(path: Path, folder: Path, answer: Answer, memory_mb: int, *, trust: bool, needs_spaces: bool) -> None:
    """Fill in the answer as far as it goes: what is known of a file when it is refused stays in its report."""
    limit_bytes = memory_mb * 1_000_000 // BYTES_PER_BYTE
    plain_file = unpacked(path, folder, limit_bytes=limit_bytes)
    seen = preflight(plain_file, limit_bytes=limit_bytes, name=str(path))
    report: Answer = answer["report"]
    report |= {"schema": seen.schema, "instances": seen.instances}
    from twin.ifc.extract import extract
    from twin.ifc.remarks import Seen, no_spaces, remarks_of
    from twin.ifc.report import counted, surveyed
    from twin.ifc.rows import elements_rows, flat, register_rows, rows_of
    from twin.ifc.survey import survey_of
    from twin.ifc.units import length_scale

    opening = time.perf_counter()
    file = _opened(plain_file, str(path))
    report["open_s"] = time.perf_counter() - opening
    _refuse_damaged(file, seen, path)
    missing = _missing_references(seen, path)
    survey = survey_of(file, schema=seen.schema, instances=seen.instances, unit_m=length_scale(file, str(path)))
    report |= surveyed(survey)
    if needs_spaces and not survey.classes["IfcSpace"]:
        report["remarks"] = [flat(no_spaces(survey.exporter))]
        raise IfcError(str(path), "has no spaces: rooms must be modelled as IfcSpace, without them there is no twin")
    read = extract(file, str(path), trust_boundaries=trust)
    lacks = remarks_of(
        Seen(
            survey=survey,
            facility=read.facility,
            has_points=bool(read.register.points),
            quantities=read.quantities,
            external_unknown=read.external_unknown,
        )
    )
    report |= counted(read.facility)
    report |= {"points": len(read.register.points), "remarks": [flat(row) for row in lacks]}
    report["warnings"] = [*missing, *read.warnings]
    answer["facility"] = rows_of(read.facility)
    answer["register"] = register_rows(read.register)
    answer["elements"] = elements_rows(read.elements)


def _opened(path: Path, name: str) -> Any:
    import ifcopenshell

    try:
        # Named, or a packed file's name would make the library unpack it again.
        return ifcopenshell.open(str(path), format=".ifc")
    except (OSError, RuntimeError, ifcopenshell.Error, ifcopenshell.SchemaError) as error:
        where = next((one.removesuffix(", check logs") for one in _log("Unexpected")), "")
        said = str(error).strip().removesuffix(", check logs") or type(error).__name__
        raise IfcError(name, f"cannot be read: {said}{f' ({where})' if where else ''}") from error


def _refuse_damaged(file: Any, seen: Preflight, path: Path) -> None:
    """The library takes some cut-off files without a word: what it read is counted."""
    found = len(file.entity_names())
    if found != seen.instances:
        raise IfcError(str(path), f"is damaged: {seen.instances} instances in the file, {found} were read")


def _missing_references(seen: Preflight, path: Path) -> list[str]:
    """What the library says of references that lead nowhere; a file that lacks a part of itself is refused."""
    missing = _log("not found")
    if len(missing) > max(_FEW_MISSING, seen.instances * _PART_MISSING):
        raise IfcError(str(path), f"is damaged: {len(missing)} references lead to instances that are not in the file")
    return [f"damaged: {text}" for text in missing]


def _log(word: str) -> list[str]:
    """Lines of the library's log that have a word, without its marks of level and time."""
    import ifcopenshell

    library: Any = ifcopenshell
    lines = library.get_log().splitlines()
    return [plain(line.rsplit("] ", 1)[-1]) for line in lines if word in line]
