from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from twin.model.journal import GENESIS, JournalEntry, JournalRow, entry_hash, first_broken_row

AT = datetime(2026, 1, 1, tzinfo=UTC)


def chain(count: int) -> list[JournalRow]:
    rows, previous = [], GENESIS
    for number in range(1, count + 1):
        entry = JournalEntry(
            at=AT + timedelta(seconds=number), kind="k", subject="s", actor="a", source="t", data={"n": number}
        )
        own = entry_hash(previous, number, entry)
        rows.append(JournalRow(number=number, entry=entry, previous_hash=previous, hash=own))
        previous = own
    return rows


def test_an_untouched_chain_holds():
    assert first_broken_row(chain(20)) is None
    assert first_broken_row([]) is None


@pytest.mark.parametrize("change", ["kind", "subject", "actor", "source"])
def test_a_changed_row_breaks_the_chain_where_it_is(change):
    rows = chain(5)
    rows[2] = replace(rows[2], entry=replace(rows[2].entry, **{change: "other"}))
    assert first_broken_row(rows) == 3


def test_changed_data_a_missing_row_and_swapped_rows_break_it():
    rows = chain(5)
    assert first_broken_row([rows[0], replace(rows[1], entry=replace(rows[1].entry, data={"n": 9})), *rows[2:]]) == 2
    assert first_broken_row(rows[:1] + rows[2:]) == 2
    assert first_broken_row([rows[1], rows[0]]) == 1


def test_a_row_hashed_anew_after_a_change_breaks_the_next():
    rows = chain(3)
    forged = replace(rows[1].entry, subject="forged")
    rows[1] = replace(rows[1], entry=forged, hash=entry_hash(rows[1].previous_hash, 2, forged))
    assert first_broken_row(rows) == 3
