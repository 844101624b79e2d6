"""A drill on the building's side: the opening state is set up, injects are given at their exercise second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from simulation.drills.script import Script
from simulation.plant.injects import INJECTS
from simulation.plant.people import BuildingPeople
from simulation.plant.plant import Plant
from simulation.plant.weather import Weather
from twin.model.cause_effect import CauseEffect
from twin.model.errors import Fault, ScenarioError, UnknownIdError
from twin.model.facility import Facility
from twin.model.points import Point
from twin.model.regime import Regime


@dataclass(frozen=True, slots=True)
class Given:
    """An inject that was given: its number from 1 and the exercise second."""

    number: int
    at_s: float


def opening_plant(
    script: Script,
    facility: Facility,
    points: Sequence[Point],
    regimes: Sequence[Regime],
    effects: Sequence[CauseEffect] = (),
    weather: Weather | None = None,
) -> Plant:
    """A building in the drill's opening state, with its people in it.

    ``effects`` is its cause-and-effect table, ``weather`` its outdoor air.

    Raises:
        ScenarioError: the script names a regime that the site does not have.
        UnknownIdError: it names a space that the facility does not have.
    """
    opening = script.opening
    regime = next((regime for regime in regimes if regime.name == opening.regime), None)
    if regime is None:
        raise ScenarioError([Fault(script.key, "opening.regime", f"the site has no regime {opening.regime!r}")])
    day = datetime.now(tz=UTC).date()
    start = datetime.combine(day, opening.start, tzinfo=UTC)
    plant = Plant(facility, points, start=start, regime=regime, effects=effects, weather=weather)
    for code in (opening.fire_in, opening.compartment_of):
        facility.space(code)
    plant.people = BuildingPeople(
        facility,
        plant.doors,
        plant.fire,
        base=opening.response_base,
        refuge=opening.refuge,
        officers=opening.response_officers,
    )
    plant.climate.asleep = True
    return plant


class DrillRun:
    """Injects of one drill, given to one plant as its time goes on."""

    def __init__(self, script: Script, plant: Plant) -> None:
        self.script = script
        self.given: list[Given] = []
        self.started_s: float | None = None
        self._plant = plant
        self._check()

    def _check(self) -> None:
        faults = self._subject_faults()
        faults += [
            Fault(self.script.key, f"inject[{number}].do", f"unknown inject {inject.do!r}")
            for number, inject in enumerate(self.script.inject, start=1)
            if inject.channel == "bms" and inject.do not in INJECTS
        ]
        if faults:
            raise ScenarioError(faults)

    def _subject_faults(self) -> list[Fault]:
        """Subjects that are not in the building: found before the first minute, not in the middle of the drill."""
        faults = []
        for number, inject in enumerate(self.script.inject, start=1):
            if inject.channel != "bms" or inject.do not in INJECTS:
                continue
            try:
                INJECTS[inject.do].find(self._plant.services, inject.subject)
            except UnknownIdError as error:
                faults.append(Fault(self.script.key, f"inject[{number}].subject", str(error)))
        return faults

    def begin(self) -> datetime:
        """Start the drill's clock now; its exercise time."""
        self.started_s = self._plant.elapsed_s
        return self._plant.now

    @property
    def elapsed_s(self) -> float:
        """Exercise seconds since the start, 0 before."""
        return 0.0 if self.started_s is None else self._plant.elapsed_s - self.started_s

    @property
    def is_over(self) -> bool:
        """Whether the drill's length has passed."""
        return self.started_s is not None and self.elapsed_s >= self.script.length

    def advance(self) -> None:
        """Give every inject that is due."""
        if self.started_s is None:
            return
        done = {given.number for given in self.given}
        for number, inject in enumerate(self.script.inject, start=1):
            if number not in done and inject.at <= self.elapsed_s:
                if inject.channel == "bms":
                    self._plant.inject(inject.do, inject.subject)
                self.given.append(Given(number, self.elapsed_s))
