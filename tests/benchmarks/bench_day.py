"""The regime day of the Vilnius model: days a second and core, and what two workers gain, in one run."""

from __future__ import annotations

import time

from simulation.models.regime import compile_for, simulate_day
from simulation.study.replicate import run_study
from simulation.study.scenario import load_scenario
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.layout import declared_facility

DAYS = 8


def main() -> None:
    """Serial days first, then the same study on one and on two workers."""
    facility = declared_facility(read_brief(site_folder("vilnius")))
    scenario = load_scenario(site_folder("vilnius") / "scenarios" / "closed-day.toml")
    building = compile_for(facility, scenario)
    simulate_day(building, scenario, 0)
    begun = time.process_time()
    for seed in range(DAYS):
        simulate_day(building, scenario, seed)
    print(f"regime day                  {DAYS / (time.process_time() - begun):6.1f} days/s/core   budget 12")
    taken = []
    for workers in (1, 2):
        begun = time.perf_counter()
        run_study(facility, scenario, 1, 2 * DAYS, workers=workers)
        taken.append(time.perf_counter() - begun)
    print(f"two workers against one     {taken[0] / taken[1]:6.2f} x              budget 1.7 x")


if __name__ == "__main__":
    main()
