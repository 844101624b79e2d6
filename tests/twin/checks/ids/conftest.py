"""A model that carries everything the shipped IDS asks for, as little of it as possible.

One project, site, building and storey; a cell and a landing with a door in a wall between them; a sensor that is a
point, its controller, a zone, a system, a flight of stairs, a georeference and a classification.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid
import pytest

Entity = Any
IDS_FILE = Path(__file__).resolve().parents[4] / "site_models" / "gatehouse.ids"


class SmallModel:
    """An IFC4 file and its elements by name."""

    def __init__(self) -> None:
        self.file = ifcopenshell.file(schema="IFC4")
        self.named: dict[str, Entity] = {}
        self.psets: dict[tuple[str, str, str], Entity] = {}

    def make(self, ifc_class: str, **attributes: Any) -> Entity:
        return self.file.create_entity(ifc_class, **attributes)

    def root(self, ifc_class: str, name: str | None = None, **attributes: Any) -> Entity:
        entity = self.make(ifc_class, GlobalId=ifcopenshell.guid.new(), Name=name, **attributes)
        if name:
            self.named[name] = entity
        return entity

    def describe(self, element: Entity, pset: str, **values: Any) -> None:
        properties = [
            self.make("IfcPropertySingleValue", Name=name, NominalValue=self.value(value))
            for name, value in values.items()
        ]
        self.psets |= {(element.Name, pset, prop.Name): prop for prop in properties}
        definition = self.root("IfcPropertySet", HasProperties=properties)
        definition.Name = pset
        self.root("IfcRelDefinesByProperties", RelatedObjects=[element], RelatingPropertyDefinition=definition)

    def value(self, value: Any) -> Entity:
        match value:
            case (ifc_type, number):
                return self.make(ifc_type, wrappedValue=number)
            case bool():
                return self.make("IfcBoolean", wrappedValue=value)
            case int():
                return self.make("IfcInteger", wrappedValue=value)
            case _:
                return self.make("IfcLabel", wrappedValue=value)


def _placement(model: SmallModel) -> Entity:
    origin = model.make("IfcCartesianPoint", Coordinates=(0.0, 0.0, 0.0))
    return model.make("IfcLocalPlacement", RelativePlacement=model.make("IfcAxis2Placement3D", Location=origin))


def _shape(model: SmallModel, context: Entity) -> Entity:
    point = model.make("IfcCartesianPoint", Coordinates=(0.0, 0.0, 0.0))
    body = model.make("IfcShapeRepresentation", ContextOfItems=context, Items=[point])
    return model.make("IfcProductDefinitionShape", Representations=[body])


def _spaces(model: SmallModel, context: Entity, storey: Entity) -> list[Entity]:
    spaces = []
    for code, use, places in (("CELL", "CELL-S", 1), ("LANDING", "LANDING", 0)):
        space = model.root(
            "IfcSpace",
            code,
            LongName=code.title(),
            ObjectPlacement=_placement(model),
            Representation=_shape(model, context),
        )
        model.describe(space, "Pset_SpaceCommon", Reference=use)
        model.describe(
            space,
            "GH_Space",
            Use=use,
            RegimeZone="U1",
            Capacity=places,
            CapacityCertified=places,
            UseCondition="III",
            AnnexArea=("IfcAreaMeasure", 1.8),
            PartitionedAnnex=False,
        )
        if places:
            model.describe(space, "Pset_SpaceOccupancyRequirements", OccupancyNumber=places)
        quantity = model.make("IfcQuantityArea", Name="NetFloorArea", AreaValue=10.4)
        model.named[f"{code} area"] = quantity
        quantities = model.root("IfcElementQuantity", Quantities=[quantity])
        quantities.Name = "Qto_SpaceBaseQuantities"
        model.root("IfcRelDefinesByProperties", RelatedObjects=[space], RelatingPropertyDefinition=quantities)
        spaces.append(space)
    model.root("IfcRelAggregates", "spaces of storey", RelatingObject=storey, RelatedObjects=spaces)
    return spaces


def _door(model: SmallModel) -> Entity:
    wall, opening = model.root("IfcWall", "WALL"), model.root("IfcOpeningElement", "OPENING")
    door = model.root("IfcDoor", "DOOR", ObjectPlacement=_placement(model), OverallHeight=2.15, OverallWidth=1.0)
    model.root("IfcRelVoidsElement", "void", RelatingBuildingElement=wall, RelatedOpeningElement=opening)
    model.root("IfcRelFillsElement", "fill", RelatingOpeningElement=opening, RelatedBuildingElement=door)
    model.describe(door, "Pset_DoorCommon", SelfClosing=False, FireExit=False, IsExternal=False, FireRating="EI30-S")
    model.describe(
        door,
        "GH_Door",
        DoorType="D-CELL",
        ClearWidth=("IfcPositiveLengthMeasure", 0.9),
        ClearHeight=("IfcPositiveLengthMeasure", 2.1),
        LockType="EM-FS",
        FailMode="fail-secure",
        FireAlarmAction="stays-locked",
        SmokeBoundary=False,
    )
    return door


def _plant(model: SmallModel, cell: Entity) -> None:
    sensor, controller = model.root("IfcSensor", "SENSOR"), model.root("IfcController", "CONTROLLER")
    model.describe(
        sensor,
        "GH_Point",
        Point="T/L00/A/CELL/ROOM/CO2",
        Kind="CO2",
        Unit="ppm",
        Protocol="bacnet",
        Device="CONTROLLER",
        SafetyClass="ordinary",
        Access="read",
    )
    model.describe(controller, "GH_Device", Device="CONTROLLER", Protocol="bacnet", Instance=1001, Station=1)
    zone = model.root("IfcZone", "ZONE", ObjectType="smoke")
    system = model.root("IfcDistributionSystem", "SYSTEM", PredefinedType="VENTILATION")
    model.root("IfcRelAssignsToGroup", RelatingGroup=zone, RelatedObjects=[cell])
    model.root("IfcRelAssignsToGroup", RelatingGroup=system, RelatedObjects=[sensor, controller])


def small_model() -> SmallModel:
    model = SmallModel()
    project = model.root("IfcProject", "TST")
    context = model.make(
        "IfcGeometricRepresentationContext",
        ContextType="Model",
        CoordinateSpaceDimension=3,
        WorldCoordinateSystem=_placement(model).RelativePlacement,
    )
    project.RepresentationContexts = [context]
    site, building = model.root("IfcSite", "SITE"), model.root("IfcBuilding", "BUILDING")
    storey = model.root("IfcBuildingStorey", "L00", Elevation=0.0)
    for whole, part in ((project, site), (site, building), (building, storey)):
        model.root("IfcRelAggregates", f"{part.Name} in {whole.Name}", RelatingObject=whole, RelatedObjects=[part])
    spaces = _spaces(model, context, storey)
    door = _door(model)
    flight = model.root(
        "IfcStairFlight", "FLIGHT", ObjectPlacement=_placement(model), Representation=_shape(model, context)
    )
    model.root(
        "IfcRelContainedInSpatialStructure", "in storey", RelatingStructure=storey, RelatedElements=[door, flight]
    )
    _plant(model, spaces[0])
    system = model.named["CRS"] = model.make("IfcProjectedCRS", Name="EPSG:3346")
    model.named["MAP"] = model.make(
        "IfcMapConversion",
        SourceCRS=context,
        TargetCRS=system,
        Eastings=0.0,
        Northings=0.0,
        OrthogonalHeight=110.0,
    )
    uniclass = model.named["UNICLASS"] = model.make("IfcClassification", Name="Uniclass 2015")
    for name, thing in (("space class", spaces), ("door class", [door])):
        reference = model.make("IfcClassificationReference", Identification="X", ReferencedSource=uniclass)
        model.root("IfcRelAssociatesClassification", name, RelatedObjects=thing, RelatingClassification=reference)
    return model


@pytest.fixture
def model() -> SmallModel:
    return small_model()


@pytest.fixture(scope="session")
def ids_file() -> Path:
    return IDS_FILE
