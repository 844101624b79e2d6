from __future__ import annotations

import pytest

from bms_connectors.bacnet.batches import FIRST_BATCH, LARGEST_BATCH, BatchSize, fitting


def after(batch: BatchSize, limit: int, reads: int) -> list[int]:
    """The sizes asked in so many reads of a device that answers at most `limit` properties at once."""
    sizes = []
    for _ in range(reads):
        sizes.append(batch.size)
        if batch.size <= limit:
            batch.succeed()
        else:
            batch.refuse(batch.size)
    return sizes


def test_it_begins_at_twenty_and_grows_to_fifty() -> None:
    assert after(BatchSize(), 1000, 5) == [20, 30, 40, 50, 50]
    assert (FIRST_BATCH, LARGEST_BATCH) == (20, 50)


@pytest.mark.parametrize("limit", [*range(1, 60, 4), 20, 30, 50])
def test_it_settles_at_what_the_device_can_do_and_seldom_tries_more(limit: int) -> None:
    batch = BatchSize()
    after(batch, limit, 100)
    can = min(limit, LARGEST_BATCH)
    sizes = after(batch, limit, 1000)
    assert sum(size > limit for size in sizes) <= 6
    assert sum(can // 2 <= size <= can for size in sizes) >= 950


def test_a_limit_that_is_gone_is_noticed() -> None:
    batch = BatchSize()
    after(batch, 6, 1)
    assert batch.size == 10
    assert after(batch, 1000, 6)[-1] == LARGEST_BATCH


def test_silence_halves_and_is_forgotten() -> None:
    batch = BatchSize()
    for _ in range(9):
        batch.lose()
    assert batch.size == 1
    after(batch, 1000, 6)
    assert batch.size == LARGEST_BATCH


@pytest.mark.parametrize(("octets", "first", "most"), [(50, 2, 4), (206, 10, 20), (480, 20, 47)])
def test_a_device_without_segmentation_is_asked_what_fits_its_messages(octets: int, first: int, most: int) -> None:
    batch = BatchSize()
    batch.begin(octets, is_segmented=False)
    assert batch.size == first == min(FIRST_BATCH, fitting(octets))
    assert max(after(batch, 1000, 20)) == most
    other = BatchSize()
    other.begin(octets, is_segmented=True)
    assert max(after(other, 1000, 20)) == LARGEST_BATCH
