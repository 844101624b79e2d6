from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.ifc.geometry import Mesh, corners_of, pointing, thin_rectangle

LOW = [(0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0)]


def frustum(top: float, height: float = 3.0) -> Mesh:
    """A rectangle of 4 × 3 m whose top is scaled about its corner: a section shrinks with height."""
    vertices = [(x, y, 0.0) for x, y in LOW] + [(x * top, y * top, height) for x, y in LOW]
    faces = [(0, 1, 2), (0, 2, 3), (4, 6, 5), (4, 7, 6)]
    for a in range(4):
        b = (a + 1) % 4
        faces += [(a, b, b + 4), (a, b + 4, a + 4)]
    return Mesh(vertices=np.array(vertices, dtype=np.float64), faces=np.array(faces, dtype=np.int64))


def test_the_section_of_a_prism_is_its_base_at_every_level() -> None:
    mesh = frustum(1.0)
    assert mesh.section(1.0).area == pytest.approx(12.0)
    assert mesh.section(0.0).area == pytest.approx(12.0)
    assert corners_of(mesh.section(1.0)) == tuple(LOW)


@given(level=st.floats(0.1, 2.9), top=st.floats(0.2, 0.9))
def test_a_section_follows_the_level(level: float, top: float) -> None:
    level = round(level, 2)
    mesh = frustum(top)
    mesh.vertices[0, 2] = -0.5  # three levels of corners: no prism
    share = 1 + (top - 1) * level / 3.0
    assert not mesh.is_prism
    assert mesh.section(level).area == pytest.approx(12.0 * share * share, rel=0.15)


def test_a_body_without_sides_gives_its_silhouette() -> None:
    flat = Mesh(vertices=np.array([(x, y, 0.0) for x, y in LOW]), faces=np.array([(0, 1, 2), (0, 2, 3)]))
    assert flat.section(1.0).area == pytest.approx(12.0)


@given(degrees=st.floats(0, 180), width=st.floats(0.6, 3.0))
def test_the_long_side_of_an_opening_runs_along_its_wall(degrees: float, width: float) -> None:
    turn = np.radians(degrees)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    corners = [along * width / 2 * a + across * 0.1 * b for a in (-1, 1) for b in (-1, 1)]
    found = thin_rectangle(np.array([(x, y, 0.0) for x, y in corners]))
    assert found is not None
    assert abs(float(np.dot(found.along, along))) == pytest.approx(1.0, abs=1e-4)
    assert (found.length_m, found.thickness_m) == (pytest.approx(width), pytest.approx(0.2))


def test_a_wall_has_one_direction_whichever_way_it_was_drawn() -> None:
    assert pointing((-1.0, 0.0)) == pointing((1.0, 0.0)) == (1.0, 0.0)
    assert pointing((0.0, -1.0)) == (0.0, 1.0)
