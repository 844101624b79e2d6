"""The hydraulic relations give the figures of the handbook."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.egress.sfpe import LOW_DENSITY_P_M2, STANDSTILL_P_M2, most_flow_p_s_m, speed_m_s, stair_k_m_s

INCH_MM = 25.4


@pytest.mark.parametrize(("density", "speed"), [(0.0, 1.199), (0.54, 1.199), (1.0, 1.0276), (2.0, 0.6552), (3.76, 0.0)])
def test_speed_falls_with_density_from_the_low_one_on(density: float, speed: float) -> None:
    assert speed_m_s(density) == pytest.approx(speed, abs=5e-4)


@pytest.mark.parametrize(
    ("riser", "tread", "k", "flow"), [(7.5, 10, 0.997, 0.937), (7, 11, 1.082, 1.017), (6.5, 13, 1.221, 1.147)]
)
def test_stairs_have_their_k_and_flow_by_riser_and_tread(riser: float, tread: float, k: float, flow: float) -> None:
    found = stair_k_m_s(riser * INCH_MM, tread * INCH_MM)
    assert found == pytest.approx(k, abs=1e-3)
    assert most_flow_p_s_m(found) == pytest.approx(flow, abs=1.5e-3)


@given(st.floats(0, 10))
def test_flow_is_never_more_than_its_maximum(density: float) -> None:
    flow = speed_m_s(density) * min(density, STANDSTILL_P_M2)
    assert flow <= most_flow_p_s_m() + 1e-9 or density < LOW_DENSITY_P_M2
