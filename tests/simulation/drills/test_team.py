from __future__ import annotations

from simulation.drills.team import ScriptedTeam


def test_a_move_is_due_after_its_cause_and_its_delay_and_only_once(script):
    team = ScriptedTeam(script)
    assert team.due(7.9, {}) == []
    assert [due.move.do for due in team.due(8.0, {})] == ["acknowledge"]
    assert team.due(9.0, {}) == []
    assert team.due(17.9, {"ack": 8.0}) == []
    assert [due.move.do for due in team.due(18.0, {"ack": 8.0})] == ["emergency-release"]
    assert team.is_finished


def test_a_slow_team_takes_a_multiple_of_every_delay(script):
    team = ScriptedTeam(script, slowness=3.0)
    assert team.due(23.9, {}) == []
    (due,) = team.due(30.0, {})
    assert due.at_s == 24.0


def test_what_was_never_proved_causes_no_move(script):
    team = ScriptedTeam(script)
    team.due(600.0, {})
    assert not team.is_finished
