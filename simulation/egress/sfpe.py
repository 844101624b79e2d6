"""The hydraulic relations of the SFPE Handbook (5th ed., ch. 59): speed and flow by density, effective width.

SFPE itself states that the data are old and the hydraulic method optimistic: results are compared, not certified.
"""

from __future__ import annotations

from math import sqrt

LEVEL_K_M_S = 1.40
"""k of level ways: 84 m/min."""
STAIR_K_M_S = 0.8633
"""k of stairs is this times the square root of tread over riser."""
DENSITY_FACTOR_M2 = 0.266
"""a in S = k (1 − a D)."""
LOW_DENSITY_P_M2 = 0.54
"""Below this density [persons/m²] people walk as fast as they like."""
STANDSTILL_P_M2 = 1 / DENSITY_FACTOR_M2
"""3.76 persons/m²: nobody moves."""
DOOR_LAYER_M = 0.15
"""Boundary layer at each side of a door or stair."""
CORRIDOR_LAYER_M = 0.20
"""Boundary layer at each wall of a corridor."""


def stair_k_m_s(riser_mm: float, tread_mm: float) -> float:
    """K of a stair [m/s] by its riser and tread."""
    return STAIR_K_M_S * sqrt(tread_mm / riser_mm)


def speed_m_s(density_p_m2: float, k_m_s: float = LEVEL_K_M_S) -> float:
    """Walking speed at a density; at most that of the low density, 0 at the standstill."""
    density = min(max(density_p_m2, LOW_DENSITY_P_M2), STANDSTILL_P_M2)
    return k_m_s * (1 - DENSITY_FACTOR_M2 * density)


def most_flow_p_s_m(k_m_s: float = LEVEL_K_M_S) -> float:
    """Greatest specific flow [persons/s per metre of effective width]: k / 4a, at D = 1.88."""
    return k_m_s / (4 * DENSITY_FACTOR_M2)
