from __future__ import annotations

from dataclasses import replace

from twin.model.differences import differences
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Space, Storey
from twin.model.vocabulary import SpaceUse


def facility(storey: str, rooms: str, joins: tuple[str, str], width: float = 0.9, area: float = 10.0) -> Facility:
    ground = GlobalId(storey)
    spaces = tuple(
        Space(
            global_id=GlobalId(code), code=code.upper(), name=code, use=SpaceUse.UNKNOWN, storey=ground, polygon=(),
            floor_m=0.0, height_m=2.7, area_m2=area,
        )
        for code in rooms
    )  # fmt: skip
    door = Door(
        global_id=GlobalId("d"), code="D", type="", storey=ground, joins=(GlobalId(joins[0]), GlobalId(joins[1])),
        centre=(0.0, 0.0), along=(1.0, 0.0), clear_width_m=width, clear_height_m=2.1,
    )  # fmt: skip
    return Facility(
        code="T",
        name="T",
        buildings=(Building(global_id=GlobalId("building"), name="b"),),
        storeys=(Storey(global_id=ground, name="L0", building=GlobalId("building"), elevation_m=0.0),),
        spaces=spaces,
        doors=(door,),
    )


def test_widths_areas_and_joins_are_told_by_code() -> None:
    same = {GlobalId(one): GlobalId(one) for one in ("a", "b", "c", "d", "L0")}
    found = differences(facility("L0", "abc", ("a", "b")), facility("L0", "abc", ("a", "c"), 0.8, 12.5), same)
    assert [(one.kind, one.code, one.fact, one.before, one.after) for one in found] == [
        *(("space", code, "area_m2", "10.000", "12.500") for code in "ABC"),
        ("door", "D", "clear_width_m", "0.900", "0.800"),
        ("door", "D", "joins", "A and B", "A and C"),
    ]


def test_new_globalids_and_rounding_are_no_difference() -> None:
    new_id = {GlobalId("a"): GlobalId("x"), GlobalId("d"): GlobalId("d"), GlobalId("L0"): GlobalId("L9")}
    old = facility("L0", "a", ("a", outside_id("L0")))
    new = facility("L9", "x", ("x", outside_id("L9")), 0.9001)
    new = replace(new, spaces=(replace(new.spaces[0], code="A"),))
    assert differences(old, new, new_id) == ()


def test_what_is_not_in_both_is_none_of_its_business() -> None:
    assert differences(facility("L0", "ab", ("a", "b")), facility("L0", "a", ("a", "a")), {}) == ()
