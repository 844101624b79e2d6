"""Segmented answers to whoever does not acknowledge the first segment (ASHRAE 135, clause 5.4.5.2).

The first segment goes out with a window of one. bacpypes3 leaves the window open until an acknowledgement names it: at
the first time-out its transaction fails with an assertion, and the segment is never sent again.
"""

from __future__ import annotations

from typing import Any

from bacpypes3.appservice import ServerSSM

_FIRST_WINDOW = 1
_timeout = ServerSSM.segmented_response_timeout


async def _repeat(transaction: Any) -> None:
    transaction.actualWindowSize = transaction.actualWindowSize or _FIRST_WINDOW
    await _timeout(transaction)


def repeat_first_segments() -> None:
    """Mend bacpypes3's transactions for this process; doing it twice changes nothing."""
    ServerSSM.segmented_response_timeout = _repeat
