"""Evacuation plans in a line."""

from __future__ import annotations

from typing import Any

from simulation.egress.plan import Plan


def plan_of(**parts: Any) -> Plan:
    """A plan with a fixed pre-movement time of 10 s and people of one speed, unless told otherwise."""
    return Plan.model_validate(
        {
            "kind": "evacuation",
            "about": {"title": "Test"},
            "pre_movement": {"distribution": "fixed", "median_s": 10.0, "source": "test"},
            "movement": {"speed_m_s": 1.0, "speed_spread": 0.0},
            **parts,
        }
    )


def people(**spaces: int) -> list[dict[str, Any]]:
    return [{"space": space, "count": count} for space, count in spaces.items()]
