from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.models.terms import Scenario
from simulation.queues import DoorQueue
from simulation.study.block import Replication
from simulation.study.ledger import block_of, study_key, text_of
from twin.model.facility import Facility
from twin.model.ids import GlobalId

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
QUEUES = st.builds(
    DoorQueue,
    door=st.text().map(GlobalId),
    code=st.text(),
    passages=st.integers(0),
    standing=st.integers(0),
    total_wait_s=NUMBERS,
    longest_wait_s=NUMBERS,
)
DAYS = st.builds(
    Replication,
    index=st.integers(0),
    seed=st.integers(0, 2**63 - 1),
    values=st.dictionaries(st.text(), NUMBERS),
    queues=st.lists(QUEUES, max_size=2).map(tuple),
    digest=st.text(),
)


def exact(block: list[Replication]) -> str:
    """All of it, floats to the last bit; one NaN is as good as another."""
    return repr(block)


@given(st.lists(DAYS, max_size=2))
def test_a_block_comes_back_to_the_last_bit(block: list[Replication]) -> None:
    text = text_of(block)
    assert "\n" not in text
    assert exact(block_of(text)) == exact(block)


@pytest.mark.parametrize("text", ["", "[", "{}", "[1]", '[{"index": 1}]', '[{"index": NaN}]'])
def test_what_is_no_block_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        block_of(text)


def test_the_key_of_a_study_is_what_its_days_depend_on(block: Facility, scenario: Scenario) -> None:
    faster = scenario.model_copy(update={"people": scenario.people.model_copy(update={"speed_m_s": 1.1})})
    keys = {study_key(block, plan, seed) for plan in (scenario, faster) for seed in (1, 2)}
    assert len(keys) == 4
    assert study_key(block, scenario.model_copy(), 1) in keys
