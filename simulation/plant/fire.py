"""The fire panel: a zone per smoke compartment. What panel and hardware do with doors and fans, they do alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.model.ids import GlobalId

QUIET, PRE_ALARM, ALARM, FAULT = 0.0, 1.0, 2.0, 3.0


class FirePanel:
    """States of the zones by zone id."""

    def __init__(self, zones: Mapping[GlobalId, Sequence[GlobalId]]) -> None:
        self._zone_of = {space: zone for zone, members in zones.items() for space in members}
        self.state: dict[GlobalId, float] = dict.fromkeys(zones, QUIET)

    def zone_of(self, space: GlobalId) -> GlobalId | None:
        """The zone a space belongs to; None for stairs, yards and other spaces without one."""
        return self._zone_of.get(space)

    def detect(self, space: GlobalId) -> GlobalId | None:
        """A detector in this space sees fire; the zone that goes into alarm."""
        zone = self.zone_of(space)
        if zone is not None:
            self.state[zone] = ALARM
        return zone

    def reset(self) -> None:
        """Back to quiet, as by the key at the panel."""
        self.state = dict.fromkeys(self.state, QUIET)

    @property
    def in_alarm(self) -> frozenset[GlobalId]:
        """Zones in alarm."""
        return frozenset(zone for zone, state in self.state.items() if state == ALARM)
