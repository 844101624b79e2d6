"""Hour by hour over the replications of a study: the mean of each hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Series = tuple[float, ...]
"""One figure for each hour from the start."""


def mean_hours(days: Sequence[Mapping[str, Series]]) -> dict[str, Series]:
    """The mean of each series in each hour, the fullest series first; a replication without a series had none of it."""
    names = sorted({name for day in days for name in day})
    means = {name: np.sum([np.array(day[name]) for day in days if name in day], axis=0) / len(days) for name in names}
    ordered = sorted(means, key=lambda name: (-float(means[name].sum()), name))
    return {name: tuple(means[name].tolist()) for name in ordered}
