"""Equipment with type objects, ports and connections, and the systems it makes up."""

from __future__ import annotations

from collections.abc import Mapping

from site_models.author.model import Entity, Model
from site_models.author.properties import flow_l_s, set_properties
from site_models.layout import Layout
from site_models.services.assembly import Medium
from site_models.services.kinds import KINDS, Kind
from twin.model.equipment import Equipment
from twin.model.ids import GlobalId

_SYSTEM_OF_PORT = {Medium.AIR: "VENTILATION", Medium.WATER: "HEATING", Medium.POWER: "ELECTRICAL"}


def make_equipment(
    model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity], spaces: Mapping[GlobalId, Entity]
) -> dict[GlobalId, Entity]:
    """Every piece of equipment where it stands; returns them by GlobalId.

    What is built into a unit is a part of it; everything else is contained in its space, or in its storey.
    """
    types: dict[Kind, tuple[Entity, Entity]] = {}
    of_type: dict[Kind, list[Entity]] = {}
    contained: dict[GlobalId, list[Entity]] = {}
    made: dict[GlobalId, Entity] = {}
    by_code: dict[str, Entity] = {}
    built_in = {code for codes in layout.services.wholes.values() for code in codes}
    for item in layout.facility.equipment:
        kind = KINDS[item.ifc_class, item.type]
        if kind not in types:
            types[kind] = make_type(model, kind)
        entity = _make(model, item, kind, storeys[item.storey], types[kind][1])
        made[item.global_id] = by_code[item.code] = entity
        of_type.setdefault(kind, []).append(entity)
        if item.code not in built_in:
            contained.setdefault(item.space or item.storey, []).append(entity)
    for kind, members in of_type.items():
        name = f"{kind.ifc_class}/{kind.type}"
        model.relate("IfcRelDefinesByType", name, "RelatingType", types[kind][0], "RelatedObjects", members)
    for container, members in contained.items():
        model.contain(f"{container}/equipment", spaces.get(container) or storeys[container], members)
    for whole, codes in layout.services.wholes.items():
        model.aggregate(whole, by_code[whole], [by_code[code] for code in codes])
    for code, flow in layout.services.flows_l_s.items():
        set_properties(model, by_code[code], code, "Pset_AirTerminalOccurrence", {"AirFlowRate": flow_l_s(flow)})
    _connect(model, layout, by_code)
    return made


def make_type(model: Model, kind: Kind) -> tuple[Entity, Entity]:
    """The type object of a kind, and the map of the body that all its occurrences share."""
    width, depth, height = kind.size_m
    body_map = model.body_map(model.extrusion(model.box_profile(-width / 2, 0.0, width / 2, depth), height))
    entity = model.root(
        f"{kind.ifc_class}Type",
        "type",
        f"{kind.ifc_class}/{kind.type}",
        Name=kind.type,
        RepresentationMaps=[body_map],
        ElementType=kind.type,
        PredefinedType=kind.predefined_type,
    )
    return entity, body_map


def make_systems(
    model: Model,
    layout: Layout,
    spaces: Mapping[GlobalId, Entity],
    equipment: Mapping[GlobalId, Entity],
    points: Mapping[GlobalId, list[Entity]],
) -> None:
    """Systems with their equipment and the sensors and actuators of their controllers, and the spaces they serve.

    Args:
        model: The file.
        layout: What is written.
        spaces: Spaces by GlobalId.
        equipment: Equipment by GlobalId.
        points: GlobalId of a controller → its sensors and actuators.
    """
    by_code = {space.code: spaces[space.global_id] for space in layout.facility.spaces}
    for system in layout.facility.systems:
        entity = model.root(
            "IfcDistributionSystem",
            "system",
            system.name,
            Name=system.name,
            PredefinedType=system.predefined_type,
        )
        members = [equipment[member] for member in system.members]
        members += [point for member in system.members for point in points.get(member, ())]
        model.relate("IfcRelAssignsToGroup", system.name, "RelatingGroup", entity, "RelatedObjects", members)
        served = [by_code[code] for code in layout.services.served.get(system.name, ())]
        model.relate("IfcRelServicesBuildings", system.name, "RelatingSystem", entity, "RelatedBuildings", served)


def _make(model: Model, item: Equipment, kind: Kind, storey: Entity, body_map: Entity) -> Entity:
    x, y, z = item.position
    return model.root(
        item.ifc_class,
        "equipment",
        item.code,
        Name=item.name,
        ObjectType=kind.type,
        ObjectPlacement=model.placement(storey.ObjectPlacement, (x, y, z - storey.Elevation)),
        Representation=model.mapped_shape(body_map),
        Tag=item.code,
        PredefinedType=item.predefined_type,
    )


def _connect(model: Model, layout: Layout, by_code: Mapping[str, Entity]) -> None:
    """A port at both ends of every feed, nested in its equipment, and their connection."""
    ports: dict[str, list[Entity]] = {}
    for feed in layout.services.feeds:
        pair = []
        for code, direction, other in ((feed.source, "SOURCE", feed.sink), (feed.sink, "SINK", feed.source)):
            port = model.root(
                "IfcDistributionPort",
                "port",
                f"{code}/{direction}/{other}",
                Name=f"{direction.lower()} {other}",
                FlowDirection=direction,
                PredefinedType=feed.medium.value,
                SystemType=_SYSTEM_OF_PORT[feed.medium],
            )
            ports.setdefault(code, []).append(port)
            pair.append(port)
        model.root(
            "IfcRelConnectsPorts",
            "rel",
            f"ports/{feed.source}/{feed.sink}",
            RelatingPort=pair[0],
            RelatedPort=pair[1],
        )
    for code, own in ports.items():
        model.relate("IfcRelNests", f"{code}/ports", "RelatingObject", by_code[code], "RelatedObjects", own)
