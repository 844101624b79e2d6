"""What a room shows of the people in it: presence, noise, tools in use; and who is taken to be there without them.

Sources:
    Speech of one person 60 dB(A) at 1 m, normal vocal effort (ISO 9921, table A.1); levels add as powers. The quiet
    room (30 dB(A)) is the design level of ventilation noise (EN 16798-1, annex B). Sleepers are taken for quiet, the
    occupancy of rooms without simulated people and the noise of machines are assumptions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import CIRCULATION, DETAINED

QUIET_DB, STANDING_FAN_DB, SPEECH_DB, MACHINES_DB = 30.0, 25.0, 60.0, 75.0
TALK_SHARE = 0.1
"""Share of the people in a room that talk at one time."""
NIGHT_FROM_H, NIGHT_TO_H = 21, 7


def noise_db(people: int, *, asleep: bool, fan_share: float, machines: bool = False) -> float:
    """Sound level of a room [dB(A)]."""
    levels = [STANDING_FAN_DB + (QUIET_DB - STANDING_FAN_DB) * fan_share]
    if people and not asleep:
        levels.append(SPEECH_DB + 10 * math.log10(people * TALK_SHARE))
    if machines and people:
        levels.append(MACHINES_DB)
    return 10 * math.log10(sum(10 ** (level / 10) for level in levels))


def is_night(hour: int) -> bool:
    """Whether people are taken to be asleep."""
    return hour >= NIGHT_FROM_H or hour < NIGHT_TO_H


def assumed_people(spaces: Iterable[Space], hour: int) -> Mapping[GlobalId, int]:
    """Who is where in a building without simulated people: full cells at night, half-full rooms by day."""
    if is_night(hour):
        return {space.global_id: space.capacity for space in spaces if space.use in DETAINED}
    return {s.global_id: s.capacity // 2 for s in spaces if s.capacity > 1 and s.use not in CIRCULATION}
