from __future__ import annotations

from bms_connectors.breaker import RESTLESS_CHANGES, RESTLESS_SPAN_S, Breaker, BreakerState, ChangeLog


def test_the_pause_doubles_up_to_its_limit_and_ends_with_an_answer() -> None:
    breaker = Breaker()
    pauses = []
    for _ in range(8):
        breaker.failed(100.0)
        pauses.append(max(0.0, breaker.open_until_s - 100.0))
    assert pauses[0] == 0.0
    for pause, nominal in zip(pauses[1:], [1, 2, 4, 8, 10, 10, 10], strict=True):
        assert 0.8 * nominal <= pause <= 1.2 * nominal
    breaker.answered()
    assert breaker.state(0.0) is BreakerState.CLOSED


def test_a_silent_device_is_probed_when_its_pause_is_over() -> None:
    breaker = Breaker()
    breaker.failed(0.0)
    assert breaker.state(0.0) is BreakerState.PROBING
    breaker.failed(0.0)
    assert breaker.state(0.5) is BreakerState.OPEN
    assert breaker.state(1.3) is BreakerState.PROBING


def test_a_state_is_told_once() -> None:
    log = ChangeLog()
    assert [log.changed("down", second) for second in range(3)] == ["down", "", ""]
    assert log.changed("answers", 3.0) == "answers"


def test_a_flapping_device_is_called_unsteady_once_and_told_again_when_it_keeps_still() -> None:
    log = ChangeLog()
    lines = [log.changed(("down", "answers")[second % 2], float(second)) for second in range(40)]
    told = [line for line in lines if line]
    assert len(told) == RESTLESS_CHANGES
    assert told[-1].startswith("unsteady")
    assert log.changed("answers", 39.0 + RESTLESS_SPAN_S) == "answers"
    assert log.changed("answers", 40.0 + RESTLESS_SPAN_S) == ""
