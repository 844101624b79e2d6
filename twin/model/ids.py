"""Identities: distinct types, so that a door's id cannot be taken for a space's.

Our own models carry deterministic IFC GlobalIds: uuid5 of one fixed project namespace and ``SITE/kind/code``, in the
22-character form of ISO 16739 (base 64 with the alphabet below). A rebuild of the model therefore keeps every link.
"""

from __future__ import annotations

import uuid
from typing import NewType

GlobalId = NewType("GlobalId", str)
"""IFC GlobalId of a space, door, link, equipment, zone, storey or building; `outside_id` for the outdoors."""

NO_ID = GlobalId("")
"""Where no model tells."""

PointId = NewType("PointId", str)
"""``VIL/L01/A/C07/DOOR1/LOCK_STATUS``: site/storey/wing/space/equipment/point, ASCII."""

PROJECT_NAMESPACE = uuid.UUID("6a1f2c7e-0d3b-5c41-9a55-8f2e4b7d9c10")
OUTSIDE = "OUTSIDE"

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"


def global_id_for(site: str, kind: str, code: str) -> GlobalId:
    """The GlobalId that our own models give to an element of this kind and code."""
    return compress(uuid.uuid5(PROJECT_NAMESPACE, f"{site}/{kind}/{code}"))


def compress(value: uuid.UUID) -> GlobalId:
    """Write a UUID in the 22 characters of an IFC GlobalId (ISO 16739-1, IfcGloballyUniqueId)."""
    number = value.int
    digits = []
    for _ in range(22):
        number, digit = divmod(number, 64)
        digits.append(_ALPHABET[digit])
    return GlobalId("".join(reversed(digits)))


def outside_id(storey: GlobalId | str) -> GlobalId:
    """The node that stands for the outdoors at one storey."""
    return GlobalId(f"{OUTSIDE}/{storey}")


def is_outside(node: GlobalId | str) -> bool:
    """Whether a node of the facility is an outdoors node."""
    return node.startswith(OUTSIDE)
