from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.elements import Element
from twin.model.ids import NO_ID, GlobalId
from twin.model.revision import MatchedBy, compare

STOREY = Element(global_id=GlobalId("storey"), ifc_class="IfcBuildingStorey", name="L00", position=(0.0, 0.0, 0.0))


def room(id: str, name: str, x: float = 0.0, **facts: object) -> Element:
    known: dict[str, object] = {
        "global_id": GlobalId(id), "ifc_class": "IfcSpace", "name": name, "container": STOREY.global_id,
        "position": (x, 1.0, 0.0),
    }  # fmt: skip
    return Element(**known | facts)  # type: ignore[arg-type]


def door(id: str, name: str, x: float = 0.0, **facts: object) -> Element:
    return room(id, name, x, **{"ifc_class": "IfcDoor"} | facts)


def pairs(old: list[Element], new: list[Element]) -> dict[str, tuple[str, str]]:
    revision = compare([STOREY, *old], [STOREY, *new])
    return {
        match.old.global_id: (match.new.global_id, match.by.value)
        for match in revision.matches
        if match.old.ifc_class != STOREY.ifc_class
    }


def test_an_element_with_its_globalid_is_found_wherever_it_stands_and_said_to_have_moved() -> None:
    revision = compare([STOREY, room("a", "A")], [STOREY, room("a", "B", 2.5)])
    match = revision.matches[1]
    assert (match.by, match.moved_m, match.is_moved, match.is_reissued) == (MatchedBy.GLOBAL_ID, 2.5, True, False)
    assert match.changes == (("name", "A", "B"),)
    assert not revision.is_empty


def test_two_equal_revisions_differ_in_nothing() -> None:
    elements = [STOREY, room("a", "A"), door("d", "D", tag="7")]
    assert compare(elements, elements).is_empty


def test_a_globalid_that_was_given_to_something_of_another_class_is_not_followed() -> None:
    revision = compare([door("x", "D")], [room("x", "D")])
    assert (revision.matches, len(revision.lost), len(revision.added)) == ((), 1, 1)


def test_a_standard_case_is_the_same_class() -> None:
    assert pairs([door("a", "D", ifc_class="IfcDoorStandardCase")], [door("a", "D")]) == {"a": ("a", "global-id")}


def test_a_new_globalid_is_found_by_tag_if_name_or_place_agree() -> None:
    assert pairs([door("a", "D", tag="7")], [door("b", "D", 9.0, tag="7")]) == {"a": ("b", "tag")}
    assert pairs([door("a", "D", tag="7")], [door("b", "E", 0.25, tag="7")]) == {"a": ("b", "tag")}
    assert pairs([door("a", "D", tag="7")], [door("b", "E", 9.0, tag="7")]) == {}


def test_without_tag_the_place_decides_within_five_centimetres() -> None:
    assert pairs([door("a", "D", 1.0)], [door("b", "D", 1.04)]) == {"a": ("b", "place")}
    assert pairs([door("a", "D", 1.0)], [door("b", "D", 1.06)]) == {}


def test_the_place_is_looked_for_in_the_container_as_it_is_called_now() -> None:
    old = [room("r", "R"), replace(door("a", "D"), container=GlobalId("r"))]
    new = [room("s", "R"), replace(door("b", "D"), container=GlobalId("s"))]
    assert pairs(old, new) == {"r": ("s", "place"), "a": ("b", "place")}


def test_what_could_be_two_things_is_neither_and_named_as_a_likeness() -> None:
    twins = [door("b", "D", 1.0), door("c", "D", 1.01)]
    revision = compare([STOREY, door("a", "D", 1.0)], [STOREY, *twins])
    assert [element.global_id for element in revision.lost] == ["a"]
    assert {element.global_id for element in revision.near[GlobalId("a")]} == {"b", "c"}


def test_a_globalid_that_a_file_repeats_says_nothing() -> None:
    old, new = [door("g", "D1", 1.0), door("g~2", "D2", 5.0)], [door("g", "D2", 5.0), door("g~2", "D1", 1.0)]
    assert pairs(old, new) == {"g": ("g~2", "place"), "g~2": ("g", "place")}


def test_two_that_changed_places_are_followed_by_globalid_if_their_names_went_along() -> None:
    old, new = [door("a", "D1", 1.0), door("b", "D2", 5.0)], [door("a", "D1", 5.0), door("b", "D2", 1.0)]
    assert pairs(old, new) == {"a": ("a", "global-id"), "b": ("b", "global-id")}


def test_globalids_that_were_exchanged_are_not_followed_if_the_names_stayed() -> None:
    old, new = [door("a", "D1", 1.0), door("b", "D2", 5.0)], [door("b", "D1", 1.0), door("a", "D2", 5.0)]
    assert pairs(old, new) == {"a": ("b", "place"), "b": ("a", "place")}


def test_where_nobody_can_tell_which_of_two_it_is_a_person_decides() -> None:
    old, new = [door("a", "D", 1.0), door("b", "D", 5.0)], [door("b", "D", 1.0), door("a", "D", 5.0)]
    revision = compare(old, new)
    assert revision.matches == ()
    assert {e.global_id for e in revision.near[GlobalId("a")]} == {"a", "b"}


def test_a_new_element_in_the_old_place_of_one_that_moved_makes_a_dispute_only_if_it_is_called_the_same() -> None:
    moved = door("a", "D", 3.0)
    assert pairs([door("a", "D", 1.0)], [moved, door("n", "E", 1.0)]) == {"a": ("a", "global-id")}
    assert pairs([door("a", "D", 1.0)], [moved, door("n", "D", 1.0)]) == {}


ids = st.sampled_from([GlobalId(letter) for letter in "abcdef"])
elements = st.builds(
    Element,
    global_id=ids,
    ifc_class=st.sampled_from(["IfcDoor", "IfcSpace"]),
    name=st.sampled_from(["", "N", "M"]),
    tag=st.sampled_from(["", "1", "2"]),
    container=st.sampled_from([NO_ID, GlobalId("a"), GlobalId("zz")]),
    position=st.none() | st.tuples(st.floats(0, 1), st.just(0.0), st.just(0.0)),
)
models = st.lists(elements, max_size=6, unique_by=lambda element: element.global_id)


@given(old=models, new=models)
def test_every_element_is_found_once_or_lost_and_every_new_one_is_found_once_or_added(
    old: list[Element], new: list[Element]
) -> None:
    revision = compare(old, new)
    found_old = [match.old for match in revision.matches]
    found_new = [match.new for match in revision.matches]
    assert sorted(e.global_id for e in (*found_old, *revision.lost)) == sorted(e.global_id for e in old)
    assert sorted(e.global_id for e in (*found_new, *revision.added)) == sorted(e.global_id for e in new)
    assert all(match.old.ifc_class == match.new.ifc_class for match in revision.matches)


@pytest.mark.parametrize("count", [3000])
def test_a_model_whose_every_globalid_is_new_is_found_by_place(count: int) -> None:
    old = [room(f"o{n}", f"R{n % 50}", x=float(n)) for n in range(count)]
    new = [room(f"n{n}", f"R{n % 50}", x=float(n)) for n in range(count)]
    revision = compare([STOREY, *old], [STOREY, *new])
    assert all(m.new.global_id == m.old.global_id.replace("o", "n", 1) for m in revision.matches[1:])
    assert len(revision.matches) == count + 1
