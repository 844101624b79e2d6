"""The published cases are met by the engine of the studies, and a wrong engine does not meet them."""

from __future__ import annotations

import pytest

from simulation.egress.network_file import LinkEntry
from simulation.verification.cases import Case, load_cases, verify

CASES = load_cases()
EGRESS = [case for case in CASES if case.network is not None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_case_is_met(case: Case) -> None:
    (verdict,) = verify([case])
    assert verdict.verdict == "met", verdict


def test_a_specific_flow_that_is_wrong_by_one_per_cent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LinkEntry.flow_p_s_m.fget
    monkeypatch.setattr(LinkEntry, "flow_p_s_m", property(lambda link: 1.01 * right(link)))
    missed = {verdict.id for verdict in verify(EGRESS) if verdict.verdict == "missed"}
    assert missed >= {"D2", "D2 flow", "D3", "D6", "D6 lock", "D12 10", "D13 4", "D13 2"}
    assert missed >= {"RiMEA 12 time", "spill-back last", "spill-back time", "spill-back 5"}


def test_an_interval_that_contains_the_value_but_says_nothing_is_no_proof() -> None:
    (service,) = (case for case in CASES if case.id == "D8 4")
    (verdict,) = verify([service.model_copy(update={"tolerance": 1e-6})])
    assert verdict.verdict == "missed"


def test_cases_with_other_numbers_meet_their_closed_forms_too() -> None:
    (door,) = (case for case in CASES if case.id == "D2")
    assert door.network is not None
    data = door.network.model_dump(by_alias=True)
    for people, width_m in ((1, 0.9), (7, 0.8), (230, 1.4), (2000, 2.5)):
        data["space"][0] |= {"people": people, "area_m2": 4.0 * people}
        data["link"][0]["width_m"] = width_m
        expected = (people - 1) / (1.33 * (width_m - 0.3))
        facts = door.model_dump(exclude={"network"}, exclude_none=True)
        other = Case.model_validate({**facts, "network": data, "expected": expected})
        (verdict,) = verify([other])
        assert verdict.verdict == "met", verdict
