"""Hour by hour as a picture: a band for each use of space, and under it a row of shades for each queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tui.reports.inline_svg import inline_svg

BANDS, ROWS = 9, 10
"""So many uses and queues are told apart; further uses are one band, further queues are left out."""
_LEAST = 0.05


def hour_chart(people: Mapping[str, Sequence[float]], waiting: Mapping[str, Sequence[float]]) -> str:
    """Inline SVG of both; empty where there is nobody."""
    if not people:
        return ""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib.figure import Figure

    queues = [name for name, hours in waiting.items() if max(hours) >= _LEAST][:ROWS]
    hours = len(next(iter(people.values())))
    heights = [3.0, 0.25 * max(len(queues), 1)]
    figure = Figure(figsize=(10, 1.2 + sum(heights)), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=heights)
    bands = _bands(people)
    edges = np.arange(hours + 1)
    above.stackplot(np.repeat(edges, 2)[1:-1], *(np.repeat(values, 2) for values in bands.values()), labels=list(bands))
    above.set_ylabel("people")
    legend = above.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=7, frameon=False, reverse=True)
    if queues:
        shades = below.pcolormesh(
            edges, np.arange(len(queues) + 1), [waiting[name] for name in queues], cmap="Reds", rasterized=False
        )
        figure.colorbar(shades, ax=below, label="waiting", pad=0.01)
        below.invert_yaxis()
    below.set_yticks(np.arange(len(queues)) + 0.5, queues, fontsize=7)
    for text in (*legend.get_texts(), *below.get_yticklabels()):
        text.set_parse_math(False)  # a code or a name may hold anything
    step = 24 if hours > 24 else 2
    below.set_xticks(edges[::step], [str(hour if hours <= 24 else f"day {hour // 24 + 1}") for hour in edges[::step]])
    below.set_xlabel("hours from midnight" if hours <= 24 else "")
    return inline_svg(figure)


def _bands(people: Mapping[str, Sequence[float]]) -> dict[str, Sequence[float]]:
    names = list(people)
    bands: dict[str, Sequence[float]] = {name: people[name] for name in names[:BANDS]}
    if len(names) > BANDS:
        bands["elsewhere"] = np.sum([people[name] for name in names[BANDS:]], axis=0).tolist()
    return bands
