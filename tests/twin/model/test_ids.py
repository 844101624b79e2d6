from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from twin.model.ids import compress, global_id_for, is_outside, outside_id


def _expand(text: str) -> uuid.UUID:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"
    number = 0
    for character in text:
        number = number * 64 + alphabet.index(character)
    return uuid.UUID(int=number)


@given(st.uuids())
def test_an_ifc_global_id_holds_the_whole_uuid_in_22_characters(value):
    text = compress(value)
    assert len(text) == 22
    assert _expand(text) == value


def test_the_same_code_has_the_same_id_and_another_kind_or_site_another():
    ids = {
        global_id_for("VIL", "space", "A"),
        global_id_for("VIL", "door", "A"),
        global_id_for("PRA", "space", "A"),
        global_id_for("VIL", "space", "B"),
    }
    assert len(ids) == 4
    assert global_id_for("VIL", "space", "A") in ids


def test_outside_nodes_are_known_by_their_storey():
    assert is_outside(outside_id("L00"))
    assert outside_id("L00") != outside_id("L01")
    assert not is_outside(global_id_for("VIL", "space", "A"))
