"""Spaces with bodies, footprints, quantities and property sets; zones over them."""

from __future__ import annotations

from collections.abc import Mapping

from site_models.author.model import Entity, Model
from site_models.author.properties import set_properties, set_quantities
from site_models.layout import Layout
from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import SpaceUse

_ZONE_LONG_NAMES = {
    "hvac": "HVAC zone",
    "smoke": "smoke compartment",
    "release": "release group of doors",
    "regime": "regime zone",
}


def make_spaces(model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity]) -> dict[GlobalId, Entity]:
    """Every space; returns them by GlobalId. A yard is an external space with a body of the height of the brief."""
    made: dict[GlobalId, Entity] = {}
    on_storey: dict[GlobalId, list[Entity]] = {key: [] for key in storeys}
    for space in layout.facility.spaces:
        storey = storeys[space.storey]
        entity = model.root(
            "IfcSpace",
            "space",
            space.code,
            Name=space.code,
            LongName=space.name,
            ObjectType=space.use.value,
            ObjectPlacement=model.placement(storey.ObjectPlacement, (0.0, 0.0, 0.0)),
            Representation=_shape(model, space),
            CompositionType="ELEMENT",
            PredefinedType="EXTERNAL" if space.use is SpaceUse.YARD else "INTERNAL",
            ElevationWithFlooring=space.floor_m,
        )
        on_storey[space.storey].append(entity)
        made[space.global_id] = entity
        _describe(model, entity, space)
    for key, entities in on_storey.items():
        model.aggregate(f"{key}/spaces", storeys[key], entities)
    return made


def make_zones(model: Model, layout: Layout, spaces: Mapping[GlobalId, Entity]) -> None:
    """Zones of all purposes; ObjectType says which."""
    for zone in layout.facility.zones:
        entity = model.root(
            "IfcZone",
            "zone",
            zone.name,
            Name=zone.name,
            ObjectType=zone.purpose,
            LongName=_ZONE_LONG_NAMES.get(zone.purpose, zone.purpose),
        )
        members = [spaces[member] for member in zone.members]
        model.relate("IfcRelAssignsToGroup", zone.name, "RelatingGroup", entity, "RelatedObjects", members)


def _shape(model: Model, space: Space) -> Entity:
    body = model.body_of(model.extrusion(model.profile(space.polygon), space.height_m))
    plan = model.make("IfcShapeRepresentation", model.footprint, "FootPrint", "Curve2D", [model.outline(space.polygon)])
    return model.shape(body, plan)


def _describe(model: Model, entity: Entity, space: Space) -> None:
    outdoors = space.use is SpaceUse.YARD
    set_properties(
        model, entity, space.code, "Pset_SpaceCommon", {"Reference": space.use.value, "IsExternal": outdoors}
    )
    if space.capacity:
        name = "Pset_SpaceOccupancyRequirements"
        set_properties(model, entity, space.code, name, {"OccupancyNumber": space.capacity})
    set_properties(
        model,
        entity,
        space.code,
        "GH_Space",
        {
            "Use": space.use.value,
            "Capacity": space.capacity,
            "CapacityCertified": space.certified_places,
            "HvacZone": space.hvac_zone,
            "SmokeCompartment": space.smoke_compartment,
            "ReleaseGroup": space.release_group,
            "RegimeZone": space.regime_zone,
        },
    )
    set_quantities(
        model,
        entity,
        space.code,
        "Qto_SpaceBaseQuantities",
        {"Height": space.height_m},
        {"NetFloorArea": space.area_m2},
    )
