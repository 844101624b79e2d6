"""Spaces with bodies, footprints, quantities and property sets; zones over them."""

from __future__ import annotations

from collections.abc import Mapping
from math import dist

from site_models.author.model import Entity, Model
from site_models.author.properties import (
    Value,
    area_m2,
    count,
    identifier,
    set_properties,
    set_quantities,
    temperature_c,
)
from site_models.layout import Layout
from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import CELLS, SpaceUse

# Design temperatures [°C] (assumptions, in line with practice in the cold season, 18–26 °C).
_TEMPERATURES_C = {
    **dict.fromkeys(CELLS, (20.0, 24.0)),
    SpaceUse.WORKSHOP: (17.0, 20.0),
    SpaceUse.SPORT: (16.0, 18.0),
    SpaceUse.CLASS: (20.0, 23.0),
    SpaceUse.CONTROL: (21.0, 25.0),
    SpaceUse.TECHNICAL: (18.0, 24.0),
    SpaceUse.STAIR: (16.0, 26.0),
}
_OTHER_TEMPERATURES_C = (18.0, 26.0)
_OBSERVATION = {
    **dict.fromkeys(CELLS, "panel"),
    SpaceUse.CELL_PROTOTYPE: "panel",
    SpaceUse.CELL_OBSERVATION: "constant",
}
"""How a room is observed: through the vision panel of its door, or constantly (assumption)."""

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
    code, outdoors = space.code, space.use is SpaceUse.YARD
    common: dict[str, Value] = {"Reference": identifier(space.use.value), "IsExternal": outdoors}
    set_properties(model, entity, code, "Pset_SpaceCommon", common)
    if space.capacity:
        occupancy: dict[str, Value] = {"OccupancyType": space.use.value, "OccupancyNumber": count(space.capacity)}
        set_properties(model, entity, code, "Pset_SpaceOccupancyRequirements", occupancy)
    if not outdoors:
        thermal = _thermal_requirements(space)
        set_properties(model, entity, code, "Pset_SpaceThermalRequirements", thermal)
    own: dict[str, Value] = {
        "Use": space.use.value,
        "Capacity": space.capacity,
        "CapacityCertified": space.certified_places,
        "HvacZone": space.hvac_zone,
        "SmokeCompartment": space.smoke_compartment,
        "ReleaseGroup": space.release_group,
        "RegimeZone": space.regime_zone,
        "UseCondition": space.use_condition.value,
        "ObservationLevel": _OBSERVATION.get(space.use, "none"),
    }
    if space.certified_places or space.annex_m2:
        own |= {"AnnexArea": area_m2(space.annex_m2), "PartitionedAnnex": space.has_partitioned_annex}
    set_properties(model, entity, code, "GH_Space", own)
    set_quantities(
        model,
        entity,
        code,
        "Qto_SpaceBaseQuantities",
        lengths={"Height": space.height_m, "NetPerimeter": _perimeter_m(space)},
        areas={"NetFloorArea": space.area_m2},
        volumes={"NetVolume": space.area_m2 * space.height_m},
    )


def _perimeter_m(space: Space) -> float:
    corners = space.polygon
    return sum(dist(one, other) for one, other in zip(corners, corners[1:] + corners[:1], strict=True))


def _thermal_requirements(space: Space) -> dict[str, Value]:
    low, high = _TEMPERATURES_C.get(space.use, _OTHER_TEMPERATURES_C)
    return {
        "SpaceTemperatureMin": temperature_c(low),
        "SpaceTemperatureMax": temperature_c(high),
        "NaturalVentilation": not space.hvac_zone or space.use in {SpaceUse.STAIR, SpaceUse.LIFT},
        "DiscontinuedHeating": space.use in {SpaceUse.WORKSHOP, SpaceUse.CLASS, SpaceUse.SPORT},
    }
