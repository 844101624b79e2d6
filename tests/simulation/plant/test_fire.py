from __future__ import annotations

from simulation.plant.fire import ALARM, QUIET, FirePanel
from twin.model.ids import GlobalId

Z1, Z2, A, B, STAIR = map(GlobalId, ("Z1", "Z2", "A", "B", "STAIR"))


def test_a_detector_alarms_its_own_compartment_and_no_other():
    panel = FirePanel({Z1: [A], Z2: [B]})
    assert panel.detect(A) == Z1
    assert panel.state == {Z1: ALARM, Z2: QUIET}
    assert panel.in_alarm == {Z1}
    panel.reset()
    assert panel.in_alarm == frozenset()


def test_a_space_without_a_compartment_alarms_none():
    panel = FirePanel({Z1: [A]})
    assert panel.detect(STAIR) is None
    assert panel.in_alarm == frozenset()
