from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from twin.model.carrying import LOST, Hanging, carry
from twin.model.corrections import Correctable, Correction
from twin.model.elements import Element
from twin.model.ids import GlobalId, PointId, outside_id
from twin.model.points import BacnetBinding, Device, Point, Protocol
from twin.model.register import Register
from twin.model.revision import compare
from twin.model.vocabulary import Role

DEVICE = Device(name="RC", protocol=Protocol.BACNET, host="127.0.0.1", port=47808, instance=7)
STOREY = Element(global_id=GlobalId("storey"), ifc_class="IfcBuildingStorey", name="L00")


def element(id: str, name: str) -> Element:
    return Element(
        global_id=GlobalId(id), ifc_class="IfcSpace", name=name, container=STOREY.global_id, position=(0.0, 0.0, 0.0)
    )


def point(id: str, about: str, number: int = 1, *, bound: bool = True) -> Point:
    binding = BacnetBinding(device="RC", object_type="analog-input", object_instance=number) if bound else None
    return Point(id=PointId(id), kind="temperature", element=GlobalId(about), binding=binding)


def correction(about: str, *value: str, fact: Correctable = Correctable.NAME) -> Correction:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Correction(element=GlobalId(about), fact=fact, value=value, reason="r", role=Role.ENGINEER, at=at)


OLD = [STOREY, element("a", "A"), element("b", "B"), element("c", "C")]
NEW = [STOREY, element("a", "A"), element("x", "B"), replace(element("y", "C"), position=(9.0, 0.0, 0.0))]
"""A keeps its GlobalId, B has another one, C has another one and stands elsewhere."""


def test_points_follow_and_what_cannot_is_kept_and_waits() -> None:
    old = Register.of(
        [point("P/A", "a"), point("P/B", "b", 2), point("P/C", "c", 3), point("P/Z", "zone", 4)], [DEVICE]
    )
    carried = carry(compare(OLD, NEW), old, Register(), [], also=[GlobalId("zone")])
    assert {p.id: p.element for p in carried.register.points} == {
        "P/A": "a", "P/B": "x", "P/C": f"{LOST}c", "P/Z": "zone",
    }  # fmt: skip
    assert {p.binding for p in carried.register.points} == {p.binding for p in old.points}
    (waits,) = carried.unresolved
    assert (waits.hanging, waits.subject, waits.element, waits.near) == (Hanging.POINT, "P/C", "c", ("y",))
    assert carried.points_carried == 3


def test_a_point_that_the_new_model_describes_is_taken_as_described_and_keeps_a_binding_it_lacks() -> None:
    old = Register.of([point("P/A", "a"), point("P/B", "b", 2)], [DEVICE])
    new = Register.of([point("P/A", "a", 9), point("P/B", "x", bound=False), point("P/N", "x", 5)], [DEVICE])
    carried = carry(compare(OLD, NEW), old, new, [])
    bound = {p.id: p.binding.object_instance for p in carried.register.points if isinstance(p.binding, BacnetBinding)}
    assert bound == {"P/A": 9, "P/B": 2, "P/N": 5}
    assert (carried.points_carried, carried.unresolved) == (2, ())


def test_corrections_follow_in_what_they_are_about_and_in_what_they_say() -> None:
    said = [
        correction("b", "Bath"),
        correction("d", "b", outside_id("storey"), fact=Correctable.JOINS),
        correction("c", "Closet"),
    ]
    also = [GlobalId("d"), outside_id("storey")]
    carried = carry(compare(OLD, NEW), Register(), Register(), said, also=also)
    assert [(one.element, one.value) for one in carried.corrections] == [
        ("x", ("Bath",)),
        ("d", ("x", outside_id("storey"))),
        (f"{LOST}c", ("Closet",)),
    ]
    assert [one.subject for one in carried.unresolved] == ["name of c"]
    assert carried.corrections_carried == 2


def test_a_point_about_nothing_that_either_model_has_is_not_carried_but_waits() -> None:
    carried = carry(compare(OLD, NEW), Register.of([point("P/Z", "nowhere")], [DEVICE]), Register(), [])
    assert ([one.subject for one in carried.unresolved], carried.points_carried) == (["P/Z"], 0)


def test_what_waits_never_speaks_for_another_thing_that_gets_its_globalid() -> None:
    old = Register.of([point("P/C", "c")], [DEVICE])
    first = carry(compare(OLD, NEW), old, Register(), [correction("c", "Closet")])
    stranger = replace(element("c", "Kitchen"), ifc_class="IfcSpace")
    later = carry(
        compare(NEW, [*NEW, stranger]), first.register, Register(), first.corrections, waiting=first.unresolved
    )
    assert later.register.points[0].element == f"{LOST}c"
    assert later.corrections[0].element == f"{LOST}c"
    assert {one.subject for one in later.unresolved} == {"P/C", "name of c"}
    assert {one.was for one in later.unresolved} == {"IfcSpace C"}


def test_what_waits_goes_home_when_its_element_is_back() -> None:
    old = Register.of([point("P/C", "c")], [DEVICE])
    first = carry(compare(OLD, NEW), old, Register(), [correction("c", "Closet")])
    back = [STOREY, element("a", "A"), element("c", "C")]
    later = carry(compare(NEW, back), first.register, Register(), first.corrections, waiting=first.unresolved)
    assert (later.register.points[0].element, later.corrections[0].element) == ("c", "c")
    assert (later.unresolved, later.points_carried, later.corrections_carried) == ((), 1, 1)


def test_a_correction_whose_second_space_is_gone_waits_and_keeps_what_it_says_of_the_first() -> None:
    said = correction("a", "b", "c", fact=Correctable.JOINS)
    carried = carry(compare(OLD, NEW), Register(), Register(), [said])
    assert [(one.element, one.value) for one in carried.corrections] == [("a", ("x", f"{LOST}c"))]
    assert [(one.subject, one.element) for one in carried.unresolved] == [("joins of a", "c")]


def test_a_point_that_the_new_model_calls_otherwise_is_not_kept_twice() -> None:
    sensor = GlobalId("s" * 22)
    known = replace(point("OLD/1", "a"), global_id=sensor)
    told = replace(point("NEW/1", "a"), global_id=sensor)
    by_sensor = carry(compare(OLD, NEW), Register.of([known], [DEVICE]), Register.of([told], [DEVICE]), [])
    assert [p.id for p in by_sensor.register.points] == ["NEW/1"]
    assert by_sensor.renamed == (("OLD/1", "NEW/1"),)
    by_place = carry(
        compare(OLD, NEW),
        Register.of([point("OLD/2", "a", 5)], [DEVICE]),
        Register.of([point("NEW/2", "a", 5)], [DEVICE]),
        [],
    )
    assert by_place.renamed == (("OLD/2", "NEW/2"),)


def test_a_binding_or_address_that_the_new_model_gives_otherwise_is_told() -> None:
    old = Register.of([point("P/A", "a", 777)], [DEVICE])
    new = Register.of([point("P/A", "a", 2)], [replace(DEVICE, host="127.0.0.9")])
    told = carry(compare(OLD, NEW), old, new, []).rebound
    assert len(told) == 2
    assert "777" in told[0]
    assert "127.0.0.9" in told[1]
