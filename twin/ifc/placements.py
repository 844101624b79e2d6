"""Where things are: placements as matrices, those of storeys and walls, which many share, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any

import ifcopenshell.util.placement
import numpy as np
from numpy.typing import NDArray

Entity = Any
Matrix = NDArray[np.float64]
"""(4, 4), in units of the file."""


class Placements:
    """World matrices of the local placements of one file."""

    def __init__(self) -> None:
        self._known: dict[int, Matrix] = {}

    def matrix(self, placement: Entity) -> Matrix:
        """World matrix of a local placement.

        Raises:
            AttributeError, TypeError, ValueError: something is missing from it.
        """
        key = placement.id()
        if key not in self._known:
            own = axis_matrix(placement.RelativePlacement)
            above = placement.PlacementRelTo
            is_local = above is not None and above.is_a("IfcLocalPlacement")
            self._known[key] = self.matrix(above) @ own if is_local else own
        return self._known[key]


def axis_matrix(placement: Entity) -> Matrix:
    """Matrix of one axis placement; the library's is for every kind and takes ten times as long.

    Raises:
        AttributeError, TypeError, ValueError: something is missing from it.
    """
    if not placement.is_a("IfcAxis2Placement3D"):
        matrix: Matrix = ifcopenshell.util.placement.get_axis2placement(placement)
        return matrix
    zx, zy, zz = _unit(placement.Axis.DirectionRatios) if placement.Axis else (0.0, 0.0, 1.0)
    rx, ry, rz = _unit(placement.RefDirection.DirectionRatios) if placement.RefDirection else (1.0, 0.0, 0.0)
    aside = rx * zx + ry * zy + rz * zz  # the file gives x roughly: the part along z is taken off
    xx, xy, xz = _unit((rx - aside * zx, ry - aside * zy, rz - aside * zz))
    ox, oy, oz = placement.Location.Coordinates
    return np.array(
        [
            [xx, zy * xz - zz * xy, zx, ox],
            [xy, zz * xx - zx * xz, zy, oy],
            [xz, zx * xy - zy * xx, zz, oz],
            [0.0, 0.0, 0.0, 1.0],
        ]
    )


def _unit(vector: Sequence[float]) -> tuple[float, float, float]:
    x, y, z = vector
    length = hypot(x, y, z)
    if length < 1e-12:
        raise ValueError("a direction has no length")
    return (x / length, y / length, z / length)
