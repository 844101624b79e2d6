"""Checking a model against an IDS file in a child process: what comes back, and what is said of broken files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twin.checks.ids.specifications import IdsReport, SpecificationResult, SpecificationStatus, check_ids
from twin.model.errors import ConfigError, IfcError

Model = Any
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ids xmlns="http://standards.buildingsmart.org/IDS" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<info><title>T</title></info><specifications>"""
FOOT = "</specifications></ids>"


@pytest.fixture
def model_file(model: Model, tmp_path: Path) -> Path:
    path = tmp_path / "model.ifc"
    model.file.write(str(path))
    return path


def document(tmp_path: Path, *specifications: str) -> Path:
    path = tmp_path / "own.ids"
    path.write_text(HEAD + "".join(specifications) + FOOT, encoding="utf-8")
    return path


def doors(identifier: str, occurs: str, requirement: str = "", schema: str = "IFC4") -> str:
    return f"""<specification name="doors" identifier="{identifier}" ifcVersion="{schema}">
        <applicability {occurs}><entity><name><simpleValue>IFCDOOR</simpleValue></name></entity></applicability>
        {requirement}</specification>"""


OPTIONAL = 'minOccurs="0" maxOccurs="unbounded"'
REQUIRED = 'minOccurs="1" maxOccurs="unbounded"'
PROHIBITED = 'minOccurs="0" maxOccurs="0"'
TAG = """<requirements><attribute cardinality="required"><name><simpleValue>Tag</simpleValue></name></attribute>
</requirements>"""


def by_identifier(report: IdsReport) -> dict[str, SpecificationResult]:
    return {one.identifier: one for one in report.specifications}


def test_the_shipped_ids_passes_on_a_complete_model(model_file: Path, ids_file: Path) -> None:
    report = check_ids(model_file, ids_file)
    assert report.passed
    assert report.schema == "IFC4"
    assert report.notes == ()
    assert {one.status for one in report.specifications} == {SpecificationStatus.PASSED}
    assert by_identifier(report)["2.04"].applicable == 2


def test_level_one_asks_for_an_import_only(model: Model, tmp_path: Path, ids_file: Path) -> None:
    model.file.remove(model.named["ZONE"])
    model.file.write(str(tmp_path / "model.ifc"))
    report = check_ids(tmp_path / "model.ifc", ids_file, level=1)
    assert {one.level for one in report.specifications} == {1}
    assert report.passed
    assert not check_ids(tmp_path / "model.ifc", ids_file, level=2).passed


def test_results_say_what_passed_failed_and_did_not_apply(model: Model, model_file: Path, tmp_path: Path) -> None:
    ids = document(
        tmp_path,
        doors("1.01", REQUIRED),
        doors("1.02", REQUIRED, TAG),
        doors("own", PROHIBITED),
        doors("1.04", REQUIRED, schema="IFC2X3"),
        doors("", OPTIONAL).replace("IFCDOOR", "IFCWINDOW"),
        doors("1.06", REQUIRED).replace("IFCDOOR", "IFCWINDOW"),
    )
    report = check_ids(model_file, ids)
    passed, failed, idle = SpecificationStatus.PASSED, SpecificationStatus.FAILED, SpecificationStatus.NOT_APPLICABLE
    assert [one.status for one in report.specifications] == [passed, failed, failed, idle, idle, failed]
    assert [one.level for one in report.specifications] == [1, 1, 0, 1, 0, 1]
    assert not report.passed
    assert report.notes == ("not checked: the model is IFC4, these are for other schemas (1.04)",)
    (failure,) = by_identifier(report)["1.02"].failures
    assert (failure.global_id, failure.ifc_class, failure.name) == (model.named["DOOR"].GlobalId, "IfcDoor", "DOOR")
    assert failure.reason == 'Tag: The attribute value "None" is empty'
    assert by_identifier(report)["own"].failures[0].reason == "there must be none of it"
    assert by_identifier(report)["1.06"].failures[0].reason == "the model has nothing of it"


def test_only_the_first_failures_are_named_and_all_are_counted(model: Model, tmp_path: Path) -> None:
    for number in range(30):
        model.root("IfcDoor", f"DOOR{number}")
    model.file.write(str(tmp_path / "model.ifc"))
    (result,) = check_ids(
        tmp_path / "model.ifc", document(tmp_path, doors("1", REQUIRED, TAG)), failures_kept=5
    ).specifications
    assert (result.applicable, result.failed, len(result.failures)) == (31, 31, 5)


def test_names_of_a_foreign_model_come_back_harmless(model: Model, tmp_path: Path) -> None:
    model.named["DOOR"].Name = "evil\x1b[2J\u202edoor"
    model.file.write(str(tmp_path / "model.ifc"))
    (result,) = check_ids(tmp_path / "model.ifc", document(tmp_path, doors("1", REQUIRED, TAG))).specifications
    assert result.failures[0].name.isprintable()
    assert "\x1b" not in result.failures[0].name


BROKEN_IDS = {
    "no XML": ("this is a letter", "is not XML"),
    "XML of another kind": ("<house/>", "is no IDS 1.0"),
    "no specification": (f"{HEAD}{FOOT}", "is no IDS 1.0"),
    "entities": ('<!DOCTYPE ids [<!ENTITY a "aaaa">]><ids>&a;</ids>', "document type"),
    "an occurrence that is none": (HEAD + doors("1", 'minOccurs="some"') + FOOT, "is no IDS 1.0"),
    "another language": ("<ids>\ud800</ids>", "UTF-8"),
}


@pytest.mark.parametrize("kind", BROKEN_IDS)
def test_a_broken_ids_file_is_named(model_file: Path, tmp_path: Path, kind: str) -> None:
    text, what = BROKEN_IDS[kind]
    path = tmp_path / "broken.ids"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigError, match=what) as caught:
        check_ids(model_file, path)
    assert caught.value.faults[0].where == str(path)


def test_a_missing_ids_file_is_named(model_file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        check_ids(model_file, tmp_path / "none.ids")


BROKEN_MODELS = {
    "a letter": "Dear Sir or Madam",
    "cut off": "ISO-10303-21;\nHEADER;",
    "a schema of its own": "ISO-10303-21;HEADER;FILE_SCHEMA(('HOUSE'));ENDSEC;DATA;ENDSEC;END-ISO-10303-21;",
}


@pytest.mark.parametrize("kind", BROKEN_MODELS)
def test_a_broken_model_is_named(tmp_path: Path, ids_file: Path, kind: str) -> None:
    path = tmp_path / "broken.ifc"
    path.write_text(BROKEN_MODELS[kind], encoding="ascii")
    with pytest.raises(IfcError) as caught:
        check_ids(path, ids_file)
    assert caught.value.path == str(path)


def test_a_missing_model_is_named(tmp_path: Path, ids_file: Path) -> None:
    with pytest.raises(IfcError, match="No such file"):
        check_ids(tmp_path / "none.ifc", ids_file)


def test_a_check_that_takes_too_long_is_given_up(model_file: Path, ids_file: Path) -> None:
    with pytest.raises(IfcError, match="took longer"):
        check_ids(model_file, ids_file, timeout_s=1e-6)


def test_a_check_that_needs_too_much_memory_is_given_up(model_file: Path, ids_file: Path) -> None:
    with pytest.raises(IfcError, match=r"memory|failed"):
        check_ids(model_file, ids_file, memory_mb=60)
