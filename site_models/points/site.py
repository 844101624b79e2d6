"""Points of the site controller: exercise clock and response team. The team's states: the base, then space codes."""

from __future__ import annotations

from site_models.points.heartbeats import bacnet_heartbeat
from site_models.points.naming import ANY, bacnet, make_point, point_id
from twin.model.facility import Facility
from twin.model.points import Point
from twin.model.vocabulary import SpaceUse

NO_DESTINATION = frozenset({SpaceUse.STAIR, SpaceUse.LIFT, SpaceUse.STORE, SpaceUse.PLANT, SpaceUse.VOID})
"""Uses to which nobody sends the response team."""
BASE = "base"

# Point, kind, whether its states are the places of the response team.
_SITE_POINTS = (
    ("EXERCISE_DAY", "exercise_day", False),
    ("EXERCISE_SECOND", "exercise_second", False),
    ("EXERCISE_SPEED", "exercise_speed", False),
    ("RESPONSE_DISPATCH", "response_dispatch", True),
    ("RESPONSE_POSITION", "response_position", True),
    ("RESPONSE_COUNT", "response_count", False),
)


def site_points(facility: Facility, device: str) -> list[Point]:
    """Uptime, exercise clock, response team."""
    element = facility.site_id or facility.buildings[0].global_id
    codes = sorted(space.code for space in facility.spaces if space.use not in NO_DESTINATION)
    points = [bacnet_heartbeat(facility, device)]
    for number, (name, kind, has_places) in enumerate(_SITE_POINTS, start=1):
        binding = bacnet(device, kind, number, is_enumerated=has_places)
        states = (BASE, *codes) if has_places else ()
        name_ = point_id(facility.code, ANY, ANY, ANY, "SITE", name)
        points.append(make_point(facility, name_, kind, element, binding, states=states))
    return points
