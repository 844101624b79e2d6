"""``gatehouse sim compare``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.options import as_json, print_rows, quiet, site_at, site_folder
from tui.commands.study_options import Teller, studied, terms_of, told

if TYPE_CHECKING:
    from simulation.study.compare import Comparison, Difference
    from simulation.study.summary import StudyRun

DEFAULT_REPLICATIONS = 30


@click.command("compare")
@click.argument("plans", nargs=-1, required=True, metavar="A B [C]...")
@site_folder
@click.option(
    "--replications",
    type=click.IntRange(min=2),
    default=DEFAULT_REPLICATIONS,
    show_default=True,
    help="How many of each plan.",
)
@studied
@as_json
@quiet
def command(
    *, plans: tuple[str, ...], folder: Path, replications: int, as_json: bool, quiet: bool, **options: Any
) -> None:
    """Simulate scenarios A, B, C … under the same circumstances and say how each differs from A.

    The same people have the same luck in every plan (common random numbers), so each replication of one plan is
    compared with the same one of the other. Replications are kept as those of "sim run".
    """
    from tui.wiring.comparisons import compare_scenarios

    if len(plans) < 2:
        raise click.UsageError("a comparison needs two scenarios or more")
    teller = Teller(quiet=quiet)
    with told(teller):
        studies, comparison = compare_scenarios(
            site_at(folder), plans, terms_of(replications, options), teller, teller.begin
        )
    if as_json:
        click.echo(json.dumps(_document(studies, comparison), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_rows(list(_rows(studies, comparison)), json_wanted=False)
    click.echo()
    for line in _words(studies, comparison):
        click.echo(line)


def _rows(studies: Sequence[StudyRun], comparison: Comparison) -> Iterator[dict[str, object]]:
    """A line for each measure and plan that differ; figures of any size, so by significant digits."""
    from simulation.study.statistics import half_width
    from simulation.targets import MEASURES

    for key, differences in comparison.differences.items():
        for one in differences:
            if one.verdict == "same":
                continue
            first, this = one.means
            yield {
                "measure": MEASURES[key].label,
                "plan": studies[one.plan].scenario,
                "first": f"{first.mean:.4g}",
                "plan's": f"{this.mean:.4g}",
                "difference": f"{one.paired.mean:+.3g}",
                "low": f"{one.paired.low:+.3g}",
                "high": f"{one.paired.high:+.3g}",
                "±": f"{half_width(one.paired):.2g}",
                "± alone": f"{half_width(one.independent):.2g}",
                "correlation": f"{one.correlation:.3f}",
                "variance ÷": f"{one.variance_reduction:.3g}",
                "unit": MEASURES[key].unit,
                "verdict": one.verdict,
            }


def _words(studies: Sequence[StudyRun], comparison: Comparison) -> Iterator[str]:
    """How to read the table, and what is not in it."""
    first = studies[0]
    yield f"Each plan against {first.scenario}: the same {first.replications} replications of each, seed {first.seed}."
    if len(studies) > 2:
        yield (
            f"{len(studies) - 1} comparisons: each interval holds with {100 * comparison.confidence:g} % (Bonferroni), "
            "so that those of one measure hold together with 95 %."
        )
    else:
        yield f"Each interval holds with {100 * comparison.confidence:g} %."
    yield "Without common random numbers: ± alone, and the variance of the difference so many times as large."
    for plan, study in enumerate(studies[1:], start=1):
        same = [key for key, found in comparison.differences.items() if found[plan - 1].verdict == "same"]
        if same:
            yield f"{study.scenario} has in every replication the same {', '.join(same)}."
    for why in dict.fromkeys(comparison.left_out.values()):
        keys = [key for key, other in comparison.left_out.items() if other == why]
        yield f"Not compared, {why}: {', '.join(keys)}."


def _document(studies: Sequence[StudyRun], comparison: Comparison) -> object:
    from simulation.targets import MEASURES
    from tui.wiring.studies import finite

    first = studies[0]
    return finite(
        {
            "plans": [
                {"scenario": study.scenario, "title": study.title, "run": study.run, "digest": study.digest}
                for study in studies
            ],
            "replications": first.replications,
            "seed": first.seed,
            "confidence": comparison.confidence,
            "adjustment": "Bonferroni" if len(studies) > 2 else None,
            "measures": [
                {
                    "key": key,
                    "label": MEASURES[key].label,
                    "unit": MEASURES[key].unit,
                    "means": [asdict(study.measures[key]) for study in studies],
                    "differences": [_difference(studies, one) for one in differences],
                }
                for key, differences in comparison.differences.items()
            ],
            "not_compared": [{"key": key, "why": why} for key, why in comparison.left_out.items()],
        }
    )


def _difference(studies: Sequence[StudyRun], one: Difference) -> dict[str, object]:
    from simulation.study.statistics import half_width

    return {
        "plan": studies[one.plan].scenario,
        "to": studies[0].scenario,
        "pairs": one.pairs,
        "difference": asdict(one.paired),
        "half_width": half_width(one.paired),
        "independent": asdict(one.independent),
        "half_width_independent": half_width(one.independent),
        "correlation": one.correlation,
        "variance_reduction": one.variance_reduction,
        "verdict": one.verdict,
    }
