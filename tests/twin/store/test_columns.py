"""Domain objects to rows and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.vocabulary import SpaceUse
from twin.store.columns import DOCUMENT, LIST, MOMENT, OUTLINE, YES_NO, Rows, choice

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str
    use: SpaceUse
    is_open: bool
    at: datetime | None
    pair: tuple[float, float]
    outline: tuple[tuple[float, float], ...]
    notes: dict[str, object]


ROWS = Rows(
    Thing,
    {"use": choice(SpaceUse), "is_open": YES_NO, "at": MOMENT, "pair": LIST, "outline": OUTLINE, "notes": DOCUMENT},
)


@given(
    st.builds(
        Thing,
        name=st.text(),
        use=st.sampled_from(SpaceUse),
        is_open=st.booleans(),
        at=st.none() | st.datetimes(timezones=st.just(UTC)),
        pair=st.tuples(FLOATS, FLOATS),
        outline=st.lists(st.tuples(FLOATS, FLOATS)).map(tuple),
        notes=st.dictionaries(st.text(), st.integers() | st.none()),
    )
)
def test_an_object_comes_back_equal(thing: Thing) -> None:
    row = ROWS.row(thing)
    assert {type(value) for value in row.values()} <= {str, int, type(None)}
    assert ROWS.item(row.values()) == thing


def test_a_word_that_is_not_in_the_list_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="BALLROOM"):
        ROWS.item(("x", "BALLROOM", 0, None, "[0,0]", "[]", "{}"))


def test_rows_are_numbered_in_order() -> None:
    thing = Thing(name="a", use=SpaceUse.LIFT, is_open=True, at=None, pair=(0.0, 0.0), outline=(), notes={})
    assert [row["seq"] for row in ROWS.numbered([thing, thing])] == [0, 1]
