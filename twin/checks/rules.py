"""The table of rules, and the check of a building against all of them."""

from __future__ import annotations

from twin.checks.compartments import reaches_second_compartment
from twin.checks.exits import leads_outdoors, leads_outdoors_in_fire, opens_without_power
from twin.checks.findings import CheckReport, Finding, Need, Rule, RuleResult
from twin.checks.interlocks import has_interlock_partners
from twin.checks.sleeping import has_cell_call, has_living_area, has_partitioned_annex, has_window, is_high, is_wide
from twin.checks.units import has_day_room, has_yard_area
from twin.model.facility import Facility
from twin.model.vocabulary import SpaceUse, UseCondition

_CPT = "CPT/Inf (2015) 44"
_EPR = "European Prison Rules 18.2"
_ASSUMED = "assumption [A]"
_CATALOGUE = "door catalogue of the sample sites [A]"

RULES = (
    Rule(key="R1", title="living area per certified place", source=_CPT, judge=has_living_area),
    Rule(key="R2", title="width between walls", source=_CPT, judge=is_wide),
    Rule(key="R3", title="height", source=_CPT, judge=is_high),
    Rule(key="R4", title="partitioned annex in shared rooms", source=_CPT, judge=has_partitioned_annex),
    Rule(key="R5", title="window of a tenth of the floor", source=f"{_EPR}; the share: {_ASSUMED}", judge=has_window),
    Rule(key="R6", title="cell call", source=_EPR, judge=has_cell_call),
    Rule(key="R7", title="day room per place of a unit", source=_ASSUMED, judge=has_day_room),
    Rule(key="R8", title="yard per user", source=_ASSUMED, judge=has_yard_area),
    Rule(
        key="R9",
        title="second smoke compartment on the storey",
        source=f"NFPA 101, 22 and 23; the rule: {_ASSUMED}",
        judge=reaches_second_compartment,
    ),
    Rule(key="R10", title="interlock groups", source=_CATALOGUE, judge=has_interlock_partners, need=Need.NOTHING),
    Rule(
        key="F1",
        title="exits of open zones do not fail secure",
        source=_CATALOGUE,
        judge=opens_without_power,
        need=Need.CONDITIONS,
    ),
    Rule(key="E1", title="a way out on foot", source=_ASSUMED, judge=leads_outdoors, need=Need.NOTHING),
    Rule(
        key="E2",
        title="a way out of open zones on fire alarm",
        source=_CATALOGUE,
        judge=leads_outdoors_in_fire,
        need=Need.CONDITIONS,
    ),
)


def check_facility(facility: Facility) -> CheckReport:
    """Check a building against every rule of the table.

    A rule whose data the model does not carry at all is not asked: it looked at 0 elements, and a note says why.

    Args:
        facility: The building, as imported; nothing of it is changed.

    Returns:
        The results in the order of the table.
    """
    untold = {need for need in Need if not _tells(facility, need)}
    asked = [rule for rule in RULES if rule.need not in untold]
    results = {rule.key: _result(rule, facility) for rule in asked}
    return CheckReport(
        rules=tuple(results.get(rule.key) or _unasked(rule) for rule in RULES),
        notes=tuple(_note(need) for need in Need if need in untold),
    )


def _tells(facility: Facility, need: Need) -> bool:
    match need:
        case Need.USES:
            return any(space.use is not SpaceUse.UNKNOWN for space in facility.spaces)
        case Need.CONDITIONS:
            return any(space.use_condition is not UseCondition.UNKNOWN for space in facility.spaces)
        case _:
            return True


def _note(need: Need) -> str:
    keys = ", ".join(rule.key for rule in RULES if rule.need is need)
    return f"not checked: the model does not say {need.value} ({keys})"


def _unasked(rule: Rule) -> RuleResult:
    return RuleResult(key=rule.key, title=rule.title, source=rule.source, checked=0)


def _result(rule: Rule, facility: Facility) -> RuleResult:
    judged = list(rule.judge(facility))
    findings = tuple(
        Finding(
            rule=rule.key,
            source=rule.source,
            element=breach.element,
            code=breach.code,
            text=breach.text,
            value=breach.value,
            limit=breach.limit,
            unit=breach.unit,
        )
        for breach in judged
        if breach is not None
    )
    return RuleResult(key=rule.key, title=rule.title, source=rule.source, checked=len(judged), findings=findings)
