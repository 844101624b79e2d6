"""Project, units, contexts, georeference, site, buildings and storeys."""

from __future__ import annotations

from math import cos, radians, sin

from site_models.author.model import Entity, Model
from site_models.brief_files import BriefFile
from site_models.declared import storey_id
from site_models.programme import Brief
from twin.model.ids import GlobalId


def make_project(model: Model, brief: Brief) -> Entity:
    """The IfcProject with SI units, 3D model contexts and the georeference; returns the IfcSite."""
    file = brief.file
    context = model.make("IfcGeometricRepresentationContext", None, "Model", 3, 1e-5, model.axes((0.0, 0.0, 0.0)), None)
    model.body = _subcontext(model, context, "Body", "MODEL_VIEW")
    model.axis = _subcontext(model, context, "Axis", "GRAPH_VIEW")
    model.footprint = _subcontext(model, context, "FootPrint", "PLAN_VIEW")
    project = model.root(
        "IfcProject",
        "project",
        brief.site,
        Name=brief.site,
        Description=file.notice,
        LongName=file.name,
        RepresentationContexts=[context],
        UnitsInContext=_units(model),
    )
    _georeference(model, context, file)
    site = model.root(
        "IfcSite",
        "site",
        brief.site,
        Name=brief.site,
        Description=file.notice,
        LongName=file.name,
        ObjectPlacement=model.placement(None, (0.0, 0.0, 0.0)),
        CompositionType="ELEMENT",
        RefElevation=file.georeference.height_m,
    )
    model.aggregate(brief.site, project, [site])
    return site


def make_storeys(model: Model, brief: Brief, site: Entity) -> dict[GlobalId, Entity]:
    """Buildings and storeys; returns storeys by GlobalId."""
    storeys: dict[GlobalId, Entity] = {}
    buildings = []
    for part in brief.file.parts:
        building = model.root(
            "IfcBuilding",
            "building",
            part.code,
            Name=part.code,
            LongName=part.name,
            ObjectPlacement=model.placement(site.ObjectPlacement, (0.0, 0.0, 0.0)),
            CompositionType="ELEMENT",
        )
        buildings.append(building)
        own = {}
        for storey in part.storeys:
            own[storey_id(brief, part.code, storey.name)] = model.root(
                "IfcBuildingStorey",
                "storey",
                f"{part.code}-{storey.name}",
                Name=storey.name,
                LongName=f"{part.code}-{storey.name}",
                ObjectPlacement=model.placement(building.ObjectPlacement, (0.0, 0.0, storey.elevation_m)),
                CompositionType="ELEMENT",
                Elevation=storey.elevation_m,
            )
        model.aggregate(part.code, building, own.values())
        storeys.update(own)
    model.aggregate(f"{brief.site}/site", site, buildings)
    return storeys


def _subcontext(model: Model, parent: Entity, name: str, view: str) -> Entity:
    return model.make(
        "IfcGeometricRepresentationSubContext",
        ContextIdentifier=name,
        ContextType="Model",
        ParentContext=parent,
        TargetView=view,
    )


def _units(model: Model) -> Entity:
    names = (
        ("LENGTHUNIT", "METRE"),
        ("AREAUNIT", "SQUARE_METRE"),
        ("VOLUMEUNIT", "CUBIC_METRE"),
        ("PLANEANGLEUNIT", "RADIAN"),
        ("TIMEUNIT", "SECOND"),
        ("THERMODYNAMICTEMPERATUREUNIT", "DEGREE_CELSIUS"),
        ("POWERUNIT", "WATT"),
    )
    units = [model.make("IfcSIUnit", UnitType=kind, Name=name) for kind, name in names]
    cubic_metre, second = units[2], units[4]
    elements = [
        model.make("IfcDerivedUnitElement", Unit=cubic_metre, Exponent=1),
        model.make("IfcDerivedUnitElement", Unit=second, Exponent=-1),
    ]
    units.append(model.make("IfcDerivedUnit", Elements=elements, UnitType="VOLUMETRICFLOWRATEUNIT"))
    return model.make("IfcUnitAssignment", units)


def _georeference(model: Model, context: Entity, file: BriefFile) -> None:
    where = file.georeference
    turn = radians(where.rotation_deg)
    system = model.make("IfcProjectedCRS", Name=where.crs)
    model.make(
        "IfcMapConversion",
        SourceCRS=context,
        TargetCRS=system,
        Eastings=where.eastings_m,
        Northings=where.northings_m,
        OrthogonalHeight=where.height_m,
        XAxisAbscissa=cos(turn),
        XAxisOrdinate=sin(turn),
        Scale=1.0,
    )
