from __future__ import annotations

from bms_town import point, register
from hypothesis import given
from hypothesis import strategies as st

from bms_connectors.modbus.planner import MAX_REGISTERS, Memory, plan
from twin.model.points import DataType, Point, Table

HOLDING = Table.HOLDING_REGISTER


def words(*addresses: int, table: Table = HOLDING, kind: DataType = DataType.UINT16) -> list[Point]:
    return [point(f"P{at}", "co2", register("PLC", table, at, kind)) for at in addresses]


def spans(points: list[Point], memory: Memory | None = None) -> list[tuple[int, int]]:
    return [(block.start, block.count) for block in plan(points, memory)]


def test_small_gaps_are_read_along_and_large_ones_are_not() -> None:
    assert spans(words(0, 1, 20, 200)) == [(0, 21), (200, 1)]


def test_no_block_is_longer_than_the_protocol_allows() -> None:
    assert spans(words(*range(300))) == [(0, 125), (125, 125), (250, 50)]


def test_a_pair_of_registers_is_never_cut() -> None:
    blocks = plan(words(*range(0, 300, 2), kind=DataType.UINT32))
    assert [(block.start, block.count) for block in blocks] == [(0, 124), (124, 124), (248, 52)]


def test_tables_are_read_apart() -> None:
    assert len(plan(words(0) + words(1, table=Table.INPUT_REGISTER))) == 2


def test_bits_of_one_register_are_one_address() -> None:
    bits = [point(f"B{bit}", "tamper", register("PLC", HOLDING, 7, DataType.BIT, bit=bit)) for bit in range(16)]
    (block,) = plan(bits)
    assert (block.start, block.count, len(block.slots), block.is_divisible) == (7, 1, 16, False)


def test_a_hole_is_never_bridged_again() -> None:
    memory = Memory()
    (block,) = plan(words(0, 10), memory)
    memory.remember_split(*block.halves())
    assert spans(words(0, 10), memory) == [(0, 1), (10, 1)]
    assert spans(words(0, 3), memory) == [(0, 1), (3, 1)]


def test_a_block_too_long_for_its_device_is_not_asked_again() -> None:
    memory = Memory()
    (block,) = plan(words(*range(100)), memory)
    memory.remember_split(*block.halves())
    assert spans(words(*range(100)), memory) == [(0, 50), (50, 50)]


def test_an_address_that_fails_is_read_alone_until_it_answers() -> None:
    memory = Memory()
    memory.isolate(HOLDING, 5)
    assert spans(words(4, 5, 6), memory) == [(4, 1), (5, 1), (6, 1)]
    memory.restore(HOLDING, 5)
    assert spans(words(4, 5, 6), memory) == [(4, 3)]


@given(st.sets(st.integers(0, 2000), max_size=200), st.sets(st.integers(0, 2000), max_size=20))
def test_every_point_is_covered_once_within_limits(addresses: set[int], alone: set[int]) -> None:
    memory = Memory()
    for address in alone:
        memory.isolate(HOLDING, address)
    blocks = plan(words(*addresses), memory)
    covered = [slot.start for block in blocks for slot in block.slots]
    assert sorted(covered) == sorted(addresses)
    for block in blocks:
        assert block.count <= MAX_REGISTERS
        assert all(block.start <= slot.start and slot.stop <= block.stop for slot in block.slots)
        assert len(block.slots) == 1 or not {slot.start for slot in block.slots} & alone
