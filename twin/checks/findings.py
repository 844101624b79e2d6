"""What a norm check says: rules, what each of them looked at, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from twin.model.facility import Facility
from twin.model.ids import GlobalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One element that does not keep a rule: the value found and the limit, both in ``unit``, where there are any."""

    element: GlobalId
    code: str
    text: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""


Judgements = Iterator[Breach | None]
"""One for every element that a rule looked at: None where it keeps the rule."""


class Need(StrEnum):
    """What a model must say before a rule can be asked."""

    NOTHING = ""
    USES = "what its spaces are for"
    CONDITIONS = "how freely people may move in its spaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its key (``R1``), what it asks, where it comes from, and the function that judges every element."""

    key: str
    title: str
    source: str
    judge: Callable[[Facility], Judgements]
    need: Need = Need.USES


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A breach with the rule it breaks and the source of that rule. ``value`` and ``limit`` are in ``unit``."""

    rule: str
    source: str
    element: GlobalId
    code: str
    text: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """How many elements a rule looked at, and its findings; 0 looked at is no proof of anything."""

    key: str
    title: str
    source: str
    checked: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """The results of all rules in the order of the table; ``notes`` say which rules could not be asked, and why."""

    rules: tuple[RuleResult, ...]
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, rule by rule."""
        return tuple(finding for rule in self.rules for finding in rule.findings)

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
