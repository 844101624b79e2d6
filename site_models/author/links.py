"""Stairs with flights and landings, lifts with their shaft."""

from __future__ import annotations

from collections.abc import Mapping

from site_models.author.model import Entity, Model, Point
from site_models.author.properties import count, length_m, set_properties
from site_models.brief_files import LinkRow
from site_models.declared import link_storey, storey_id
from site_models.layout import Layout
from site_models.programme import OUTSIDE_CODE, Brief, Room
from site_models.stairs import Flight, StairPlan
from twin.model.ids import GlobalId
from twin.model.vocabulary import LinkKind

_WAIST_M = 0.15
"""Thickness of a flight and of a landing below the steps (assumption)."""
_CAR_M = 2.2
"""Height of a lift car (assumption)."""
_CLEARANCE_M = 0.15
"""Between a lift car and the wall of its shaft (assumption)."""

_SHAPES = {1: "STRAIGHT_RUN_STAIR", 2: "HALF_TURN_STAIR", 3: "THREE_QUARTER_TURN_STAIR"}
_LIFT_OF_FILE = "ELEVATOR"


def make_links(model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity]) -> None:
    """One IfcStair per stair link, on its lower storey; one IfcTransportElement per lift shaft."""
    brief = layout.brief
    on_storey: dict[GlobalId, list[Entity]] = {}
    shafts: dict[tuple[float, float], list[LinkRow]] = {}
    for _, link in brief.links:
        if link.kind is LinkKind.STAIR:
            key = link_storey(brief, link, link.storey_from)
            on_storey.setdefault(key, []).append(_stair(model, link, layout.stairs[link.code], storeys[key]))
        else:
            room = brief.room_by_code[link.space_from]
            shafts.setdefault((room.x0, room.y0), []).append(link)
    for links in shafts.values():
        room = brief.room_by_code[links[0].space_from]
        key = storey_id(brief, room.part, room.level)
        on_storey.setdefault(key, []).append(_lift(model, brief, links, room, storeys[key]))
    for key, elements in on_storey.items():
        model.contain(f"{key}/links", storeys[key], elements)


def _stair(model: Model, link: LinkRow, plan: StairPlan, storey: Entity) -> Entity:
    place = model.placement(storey.ObjectPlacement, (0.0, 0.0, 0.0))
    stair = model.root(
        "IfcStair",
        "link",
        link.code,
        Name=link.code,
        ObjectPlacement=place,
        PredefinedType=_SHAPES.get(link.flights, "NOTDEFINED"),
    )
    parts = [
        _flight(model, f"{link.code}/{number}", flight, place, storey.Elevation)
        for number, flight in enumerate(plan.flights, start=1)
    ]
    for number, (box, level_m) in enumerate(plan.landings, start=1):
        solid = model.extrusion(model.box_profile(*box), _WAIST_M)
        parts.append(
            model.root(
                "IfcSlab",
                "landing",
                f"{link.code}/{number}",
                Name=f"{link.code} landing {number}",
                ObjectPlacement=model.placement(place, (0.0, 0.0, level_m - _WAIST_M - storey.Elevation)),
                Representation=model.shape(model.body_of(solid)),
                PredefinedType="LANDING",
            )
        )
    model.aggregate(link.code, stair, parts)
    risers, treads = sum(f.risers for f in plan.flights), sum(f.risers - 1 for f in plan.flights)
    set_properties(
        model,
        stair,
        link.code,
        "Pset_StairCommon",
        {
            "NumberOfRiser": count(risers),
            "NumberOfTreads": count(treads),
            "RiserHeight": length_m(link.riser_mm / 1000),
            "TreadLength": length_m(link.tread_mm / 1000),
            "FireExit": True,
            "IsExternal": link.space_from == OUTSIDE_CODE,
        },
    )
    _describe(model, stair, [link])
    return stair


def _flight(model: Model, code: str, flight: Flight, stair: Entity, elevation_m: float) -> Entity:
    """A stepped profile in the plane of ascent, pulled out to the width of the flight."""
    dx, dy = flight.towards
    half = flight.width_m / 2
    # Local x ascends, local y is up; z = x × y then points to the right of the ascent.
    right = (dy, -dx)
    origin: Point = (flight.x - right[0] * half, flight.y - right[1] * half, flight.z - elevation_m)
    position = model.axes((0.0, 0.0, 0.0))
    solid = model.extrusion(model.profile(_steps(flight)), flight.width_m, position)
    return model.root(
        "IfcStairFlight",
        "flight",
        code,
        Name=code,
        ObjectPlacement=model.placement(stair, origin, (dx, dy, 0.0), (right[0], right[1], 0.0)),
        Representation=model.shape(model.body_of(solid)),
        NumberOfRisers=flight.risers,
        NumberOfTreads=flight.risers - 1,
        RiserHeight=flight.riser_m,
        TreadLength=flight.tread_m,
        PredefinedType="STRAIGHT",
    )


def _steps(flight: Flight) -> list[Point]:
    """Corners of the stepped section; the last riser ends at the level of the landing above."""
    riser, tread = flight.riser_m, flight.tread_m
    corners: list[Point] = [(0.0, 0.0)]
    for step in range(flight.risers - 1):
        corners += [(step * tread, (step + 1) * riser), ((step + 1) * tread, (step + 1) * riser)]
    run = (flight.risers - 1) * tread
    corners += [(run, flight.risers * riser), (run + 0.02, flight.risers * riser)]
    corners += [(run + 0.02, (flight.risers - 1) * riser - _WAIST_M), (tread, 0.0)]
    return corners


def _lift(model: Model, brief: Brief, links: list[LinkRow], room: Room, storey: Entity) -> Entity:
    """One element from the lowest floor to the head of the car at the highest."""
    top = brief.room_by_code[links[-1].space_to]
    gap = _CLEARANCE_M
    profile = model.box_profile(room.x0 + gap, room.y0 + gap, room.x1 - gap, room.y1 - gap)
    solid = model.extrusion(profile, top.floor_m + _CAR_M - room.floor_m)
    lift = model.root(
        "IfcTransportElement",
        "link",  # what the recall of the lift is about
        links[0].code,
        Name=links[0].code,
        ObjectPlacement=model.placement(storey.ObjectPlacement, (0.0, 0.0, 0.0)),
        Representation=model.shape(model.body_of(solid)),
        PredefinedType=_LIFT_OF_FILE,
    )
    _describe(model, lift, links)
    return lift


def _describe(model: Model, element: Entity, links: list[LinkRow]) -> None:
    """GH_Link: codes of the links from the lowest up, kind and clear width; joins are left to the geometry."""
    first = links[0]
    values = {"Codes": tuple(link.code for link in links), "Kind": first.kind.value, "Width": first.width_m}
    set_properties(model, element, f"{first.code}/link", "GH_Link", values)
