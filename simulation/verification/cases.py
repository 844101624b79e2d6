"""The published cases, played by the engine of the studies and compared with what is expected of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulation.egress.evacuation import evacuate
from simulation.egress.network_file import Network
from simulation.egress.sfpe import most_flow_p_s_m, stair_k_m_s
from simulation.models.relief import relief_factor
from simulation.models.service import ServiceTerms
from simulation.study.service import study_service
from simulation.study.statistics import paired_interval, quantile_ranks, t_interval, welch_interval
from simulation.verification.population import PopulationTerms, population_interval
from twin.files.toml import read_toml
from twin.model.runs import Interval

CASES_FILE = Path(__file__).with_name("cases.toml")
SEED, REPLICATIONS, CONFIDENCE = 7, 20, 0.99


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Stair(_Strict):
    riser_mm: float
    tread_mm: float


class _Post(_Strict):
    post_h: float
    gross_h: float
    absent_h: float


class _Sample(_Strict):
    one: list[float]
    other: list[float] = []


class _Ranks(_Strict):
    count: int
    share: float


class Case(_Strict):
    """A case: what is played (exactly one of the kinds in `PLAYED`) and what it must give."""

    id: str
    title: str
    source: str
    quantity: str
    expected: float
    tolerance: Annotated[float, Field(gt=0)]
    network: Network | None = None
    service: ServiceTerms | None = None
    population: PopulationTerms | None = None
    stair: _Stair | None = None
    post: _Post | None = None
    sample: _Sample | None = None
    ranks: _Ranks | None = None

    @model_validator(mode="after")
    def _plays_one_thing(self) -> Case:
        if sum(getattr(self, kind) is not None for kind in PLAYED) != 1:
            raise ValueError(f"a case plays exactly one of {', '.join(PLAYED)}")
        return self


class _Cases(_Strict):
    case: list[Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A case with what was obtained: a number, or the mean of an interval and its limits."""

    id: str
    title: str
    source: str
    expected: float
    obtained: float
    low: float | None
    high: float | None
    tolerance: float
    verdict: Literal["met", "missed"]


def load_cases(path: Path = CASES_FILE) -> list[Case]:
    """The cases of a file; those that come with Gatehouse where none is named.

    Raises:
        ConfigError: every fault with file and key.
    """
    return read_toml(path, _Cases).case


def verify(cases: Sequence[Case], *, workers: int = 1) -> Iterator[Verdict]:
    """Play the cases one after another."""
    for case in cases:
        obtained = _obtained(case, workers)
        is_interval = isinstance(obtained, Interval)
        yield Verdict(
            id=case.id,
            title=case.title,
            source=case.source,
            expected=case.expected,
            obtained=obtained.mean if isinstance(obtained, Interval) else obtained,
            low=obtained.low if isinstance(obtained, Interval) else None,
            high=obtained.high if isinstance(obtained, Interval) else None,
            tolerance=case.tolerance,
            verdict="met" if (_holds if is_interval else _is_near)(obtained, case) else "missed",
        )


def _holds(obtained: Any, case: Case) -> bool:
    """An interval must contain the value, and be narrow enough to say something."""
    narrow = (obtained.high - obtained.low) / 2 <= case.tolerance
    return bool(obtained.low <= case.expected <= obtained.high and narrow)


def _is_near(obtained: Any, case: Case) -> bool:
    return bool(abs(obtained - case.expected) <= case.tolerance)


def _obtained(case: Case, workers: int) -> float | Interval:
    if case.population is not None:
        quantity: Any = case.quantity
        return population_interval(
            case.population, quantity, seed=SEED, replications=REPLICATIONS, confidence=CONFIDENCE
        )
    if case.service is not None:
        study = study_service(
            case.service, seed=SEED, replications=REPLICATIONS, workers=workers, confidence=CONFIDENCE
        )
        found: Interval = getattr(study, case.quantity)
        return found
    return next(play(case) for kind, play in PLAYED.items() if getattr(case, kind) is not None)


def _of_network(case: Case) -> float:
    assert case.network is not None
    figure: Any = asdict(evacuate(case.network))
    for part in case.quantity.split("."):
        figure = figure[part]
    return float(figure)


def _of_stair(case: Case) -> float:
    assert case.stair is not None
    k_m_s = stair_k_m_s(case.stair.riser_mm, case.stair.tread_mm)
    return k_m_s if case.quantity == "k_m_s" else most_flow_p_s_m(k_m_s)


def _of_post(case: Case) -> float:
    assert case.post is not None
    return relief_factor(**case.post.model_dump())


def _of_sample(case: Case) -> float:
    assert case.sample is not None
    one, other = case.sample.one, case.sample.other
    interval = {
        "half_width": lambda: t_interval(one),
        "paired_half_width": lambda: paired_interval(one, other),
        "welch_half_width": lambda: welch_interval(one, other),
    }[case.quantity]()
    return interval.high - interval.mean


def _of_ranks(case: Case) -> float:
    assert case.ranks is not None
    return quantile_ranks(case.ranks.count, case.ranks.share)[2]


def _nothing(_case: Case) -> float:
    raise AssertionError("a service point or a population gives an interval")


PLAYED: dict[str, Callable[[Case], float]] = {
    "network": _of_network,
    "service": _nothing,
    "population": _nothing,
    "stair": _of_stair,
    "post": _of_post,
    "sample": _of_sample,
    "ranks": _of_ranks,
}
"""How each kind of case is played."""
