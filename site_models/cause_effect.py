"""Cause and effect of a declared building: generated from its compartments, doors, groups, dampers, units and lifts.

Fire alarm in a smoke compartment, done by panel, controllers and hardware (domain reference, 5.4):

* hold-open doors of the compartment and on its edge close;
* where people leave freely, doors that unlock on fire alarm do so in the whole building;
* where people are detained nothing unlocks: release groups of the compartment and of its neighbours are enabled for
  staff, and interlock overrides of doors there for the control post;
* air handling units and exhaust fans that serve the compartment stop, its fire dampers close;
* lifts of the building go to the ground floor.

Stairs and lift shafts are in no compartment: a fire there does the same for the whole shaft, from any of its storeys.

Mains failure: batteries carry door control, alarms and the control post, the generator starts, hold-open magnets let go
(EN 1155), doors that fail safe release where no battery holds them (assumption: those of open buildings).
"""

from __future__ import annotations

from collections.abc import Iterator

from site_models.services import kinds
from site_models.services.kinds import of_kind
from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.doors import Door, Link
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import NO_ID, GlobalId
from twin.model.spaces import Building
from twin.model.vocabulary import OPEN_CONDITIONS, FailMode, FireAction, LinkKind, SpaceUse

DAMPER_DELAY_S = 0.0
LIFT_DELAY_S = 5.0
"""Until a lift has finished its present move (assumption)."""
GENERATOR_DELAY_S = 10.0
"""Until an emergency generator is started (assumption)."""
HOLD_OPEN = "MAG"
"""In a lock type of the catalogue: a magnet holds the leaf open."""
_SHAFTS = frozenset({SpaceUse.STAIR, SpaceUse.LIFT})


def cause_effect_of(facility: Facility) -> tuple[CauseEffect, ...]:
    """The table of a facility, cause by cause in the order of its zones and buildings."""
    rows: list[CauseEffect] = []
    for zone in facility.zones:
        if zone.purpose == "smoke" and zone.members:
            rows += _Fire(facility, zone.global_id, zone.name, frozenset(zone.members)).rows()
    for shaft in _shafts(facility):
        for member in sorted(shaft, key=lambda member: facility.space_by_id[member].code):
            rows += _Fire(facility, member, facility.space_by_id[member].code, shaft).rows()
    for building in facility.buildings:
        rows += _mains_failure(facility, building)
    return tuple(rows)


def _shafts(facility: Facility) -> list[frozenset[GlobalId]]:
    """Stairs and lifts outside every compartment, whole shafts from bottom to top."""
    shaft = {
        space.global_id: {space.global_id}
        for space in facility.spaces
        if space.use in _SHAFTS and not space.smoke_compartment
    }
    for link in facility.links:
        lower, upper = (shaft.get(node) for node in link.joins)
        if lower is not None and upper is not None and lower is not upper:
            lower |= upper
            shaft.update(dict.fromkeys(upper, lower))
    return list(dict.fromkeys(frozenset(members) for members in shaft.values()))


