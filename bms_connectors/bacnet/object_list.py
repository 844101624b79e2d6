"""Reads the object list of a device (ASHRAE 135, clause 12.11), whole if it fits, else element by element."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from bacpypes3.basetypes import PropertyIdentifier
from bacpypes3.constructeddata import ArrayOf
from bacpypes3.primitivedata import ObjectIdentifier, Unsigned

from bms_connectors.bacnet.client import IN_FLIGHT, Conversation
from bms_connectors.bacnet.found import Progress
from twin.model.errors import DecodeError, DeviceRefusedError, ResponseTimeoutError

MOST_OBJECTS = 100_000
"""A device that claims more does not know what it says (assumption)."""

_LENGTH = 0
_LIST = PropertyIdentifier("object-list")


async def read_object_list(
    talk: Conversation, *, limit_s: float, progress: Progress | None = None
) -> list[tuple[str, int]]:
    """Types and instances, in the device's order.

    Raises:
        ConnectError, ResponseTimeoutError: nobody answers, or not within `limit_s`.
        DeviceRefusedError, DecodeError: the device does not tell, or what it tells makes no sense.
    """
    try:
        async with asyncio.timeout(limit_s):
            try:
                raw = await talk.read_single(_device(talk), _LIST)
            except DeviceRefusedError as error:
                if not error.code.startswith(("abort", "reject")):
                    raise
                return await _element_by_element(talk, progress)
            listed = [_plain(talk, each) for each in _cast(talk, raw, ArrayOf(ObjectIdentifier))]
            if progress is not None:
                progress(len(listed), len(listed))
            return listed
    except TimeoutError as error:
        raise ResponseTimeoutError(talk.device.name, f"no object list within {limit_s:g} s") from error


async def _element_by_element(talk: Conversation, progress: Progress | None) -> list[tuple[str, int]]:
    count = int(_cast(talk, await talk.read_single(_device(talk), _LIST, index=_LENGTH), Unsigned))
    if count > MOST_OBJECTS:
        raise DecodeError(talk.device.name, f"claims {count} objects")
    found: dict[int, tuple[str, int]] = {}

    async def read_some(indices: Iterator[int]) -> None:
        for index in indices:
            raw = await talk.read_single(_device(talk), _LIST, index=index)
            found[index] = _plain(talk, _cast(talk, raw, ObjectIdentifier))
            if progress is not None:
                progress(len(found), count)

    shared = iter(range(1, count + 1))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_caught(read_some(shared))) for _ in range(IN_FLIGHT)]
    for error in (task.result() for task in tasks):
        if error is not None:
            raise error
    return [found[index] for index in sorted(found)]


async def _caught(work: Any) -> Exception | None:
    """The first error as a value: a group of errors is nobody's error."""
    try:
        await work
    except (DecodeError, DeviceRefusedError, ResponseTimeoutError) as error:
        return error
    return None


def _device(talk: Conversation) -> Any:
    return ObjectIdentifier(("device", talk.device.instance))


def _cast(talk: Conversation, raw: Any, kind: Any) -> Any:
    try:
        return raw.cast_out(kind)
    except Exception as error:
        raise DecodeError(talk.device.name, "its object list does not decode") from error


def _plain(talk: Conversation, identifier: Any) -> tuple[str, int]:
    try:
        return str(identifier[0]), int(identifier[1])
    except (TypeError, ValueError, IndexError) as error:
        raise DecodeError(talk.device.name, "its object list does not decode") from error
