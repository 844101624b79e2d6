"""What a model lacks, what the twin cannot do without it, and which setting of the exporter would bring it.

A table: one row a lack, one function that finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import shapely

from twin.ifc.remedies import BODIES, BOUNDARIES, COMMON, LEFT_TO_US, QUANTITIES, SPACES, Remedies
from twin.ifc.survey import Survey
from twin.model.facility import Facility
from twin.model.spaces import Space
from twin.model.vocabulary import Confidence, LinkKind, SpaceUse

LISTED = 20
"""Elements that a remark names; it says how many there are."""
_OVERLAP = 0.1
"""Two spaces lie over one another if they share more than this part of the smaller (assumption)."""
_AREA_TOLERANCE = 0.05
"""Difference of outline and quantity that is worth a word (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One lack: what, how many, which elements, what it means, what to do about it."""

    code: str
    text: str
    count: int = 0
    elements: tuple[str, ...] = ()
    consequence: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the remarks are made from. ``quantities``: net floor area [m²] as the file states it, by GlobalId."""

    survey: Survey
    facility: Facility
    has_points: bool
    quantities: Mapping[str, float] = field(default_factory=dict)
    external_unknown: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    code: str
    text: str
    consequence: str
    find: Callable[[Seen], Sequence[str] | bool]
    remedies: Remedies


def no_spaces(exporter: str) -> Remark:
    """The remark on a file without any space, which cannot be imported."""
    return Remark(
        code="no-spaces",
        text="the model has no spaces (IfcSpace)",
        consequence="without rooms there is nothing to operate, to route through or to simulate: no twin is made",
        remedy=_remedy(SPACES, exporter),
    )


def remarks_of(seen: Seen) -> list[Remark]:
    """Every lack of a model that was read, in the order of the table."""
    return list(_found(seen))


def _found(seen: Seen) -> Iterator[Remark]:
    for row in _ROWS:
        found = row.find(seen)
        if not found:
            continue
        names = [] if isinstance(found, bool) else list(found)
        yield Remark(
            code=row.code,
            text=row.text,
            count=len(names),
            elements=tuple(names[:LISTED]),
            consequence=row.consequence,
            remedy=_remedy(row.remedies, seen.survey.exporter),
        )


def _remedy(remedies: Remedies, exporter: str) -> str:
    return remedies.get(exporter, remedies.get("", ""))


def _doors(confidence: Confidence) -> Callable[[Seen], Sequence[str]]:
    return lambda seen: [
        door.code for door in seen.facility.doors if door.joins is not None and door.confidence is confidence
    ]


def _flat(seen: Seen) -> Sequence[str]:
    return [space.code for space in seen.facility.spaces if not space.polygon]


def _lonely(seen: Seen) -> Sequence[str]:
    joins = [*(door.joins or () for door in seen.facility.doors), *(link.joins for link in seen.facility.links)]
    reached = {node for nodes in joins for node in nodes}
    return [space.code for space in seen.facility.spaces if space.global_id not in reached]


def _overlapping(seen: Seen) -> Sequence[str]:
    drawn = [space for space in seen.facility.spaces if len(space.polygon) >= 3]
    if len(drawn) < 2:
        return []
    outlines = [shapely.Polygon(space.polygon).buffer(0) for space in drawn]
    tree = shapely.STRtree(outlines)
    pairs = zip(*tree.query(outlines, predicate="intersects"), strict=True)
    return [
        f"{drawn[one].code} and {drawn[other].code}"
        for one, other in pairs
        if one < other
        and _is_beside(drawn[one], drawn[other])
        and outlines[one].intersection(outlines[other]).area > _OVERLAP * min(outlines[one].area, outlines[other].area)
    ]


def _is_beside(one: Space, other: Space) -> bool:
    """Whether two spaces share a height in which people stand."""
    shared = min(one.floor_m + one.height_m, other.floor_m + other.height_m) - max(one.floor_m, other.floor_m)
    return shared > 1.0


def _unlike(seen: Seen) -> Sequence[str]:
    stated = [(space, seen.quantities.get(space.global_id, 0.0)) for space in seen.facility.spaces if space.polygon]
    return [
        f"{space.code}: outline {space.area_m2:.2f} m2, quantity {area:.2f} m2"
        for space, area in stated
        if area > 0 and abs(space.area_m2 - area) > _AREA_TOLERANCE * area
    ]


def _levels_apart(seen: Seen) -> bool:
    indoor = {space.storey for space in seen.facility.spaces}
    climbs = any(link.kind is not LinkKind.OPENING for link in seen.facility.links)
    return len(indoor) > 1 and not climbs


def _same_names(seen: Seen) -> Sequence[str]:
    names = [storey.name for storey in seen.facility.storeys]
    return sorted({one for one, other in combinations(sorted(names), 2) if one == other})


_ROWS = (
    _Row(
        code="no-length-unit",
        text="the file does not say in which unit its lengths are",
        consequence="they are taken for metres",
        find=lambda seen: not seen.survey.names_unit,
        remedies={"": "export with an IfcUnitAssignment that has a LENGTHUNIT"},
    ),
    _Row(
        code="spaces-without-body",
        text="spaces without a usable body",
        consequence="not on the plans; doors to them are found by space boundaries only",
        find=_flat,
        remedies=BODIES,
    ),
    _Row(
        code="spaces-overlap",
        text="spaces that lie over one another",
        consequence="people and equipment within are counted for the smaller; doors there are not sure",
        find=_overlapping,
        remedies={"": "model each place once: areas and zones are no rooms", "revit": "export rooms, not areas"},
    ),
    _Row(
        code="no-boundaries",
        text="no space boundary names a door",
        consequence="which spaces a door joins is known from geometry alone",
        find=lambda seen: bool(seen.facility.doors) and seen.survey.boundaries_of_doors == 0,
        remedies=BOUNDARIES,
    ),
    _Row(
        code="doors-unjoined",
        text="doors whose two spaces are not known",
        consequence="no route leads through them",
        find=lambda seen: [door.code for door in seen.facility.doors if door.joins is None],
        remedies=LEFT_TO_US,
    ),
    _Row(
        code="doors-guessed",
        text="doors whose two spaces are a guess",
        consequence="routes and containment through them need a look on site",
        find=_doors(Confidence.GUESS),
        remedies=LEFT_TO_US,
    ),
    _Row(
        code="doors-likely",
        text="doors whose two spaces are likely, not sure",
        consequence="routes and containment through them are probably right",
        find=_doors(Confidence.LIKELY),
        remedies=LEFT_TO_US,
    ),
    _Row(
        code="external-unknown",
        text="doors that do not say whether they are external, nor do their walls",
        consequence="a door to a room that nobody modelled can look like an exit",
        find=lambda seen: seen.external_unknown,
        remedies=COMMON,
    ),
    _Row(
        code="spaces-unreached",
        text="spaces that no door, stair or opening leads to",
        consequence="nobody can be sent there or out of there",
        find=_lonely,
        remedies={"": "check that the room's outline reaches its door, or correct the door's spaces here"},
    ),
    _Row(
        code="levels-apart",
        text="several storeys, and no stair or lift that links two of them",
        consequence="no route leads from one storey to another",
        find=_levels_apart,
        remedies={"": "export stairs with their bodies or flights, and a space at the foot and head of each"},
    ),
    _Row(
        code="areas-differ",
        text="spaces whose outline and stated net area differ by more than 5 %",
        consequence="figures per place follow the outline",
        find=_unlike,
        remedies={"": "check rooms measured to wall centres, and units"},
    ),
    _Row(
        code="no-quantities",
        text="no space states its net floor area",
        consequence="areas are measured from the outlines and cannot be compared",
        find=lambda seen: bool(seen.facility.spaces) and not seen.quantities,
        remedies=QUANTITIES,
    ),
    _Row(
        code="uses-unknown",
        text="spaces whose use is not known",
        consequence="norm check, regime and studies do not know cells from corridors",
        find=lambda seen: [space.code for space in seen.facility.spaces if space.use is SpaceUse.UNKNOWN],
        remedies={"": "GH_Space.Use in the model, or gatehouse twin correct ROOM use VALUE"},
    ),
    _Row(
        code="no-zones",
        text="no zones",
        consequence="no release groups, smoke compartments or HVAC zones",
        find=lambda seen: not seen.facility.zones,
        remedies={"": "IfcZone with spaces, or gatehouse twin correct ROOM release NAME"},
    ),
    _Row(
        code="no-equipment",
        text="no equipment",
        consequence="nothing that could carry a point but rooms and doors",
        find=lambda seen: not seen.facility.equipment,
        remedies={
            "": "import the models of the building services together with this one: twin import ARCH.ifc MEP.ifc"
        },
    ),
    _Row(
        code="no-points",
        text="no sensor or actuator says how it is bound (GH_Point)",
        consequence="the building can be looked at and simulated, not operated",
        find=lambda seen: not seen.has_points,
        remedies={"": "bind a point list by rules: gatehouse twin bind RULES --points LIST"},
    ),
    _Row(
        code="storeys-share-name",
        text="storeys that share a name",
        consequence="they are drawn on one plan",
        find=_same_names,
        remedies={"": "name storeys by building and level"},
    ),
    _Row(
        code="not-georeferenced",
        text="the model does not say where it stands",
        consequence="models of other disciplines fit only if they share its origin",
        find=lambda seen: not seen.survey.is_georeferenced,
        remedies={"": "IfcMapConversion, or latitude and longitude of the site"},
    ),
)
