from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from twin.ifc.identities import Identities

GUID = "1Oms875aH3Wg$9l65H2ZGw"


def test_a_first_good_identity_is_kept_as_it_is_and_not_reported() -> None:
    identities = Identities()
    assert identities.global_id(GUID, "IfcDoor") == GUID
    assert identities.warnings == []


def test_a_repeated_identity_gets_a_suffix_and_is_reported() -> None:
    identities = Identities()
    ids = [identities.global_id(GUID, "IfcDoor") for _ in range(3)]
    assert ids == [GUID, f"{GUID}~2", f"{GUID}~3"]
    assert len(identities.warnings) == 2
    assert all(GUID in warning for warning in identities.warnings)


def test_empty_and_none_identities_are_kept_apart() -> None:
    identities = Identities()
    assert identities.global_id(None, "IfcDoor") != identities.global_id("None", "IfcDoor")
    assert len(identities.warnings) == 2


def test_a_malformed_identity_is_reported_once_by_its_length() -> None:
    identities = Identities()
    assert identities.global_id("2CND9gmL0OS2wPqFz8m2Fi.1", "IfcBuilding").startswith("2CND")
    assert "24 characters" in identities.warnings[0]


@given(
    raw=st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "a~2", "a~3", "None", "NULL", "NULL~1"])), max_size=30)
)
def test_no_two_elements_ever_share_an_identity_or_a_code(raw: list[str | None]) -> None:
    identities = Identities()
    ids = [identities.global_id(text, "IfcSpace") for text in raw]
    codes = [identities.code(text, "space") for text in raw]
    assert len(set(ids)) == len(set(codes)) == len(raw)
