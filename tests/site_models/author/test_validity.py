"""Every model is valid: schema, EXPRESS rules, and the names and measures of the standard property sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.util.pset
import ifcopenshell.validate
import pytest

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names


@pytest.fixture(scope="module", params=site_names())
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return built(request.param, tmp_path_factory.mktemp("ifc"))


def built(site: str, folder: Path) -> Any:
    path = folder / f"{site}.ifc"
    write_ifc(read_brief(site_folder(site)), path)
    return ifcopenshell.open(str(path))


def faults(model: Any) -> list[str]:
    logger = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(model, logger, express_rules=True)
    return [str(statement["message"]) for statement in logger.statements]


@pytest.mark.slow
def test_the_model_has_no_fault_of_schema_or_rule(model: Any) -> None:
    assert faults(model) == []


def test_the_validator_sees_a_fault(tmp_path: Path) -> None:
    broken = built("pravieniskes", tmp_path)
    broken.by_type("IfcZone")[0].GlobalId = "too short"
    relation = broken.by_type("IfcRelAssignsToGroup")[0]
    relation.RelatedObjects = [*relation.RelatedObjects, relation.RelatingGroup]
    assert len(faults(broken)) >= 2


def test_standard_property_sets_have_the_names_and_measures_of_their_templates(model: Any) -> None:
    templates = ifcopenshell.util.pset.PsetQto("IFC4")
    found: set[tuple[str, str, str, str]] = set()
    for pset in model.by_type("IfcPropertySet"):
        if pset.Name.startswith("Pset_"):
            owner = pset.DefinesType[0] if pset.DefinesType else pset.DefinesOccurrence[0].RelatedObjects[0]
            element = owner.is_a()
            found.update((element, pset.Name, prop.Name, prop.NominalValue.is_a()) for prop in pset.HasProperties)
    assert len(found) > 20
    for element, name in {row[:2] for row in found}:
        assert name in templates.get_applicable_names(element, pset_only=True), (element, name)
    measures = {
        (name, entry.Name): entry.PrimaryMeasureType
        for name in {row[1] for row in found}
        for entry in templates.get_by_name(name).HasPropertyTemplates
    }
    assert [row for row in found if measures.get(row[1:3]) != row[3]] == []


def test_every_door_and_every_piece_of_equipment_has_a_type_object(model: Any) -> None:
    for ifc_class in ("IfcDoor", "IfcWindow", "IfcWall", "IfcDistributionElement"):
        for element in model.by_type(ifc_class):
            if not element.is_a("IfcDistributionPort"):
                assert element.IsTypedBy, element.Name


def test_spaces_and_products_are_classified_by_codes_of_one_edition(model: Any) -> None:
    (system,) = model.by_type("IfcClassification")
    assert (system.Source, system.Name) == ("NBS", "Uniclass 2015")
    for ifc_class in ("IfcSpace", "IfcDoor", "IfcWindow", "IfcWall", "IfcStair", "IfcDistributionElement"):
        for element in model.by_type(ifc_class):
            if element.is_a("IfcDistributionPort"):
                continue
            codes = [relation.RelatingClassification.Identification for relation in element.HasAssociations]
            assert len(codes) == 1, element.Name


def test_both_boundaries_of_a_door_correspond_and_name_its_spaces(model: Any) -> None:
    for boundary in model.by_type("IfcRelSpaceBoundary2ndLevel"):
        other = boundary.CorrespondingBoundary
        if other is None:
            assert boundary.InternalOrExternalBoundary == "EXTERNAL"
            continue
        assert other.CorrespondingBoundary == boundary
        assert other.RelatedBuildingElement == boundary.RelatedBuildingElement
        assert other.RelatingSpace != boundary.RelatingSpace


def test_what_flows_out_of_one_port_flows_into_another(model: Any) -> None:
    connections = model.by_type("IfcRelConnectsPorts")
    assert connections
    for connection in connections:
        ends = (connection.RelatingPort, connection.RelatedPort)
        assert [port.FlowDirection for port in ends] == ["SOURCE", "SINK"]
        assert all(port.Nests for port in ends)


def test_the_site_lies_in_the_grid_of_its_country(model: Any) -> None:
    (conversion,) = model.by_type("IfcMapConversion")
    assert conversion.TargetCRS.Name in {"EPSG:3346", "EPSG:3059"}
    assert conversion.Eastings > 100_000
    assert conversion.Northings > 5_000_000