class _Fire:
    """The effects of a fire alarm in one compartment or shaft: ``members`` are its spaces."""

    def __init__(self, facility: Facility, source: GlobalId, code: str, members: frozenset[GlobalId]) -> None:
        self._facility, self._source, self._code = facility, source, code
        self._members = members
        storeys = {facility.space_by_id[member].storey for member in members}
        self._buildings = {facility.storey_by_id[storey].building for storey in storeys}
        self._doors = [door for door in facility.doors if self._members & set(door.joins or ())]

    def rows(self) -> Iterator[CauseEffect]:
        yield from self._closing()
        yield from self._unlocking()
        yield from self._enabling()
        yield from self._air()
        yield from self._lifts()

    def _row(self, effect: Effect, target: GlobalId, code: str, basis: str, *, delay_s: float = 0.0) -> CauseEffect:
        return CauseEffect(
            cause=Cause.FIRE_ALARM,
            source=self._source,
            source_code=self._code,
            effect=effect,
            target=target,
            target_code=code,
            delay_s=delay_s,
            basis=basis,
        )

    def _closing(self) -> Iterator[CauseEffect]:
        for door in self._doors:
            if door.fire_action is FireAction.CLOSES:
                yield self._row(Effect.CLOSE_DOOR, door.global_id, door.code, "door catalogue: closes on fire alarm")

    def _unlocking(self) -> Iterator[CauseEffect]:
        for door in self._facility.doors:
            if door.fire_action is FireAction.UNLOCKS and _building_of(self._facility, door) in self._buildings:
                yield self._row(Effect.UNLOCK_DOOR, door.global_id, door.code, "door catalogue: unlocks, free egress")

    def _enabling(self) -> Iterator[CauseEffect]:
        near = self._members | self._neighbours()
        for zone in self._facility.zones:
            if zone.purpose == "release" and near & set(zone.members):
                yield self._row(Effect.ARM_RELEASE, zone.global_id, zone.name, "fire compartment or its neighbour")
        groups = dict.fromkeys(door.interlock_group for door in self._doors if door.interlock_group)
        for name in groups:
            yield self._row(Effect.ENABLE_OVERRIDE, NO_ID, name, "interlock rule I4: enables, does not open")

    def _neighbours(self) -> frozenset[GlobalId]:
        """Spaces of the compartments that a door joins to this one."""
        facility = self._facility
        across = {node for door in self._doors for node in door.joins or ()} - self._members
        names = {facility.space_by_id[node].smoke_compartment for node in across if node in facility.space_by_id}
        return frozenset(space.global_id for space in facility.spaces if space.smoke_compartment in names - {""})

    def _air(self) -> Iterator[CauseEffect]:
        facility = self._facility
        zones = {facility.space_by_id[member].hvac_zone for member in self._members} - {""}
        serves = {member: set(system.serves) for system in facility.systems for member in system.members}
        for kind in (kinds.AIR_HANDLER, kinds.SANITARY_FAN):
            for unit in of_kind(facility, kind):
                if zones & serves.get(unit.global_id, set()):
                    yield self._row(Effect.STOP_AIR, unit.global_id, unit.code, "serves the compartment")
        for damper in self._dampers():
            basis = "stands in the duct that enters the compartment"
            yield self._row(Effect.CLOSE_DAMPER, damper.global_id, damper.code, basis, delay_s=DAMPER_DELAY_S)

    def _dampers(self) -> list[Equipment]:
        dampers = of_kind(self._facility, kinds.FIRE_DAMPER)
        return [damper for damper in dampers if damper.space in self._members]

    def _lifts(self) -> Iterator[CauseEffect]:
        for link in lowest_lifts(self._facility):
            storey = self._facility.space_by_id[link.joins[0]].storey
            if self._facility.storey_by_id[storey].building in self._buildings:
                basis = "lift recall to the ground floor"
                yield self._row(Effect.RECALL_LIFT, link.global_id, link.code, basis, delay_s=LIFT_DELAY_S)


def lowest_lifts(facility: Facility) -> list[Link]:
    """Of every lift its lowest link, which stands for the whole lift; links lead upwards."""
    lifts = [link for link in facility.links if link.kind is LinkKind.LIFT]
    upper = {link.joins[1] for link in lifts}
    return [link for link in lifts if link.joins[0] not in upper]


def _building_of(facility: Facility, door: Door) -> GlobalId:
    return facility.storey_by_id[door.storey].building


def _mains_failure(facility: Facility, building: Building) -> Iterator[CauseEffect]:
    def row(effect: Effect, target: GlobalId, code: str, basis: str, delay_s: float = 0.0) -> CauseEffect:
        return CauseEffect(
            cause=Cause.MAINS_FAILURE,
            source=building.global_id,
            source_code=building.name,
            effect=effect,
            target=target,
            target_code=code,
            delay_s=delay_s,
            basis=basis,
        )

    for ups in of_kind(facility, kinds.UPS):
        yield row(Effect.CARRY_ON_BATTERY, ups.global_id, ups.code, "door control, alarms and control post, 60 min")
    for generator in of_kind(facility, kinds.GENERATOR):
        basis = "emergency power"
        yield row(Effect.START_GENERATOR, generator.global_id, generator.code, basis, GENERATOR_DELAY_S)
    for door in facility.doors:
        if _building_of(facility, door) != building.global_id:
            continue
        if HOLD_OPEN in door.lock_type:
            yield row(Effect.CLOSE_DOOR, door.global_id, door.code, "hold-open magnet without power (EN 1155)")
        elif door.fail_mode is FailMode.FAIL_SAFE and _is_open(facility, door):
            yield row(Effect.RELEASE_DOOR, door.global_id, door.code, "door catalogue: fail-safe")


def _is_open(facility: Facility, door: Door) -> bool:
    spaces = [facility.space_by_id[node] for node in door.joins or () if node in facility.space_by_id]
    return all(space.use_condition in OPEN_CONDITIONS for space in spaces)
