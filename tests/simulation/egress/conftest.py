"""The block of the other simulations, with what its doors do on fire alarm: cells and gates stay locked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from twin.model.facility import Facility
from twin.model.vocabulary import FailMode, FireAction

LOCKS = {
    "D-CELL": ("EM-FS", FailMode.FAIL_SECURE, FireAction.STAYS_LOCKED),
    "D-GATE": ("MOT-FS", FailMode.FAIL_SECURE, FireAction.STAYS_LOCKED),
    "D-SP": ("MOT-IL", FailMode.FAIL_SECURE, FireAction.STAYS_LOCKED),
    "D-EXIT": ("EM-SF", FailMode.FAIL_SAFE, FireAction.UNLOCKS),
    "D-FIRE": ("MAG", FailMode.FAIL_SAFE, FireAction.CLOSES),
    "D-WS": ("", FailMode.NONE, FireAction.NONE),
    "D-ROOM": ("KEY", FailMode.NONE, FireAction.NONE),
    "D-STAFF": ("RFID+EM-FS", FailMode.FAIL_SECURE, FireAction.NONE),
}


@pytest.fixture(scope="session")
def prison(block: Facility) -> Facility:
    """Wing A leads through a fire door to the core; the way on is a locked sally port (s1, s2) and a free exit (x)."""
    doors = []
    for door in block.doors:
        lock_type, fail_mode, fire_action = LOCKS[door.type]
        group = f"RG-{door.code[1]}" if door.type == "D-CELL" else ""
        doors.append(
            replace(door, lock_type=lock_type, fail_mode=fail_mode, fire_action=fire_action, release_group=group)
        )
    return replace(block, doors=tuple(doors))
