"""The work of the child process of an IDS check (`twin.files.apart`).

The result is one JSON file; its absence means that the process died.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twin.checks.ids.document import Heading, read_headings
from twin.checks.ids.specifications import SpecificationStatus
from twin.files.apart import limit_memory
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault, IfcError

Row = dict[str, Any]
_TAIL_BYTES = 65_536
_NAMESPACE = "{http://standards.buildingsmart.org/IDS}"


def main(arguments: list[str]) -> int:
    """Check one file and write the result.

    Args:
        arguments: Result file, memory limit [MB], IFC file, IDS file, highest level, failures kept.
    """
    result, memory_mb, model, ids, level, kept = arguments
    limit_memory(int(memory_mb))
    try:
        answer = _check(Path(model), Path(ids), int(level), int(kept))
    except ConfigError as error:
        answer = {"ids_faults": [[fault.where, fault.key, fault.text] for fault in error.faults]}
    except IfcError as error:
        answer = {"model_fault": error.what}
    except MemoryError:
        answer = {"model_fault": f"needs more than {memory_mb} MB of memory to be checked"}
    Path(result).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def _check(model: Path, ids: Path, level: int, kept: int) -> Row:
    headings = read_headings(ids)
    _look_at(model)
    document = _document(ids)
    asked = [
        (heading, one) for heading, one in zip(headings, document.specifications, strict=True) if heading.level <= level
    ]
    document.specifications = [one for _, one in asked]
    file = _opened(model)
    document.validate(file, should_filter_version=True)
    return {
        "title": plain(document.info.get("title", "")),
        "schema": file.schema_identifier,
        "specifications": [_row(heading, one, kept) for heading, one in asked],
    }


def _document(path: Path) -> Any:
    from ifctester import ids

    try:
        return ids.open(str(path.resolve()), validate=True)
    except ids.IdsXmlValidationError as error:
        place = plain((error.xml_error.path or "").replace(_NAMESPACE, ""))
        raise ConfigError([Fault(str(path), place, f"is no IDS 1.0: {_reason(error)}")]) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError([Fault(str(path), "", f"cannot be understood: {plain(str(error))}")]) from error


def _reason(error: Any) -> str:
    return plain(str(error.xml_error.reason or error.xml_error.message or error))


def _look_at(path: Path) -> None:
    """Look at a model before anything heavy is loaded; the library takes some cut-off files without a word."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IfcError(str(path), f"cannot be read: {error.strerror}") from error
    if b"END-ISO-10303-21" not in content[-_TAIL_BYTES:]:
        raise IfcError(str(path), "is no IFC file, or is cut off: the end mark END-ISO-10303-21 is missing")


def _opened(path: Path) -> Any:
    import ifcopenshell

    try:
        return ifcopenshell.open(str(path))
    except (OSError, RuntimeError, ifcopenshell.Error, ifcopenshell.SchemaError) as error:
        raise IfcError(str(path), f"cannot be read: {plain(str(error).strip()) or type(error).__name__}") from error


def _row(heading: Heading, specification: Any, kept: int) -> Row:
    applicable = specification.applicable_entities
    prohibited = specification.maxOccurs == 0
    failed = applicable if prohibited else specification.failed_entities
    status = SpecificationStatus.NOT_APPLICABLE
    if specification.status is False:
        status = SpecificationStatus.FAILED
    elif specification.status and (applicable or prohibited):
        status = SpecificationStatus.PASSED
    failures = list(_failures(specification, prohibited=prohibited))
    return {
        "identifier": heading.identifier,
        "name": plain(specification.name),
        "level": heading.level,
        "status": status.value,
        "applicable": len(applicable),
        "failed": len(failed),
        "failures": failures[:kept],
        "is_for_schema": bool(specification.is_ifc_version),
    }


def _failures(specification: Any, *, prohibited: bool) -> Iterator[Row]:
    if prohibited:
        for entity in specification.applicable_entities:
            yield _failure(entity, "there must be none of it")
        return
    if specification.status is False and not specification.applicable_entities:
        yield {"global_id": "", "ifc_class": "", "name": "", "reason": "the model has nothing of it"}
    for facet in specification.requirements:
        asked = plain(_asked(facet), limit=80)
        for failure in facet.failures:
            yield _failure(failure["element"], f"{asked}: {failure['reason']}")


def _asked(facet: Any) -> str:
    """What a requirement is about, in few words: the library's own sentence lists every value that it allows."""
    match type(facet).__name__:
        case "Property":
            return f"{facet.propertySet}.{facet.baseName}"
        case "Attribute":
            return str(facet.name)
        case "PartOf":
            return f"part of {facet.name}"
        case other:
            return other.lower()


def _failure(entity: Any, reason: str) -> Row:
    return {
        "global_id": plain(getattr(entity, "GlobalId", None) or ""),
        "ifc_class": entity.is_a(),
        "name": plain(getattr(entity, "Name", None) or ""),
        "reason": plain(reason),
    }
