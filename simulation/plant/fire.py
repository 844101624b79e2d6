"""The fire panel: a detector a room, a zone a smoke compartment.

A zone shows the worst of its detectors and latches it until the panel is reset; the panel shows the worst of all. What
hardware does upon an alarm stands in the site's cause-and-effect table (`simulation.plant.matrix`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from twin.model.ids import GlobalId

QUIET, PRE_ALARM, ALARM, FAULT = 0.0, 1.0, 2.0, 3.0
"""As BACnetLifeSafetyState (ASHRAE 135, clause 21), which zones, detectors and panel share."""
_RANK = {QUIET: 0, FAULT: 1, PRE_ALARM: 2, ALARM: 3}


class FirePanel:
    """States of the zones by zone id; states of detectors that are not quiet by space."""

    def __init__(self, zones: Mapping[GlobalId, Sequence[GlobalId]]) -> None:
        self._zone_of = {space: zone for zone, members in zones.items() for space in members}
        self.state: dict[GlobalId, float] = dict.fromkeys(zones, QUIET)
        self._detectors: dict[GlobalId, float] = {}

    def zone_of(self, space: GlobalId) -> GlobalId | None:
        """The zone a space belongs to; None for stairs, yards and other spaces without one."""
        return self._zone_of.get(space)

    def detect(self, space: GlobalId, state: float = ALARM) -> GlobalId | None:
        """What the detector of this space sees now; the space's zone. An alarm latches, anything else may follow."""
        if self.detector(space) != ALARM:
            self._detectors[space] = state
        zone = self.zone_of(space)
        if zone is not None and self.state[zone] != ALARM:
            self.state[zone] = _worst(seen for at, seen in self._detectors.items() if self._zone_of.get(at) == zone)
        return zone

    def detector(self, space: GlobalId) -> float:
        """State of the detector of a space."""
        return self._detectors.get(space, QUIET)

    @property
    def panel(self) -> float:
        """State of the panel: the worst of its zones and of detectors outside every zone."""
        return _worst([*self.state.values(), *self._detectors.values()])

    def reset(self) -> None:
        """Back to quiet, as by the key at the panel; what is faulty stays faulty."""
        self._detectors = {space: FAULT for space, state in self._detectors.items() if state == FAULT}
        faulty = {self._zone_of.get(space) for space in self._detectors}
        self.state = {zone: FAULT if zone in faulty else QUIET for zone in self.state}

    @property
    def in_alarm(self) -> frozenset[GlobalId]:
        """Zones in alarm, and spaces outside every zone whose detector is."""
        zones = (zone for zone, state in self.state.items() if state == ALARM)
        shafts = (at for at, state in self._detectors.items() if state == ALARM and at not in self._zone_of)
        return frozenset((*zones, *shafts))


def _worst(states: Iterable[float]) -> float:
    return max(states, key=_RANK.__getitem__, default=QUIET)
