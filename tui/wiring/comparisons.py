"""Several plans on one site, played on the same days and compared with the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.settings import Site
from tui.wiring.planners_files import find_scenario
from tui.wiring.study_runs import Progress, StudyTerms, backend_of, play
from twin.model.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from simulation.models.terms import Scenario
    from simulation.study.compare import Comparison
    from simulation.study.summary import StudyRun


def compare_scenarios(
    site: Site,
    keys: Sequence[str],
    terms: StudyTerms,
    on_progress: Progress | None = None,
    on_plan: Callable[[str], None] | None = None,
) -> tuple[tuple[StudyRun, ...], Comparison]:
    """Run each plan as a study of its own, with the same seed, and compare them with the first.

    Args:
        site: with an imported building.
        keys: names or files of the plans, two or more.
        terms: how they are run, all alike.
        on_progress: told how far a plan is.
        on_plan: told which plan begins.

    Raises:
        ConfigError, ScenarioError: a plan cannot be read or played, or two plans are the same.
    """
    from simulation.study.compare import compare
    from simulation.study.scenario import load_scenario
    from twin.store.database import open_database
    from twin.store.facilities import load_facility

    plans = [load_scenario(find_scenario(site, key)) for key in keys]
    _refuse_twins(keys, plans)
    with open_database(site.database) as store, backend_of(terms) as backend:
        facility = load_facility(store)
        studies = []
        for plan in plans:
            if on_plan is not None:
                on_plan(plan.about.key)
            studies.append(play(site, store, facility, plan, terms, backend, on_progress))
    return tuple(studies), compare(studies)


def _refuse_twins(keys: Sequence[str], plans: Sequence[Scenario]) -> None:
    """Two plans of one key could not be told apart in a table."""
    first: dict[str, str] = {}
    faults = []
    for key, plan in zip(keys, plans, strict=True):
        name = plan.about.key
        if name in first:
            faults.append(Fault(key, "about.key", f"{name!r} is the key of {first[name]} too: nothing to compare"))
        first.setdefault(name, key)
    if faults:
        raise ScenarioError(faults)
