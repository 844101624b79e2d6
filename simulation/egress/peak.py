"""The longest queue in front of a way, from when people came and went."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.flow import ROUNDING_S


def peak_queue(came_s: NDArray[np.float64], went_s: NDArray[np.float64]) -> int:
    """Most people in front of a way at once; who need not wait is in no queue, who leaves makes room first."""
    queued = went_s - came_s > ROUNDING_S
    came, went = np.sort(came_s[queued]), np.sort(went_s[queued])
    if not len(came):
        return 0
    return int((np.arange(1, len(came) + 1) - np.searchsorted(went, came, side="right")).max())
