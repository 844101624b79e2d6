"""One block repeated side by side, as one building: how the answer grows with it."""

from __future__ import annotations

from dataclasses import replace

from simulation.models.terms import Scenario
from simulation.study.block import without_plant
from twin.model.doors import Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.spaces import Space
from twin.model.vocabulary import LinkKind, SpaceUse

APART_M = 200.0
SPINE = GlobalId("SPINE")


def repeated(block: Facility, copies: int, *, corridor: str) -> Facility:
    """So many copies with names of their own. A spine joins the space with the code `corridor` of each, so that people
    may be allocated to the workshop of another block.
    """
    blocks = [_renamed(without_plant(block), number) for number in range(copies)]
    ends = [facility.space(f"{corridor}-{number}") for number, facility in enumerate(blocks)]
    links = [
        Link(
            global_id=GlobalId(f"{SPINE}/{number}"),
            code=f"SPINE-{number}",
            kind=LinkKind.OPENING,
            joins=(SPINE, end.global_id),
            width_m=4.0,
        )
        for number, end in enumerate(ends)
    ]
    return Facility(
        code=block.code,
        name=block.name,
        buildings=tuple(building for facility in blocks for building in facility.buildings),
        storeys=tuple(storey for facility in blocks for storey in facility.storeys),
        spaces=(*(space for facility in blocks for space in facility.spaces), _spine(ends)),
        doors=tuple(door for facility in blocks for door in facility.doors),
        links=(*(link for facility in blocks for link in facility.links), *links),
    )


def staffed(scenario: Scenario, copies: int, people: int, places: int) -> Scenario:
    """The plan for so many blocks: every post as often, and as many places taken as people."""
    posts = tuple(post.model_copy(update={"count": post.count * copies}) for post in scenario.staff.post)
    return scenario.model_copy(
        update={
            "staff": scenario.staff.model_copy(update={"post": posts}),
            "people": scenario.people.model_copy(update={"occupancy": people / places}),
        }
    )


def _renamed(block: Facility, number: int) -> Facility:
    def own(key: GlobalId) -> GlobalId:
        if is_outside(key):
            return outside_id(own(next(s.global_id for s in block.storeys if outside_id(s.global_id) == key)))
        return GlobalId(f"{key}/{number}")

    def pair(joins: tuple[GlobalId, GlobalId]) -> tuple[GlobalId, GlobalId]:
        return own(joins[0]), own(joins[1])

    shift_m = APART_M * number
    return replace(
        block,
        buildings=tuple(replace(b, global_id=own(b.global_id)) for b in block.buildings),
        storeys=tuple(replace(s, global_id=own(s.global_id), building=own(s.building)) for s in block.storeys),
        spaces=tuple(
            replace(
                space,
                global_id=own(space.global_id),
                code=f"{space.code}-{number}",
                storey=own(space.storey),
                polygon=tuple((x + shift_m, y) for x, y in space.polygon),
            )
            for space in block.spaces
        ),
        doors=tuple(
            replace(
                door,
                global_id=own(door.global_id),
                code=f"{door.code}-{number}",
                storey=own(door.storey),
                joins=door.joins and pair(door.joins),
                centre=(door.centre[0] + shift_m, door.centre[1]),
                interlock_group=door.interlock_group and f"{door.interlock_group}-{number}",
            )
            for door in block.doors
        ),
        links=tuple(
            replace(link, global_id=own(link.global_id), code=f"{link.code}-{number}", joins=pair(link.joins))
            for link in block.links
        ),
    )


def _spine(ends: list[Space]) -> Space:
    """A point in the middle of nowhere: links are walked by their length, not from wall to wall."""
    x, y = ends[0].centre
    return replace(
        ends[0],
        global_id=SPINE,
        code="SPINE",
        name="Spine",
        use=SpaceUse.CORRIDOR,
        polygon=((x, y), (x + 10.0, y), (x + 10.0, y + 10.0), (x, y + 10.0)),
        area_m2=100.0,
        capacity=0,
    )
