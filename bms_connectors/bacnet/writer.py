"""Writes and relinquishes the points of one BACnet device, within what is ours to write."""

from __future__ import annotations

from bacpypes3.primitivedata import Null

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.codec import LIFE_SAFETY_PRIORITIES, PRESENT_VALUE, to_wire
from twin.model.errors import RefusedError
from twin.model.points import BacnetBinding, Command, Point


class BacnetWriter:
    """Writes and relinquishes single points of one device."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk

    async def write(self, point: Point, command: Command, /) -> None:
        """Send the value at the command's priority.

        Raises:
            RefusedError: not a writable point, a life-safety priority, or no such state.
            DeviceRefusedError, ResponseTimeoutError, ConnectError: as `PointWriter` says.
        """
        binding = _writable(point, command.priority)
        try:
            raw = to_wire(binding, command.value)
        except ValueError as error:
            raise RefusedError(f"{point.id}: {error}") from error
        await self._talk.write(_name(binding), binding.property, raw, command.priority)

    async def relinquish(self, point: Point, priority: int, /) -> None:
        """Give the priority back: the next lower one, or the relinquish default, takes over. Raises as `write`."""
        binding = _writable(point, priority)
        await self._talk.write(_name(binding), binding.property, Null(()), priority)


def _writable(point: Point, priority: int) -> BacnetBinding:
    binding = point.binding
    if not point.is_writable or not isinstance(binding, BacnetBinding) or binding.property != PRESENT_VALUE:
        raise RefusedError(f"{point.id} is not writable")
    if priority in LIFE_SAFETY_PRIORITIES or not 1 <= priority <= 16:
        raise RefusedError(f"{point.id}: priority {priority} is not ours to use")
    return binding


def _name(binding: BacnetBinding) -> str:
    return f"{binding.object_type},{binding.object_instance}"
