from __future__ import annotations

from dataclasses import replace

from bms_connectors.bacnet.lifeline import Identity, Lifeline
from bms_connectors.bacnet.neighbours import MOST_RIVALS, Neighbours

BOX = Identity(instance=7, max_apdu=480, is_segmented=False, revision=3, objects=40, restarted_at="a")


def test_the_same_device_twice_is_no_news() -> None:
    line = Lifeline()
    assert line.meet(BOX) == line.meet(BOX) == []


def test_a_new_revision_a_new_object_list_and_a_new_start_are_each_told_once() -> None:
    line = Lifeline()
    line.meet(BOX)
    assert line.meet(replace(BOX, revision=4)) == ["database revision 3 → 4"]
    longer = replace(BOX, revision=5, objects=42)
    assert line.meet(longer) == ["object list changed: 40 → 42 objects"]
    assert line.meet(longer) == []
    assert line.meet(replace(longer, restarted_at="b")) == ["restarted"]
    assert line.restarts == 3


def test_what_a_device_does_not_say_is_no_change() -> None:
    line = Lifeline()
    line.meet(BOX)
    assert line.meet(Identity(instance=7)) == []


def test_an_uptime_that_goes_back_is_a_restart() -> None:
    line = Lifeline()
    assert [line.beat(uptime) for uptime in (100.0, 101.0, 101.0, 2.0, 3.0)] == [False, False, False, True, False]


def test_a_second_claimant_is_a_rival_until_it_is_gone() -> None:
    around = Neighbours()
    around.expect(7, "10.0.0.1")
    around.heard(7, "10.0.0.1")
    assert around.rival_of(7, "10.0.0.1") == ""
    around.heard(7, "10.0.0.9")
    assert around.rival_of(7, "10.0.0.1") == "10.0.0.9"
    around.is_resolved(7, "10.0.0.9")
    assert around.rival_of(7, "10.0.0.1") == ""


def test_two_devices_of_the_register_with_one_instance_are_rivals() -> None:
    around = Neighbours()
    around.expect(7, "10.0.0.1")
    around.expect(7, "10.0.0.2")
    assert around.rival_of(7, "10.0.0.1") == "10.0.0.2"
    assert around.rival_of(7, "10.0.0.2") == "10.0.0.1"


def test_a_flood_of_strangers_is_not_remembered() -> None:
    around = Neighbours()
    around.expect(7, "10.0.0.1")
    for number in range(1000):
        around.heard(number, f"10.1.0.{number}")
        around.heard(7, f"10.2.0.{number}")
    assert len(around._rivals) == 1
    assert len(around._rivals[7]) == MOST_RIVALS


def test_the_i_am_of_ours_is_passed_on() -> None:
    around, calls = Neighbours(), []
    around.expect(7, "10.0.0.1")
    around.on_call(7, "10.0.0.1", lambda: calls.append(7))
    around.heard(7, "10.0.0.9")
    assert calls == []
    around.heard(7, "10.0.0.1")
    assert calls == [7]
