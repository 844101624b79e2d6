"""Which blocks of registers to read: few requests, never across an address that the device does not have.

A request costs nearly the same for 1 as for 125 registers, so gaps between bound addresses are bridged; but one
undefined address fails its whole block (exception 2). What a device refused is remembered as a hole, and the next plan
goes round it. A bound address that fails alone is read alone, so that it spoils nobody else and is seen to recover.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bms_connectors.modbus.codec import BIT_TABLES, width
from twin.model.points import ModbusBinding, Point, Table

MAX_REGISTERS = 125
"""Largest count of function codes 3 and 4 (MODBUS Application Protocol V1.1b3, clauses 6.3 and 6.4)."""
MAX_BITS = 2000
"""Largest count of function codes 1 and 2 (clauses 6.1 and 6.2)."""
MAX_GAP = 32
"""Unbound addresses worth reading along; an assumption between one request and 125 registers."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A point and the addresses that it takes, as ``start`` to ``stop`` (exclusive)."""

    point: Point
    binding: ModbusBinding
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Block:
    """One request: ``count`` addresses of one table from ``start`` on, and the points inside."""

    table: Table
    start: int
    count: int
    slots: tuple[Slot, ...]

    @property
    def stop(self) -> int:
        return self.start + self.count

    def halves(self) -> tuple[Block, Block]:
        """The block's points in two blocks without the gap between them; only for a block of several addresses."""
        starts = sorted({slot.start for slot in self.slots})
        middle = starts[len(starts) // 2]
        return (
            _block([slot for slot in self.slots if slot.start < middle]),
            _block([slot for slot in self.slots if slot.start >= middle]),
        )

    @property
    def is_divisible(self) -> bool:
        """Whether its points lie at more than one address."""
        return len({slot.start for slot in self.slots}) > 1


@dataclass(slots=True)
class Memory:
    """What a device taught us: spans that it refused to bridge, and bound addresses that must be read alone."""

    holes: dict[Table, set[int]] = field(default_factory=dict)
    alone: dict[Table, set[int]] = field(default_factory=dict)
    limits: dict[Table, int] = field(default_factory=dict)
    revision: int = 0

    def remember_split(self, left: Block, right: Block) -> None:
        """Both halves answer, the whole did not: a hole in the gap between them, or the block was too long."""
        gap = range(left.stop, right.start)
        if gap:
            self.holes.setdefault(left.table, set()).update(gap)
        else:
            self.limits[left.table] = max(left.count, right.count)
        self.revision += 1

    def limit(self, table: Table) -> int:
        """Largest count that one request to this table may ask."""
        return self.limits.get(table, MAX_BITS if table in BIT_TABLES else MAX_REGISTERS)

    def isolate(self, table: Table, start: int) -> None:
        """This address failed on its own."""
        alone = self.alone.setdefault(table, set())
        if start not in alone:
            alone.add(start)
            self.revision += 1

    def restore(self, table: Table, start: int) -> None:
        """An isolated address answers again."""
        alone = self.alone.get(table)
        if alone is not None and start in alone:
            alone.discard(start)
            self.revision += 1


def plan(points: Iterable[Point], memory: Memory | None = None, *, max_gap: int = MAX_GAP) -> list[Block]:
    """Blocks that cover every Modbus-bound point, in order of table and address."""
    memory = memory or Memory()
    tables: dict[Table, list[Slot]] = {}
    for slot in _slots(points):
        tables.setdefault(slot.binding.table, []).append(slot)
    blocks: list[Block] = []
    for table in sorted(tables):
        slots = sorted(tables[table], key=lambda slot: (slot.start, slot.stop))
        blocks.extend(_block(run) for run in _runs(slots, table, memory, max_gap))
    return blocks


def _slots(points: Iterable[Point]) -> Iterator[Slot]:
    for point in points:
        binding = point.binding
        if isinstance(binding, ModbusBinding):
            yield Slot(point, binding, binding.address, binding.address + width(binding))


def _runs(slots: Sequence[Slot], table: Table, memory: Memory, max_gap: int) -> Iterator[list[Slot]]:
    limit = memory.limit(table)
    gaps, alone = memory.holes.get(table, set()), memory.alone.get(table, set())
    run: list[Slot] = []
    stop = 0
    for slot in slots:
        same_address = bool(run) and slot.start == run[-1].start
        joins = bool(run) and (
            same_address
            or (
                slot.start - stop <= max_gap
                and max(stop, slot.stop) - run[0].start <= limit
                and slot.start not in alone
                and run[-1].start not in alone
                and gaps.isdisjoint(range(stop, slot.start))
            )
        )
        if not joins and run:
            yield run
            run = []
        stop = max(stop, slot.stop) if run else slot.stop
        run.append(slot)
    if run:
        yield run


def _block(slots: Sequence[Slot]) -> Block:
    start = min(slot.start for slot in slots)
    stop = max(slot.stop for slot in slots)
    return Block(slots[0].binding.table, start, stop - start, tuple(slots))
