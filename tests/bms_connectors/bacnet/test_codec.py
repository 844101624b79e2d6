from __future__ import annotations

import math

import pytest
from bms_town import bacnet
from hypothesis import given
from hypothesis import strategies as st

from bms_connectors.bacnet.codec import from_wire, to_wire

ENUMERATED = st.sampled_from(
    ["binary-input", "multi-state-input", "multi-state-value", "access-door", "life-safety-zone"]
)


@given(ENUMERATED, st.integers(0, 200))
def test_every_state_comes_back(kind: str, state: int) -> None:
    binding = bacnet("D", kind, 1)
    assert from_wire(binding, to_wire(binding, float(state))) == state


@given(st.sampled_from(["analog-input", "analog-value"]), st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back(kind: str, value: float) -> None:
    binding = bacnet("D", kind, 1)
    assert from_wire(binding, to_wire(binding, value)) == value


def test_multi_state_counts_from_one_on_the_wire_only() -> None:
    assert to_wire(bacnet("D", "multi-state-value", 1), 0.0) == 1
    assert from_wire(bacnet("D", "multi-state-input", 1), 4) == 3
    assert to_wire(bacnet("D", "binary-input", 1), 0.0) == 0
    assert from_wire(bacnet("D", "access-door", 1, "lock-status"), 1) == 1


@pytest.mark.parametrize("raw", [math.nan, math.inf, "text", None])
def test_what_is_no_finite_number_is_no_value(raw: object) -> None:
    with pytest.raises(ValueError, match="analog-input"):
        from_wire(bacnet("D", "analog-input", 1), raw)


def test_state_zero_of_a_multi_state_object_is_no_state() -> None:
    with pytest.raises(ValueError, match="below 1"):
        from_wire(bacnet("D", "multi-state-input", 1), 0)


@pytest.mark.parametrize("value", [-1.0, 0.5, math.nan])
def test_half_states_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not"):
        to_wire(bacnet("D", "binary-input", 1), value)
