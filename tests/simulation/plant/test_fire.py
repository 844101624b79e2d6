from __future__ import annotations

from simulation.plant.fire import ALARM, FAULT, PRE_ALARM, QUIET, FirePanel
from twin.model.ids import GlobalId

Z1, Z2, A, B, A2, STAIR = map(GlobalId, ("Z1", "Z2", "A", "B", "A2", "STAIR"))


def test_a_detector_alarms_its_own_compartment_and_no_other():
    panel = FirePanel({Z1: [A], Z2: [B]})
    assert panel.detect(A) == Z1
    assert panel.state == {Z1: ALARM, Z2: QUIET}
    assert panel.in_alarm == {Z1}
    panel.reset()
    assert panel.in_alarm == frozenset()


def test_a_space_without_a_compartment_alarms_the_panel_and_no_zone_until_the_reset():
    panel = FirePanel({Z1: [A]})
    assert panel.detect(STAIR) is None
    assert panel.state == {Z1: QUIET}
    assert panel.in_alarm == {STAIR}
    assert panel.panel == ALARM
    panel.reset()
    assert panel.in_alarm == frozenset()


def test_only_the_room_on_fire_shows_the_alarm():
    panel = FirePanel({Z1: [A, A2]})
    panel.detect(A)
    assert (panel.detector(A), panel.detector(A2)) == (ALARM, QUIET)


def test_a_pre_alarm_may_pass_or_become_an_alarm_that_stays():
    panel = FirePanel({Z1: [A]})
    panel.detect(A, PRE_ALARM)
    assert (panel.state[Z1], panel.panel, panel.in_alarm) == (PRE_ALARM, PRE_ALARM, frozenset())
    panel.detect(A, QUIET)
    assert panel.state[Z1] == QUIET
    panel.detect(A, ALARM)
    panel.detect(A, QUIET)
    assert (panel.state[Z1], panel.detector(A)) == (ALARM, ALARM)


def test_an_alarm_outranks_a_pre_alarm_and_a_pre_alarm_a_fault():
    panel = FirePanel({Z1: [A, A2], Z2: [B]})
    panel.detect(A, FAULT)
    assert panel.panel == FAULT
    panel.detect(A2, PRE_ALARM)
    assert panel.state[Z1] == PRE_ALARM
    panel.detect(B, ALARM)
    assert (panel.state, panel.panel) == ({Z1: PRE_ALARM, Z2: ALARM}, ALARM)


def test_a_reset_leaves_what_is_faulty_faulty():
    panel = FirePanel({Z1: [A, A2]})
    panel.detect(A, ALARM)
    panel.detect(A2, FAULT)
    panel.reset()
    assert (panel.detector(A), panel.detector(A2), panel.state[Z1]) == (QUIET, FAULT, FAULT)
    panel.detect(A2, QUIET)
    assert panel.panel == QUIET
